"""Who moves first: covariance of ticks that are not on one clock, and the lag at which it is greatest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, Score
from kit.bootstrap import ratio as share
from kit.clock import SECOND, duration
from kit.discovery.clocks import resolution
from kit.kernels.overlaps import overlaps
from kit.refusal import Refusal


@dataclass(frozen=True)
class LeadLag:
    """How two venues' changes correlate when one is moved back in time; at a positive lag the first one leads."""

    venues: tuple[str, str]
    curve: pd.DataFrame  #: lag (s), correlation, and its interval (low, high)
    lag: Score  #: s, where the correlation is greatest in size
    llr: Score  #: lead-lag ratio: above 1 where the first venue leads

    def row(self) -> dict:
        """As a row of a table."""
        highest = self.curve.set_index("lag")["correlation"].get(self.lag.value, np.nan)
        return {"first": self.venues[0], "second": self.venues[1], "lag_s": self.lag.value, "lag_low": self.lag.low,
                "lag_high": self.lag.high, "llr": self.llr.value, "llr_low": self.llr.low,
                "llr_high": self.llr.high, "correlation": highest}


def hayashi_yoshida(x, y, shift=0) -> float:
    r"""Covariance of log changes of two series of ticks over all the time they share, without a common clock.

    .. math:: \sum_i \sum_j \Delta X_i \Delta Y_j \, 1\{I_i \cap (J_j - \theta) \neq \emptyset\}

    Parameters
    ----------
    x, y : pandas.Series
        Prices, indexed by UTC time, strictly increasing.
    shift : int
        Nanoseconds by which y is moved back.

    References
    ----------
    Hayashi and Yoshida (2005), On covariance estimation of non-synchronously observed diffusion processes.
    """
    (tx, x), (ty, y) = _path(x), _path(y)
    return float(overlaps(np.array([0, len(x) - 1]), tx, x, ty, y, np.array([shift]))[0, 0])


def _path(prices):
    """Times (int64 ns) and log prices."""
    time = prices.index.as_unit("ns").asi8  # lead-lag 2.3 takes microseconds for nanoseconds, and says nothing
    if len(time) < 2 or (np.diff(time) <= 0).any():
        raise Refusal(f"{len(time)} ticks whose times do not increase strictly", column=prices.name,
                      remedy="sort them, and keep the last of each moment: kit.discovery.clocks.ticks")
    return time, np.log(prices.to_numpy(np.float64))


def lead_lag(x, y, furthest="30s", step="100ms", power=2, by=BLOCKS, venues=("x", "y")) -> LeadLag:
    r"""Lag that makes the shifted Hayashi-Yoshida correlation greatest, and the ratio of both sides of the contrast.

    .. math:: \hat\theta = \arg\max_\theta |\rho(\theta)|, \quad
              LLR = \sum_{\theta > 0} |\rho(\theta)|^p / \sum_{\theta < 0} |\rho(\theta)|^p

    - Changes are of log prices; lags run over a regular grid.
    - Intervals: changes of x are resampled with all that of y they overlap, in blocks of time.

    Parameters
    ----------
    x, y : pandas.Series
        Prices, indexed by UTC time, strictly increasing.
    furthest, step : str
        Greatest lag, and the distance between lags.
    power : float
        p; Huth and Abergel's is 2, that of the package lead-lag is 1.
    by : kit.bootstrap.Bootstrap
    venues : (str, str)

    Raises
    ------
    Refusal
        A price does not move. Where ticks share no time there is no lag: it is missing.

    References
    ----------
    Hoffmann, Rosenbaum and Yoshida (2013), Estimation of the lead-lag parameter from non-synchronous data.
    Huth and Abergel (2014), High frequency lead/lag relationships: empirical facts, equation 7.
    """
    (tx, px), (ty, py) = _path(x), _path(y)
    reach = duration(furthest) // duration(step)
    lags = np.arange(-reach, reach + 1) * duration(step)
    block = by.block_of(tx[1:])
    edges = np.r_[0, np.flatnonzero(np.diff(block)) + 1, len(block)]
    sums = overlaps(edges, tx, px, ty, py, lags).T
    scale = np.sqrt((np.diff(px) ** 2).sum() * (np.diff(py) ** 2).sum())
    if not scale > 0:
        raise Refusal(f"{venues[0]} or {venues[1]} does not move", column="price", remedy="a longer recording")
    return _contrast(sums / scale, lags / SECOND, power, by, venues)


def _contrast(sums, lags, power, by, venues):
    """From parts of the correlation, shape (blocks, lags)."""
    def found(correlation):
        return np.stack([peak(correlation, lags), ratio(correlation, lags, power)], axis=-1)

    whole, drawn = sums.sum(axis=0), by.resampled(sums, found)
    lag, llr = found(whole)
    low, high = np.percentile(drawn, [50 * (1 - by.level), 50 * (1 + by.level)], axis=0)
    curve = pd.DataFrame({"lag": lags, "correlation": whole, "low": low, "high": high})
    drawn = found(drawn) if np.isfinite(drawn).all() else np.empty((0, 2))
    return LeadLag(tuple(venues), curve, by.scored(lag, drawn[:, 0], len(sums)), by.scored(llr, drawn[:, 1], len(sums)))


def peak(correlation, lags):
    """Lag of the greatest correlation in size; missing where there is none at any lag."""
    size = np.abs(correlation)
    return np.where(size.max(axis=-1) > 0, lags[size.argmax(axis=-1)], np.nan)


def ratio(correlation, lags, power=2):
    """Huth and Abergel's lead-lag ratio: above 1 where lags after zero say more than those before."""
    size = np.abs(correlation) ** power
    return share(size[..., lags > 0].sum(axis=-1), size[..., lags < 0].sum(axis=-1))


def pairs(paths, step=None, steps=None, **settings) -> list[LeadLag]:
    """Every pair of venues, in their order.

    Parameters
    ----------
    paths : dict of str to pandas.Series
        Prices by time.
    step : str, optional
        Distance between lags, by default their `resolution`.
    steps : int, optional
        Lags on either side, by default 50, of ticks five seconds; 10 where prices come as seldom as bars.
    **settings
        Of `lead_lag`.
    """
    step = step or resolution(paths)
    steps = steps or (50 if duration(step) < SECOND else 10)
    furthest = f"{steps * duration(step)}ns"
    return [lead_lag(paths[a], paths[b], furthest, step, venues=(a, b), **settings) for a, b in combinations(paths, 2)]


def table(found) -> pd.DataFrame:
    """A row a pair."""
    return pd.DataFrame([one.row() for one in found]).set_index(["first", "second"])
