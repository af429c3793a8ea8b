"""What a factor earns when its extremes are traded: at the touch, after latency, spread and fees.

- The sign is learned in the first part of the recording, and never looked at again; the rest is traded.
- Long in the highest quantile of the factor's own past, short in the lowest (the reverse where the sign is negative),
  flat between: positions of `kit.execution.taker`, with its assumptions.
- All factors that are tried count as trials of the deflated Sharpe ratio, those that never traded too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kit import clock
from kit.bootstrap import BLOCKS, Score, ratio
from kit.evaluate import sharpe
from kit.evaluate.performance import mdd
from kit.execution import Fees, Signal, taker
from kit.execution.latency import USUAL
from kit.quality.information import along_time, rows_of, stamps
from kit.quality.quantiles import QUANTILES, standing
from kit.units import BP

LEARN = 0.5
"""Share of the recording in which signs are learned."""


def signs(factors, returns, horizon, learn=LEARN) -> pd.Series:
    """Sign of each factor's rank coefficient over the first part of the recording; 0 where it has none.

    Rows whose label ends in the second part are left out.
    """
    span = rows_of(factors.index, horizon)
    first = slice(0, max(0, int(learn * len(factors)) - span))
    found = {name: along_time(factors[name].iloc[first], returns.iloc[first], span).value for name in factors}
    return np.sign(pd.Series(found)).fillna(0).astype(int)


def trade(market, factor, sign, window, quantiles=QUANTILES, latency=USUAL, fees=None, notional=10_000.0):
    """Replay one factor: see the assumptions above.

    Parameters
    ----------
    market : kit.execution.Market
        From where it is traded.
    factor : pandas.Series
        On a UTC index; each value is known at its stamp. Those before the market begins rank the later ones.
    sign : int
        1 to buy its highest quantile, -1 to sell it, 0 to do nothing.
    window : str
        Past in which values are ranked.

    Returns
    -------
    kit.execution.Replay
    """
    ranks = standing(factor, window)
    time = stamps(ranks.index)
    inside = (time >= market.start) & (time <= market.end)
    value = sign * (2 * ranks.to_numpy()[inside] - 1)
    signal = Signal(time[inside], value, 1 - 2 / quantiles)
    return taker(market, signal, latency=latency, fees=fees or Fees(), notional=notional)


def edges(market, factors, returns, horizon, window, learn=LEARN, by=BLOCKS, **settings) -> pd.DataFrame:
    """What each of many factors earns, gross and net, and how much of it luck explains.

    Parameters
    ----------
    market : kit.execution.Market
        The whole recording.
    factors : pandas.DataFrame
        A column a factor, on a UTC index.
    returns : pandas.Series
        Later returns on the same index, from which signs are learned.
    horizon, window : str
        What a return spans; past in which values are ranked.
    learn : float
        Share of the recording that teaches signs; the rest is traded.
    **settings
        ``quantiles, latency, fees, notional`` as `trade` takes them.

    Returns
    -------
    pandas.DataFrame
        A row a factor: ``sign``; ``gross`` and ``net``, basis points of what is traded, with the intervals of the
        latter; ``trades``; ``turnover``, multiples of the notional a year; ``drawdown``, share of the capital, which
        is the notional; ``sharpe`` per `period` of the market; ``deflated``, the deflated Sharpe ratio.
    """
    taught, rest = signs(factors, returns, horizon, learn), traded(market, factors, learn)
    replays = {name: trade(rest, factors[name], taught[name], window, **settings) for name in factors}
    table = pd.DataFrame({name: _earned(replay, by) for name, replay in replays.items()}).T
    gains = np.stack([_gains(replay, period(rest)) for replay in replays.values()], axis=1)
    return table.assign(deflated=deflated(gains), sharpe=sharpe.sharpe_ratio(gains.T)).assign(sign=taught)


def traded(market, factors, learn=LEARN):
    """The part of a market that is traded: what comes after the rows that teach signs."""
    return market.between(clock.instant(factors.index[int(learn * len(factors))]), market.end)


def period(market) -> str:
    """Longest of a day, an hour, a minute and ten seconds that the market holds ten times."""
    length = market.end - market.start
    return next((one for one in ("1d", "1h", "1min") if 10 * clock.duration(one) <= length), "10s")


def deflated(gains) -> np.ndarray:
    """Deflated Sharpe ratio of every trial among all, shape (n, trials) -> (trials,); missing where nothing varies."""
    ratios = sharpe.sharpe_ratio(gains.T)
    if np.isfinite(ratios).sum() < 2:
        return np.full(len(ratios), np.nan)
    trials, variance = sharpe.effective_trials(gains), float(np.nanvar(ratios, ddof=1))
    skew, kurtosis = (moment(gains) for moment in (stats.skew, lambda x: stats.kurtosis(x, fisher=False)))
    return np.array([sharpe.deflated_sharpe(one, variance, trials, len(gains), s, k) if np.isfinite(one) else np.nan
                     for one, s, k in zip(ratios, skew, kurtosis, strict=True)])


def _earned(replay, by):
    net = replay.profit_per_turnover(by=by) if len(replay.fills) else Score(*[np.nan] * 3, 0, "nothing was traded")
    summary, years = replay.summary(), (replay.market.end - replay.market.start) / clock.YEAR
    return {"gross": net.value + BP * replay.fee, "net": net.value, "net_low": net.low, "net_high": net.high,
            "trades": summary["trades"], "turnover": float(ratio(summary["turnover"], replay.notional * years)),
            "drawdown": mdd(replay.equity())}


def _gains(replay, every):
    """Money made in each period, as a share of the notional."""
    return np.diff(replay.equity(every).to_numpy()) / replay.notional
