"""The framework's strategies behind its performance tables, in words: it names factors and prints results.

What it does not say (the rule, the assets, the costs) is chosen here and printed beside every result; not blindly, for
the first panel of daily coins had been seen, two rules were changed after it, and later the fill, from open to close. A
rule knows the close, or the snapshot, of its day and is filled a day later; every variant that is tried is counted. The
next open is no fill: in a market that never closes it is the close that decided.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from kit.evaluate import sharpe
from kit.quality import daily
from kit.quality.panel import upper_half

WORDS = {
    "realized_volatility": "Each day at the close, assets are ranked by rv_20d; the lower half is held in equal parts, "
                           "bought and sold at the next day's close, for 10 bp of every change of weight.",
    "volatility_term_structure": "Each day, variance of 30 days is sold where the 90-day model-free volatility is "
                                 "above the 30-day one, and bought where it is below; dealt a day later.",
    "volatility_risk_premium": "Each day, variance of 30 days is sold where the model-free variance is above the "
                               "forecast of what will be realised, and nothing is held where not; dealt a day later.",
    "bid_ask_spread": "Each second, long where the quoted spread is in the highest fifth of its own past and short in "
                      "the lowest, or the reverse: the sign is learned in the first half; a taker, fees paid.",
    "order_flow_imbalance": "The same with the flow imbalance of 60 s.",
    "cross_exchange_arbitrage": "Buy at one venue's ask and sell at another's bid where the edge after both fees is "
                                "above 0, both legs after latency.",
}
"""Rules by name of the framework's tables."""

WINDOWS = (5, 10, 20, 60, 120)
VARIANCE_COST = 0.5
"""Volatility points that it costs to sell or buy variance once: half of what is quoted between."""


def held(panel, window, lower=True) -> pd.DataFrame:
    """Weights of the half of the assets whose realised volatility over `window` days is lower, or higher; equal."""
    volatility = panel.factor(f"rv_{window}d")
    chosen = upper_half(-volatility if lower else volatility)
    return chosen.astype(float).div(chosen.sum(axis=1).where(lambda n: n > 0), axis=0)


def by_volatility(panel, cost=daily.COST) -> dict[str, pd.DataFrame]:
    """Every variant of the first strategy: lower and higher half, five windows. The first is the one that is judged."""
    fills, judged = panel.column("close"), ("lower", 20)
    variants = [judged, *(one for one in itertools.product(("lower", "higher"), WINDOWS) if one != judged)]
    said = {one: f"{one[0]} half by rv_{one[1]}d" for one in variants} | {judged: "realized_volatility"}
    return {said[one]: daily.earned(held(panel, one[1], one[0] == "lower"), fills, cost) for one in variants}


def equal_weight(panel) -> pd.Series:
    """Return of the market: all assets in equal parts, from close to close, stamped as `daily.earned` does."""
    fills = panel.column("close")
    return (fills.shift(-1) / fills - 1).mean(axis=1).iloc[:-1]


def on_variance(curve) -> dict[str, pd.DataFrame]:
    """Every variant of the second and third strategies. The first and the second are those that are judged.

    Parameters
    ----------
    curve : frame
        See `kit.columns.Curve`; a row a snapshot.
    """
    curve = curve.set_index("time")
    near, far = curve["model_free_30d"], curve["model_free_90d"]
    slope, premium = np.sign(near - far), near**2 - curve["forecast"] ** 2
    trailing = near**2 - curve["realised"] ** 2
    wishes = {"volatility_term_structure": slope, "volatility_risk_premium": _short_where(premium > 0, premium),
              "short where the curve rises, else flat": _short_where(slope < 0, slope),
              "short where above the trailing variance": _short_where(trailing > 0, trailing),
              "always short": -near.notna().astype(float)}
    return {name: variance_gains(curve, wish) for name, wish in wishes.items()}


def index_returns(curve) -> pd.Series:
    """Returns of the underlying from each snapshot to the next."""
    index = curve.set_index("time")["index"]
    return (index.shift(-1) / index - 1).iloc[:-1]


