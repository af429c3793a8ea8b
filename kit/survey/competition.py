"""How transactions compete for places: fees by place in the block, and what a window over several blocks mixes up.

A transaction is compared with those of its own block. Before London (EIP-1559) there is no base fee, and the fee is the
gas price: blocks from before and since are kept apart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import BLOCKS, in_columns, mean
from kit.chain.gas import by_block, deviations, next_base_fee, priority_fee
from kit.events import Block

GWEI = 10**9
SHOWN = {"gini": "Gini of the fees", "variation": "their variation", "top_share": "share of the first tenth",
               "order": "rank correlation with place"}
"""Measures of `kit.chain.gas.Fees` that are shown."""
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
BINS = 20


def timed(blocks) -> list[Block]:
    """Blocks whose time is known: the others have no place in a series."""
    return [block for block in blocks if block.timestamp is not None]


def left_out(blocks) -> str:
    """A sentence on the blocks that `timed` leaves out."""
    kept, n = len(timed(blocks)), len(blocks)
    if kept == n:
        return f"all {n:,} blocks have a time, and all are shown"
    return f"{n - kept} of {n:,} blocks have no time in this recording: they are left out everywhere below"


def placed(blocks, transactions) -> pd.DataFrame:
    """Transactions with their place in the block and their fee.

    Returns
    -------
    pandas.DataFrame
        A row a transaction of these blocks, in order: ``block``, ``time`` (of the block, ns), ``since`` (whether there
        is a base fee), ``place`` from 0 to 1, ``price`` and ``fee``, what is paid in all and above the base fee (gwei
        per gas; missing where it is not known), ``relative`` to the block's median fee, and ``rank``, the share of the
        block's fees that are below it, from 0 to 1.
    """
    of = {block.block: block for block in blocks}
    rows = [(t.block, of[t.block].timestamp * clock.SECOND, bool(of[t.block].base_fee), t.index, _gwei(t.gas_price),
             _gwei(priority_fee(t, of[t.block].base_fee))) for t in transactions if t.block in of]
    found = pd.DataFrame(rows, columns=["block", "time", "since", "index", "price", "fee"])
    each = found.groupby("block", sort=False)
    size, middle = each["index"].transform("size"), each["fee"].transform("median")
    return found.assign(place=(each.cumcount() + 0.5) / size, relative=found["fee"] / middle.where(middle > 0),
                        rank=(each["fee"].rank() - 0.5) / each["fee"].transform("count"))


def _gwei(wei):
    return np.nan if wei is None else wei / GWEI


def by_place(placed, bins=BINS, resample=BLOCKS) -> pd.DataFrame:
    """Fees by place in the block.

    Parameters
    ----------
    placed : pandas.DataFrame
        As `placed` returns it.
    bins : int
        Parts of a block, of equally many transactions.

    Returns
    -------
    pandas.DataFrame
        By the middle of each part: quantiles of the fee relative to the block's median, and the mean ``rank`` of the
        fee with its 95 % interval, by blocks of time.
    """
    part = np.minimum((placed["place"] * bins).astype(int), bins - 1)
    rows = {(at + 0.5) / bins: _part(rows.dropna(subset="rank"), resample) for at, rows in placed.groupby(part)}
    return pd.DataFrame.from_dict(rows, "index").rename_axis("place")


def _part(rows, resample):
    known = rows["relative"].dropna()
    spread = {f"{share:.0%}": known.quantile(share) for share in QUANTILES}
    return spread | in_columns({"rank": mean(rows["rank"], rows["time"].to_numpy(), resample)})


def measures(blocks, transactions, resample=BLOCKS, **options) -> pd.DataFrame:
    """Measures of `kit.chain.gas.fees`, mean over blocks, before and since there is a base fee.

    Returns
    -------
    pandas.DataFrame
        A row a measure and time: ``mean`` with its 95 % interval, and ``blocks``, of how many it is known.
    """
    rows = {}
    for era, chosen in eras(blocks).items():
        found = pd.DataFrame(by_block(chosen, transactions, **options))
        time = np.array([block.timestamp for block in chosen]) * clock.SECOND
        rows |= {(told, era): _known(found[name].to_numpy(), time, resample) for name, told in SHOWN.items()}
    return pd.DataFrame.from_dict(rows, "index").rename_axis(["of blocks", "when"]).rename(columns={"n": "blocks"})


def eras(blocks) -> dict[str, list[Block]]:
    """Blocks since there is a base fee, and from before."""
    parts = {"since London": [block for block in blocks if block.base_fee],
             "before London": [block for block in blocks if not block.base_fee]}
    return {name: chosen for name, chosen in parts.items() if chosen}


def _known(values, time, resample):
    known = np.isfinite(values)
    if not known.any():
        return dict.fromkeys(("mean", "mean_low", "mean_high"), np.nan) | {"n": 0}
    return in_columns({"mean": mean(values[known], time[known], resample)}) | {"n": int(known.sum())}


def sketched(placed, n=100) -> pd.DataFrame:
    """The framework's standard deviation over the last `n` gas prices, and what it is made of.

    .. math:: \\sum_i (p_i - \\bar p)^2 = \\sum_i (p_i - \\bar p_{b(i)})^2 + \\sum_b n_b (\\bar p_b - \\bar p)^2

    Parameters
    ----------
    placed : pandas.DataFrame
        As `placed` returns it.

    Returns
    -------
    pandas.DataFrame
        A row a transaction with a known price: ``time``, ``block``, ``price``, ``framework`` (gwei per gas), ``within``
        (standard deviation of the fees of its block alone), and ``between``, the share of the framework's variance
        that lies between means of blocks, where the last `n` transactions are of several. Missing where they reach
        over blocks that are not there.

    References
    ----------
    The framework's gas price competition (FRAMEWORK D-33).
    """
    known = placed.dropna(subset="price")
    price, block = known["price"].to_numpy(), pd.factorize(known["block"])[0]
    number, around = known["block"].to_numpy(), [(np.nan, np.nan)] * min(n - 1, len(known))
    for end in range(n, len(known) + 1):
        whole = number[end - 1] - number[end - n] == block[end - 1] - block[end - n]
        around.append(_mixed(price[end - n:end], block[end - n:end] - block[end - n]) if whole else (np.nan, np.nan))
    within = known.groupby("block")["fee"].transform("std")
    made = pd.DataFrame(around, columns=["framework", "between"], index=known.index, dtype=float)
    return known[["time", "block", "price"]].assign(within=within).join(made)


def _mixed(price, block):
    """Standard deviation of some prices, and, where they are of two blocks, its share between their means."""
    if price.min() == price.max():
        return 0.0, np.nan
    if block[-1] == 0:
        return np.std(price, ddof=1), np.nan
    means, away = np.bincount(block, price) / np.bincount(block), price - price.mean()
    whole, between = away @ away, ((means[block] - price.mean()) ** 2).sum()
    return np.sqrt(whole / (len(price) - 1)), between / whole


def excerpt(sketched, blocks=8) -> pd.DataFrame:
    """The rows of `blocks` blocks around the place where most of the framework's variance lies between blocks."""
    numbers, most = sketched["block"].unique(), sketched["between"].fillna(0.0).idxmax()
    at = int(np.flatnonzero(numbers == sketched.loc[most, "block"])[0])
    first = max(0, min(at - blocks // 2, len(numbers) - blocks))
    return sketched[sketched["block"].isin(numbers[first:first + blocks])]


def mixture(sketched, resample=BLOCKS) -> pd.DataFrame:
    """How far the framework's number is from the dispersion within the block, with 95 % intervals.

    Returns
    -------
    pandas.DataFrame
        Mean share of its variance that lies ``between blocks``, and ``times off``: the factor, upwards or downwards, by
        which it usually misses the standard deviation of the fees of the block in which it stands.
    """
    share = sketched.dropna(subset="between")
    both = sketched[(sketched["framework"] > 0) & (sketched["within"] > 0)]
    off = _known(np.abs(np.log(both["framework"] / both["within"])).to_numpy(), both["time"].to_numpy(), resample)
    rows = {"variance between blocks": _known(share["between"].to_numpy(), share["time"].to_numpy(), resample),
            "times off": {name: value if name == "n" else np.exp(value) for name, value in off.items()}}
    return pd.DataFrame.from_dict(rows, "index").rename(columns={"n": "transactions"})


def path(blocks) -> pd.Series:
    """Base fee by time, gwei, of blocks that have one."""
    sound = [block for block in blocks if block.base_fee]
    time = clock.utc(np.array([block.timestamp for block in sound], dtype=np.int64) * clock.SECOND)
    return pd.Series([block.base_fee / GWEI for block in sound], time, dtype=float)


def followed(blocks) -> pd.DataFrame:
    """Blocks with a base fee whose successor is there, and what it did.

    Returns
    -------
    pandas.DataFrame
        By time: ``block``, ``full`` (share of the gas limit that it used), ``base_fee`` (gwei per gas), ``change`` to
        the next block, ``expected`` by EIP-1559, and ``deviates``, to the wei.
    """
    sound = [block for block in blocks if block.base_fee and block.gas_used is not None and block.gas_limit]
    off = {one.block for one in deviations(sound)}
    rows = [(block.timestamp * clock.SECOND, block.block, block.gas_used / block.gas_limit, block.base_fee / GWEI,
             following.base_fee / block.base_fee - 1, next_base_fee(block) / block.base_fee - 1, block.block in off)
            for block, following in zip(sound[:-1], sound[1:], strict=True) if following.block == block.block + 1]
    names = ["time", "block", "full", "base_fee", "change", "expected", "deviates"]
    frame = pd.DataFrame(rows, columns=names).astype({"deviates": bool})
    return frame.drop(columns="time").set_axis(clock.utc(frame["time"].to_numpy(np.int64)))
