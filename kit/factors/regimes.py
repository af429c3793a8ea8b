"""Regimes of volatility by rolling thresholds, and how often they change; item 10 of the framework.

Thresholds are those of the last 365 days, and a regime is missing until they are known, not 0. A switch frequency is
not a transition probability: for those, and for the probability of a state given the past, see
`kit.volatility.markov`.
"""

from __future__ import annotations

from kit import backend
from kit.columns import Bars
from kit.factor import factor


def _volatility(b, past, vol):
    return past.std(past.diff(backend.namespace(b.close).log(b.close)), vol)


def _beyond(b, past, vol, reference, side):
    """1 where volatility is more than a standard deviation of its own to one side of its median, else 0."""
    xp, v = backend.namespace(b.close), _volatility(b, past, vol)
    distance = side * (v - past.quantile(v, 0.5, reference)) - past.std(v, reference)
    return xp.where(xp.isnan(distance), distance, xp.astype(distance > 0, xp.float64))


@factor(unit="1", low=0, high=1)
def high_vol_regime(b: Bars, past, vol="20d", reference="365d"):
    r"""1 where volatility over `vol` is more than one of its standard deviations above its median over `reference`.

    .. math:: 1\{\sigma_t > \mathrm{med}_R(\sigma) + s_R(\sigma)\}

    References
    ----------
    The factor framework, item 10a, there over 252 days of a market of 365, and 0 before they have passed.
    """
    return _beyond(b, past, vol, reference, 1)


@factor(unit="1", low=0, high=1)
def low_vol_regime(b: Bars, past, vol="20d", reference="365d"):
    r"""1 where volatility over `vol` is more than one of its standard deviations below its median over `reference`.

    .. math:: 1\{\sigma_t < \mathrm{med}_R(\sigma) - s_R(\sigma)\}

    References
    ----------
    The factor framework, item 10b, there over 252 days of a market of 365, and 0 before they have passed.
    """
    return _beyond(b, past, vol, reference, -1)


@factor(unit="1", low=0, high=1)
def regime_transition_prob(b: Bars, past, vol="20d", reference="365d", switches="60d"):
    r"""Share of bars over `switches` at which `high_vol_regime` changed: a frequency of switches, either way.

    .. math:: \overline{|H_s - H_{s-1}|}, \; s \in (t - W, t]

    Not the probability of leaving a state: that needs the number of bars spent in it; see `kit.volatility.markov`.

    References
    ----------
    The factor framework, item 10c.
    """
    return past.mean(abs(past.diff(_beyond(b, past, vol, reference, 1))), switches)


@factor(unit="1", low=0, high=1)
def regime_momentum(b: Bars, past, vol="20d", reference="365d", recent="10d"):
    r"""Share of bars over `recent` that were in `high_vol_regime`.

    .. math:: \overline{H_s}, \; s \in (t - W, t]

    References
    ----------
    The factor framework, item 10d.
    """
    return past.mean(_beyond(b, past, vol, reference, 1), recent)
