"""Traders through the same day on the same forecasts: takers who leave at once, or stay; makers who heed, or do not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import BLOCKS, mean
from kit.clock import SECOND
from kit.crash.window import stamps
from kit.evaluate import markouts
from kit.execution import Adaptive, Constant, Fees, Gated, Replay, Signal, Symmetric, maker, market, taker
from kit.execution.thresholds import inner_forecasts
from kit.kernels.joins import asof
from kit.model import foretell
from kit.refusal import Refusal
from kit.units import BP

HORIZONS = ("1s", "3s", "10s", "60s")
NO_FEES = Fees(maker=0.0, taker=0.0)
TRADERS = ("taker", "holding taker", "imbalance taker", "naive maker", "gated maker", "adaptive maker")
IMBALANCE = "l1_imbalance"


def signal(study, quantile=0.9) -> Signal:
    """A study's forecasts, and how strong they must be: a quantile of forecasts inside each fold's training window.

    Parameters
    ----------
    study : kit.study.Study
    quantile : float
        In (0, 1), of the sizes of `kit.execution.thresholds.inner_forecasts`: no test row has a say in it.
    """
    chosen = study.settings
    memory = {"memory": clock.longest(chosen.flow, chosen.vol), "horizon": chosen.horizon}
    levels = [_level(inner_forecasts(fold, study.X, study.y, **memory)[1], quantile) for fold in study.oof.folds]
    time, predicted, fold = foretell(study.oof, study.features)
    return Signal(time, predicted, np.array(levels)[fold])


def by_imbalance(study, quantile=0.9) -> Signal:
    """The imbalance shown, in place of a forecast: what one would follow who had no model; see `signal`."""
    time, shown = study.X.index.asi8, study.X[IMBALANCE].to_numpy()
    levels = [_level(shown[(time >= fold.train_start) & (time <= fold.train_end)], quantile)
              for fold in study.oof.folds]
    told, _, fold = foretell(study.oof, study.features)
    everywhere = study.features[IMBALANCE].to_numpy()
    return Signal(told, everywhere[study.features.index.asi8.searchsorted(told)], np.array(levels)[fold])


def _level(values, quantile):
    if not 0 < quantile < 1:
        raise Refusal(f"quantile {quantile}", remedy="give one between 0 and 1")
    return float(np.nanquantile(np.abs(values), quantile))


def held(signal) -> Signal:
    """The same signal for a taker who stays: a strong value stands until another is strong the other way."""
    strong = np.abs(signal.value) > signal.threshold
    last = np.maximum.accumulate(np.where(strong, np.arange(len(strong)), -1))
    side = np.where(last < 0, np.nan, np.sign(signal.value[np.maximum(last, 0)]))
    return Signal(signal.time, side, 0.5)


def replays(study, quantile=0.9, *, latency="100ms", fees=NO_FEES, notional=10_000.0, cap=1.0) -> dict[str, Replay]:
    """All traders, on what was recorded from the first forecast on.

    Parameters
    ----------
    study : kit.study.Study
    quantile : float
        Of the threshold, see `signal`.
    latency : str
    fees : Fees
        None by default, as the paper's figures have none.
    notional : float
        Quote currency of a position, and the capital.
    cap : float
        Largest inventory of the makers who quote both sides, notionals.

    Returns
    -------
    dict of str to Replay
        ``taker``, in the market only while the forecast is strong; ``holding taker``, who stays
        until it is strong the other way; ``imbalance taker``, who does so on the imbalance alone; ``naive maker``, at
        the touch on both sides whatever the forecast; ``gated maker``, on the side of the forecast only; ``adaptive
        maker``, further away the worse the forecast and the volatility.
    """
    wanted, recorded = signal(study, quantile), study.recording
    first = int(wanted.time[0])
    traded = market(_from(recorded.quotes, first), _from(recorded.trades, first))
    shared = {"latency": Constant(latency), "fees": fees, "notional": notional}
    told = {"taker": wanted, "holding taker": held(wanted), "imbalance taker": held(by_imbalance(study, quantile))}
    policies = {"naive maker": Symmetric(cap=cap), "gated maker": Gated(), "adaptive maker": Adaptive(cap=cap)}
    return {name: taker(traded, heard, **shared) for name, heard in told.items()} | {
        name: maker(traded, wanted, policy=policy, **shared) for name, policy in policies.items()}


def _from(frame, first):
    return frame[frame["time"] >= pd.Timestamp(first, tz="UTC")].reset_index(drop=True)


@dataclass(frozen=True)
class Pay:
    """What a trader gained inside an event and outside it, quote currency."""

    event: float
    rest: float

    @property
    def share(self) -> float:
        """Of the event in the total; NaN where the two are of different sign, and a share would mislead."""
        return self.event / (self.event + self.rest) if self.event * self.rest > 0 else np.nan


def pay(replay, event) -> Pay:
    """Split a trader's gain into that of the event and that of the rest."""
    gains = _gains(replay)
    inside = event.covers(gains.index)
    return Pay(float(gains[inside].sum()), float(gains[~inside].sum()))