def variance_gains(curve, wish, cost=VARIANCE_COST) -> pd.DataFrame:
    r"""Gains of a 30-day variance swap that is dealt anew every day, a share of the capital.

    .. math:: \frac{p}{2 K_t} \left(\frac{r^2 + K_{t+1}^2(\tau - \delta)\,(\tau - \delta)}{\tau} - K_t^2\right)

    - Capital is such that one volatility point is worth 1 % of it; K is the model-free volatility, r the log return of
      the index over the day, :math:`K(\tau - \delta)` on the next day's curve, linear in total variance.
    - Deribit lists no such swap: a strip of options and its delta hedge come to it, at a cost that is put at `cost`
      volatility points of every change of position, and of the thirtieth that is rolled every day.

    Parameters
    ----------
    curve : pandas.DataFrame
        Indexed by time: ``index``, ``model_free_14d``, ``model_free_30d``.
    wish : pandas.Series
        Position wanted at each snapshot, 1 long variance; dealt at the next snapshot; missing is none.

    Returns
    -------
    pandas.DataFrame
        ``gross, net, traded`` by snapshot, each from it to the next; days without a curve have no position.
    """
    days = curve.index.to_series().diff().shift(-1).dt.total_seconds() / 86400
    vol, tau = curve["model_free_30d"], 30.0
    before, near = curve["model_free_14d"].shift(-1), vol.shift(-1)
    left = 14 * before**2 + (tau - days - 14) / (tau - 14) * (tau * near**2 - 14 * before**2)
    change = (np.log(curve["index"]).diff().shift(-1) ** 2 * 365 + left) / tau - vol**2
    value = change / (2 * vol)
    position = wish.shift(1).where(value.notna()).fillna(0.0)
    traded = position.diff().abs().fillna(position.abs()) + position.abs() / tau
    gross = position * value.fillna(0.0)
    return pd.DataFrame({"gross": gross, "net": gross - cost / 100 * traded, "traded": traded}).iloc[:-1]


def table(gains, market, judged=1) -> pd.DataFrame:
    """Measures of the first strategies of many, deflated by all that were tried.

    Parameters
    ----------
    gains : dict of str to pandas.DataFrame
        As `daily.earned` returns, by name.
    market : pandas.Series
        Returns of the market, on the same clock.
    judged : int
        How many of the first are told of.

    Returns
    -------
    pandas.DataFrame
        A row a strategy and measure, ``"realized_volatility sharpe"``: ``value, low, high``; see
        `kit.quality.daily.measures`.
    """
    net = pd.DataFrame({name: one["net"] for name, one in gains.items()}).dropna()
    trials = sharpe.effective_trials(net.to_numpy())
    variance = float(np.nanvar(sharpe.sharpe_ratio(net.to_numpy().T), ddof=1))
    told = {name: daily.measures(one, market, trials=trials, variance=variance)
            for name, one in list(gains.items())[:judged]}
    found = pd.concat(told)
    return found.set_axis([f"{name} {measure}" for name, measure in found.index])


def wide(measured) -> pd.DataFrame:
    """Measures of `table` as they are read: a row a measure, a column a strategy, a cell a value and its interval."""
    said = {tuple(name.rsplit(" ", 1)): _cell(row) for name, row in measured.iterrows()}
    strategies, measures = (list(dict.fromkeys(part)) for part in zip(*said, strict=True))
    shown = pd.Series(said).unstack(0).loc[measures, strategies]
    return shown.rename(columns=lambda name: name.replace("_", " "))


def _cell(row):
    """A value and its interval, in which no line ends."""
    interval = f" [{row.low:.2f},\N{NO-BREAK SPACE}{row.high:.2f}]" if row.low <= row.high else ""
    return f"{row.value:.2f}{interval}"


def curves(gains, market, drawn, name="all in equal parts") -> dict[str, pd.Series]:
    """Growth of one unit of capital under some strategies, after costs, and of the market, called `name`."""
    net = {one: gains[one]["net"] for one in drawn}
    return {of: (1 + one).cumprod() for of, one in (net | {name: market}).items()}


def _short_where(condition, known):
    """-1 where a condition holds, else 0; missing where what it rests on is."""
    return (-condition.astype(float)).where(known.notna())
