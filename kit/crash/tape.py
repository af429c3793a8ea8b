"""A crash seen in its trades alone, where nobody kept the quotes: flow, concentration, volatility, basis, silences.

- A taker order is all prints of one time and side, one after the other: one exchange message that met many makers.
- Notional is in dollars. Sizes of COIN-M are contracts of a fixed number of dollars.
- A last price is not a quote: nobody says that one could have traded at it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.crash import contrast
from kit.crash.path import fall, realised
from kit.refusal import Refusal
from kit.units import BP

CONTRACT = {"ETCUSD_PERP": 10.0, "AVAXUSD_PERP": 10.0}
"""Dollars in one contract, where sizes count contracts (Binance COIN-M; BTC's are 100)."""

SIGNED = ("flow", "vwap_deviation_bp")
"""Columns of `by_minute` that may be of either sign: compared by difference, not by ratio."""


def orders(trades, contract=None) -> pd.DataFrame:
    """Taker orders of a tape.

    Parameters
    ----------
    trades : pandas.DataFrame
        See `kit.columns.Trades`.
    contract : float, optional
        Dollars in a unit of size; by default size counts coin.

    Returns
    -------
    pandas.DataFrame
        ``time, side, price`` (average paid), ``last`` (last print), ``notional`` (dollars), ``prints``.
    """
    if trades.empty:
        raise Refusal("no trades", file="trades", remedy="ask for another period")
    new = (trades["time"].diff() != pd.Timedelta(0)) | (trades["side"].diff() != 0)
    coin = trades["size"] if contract is None else trades["size"] * contract / trades["price"]
    rows = trades.assign(coin=coin, notional=coin * trades["price"]).groupby(new.cumsum().to_numpy())
    whole = rows.agg(time=("time", "first"), side=("side", "first"), last=("price", "last"), coin=("coin", "sum"),
                     notional=("notional", "sum"), prints=("price", "size"))
    return whole.assign(price=whole["notional"] / whole["coin"]).reset_index(drop=True)


def by_minute(taken, memory=20) -> pd.DataFrame:
    """What happened in each minute, indexed by its start (UTC); NaN where nothing was traded.

    Parameters
    ----------
    taken : pandas.DataFrame
        As `orders` returns.
    memory : int
        Minutes, the present one among them, of the VWAP from which the last price deviates.

    Returns
    -------
    pandas.DataFrame
        ``notional`` (dollars), ``orders``, ``flow`` (bought less sold, over both), ``concentration`` (Herfindahl index
        of the orders' notional), ``effective_orders`` (its inverse), ``vwap_deviation_bp``, ``volatility_bp``
        (realised, 1-second steps).
    """
    rows = taken.assign(bought=taken["side"] * taken["notional"], squared=taken["notional"] ** 2)
    sums = rows.set_index("time")[["notional", "coin", "bought", "squared"]].resample("1min").sum()
    price = taken.set_index("time")["last"]
    traded = sums["notional"] > 0
    concentration = (sums["squared"] / sums["notional"] ** 2).where(traded)
    vwap = sums["notional"].rolling(memory).sum() / sums["coin"].rolling(memory).sum()
    return pd.DataFrame({
        "notional": sums["notional"], "orders": price.resample("1min").count(),
        "flow": (sums["bought"] / sums["notional"]).where(traded),
        "concentration": concentration, "effective_orders": 1 / concentration,
        "vwap_deviation_bp": (price.resample("1min").last() / vwap - 1) * BP,
        "volatility_bp": _volatility(price)})


def _volatility(price):
    """Realised volatility of each minute."""
    steps = np.log(price.resample("1s").last().ffill()).diff() ** 2
    return np.sqrt(steps.resample("1min").sum()) * BP


def compare(minutes, event, seed=0) -> pd.DataFrame:
    """The minutes of the event against the other minutes of the recording; see `contrast.table`.

    ``against`` is a ratio of medians, and a difference for the columns of `SIGNED`.
    """
    inside = event.covers(minutes.index)
    parts = [contrast.table(minutes[[name]], inside, relative=name not in SIGNED, seed=seed) for name in minutes]
    return pd.concat(parts)


def summary(taken, event) -> dict:
    """One tape through the event: its fall, and what takers did; times in UTC."""
    inside = taken[event.covers(taken["time"])]
    price = inside.set_index("time")["last"]
    way, signed = fall(price), inside["side"] * inside["notional"]
    return way._asdict() | {"lowest": float(price.min()), "volatility_bp": realised(price, "60s"),
                            "notional": float(inside["notional"].sum()), "net_flow": float(signed.sum()),
                            "longest_silence": float(price.index.to_series().diff().dt.total_seconds().max())}


def silences(taken, event, least="60s", usual=0.999) -> pd.DataFrame:
    """Stretches of the event without a trade: halts, or holes of the feed, which trades alone cannot tell apart.

    Parameters
    ----------
    least : str
        Shorter ones are left out.
    usual : float
        Quantile of the control's silences, given beside them.

    Returns
    -------
    pandas.DataFrame
        ``begin`` (UTC), ``seconds``, ``usual`` (seconds).
    """
    begin, seconds = taken["time"].shift(), taken["time"].diff().dt.total_seconds()
    inside = event.covers(taken["time"])
    keep = inside & (seconds >= pd.Timedelta(least).total_seconds()).to_numpy()
    table = pd.DataFrame({"begin": begin[keep], "seconds": seconds[keep], "usual": seconds[~inside].quantile(usual)})
    return table.reset_index(drop=True)


def basis(one, other, stale="5s") -> pd.Series:
    """Log distance of the last price at one venue from that at another, each second, basis points.

    NaN where either has not traded for `stale`. No quotes, so no claim that anybody could have traded it.
    """
    seconds = [_last(taken, stale) for taken in (one, other)]
    return (np.log(seconds[0] / seconds[1]) * BP).rename("basis_bp")


def _last(taken, stale):
    price = taken.set_index("time")["last"].resample("1s").last()
    return price.ffill(limit=int(pd.Timedelta(stale).total_seconds()))


def basis_by_minute(series) -> pd.DataFrame:
    """Median basis and median distance (either way) of each minute, basis points."""
    return pd.DataFrame({"basis_bp": series.resample("1min").median(),
                         "distance_bp": series.abs().resample("1min").median()})
