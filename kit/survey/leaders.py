"""Builders beside each other: their shares over time, by every way to say who is one, when they bid, what they pay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.bootstrap import in_columns, mean, quotient
from kit.chain.blocks import MILLISECONDS, table
from kit.chain.builders import GWEI, HOURS, IDENTITIES, amounts, concentration, headers, hourly, identity
from kit.factor import compute
from kit.sources.ethereum.mevboost import SLOT

WAYS = {"relayed blocks": ("block", False), "value paid": ("value", False), "all blocks": ("block", True)}
"""Of what a share is: the weight, and whether locally built blocks are in."""
MOST = 6
"""Builders that are shown by name."""
ROLLED = ("name", "fee_recipient", "pubkey")


def by_identity(blocks, resample=HOURS) -> pd.DataFrame:
    """Concentration by every identity that the table knows, and by each of `WAYS`.

    Parameters
    ----------
    blocks : pandas.DataFrame
        Kind ``builder_blocks``.
    resample : kit.bootstrap.Bootstrap

    Returns
    -------
    pandas.DataFrame
        A row an identity and way: the index ``hhi`` with its 95 % interval, ``normalised``, ``effective`` with its
        own, ``builders``, ``leader`` and ``leader_share``.
    """
    rows = {(by, way): _row(concentration(amounts(blocks, by, weight, local), by, weight, resample))
            for by in IDENTITIES if by == "name" or by in blocks.columns for way, (weight, local) in WAYS.items()}
    return pd.DataFrame.from_dict(rows, "index").rename_axis(["identity", "shares of"])


def _row(found):
    return in_columns({"hhi": found.hhi}) | {
        "normalised": found.normalised, "effective": found.effective, "effective_low": 1 / found.hhi.high,
        "effective_high": 1 / found.hhi.low, "builders": found.builders, "leader": found.leader,
        "leader_share": found.leader_share}


def shares(amounts, most=MOST) -> pd.DataFrame:
    """Shares of those with most, and of all others together, in each stretch of time.

    Parameters
    ----------
    amounts : pandas.DataFrame
        As `kit.chain.builders.amounts` or `kit.chain.builders.hourly` give it.
    """
    parts = amounts.div(amounts.sum(axis=1), axis=0)
    rest = parts.iloc[:, most:]
    named = parts.iloc[:, :most].rename_axis(columns=None)
    return named if rest.empty else named.assign(**{f"{rest.shape[1]} others": rest.sum(axis=1)})


def rolling(blocks, window="1d", identities=ROLLED) -> pd.DataFrame:
    """The factor ``builder_concentration`` by several identities, by time; missing until `window` has passed."""
    chain = headers(blocks)
    found = {by: compute(table(chain, builders=blocks, by=by), "builder_concentration", window=window)
             ["builder_concentration"] for by in identities}
    return pd.DataFrame(found)


def over(amounts, rows) -> pd.DataFrame:
    """Amounts over the last `rows` stretches of time, at each; missing before there are so many."""
    return amounts.rolling(rows).sum().iloc[rows - 1:]


def reported(blocks) -> pd.DataFrame:
    """A row for each relay that delivered a block, as relays' own tables have it: several of one block."""
    blocks = backend.release(blocks)
    relays = blocks["relays"].astype("str").str.split("|")
    return blocks.assign(relays=relays)[blocks["mev_boost"]].explode("relays", ignore_index=True)


def counted_twice(blocks, by="name", resample=HOURS) -> pd.DataFrame:
    """Concentration of blocks, and of rows of which each relay has its own."""
    rows = {"each block once": blocks[blocks["mev_boost"]], "each relay's row": reported(blocks)}
    return pd.DataFrame.from_dict({
        name: {"rows": len(frame)} | _row(concentration(amounts(frame, by), by, resample=resample))
        for name, frame in rows.items()}, "index")