def _gains(replay):
    """What each second brought, the first from the capital on."""
    equity = replay.equity()
    return equity.diff().fillna(equity.iloc[0] - replay.capital)


def charged(replay, event) -> float:
    """Fees paid in the event, quote currency."""
    return float(replay.fills["fee"][event.covers(replay.fills["time"])].sum())


def without(replay, event) -> pd.Series:
    """A trader's equity had nothing been gained or lost in the event: its steps there are left out."""
    gains = _gains(replay)
    return replay.capital + gains.where(~event.covers(gains.index), 0.0).cumsum()


def inventory(replay, event) -> dict[str, float]:
    """What a trader held through the event.

    Returns
    -------
    dict of str to float
        ``longest`` and ``shortest`` position in notionals, ``half_life_s`` (from the largest holding until it was
        halved; NaN if it never was), ``held_s`` (seconds in position for each position entered), ``bought`` and
        ``sold`` (fills), ``asymmetry``, (bought - sold) / (bought + sold), and ``stale_fills``, made on quotes older
        than five seconds.
    """
    position = replay.position()
    inside = event.covers(position.index)
    middle = _middle(replay.market, position.index.asi8)
    held = (position * middle / replay.notional)[inside]
    fills = event.covers(replay.fills["time"])
    side = replay.fills["side"].to_numpy()[fills]
    entered = int((replay.entries() & fills).sum())
    bought, sold = int((side > 0).sum()), int((side < 0).sum())
    return {"longest": float(held.max()), "shortest": float(held.min()), "half_life_s": _half_life(held.abs()),
            "held_s": float((held != 0).sum() / entered) if entered else np.nan, "bought": bought, "sold": sold,
            "asymmetry": (bought - sold) / (bought + sold) if bought + sold else np.nan,
            "stale_fills": _stale(replay, fills)}


def _middle(traded, time):
    row = asof(time, traded.quotes.time, at_or_before=True)
    return (traded.quotes.bid[row] + traded.quotes.ask[row]) / 2


def _half_life(size):
    if not (size > 0).any():
        return np.nan
    top = int(size.argmax())
    later = (size.to_numpy()[top:] <= size.iloc[top] / 2)
    return float(later.argmax()) if later.any() else np.nan


def _stale(replay, fills, longest=5 * SECOND):
    time = stamps(replay.fills["time"])[fills]
    row = asof(time, replay.market.quotes.time, at_or_before=True)
    return int((time - replay.market.quotes.time[row] > longest).sum())


def summary(traders, event) -> pd.DataFrame:
    """One row a trader: gains, their share, and what was held."""
    rows = {}
    for name, replay in traders.items():
        gained = pay(replay, event)
        rows[name] = {"event": gained.event, "rest": gained.rest, "share": gained.share} | inventory(replay, event)
    return pd.DataFrame(rows).T.rename_axis("trader")


def markout(traders, quotes, event, by=BLOCKS) -> pd.DataFrame:
    """Gain of fills by the seconds behind them, inside the event and outside.

    Returns
    -------
    pandas.DataFrame
        ``trader``, ``when``, ``horizon`` (s), ``markout`` with ``markout_low`` and ``markout_high`` (bp, every fill
        alike), ``n``.
    """
    parts = []
    for name, replay in traders.items():
        inside = event.covers(replay.fills["time"])
        for when, rows in {"event": inside, "control": ~inside}.items():
            if rows.any():
                measured = markouts.spreads(replay.fills[rows], quotes, HORIZONS)
                curve = markouts.curve(measured, ("trade",), by)
                parts.append(curve.assign(trader=name, when=when))
    columns = ["trader", "when", "horizon", "markout", "markout_low", "markout_high", "n"]
    return pd.concat(parts, ignore_index=True)[columns]


def strength(study, event, quantile=0.999, by=BLOCKS) -> dict:
    """How far forecasts left their usual range: against a quantile of |forecast| before the event.

    Returns
    -------
    dict
        ``usual_bp`` (that quantile), ``largest`` (of the event, in units of it), and ``beyond``, a Score: the share of
        the event's seconds beyond it.
    """
    size, inside = np.abs(study.oof.predicted) * BP, event.covers(study.oof.time)
    before = study.oof.time < event.begin
    if not before.any() or not inside.any():
        raise Refusal("no forecasts before the event, or none in it", remedy="walk folds that test both")
    usual = float(np.quantile(size[before], quantile))
    beyond = mean(size[inside] > usual, study.oof.time[inside], by)
    if beyond.value in (0, 1):
        beyond = replace(beyond, low=np.nan, high=np.nan, method="seen never, or always: resamples know no more")
    return {"usual_bp": usual, "largest": float(size[inside].max() / usual), "beyond": beyond}
