"""What was planted in the embedded chain's builders and gas, beside what was found."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.bootstrap import BLOCKS, mean, quotient
from kit.chain.builders import GWEI, HOURS, amounts, concentration, identity
from kit.chain.gas import by_block
from kit.sources.synthetic.chain.builders import LATE
from kit.survey.competition import placed
from kit.survey.leaders import ROLLED

COLUMNS = ["planted", "found", "low", "high"]


def of_builders(law, blocks, resample=HOURS) -> pd.DataFrame:
    """Shares, concentration by each key, lateness and payments of the embedded week.

    Parameters
    ----------
    law : kit.sources.synthetic.chain.builders.Builders
    blocks : pandas.DataFrame
        Kind ``builder_blocks``.

    Returns
    -------
    pandas.DataFrame
        ``planted`` and ``found`` with its 95 % interval, a row each.
    """
    blocks = backend.release(blocks)
    time = backend.nanoseconds(blocks["time"], "builder_blocks")
    rows = {f"HHI by {by}, the whole week": (law.concentration(0.5, "label" if by == "name" else by), *_interval(
        concentration(amounts(blocks, by), by, resample=resample).hhi)) for by in ROLLED}
    rows["built locally, share of blocks"] = law.local, *_interval(mean(~blocks["mev_boost"], time, resample))
    for part, name in ((1 / 14, "first"), (13 / 14, "last")):
        rows |= _shares(law, blocks, time, part, name, resample)
    return _table(rows | _bids(law, blocks[blocks["mev_boost"]], time[blocks["mev_boost"]], resample))


def _shares(law, blocks, time, done, day, resample):
    """The two largest shares on one day of the week."""
    span = time[-1] - time[0]
    rows = (np.abs((time - time[0]) / span - done) <= 1 / 14) & blocks["mev_boost"].to_numpy()
    who, law_shares = identity(blocks)[rows], law.shares(done)
    return {f"share of {law.labels[at]}, {day} day": (law_shares[at], *_interval(
        mean(who == law.labels[at], time[rows], resample))) for at in (0, 1)}


def _bids(law, blocks, time, resample):
    """When bids arrive, and how their values are spread; the exponent is Hill's, of all values above the smallest."""
    shares = law.shares(0.5)
    late = (LATE + np.dot(shares, law.hurry)) / 1000 - 12
    logs = np.log(blocks["value_gwei"].astype("float64") / GWEI / law.smallest)
    return {
        "winning bids arrive, s into the slot": (late, *_interval(
            mean(blocks["slot_ms"].astype("float64") / 1000 - 12, time, resample))),
        "exponent of the tail of payments": (law.tail, *_interval(
            quotient(np.ones(len(logs)), logs.to_numpy(), time, resample)))}


def of_gas(law, blocks, transactions, labels, resample=BLOCKS) -> pd.DataFrame:
    """Dispersion and order of ordinary transactions' tips on the embedded chain, as blocks of its size show them.

    Parameters
    ----------
    law : kit.sources.synthetic.chain.gas.Gas
    blocks, transactions, labels : list
        Events of the embedded chain; transactions that a label names are not ordinary.

    Returns
    -------
    pandas.DataFrame
        As `of_builders`.
    """
    named = {one for label in labels for one in (*label.hashes, *label.victims)}
    ordinary = [one for one in transactions if one.hash not in named]
    number = {block.block: row for row, block in enumerate(blocks)}
    tips = placed(blocks, ordinary)
    size = tips.groupby("block").size()
    hot = np.array([law.dispersion(row) == law.wild for row in range(len(blocks))])
    found = pd.DataFrame(by_block(blocks, ordinary))
    time = np.array([block.timestamp for block in blocks]) * clock.SECOND
    rows = {}
    for name, sigma, here in (("calm", law.calm, ~hot), ("hot", law.wild, hot)):
        inside = tips[here[tips["block"].map(number).to_numpy()]]
        rows |= {f"standard deviation of log tips, {name}": (sigma, *_spread(inside, resample)),
                 f"Gini of tips, {name}": (math.erf(sigma / 2) * (1 - 1 / size).mean(), *_interval(
                     mean(found["gini"].to_numpy()[here], time[here], resample)))}
    order = mean(found["order"], time, resample)
    rows["rank correlation of tip and place"] = _order(law, size).mean(), *_interval(order)
    return _table(rows)


def _order(law, n):
    """Planted rank correlation as blocks of n transactions show it.

    References
    ----------
    Moran (1948), Rank correlation and product-moment correlation, on the mean of Spearman's in small samples; Kendall's
    is minus the share of pairs in which both stand in order.
    """
    return (law.order * (n - 2) - 3 * (1 - law.private) ** 2) / (n + 1)


def of_blocks(law, blocks, transactions, window) -> pd.DataFrame:
    """Planted factors of the embedded chain's ordinary transactions over a trailing `window`, by time of the block."""
    size = pd.Series(Counter(one.block for one in transactions)).reindex([block.block for block in blocks])
    time = clock.utc(np.array([block.timestamp for block in blocks]) * clock.SECOND)
    gini = [math.erf(law.dispersion(row) / 2) for row in range(len(blocks))] * (1 - 1 / size.to_numpy())
    planted = pd.DataFrame({"gas_price_competition": gini, "fee_order": _order(law, size.to_numpy())}, time)
    return planted.rolling(window).mean()


def expected(law, time, window="1d", identities=ROLLED) -> pd.DataFrame:
    """Planted concentration of the shares that a trailing window has on average, by time.

    Parameters
    ----------
    time : pandas.DatetimeIndex
        Of all blocks.
    """
    at = time.as_unit("ns").asi8
    done = (at - clock.duration(window) / 2 - at[0]) / (at[-1] - at[0])
    known = at - at[0] >= clock.duration(window)
    return pd.DataFrame({by: np.where(known, [law.concentration(part, "label" if by == "name" else by)
                                              for part in done], np.nan) for by in identities}, time)


def _spread(tips, resample):
    """Standard deviation of log tips around their block's mean, with its interval."""
    logs = np.log(tips["fee"])
    each = logs.groupby(tips["block"])
    n = each.transform("size")
    squares = (logs - each.transform("mean")) ** 2 * n / (n - 1)
    score = mean(squares, tips["time"].to_numpy(), resample)
    return np.sqrt([score.value, score.low, score.high])


def _interval(score):
    return score.value, score.low, score.high


def _table(rows):
    return pd.DataFrame.from_dict(rows, "index", dtype=float, columns=COLUMNS)