def bids(blocks, by="name", most=MOST, resample=HOURS) -> pd.DataFrame:
    """When winning bids arrive, by builder, seconds into the slot.

    Returns
    -------
    pandas.DataFrame
        A row a builder, most blocks first, and ``all``: ``n``, the mean and the share that arrives ``late``, after the
        slot has begun, with 95 % intervals, and quantiles.
    """
    blocks = backend.release(blocks)
    seconds = blocks["slot_ms"].astype("float64") / MILLISECONDS - SLOT
    known = seconds.notna() & blocks["mev_boost"]
    time = backend.nanoseconds(blocks["time"], "builder_blocks")
    return pd.DataFrame.from_dict({
        name: _timed(seconds[rows].to_numpy(), time[rows.to_numpy()], resample)
        for name, rows in _of_each(identity(blocks, by), known, most).items()}, "index")


def _timed(seconds, time, resample):
    low, middle, high = np.quantile(seconds, [0.05, 0.5, 0.95])
    return {"n": len(seconds)} | in_columns({
        "mean": mean(seconds, time, resample), "late": mean(seconds > 0, time, resample)}) | {
        "5 %": low, "median": middle, "95 %": high}


def _of_each(who, known, most):
    """Which rows are known, of all together and of those with most of them."""
    names = who[known].astype("str").value_counts().index[:most]
    return {"all": known} | {name: known & (who == name) for name in names}


def paid(blocks, by="name", most=MOST, resample=HOURS) -> pd.DataFrame:
    """What proposers were paid, by builder, ether a block.

    Returns
    -------
    pandas.DataFrame
        A row a builder, most blocks first, and ``all``: ``n``, the mean, and the share of all that was paid which the
        dearest hundredth of blocks makes (``top``, its border held fixed), with 95 % intervals, and quantiles.
    """
    blocks = backend.release(blocks)
    ether, time = _ether(blocks), backend.nanoseconds(blocks["time"], "builder_blocks")
    known = ether.notna() & blocks["mev_boost"]
    return pd.DataFrame.from_dict({
        name: _dear(ether[rows].to_numpy(), time[rows.to_numpy()], resample)
        for name, rows in _of_each(identity(blocks, by), known, most).items()}, "index")


def _ether(blocks):
    return blocks["value_gwei"].astype("float64") / GWEI


def _dear(ether, time, resample):
    middle, high, border = np.quantile(ether, [0.5, 0.95, 0.99])
    dearest = np.where(ether > border, ether, 0.0)
    return {"n": len(ether)} | in_columns({
        "mean": mean(ether, time, resample), "top": quotient(dearest, ether, time, resample)}) | {
        "median": middle, "95 %": high, "99 %": border, "most": ether.max()}


def tails(blocks, by="name", most=3, points=160) -> pd.DataFrame:
    """Values that a share of blocks exceeds, ether, by builder; down to one block of all."""
    blocks = backend.release(blocks)
    ether = _ether(blocks)
    each = _of_each(identity(blocks, by), ether.notna() & blocks["mev_boost"], most)
    exceeded = np.geomspace(1, 1 / each["all"].sum(), points)
    return pd.DataFrame({name: _exceeded(ether[rows].to_numpy(), exceeded) for name, rows in each.items()},
                        index=pd.Index(exceeded, name="exceeded by"))


def _exceeded(values, shares):
    """Quantiles, of shares that are no less than one value."""
    found = np.quantile(values, 1 - shares)
    return np.where(shares * len(values) >= 1, found, np.nan)


def stretches(blocks, parts=120) -> str:
    """A length of time of which a table of blocks holds about so many, whole hours."""
    time = backend.nanoseconds(blocks["time"], "builder_blocks")
    return f"{max(1, round((time.max() - time.min()) / parts / clock.duration('1h')))}h"


def hours(tables) -> pd.DataFrame | None:
    """Blocks by builder and hour, names with aliases merged, where a recording has a table of hours."""
    return hourly(tables["builder_hours"]) if "builder_hours" in tables else None
