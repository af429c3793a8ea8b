"""What ticks say of a market's grain: moves, bounce and noise of prices, and which floods of quotes would be found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.bootstrap import BLOCKS, mean
from kit.clock import SECOND
from kit.evaluate.calibration import wilson
from kit.factor import compute
from kit.sampling import grid, orders
from kit.sources.synthetic.flood import flooded
from kit.units import BP

APART = 180
"""Seconds from one planted flood to the next: each is judged by usual seconds."""
SHUFFLES = 199
"""Draws under the null hypothesis that directions are dealt at random."""


def as_prints_and_orders(trades) -> dict:
    """Both readings of a tape, on the host: every print, and prints put together to the taker orders they were."""
    return {"prints": backend.release(trades), "taker orders": backend.release(orders(trades))}


def bar_length(trades, fewest=200) -> str:
    """Longest of an hour, five minutes, a minute, ten seconds, and a second that a tape holds `fewest` times."""
    span = trades["time"].max() - trades["time"].min()
    return next((one for one in ("1h", "5min", "1min", "10s") if span >= fewest * pd.Timedelta(one)), "1s")


def moves(trades, tick) -> pd.Series:
    """How far the price went from print to print, in ticks, prints that did not move it left out; by UTC time."""
    tape = backend.release(trades)
    change = tape.set_index("time")["price"].diff().abs() / tick
    return change[change > 0].rename("ticks")


def persistence(trades, lags=10, seed=0, by=BLOCKS) -> pd.DataFrame:
    """Share of moves of the price that go where the move `lag` moves before went, of prints and of taker orders.

    Parameters
    ----------
    trades : frame
    lags : int
    seed : int
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        Indexed by ``reading, lag``: ``share, low, high``; ``null, null_low, null_high``, what 95 % of shuffled
        directions show; ``moves``.
    """
    rng, rows = np.random.default_rng(seed), {}
    for name, tape in as_prints_and_orders(trades).items():
        change = np.diff(tape["price"].to_numpy())
        up, time = change[change != 0] > 0, _stamps(tape)[1:][change != 0]
        shuffled = [np.mean(dealt[1:] == dealt[:-1]) for dealt in (rng.permutation(up) for _ in range(SHUFFLES))]
        null = dict(zip(("null_low", "null", "null_high"), np.quantile(shuffled, [0.025, 0.5, 0.975]), strict=True))
        for lag in range(1, lags + 1):
            same = mean(up[lag:] == up[:-lag], time[lag:], by)
            rows[name, lag] = {"share": same.value, "low": same.low, "high": same.high} | null | {"moves": len(up)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["reading", "lag"])


def signature(trades, steps=(1, 2, 5, 10, 20, 50, 100, 200), by=BLOCKS) -> pd.DataFrame:
    r"""Volatility against how many prints, or taker orders, a return spans: noise makes it rise towards the fewest.

    .. math:: \sqrt{\sum_i (\log p_i - \log p_{i-k})^2 / (k T)}

    Parameters
    ----------
    trades : frame
    steps : sequence of int
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        Indexed by ``reading, step``: ``volatility, low, high`` in basis points a square root of a second.

    References
    ----------
    Andersen, Bollerslev, Diebold and Labys (2000), Great realizations.
    """
    rows = {}
    for name, tape in as_prints_and_orders(trades).items():
        price, time = np.log(tape["price"].to_numpy()), _stamps(tape)
        pace = len(price) * SECOND / int(time[-1] - time[0])
        for step in (step for step in steps if step < len(price) // 10):
            squares = (price[step:] - price[:-step]) ** 2 * (pace / step)
            score = by.score(lambda s: BP * np.sqrt(s[..., 0] / s[..., 1]),
                             np.stack([squares, np.ones_like(squares)], axis=1), time[step:])
            rows[name, step] = {"volatility": score.value, "low": score.low, "high": score.high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["reading", "step"])


def noise(trades, quotes, by=BLOCKS) -> pd.DataFrame:
    r"""Half a spread, in basis points, as quoted and as the noise of prices implies it, of prints and of taker orders.

    - From the realised variance of all returns, :math:`\sqrt{RV / 2n}`: too large by the price's own variance.
    - From their covariance, :math:`\sqrt{-\mathrm{cov}(r_i, r_{i-1})}`, Roll's: missing where they do not bounce.
    - As quoted: half the median spread.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``reading, estimator``: ``half_spread_bp, low, high``.
    """
    touch = backend.release(compute(quotes, "spread"))["spread"].dropna()
    rows = {("quotes", "as quoted"): {"half_spread_bp": BP * touch.median() / 2, "low": np.nan, "high": np.nan}}
    for name, tape in as_prints_and_orders(trades).items():
        r, time = np.diff(np.log(tape["price"].to_numpy())), _stamps(tape)[2:]
        parts = np.stack([r[1:] ** 2, r[1:] * r[:-1], r[1:], r[:-1], np.ones(len(time))], axis=1)
        for estimator, root in (("realised variance", _realised), ("Roll", _roll)):
            score = by.score(root, parts, time)
            rows[name, estimator] = {"half_spread_bp": score.value, "low": score.low, "high": score.high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["reading", "estimator"])


def _realised(s):
    return BP * np.sqrt(s[..., 0] / s[..., 4] / 2)


def _roll(s):
    bounce = s[..., 2] * s[..., 3] / s[..., 4] ** 2 - s[..., 1] / s[..., 4]
    return BP * np.sqrt(np.where(bounce >= 0, bounce, np.nan))


def floods(seconds) -> pd.Series:
    """1 in seconds that `quote_stuffing` counts, 0 in others, on the grid's clock; missing where it is not known."""
    return backend.release(compute(seconds, "quote_stuffing", stuffed="1s"))["quote_stuffing"]


def floods_found(recording, multiples=(2, 5, 10, 20, 50), count=20, seed=0) -> pd.DataFrame:
    """How many floods are found of those planted in a recording, by how many times the usual messages they are.

    Parameters
    ----------
    recording : kit.sources.datasets.Recording
    multiples : sequence of int
        Messages of a flood, times the mean of the seconds that have any.
    count : int
        Floods planted, at most, in seconds in which `quote_stuffing` is known, none in another's `APART` seconds.
    seed : int

    Returns
    -------
    pandas.DataFrame
        By ``multiple``: ``messages``, ``planted``, ``found``, ``share`` with its Wilson interval ``low, high``.
    """
    quotes, how = backend.release(recording.quotes), {"stale": recording.stale, "heard": recording.heard}
    seconds = grid(recording.quotes, recording.trades, **how)
    usual = float(backend.release(seconds)["n_quotes"].replace(0, np.nan).mean())
    drawn = _drawn(floods(seconds), count, np.random.default_rng(seed))
    step, rows = float((quotes["ask"] - quotes["bid"]).median()), {}
    for multiple in multiples:
        messages = max(2, round(multiple * usual))
        planted = backend.adopt(flooded(quotes, drawn, messages, step))
        found = int((floods(grid(planted, recording.trades, **how))[clock.utc(drawn)] > 0).sum())
        low, high = wilson(found, len(drawn))
        rows[multiple] = {"messages": messages, "planted": len(drawn), "found": found, "share": found / len(drawn),
                          "low": low, "high": high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("multiple")


def _drawn(known, count, rng):
    """Stamps of seconds, drawn at random from every `APART`-th of those in which something is known."""
    known = known.dropna().index.as_unit("ns").asi8
    apart = known[rng.integers(min(APART, len(known)))::APART]
    return np.sort(rng.choice(apart, min(count, len(apart)), replace=False))


def _stamps(tape):
    return backend.nanoseconds(tape["time"], "trades")
