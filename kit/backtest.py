"""The paper's strategies on one study: what its forecasts would have earned, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import BLOCKS
from kit.evaluate import capacity, inference, markouts, performance
from kit.execution import (
    Adaptive,
    Constant,
    Fees,
    Gated,
    Log,
    Market,
    Power,
    Replay,
    RiskAverse,
    Signal,
    Symmetric,
    TradeThrough,
    blend,
    maker,
    market,
    sweep,
    taker,
    thresholds,
)
from kit.study import Study
from kit.units import BP

FREE = Fees(maker=0.0, taker=0.0)
POLICIES = {"gated maker": Gated(), "two-sided maker": Symmetric(), "adaptive maker": Adaptive()}
QUEUES = (TradeThrough(), RiskAverse(), Log(), Power(3))
"""From the lower bound of a maker's fills to a hopeful view."""


@dataclass(frozen=True)
class Backtest:
    """A study's forecasts as a signal, each fold's threshold chosen in its own training window, and its market."""

    study: Study
    market: Market  #: from the first forecast to the last
    signal: Signal
    thresholds: list  #: of `kit.execution.thresholds.Threshold`, one a fold
    latency: Constant
    fees: Fees
    notional: float

    @property
    def period(self) -> str:
        """Longest of a day, an hour, a minute and ten seconds that the market holds ten times."""
        length = self.market.end - self.market.start
        return next((one for one in ("1d", "1h", "1min") if 10 * clock.duration(one) <= length), "10s")

    def replays(self, queue=QUEUES[1]) -> dict[str, Replay]:
        """The taker and the makers through the same market."""
        how = {"latency": self.latency, "fees": self.fees, "notional": self.notional}
        makers = {name: maker(self.market, self.signal, policy=policy, queue=queue, **how)
                  for name, policy in POLICIES.items()}
        return {"taker": taker(self.market, self.signal, **how)} | makers

    def curves(self, replays, period="1d") -> dict[str, pd.Series]:
        """Equity of the taker, of the gated maker, of half each (evened out every period), and of buy and hold."""
        taking, making = (replays[name].equity() for name in ("taker", "gated maker"))
        halves = blend(*(performance.returns(one, period) for one in (taking, making)))
        half = self.notional * pd.concat([pd.Series([1.0], taking.index[:1]), (1 + halves).cumprod()])
        touch = self.study.grid.set_index("time").loc[taking.index[0]:taking.index[-1]]
        held = performance.buy_and_hold(touch["bid"], touch["ask"], self.notional, self.fees.taker)
        return {"taker": taking, "gated maker": making, "half each": half, "buy and hold": held}

    def frontier(self, multiples=(0.5, 1.0, 1.5, 2.0), latencies=("0ms", "50ms", "100ms", "250ms", "1s"),
                 fees=(0.0, 2.0, 5.0)) -> pd.DataFrame:
        """A taker at every threshold (multiples of the chosen one), latency and fee, with net bp of what it trades."""
        table = sweep(self.market, self.signal, thresholds=multiples, latency=[Constant(one) for one in latencies],
                      fees=[Fees(taker=fee) for fee in fees], notional=self.notional)
        return table.assign(net_bp=BP * table["net"] / table["turnover"].where(table["turnover"] > 0))

    def trials(self, multiples=(0.5, 0.75, 1.0, 1.5, 2.0), latencies=("0ms", "100ms", "250ms", "1s"), every="1s"):
        """Returns per period of takers without fees, a column each: what chance of overfitting a choice among them has.

        Returns
        -------
        pandas.DataFrame
        """
        values, threshold = self.signal.value, np.asarray(self.signal.threshold)
        curves = {f"{multiple:g} x, {latency}": taker(
            self.market, Signal(self.signal.time, values, multiple * threshold), latency=Constant(latency), fees=FREE,
            notional=self.notional).equity(every) for multiple, latency in product(multiples, latencies)}
        return pd.DataFrame(curves).diff().iloc[1:] / self.notional

    def queues(self, fees=(0.0, 2.0), models=QUEUES) -> pd.DataFrame:
        """The gated maker under every queue model and fee."""
        table = sweep(self.market, self.signal, policy=Gated(), queue=models, latency=[self.latency],
                      fees=[Fees(maker=fee) for fee in fees], notional=self.notional)
        return table.assign(net_bp=BP * table["net"] / table["turnover"].where(table["turnover"] > 0))

    def break_even_latency(self, delays=("0ms", "10ms", "50ms", "100ms", "250ms", "500ms", "1s"), by=BLOCKS):
        """Gains without fees at each latency, with their intervals, and the latency at which nothing is left.

        Returns
        -------
        totals : pandas.DataFrame
        score : Score
        """
        gains = capacity.by_latency(lambda delay: taker(self.market, self.signal, latency=delay, fees=FREE,
                                                        notional=self.notional), delays)
        return capacity.totals(gains, by), capacity.break_even(gains, by)

    def capacity(self, replay, by=BLOCKS):
        """What a taker's fills gain against the mid a horizon later, less fees, as the notional of each grows.

        Returns
        -------
        (pandas.DataFrame, Score) or None
            As `kit.evaluate.capacity.curve` and `capacity` return; None without a fill that has quotes on both sides.
        """
        return capacity.of_fills(replay.fills, self.study.recording.quotes, self.study.settings.horizon,
                                 self.fees.taker, by)

    def markouts(self, replays, by=BLOCKS) -> dict[str, pd.DataFrame]:
        """What the fills of each strategy were worth after a while; strategies without fills are left out."""
        return {name: markouts.curve(markouts.spreads(replay.fills, self.study.recording.quotes), ("trade",), by)
                for name, replay in replays.items() if len(replay.fills)}


def backtest(study, fees=FREE, *, latency="100ms", notional=10_000.0, **options) -> Backtest:
    """A study's forecasts, ready to be traded on.

    Parameters
    ----------
    study : kit.study.Study
    fees : Fees
        Paid by every fill; thresholds are chosen by what was earned after them.
    latency : str
        Of orders and cancellations.
    notional : float
        Quote currency of a position.
    **options
        As `kit.execution.thresholds.by_fold` takes them.
    """
    asked = study.settings
    inner = {"memory": clock.longest(asked.flow, asked.vol), "horizon": asked.horizon}
    how = {"latency": Constant(latency), "fees": fees, "notional": notional}
    whole = market(study.recording.quotes, study.recording.trades)
    options = {"fees": fees, "latency": [how["latency"]], "notional": notional, "inner": inner} | options
    signal, chosen = thresholds.by_fold(study.oof, study.X, study.y, whole, study.features, **options)
    last = int(signal.time[-1]) + clock.duration(study.settings.horizon)
    return Backtest(study, whole.between(int(signal.time[0]), last), signal, chosen, **how)


def odds(study, taker_fee=5.0) -> pd.Series:
    """What a forecast would have to overcome, stated before any profit, in basis points.

    Returns
    -------
    pandas.Series
        ``sigma`` of a horizon's return and standard deviation ``forecast_sd`` of forecasts, out of fold; median
        ``spread``; ``round_trip``, the spread and two fees; and ``needed``, the forecast's size that pays for it in
        its standard deviations.
    """
    spread = BP * float(study.features["spread"].median())
    said = BP * float(study.oof.predicted.std())
    trip = spread + 2 * taker_fee
    return pd.Series({"sigma": BP * float(study.oof.actual.std()), "forecast_sd": said, "spread": spread,
                      "round_trip": trip, "needed": trip / said})


def against_holding(curves, every) -> pd.DataFrame:
    """The paper's Table 4: tests of each strategy's mean return against nothing and against buy and hold.

    Returns
    -------
    pandas.DataFrame
        A row a strategy, null and test, indexed so: see `kit.evaluate.inference.compare`.
    """
    returns = {name: performance.returns(curve, every) for name, curve in curves.items()}
    held = returns.pop("buy and hold")
    found = pd.concat({name: inference.compare(one, held) for name, one in returns.items()}, names=["strategy"])
    return found.rename(index={"zero": "nothing", "benchmark": "holding"}).droplevel("rows")


def family(tests, test="bootstrap") -> pd.Series:
    """Two-sided p-values of one test for every hypothesis that was looked at, those without trades too.

    Parameters
    ----------
    tests : dict of str to pandas.DataFrame
        As `against_holding` returns, by what was paid.
    test : str
        Which one: three tests of one hypothesis are no three hypotheses.

    Returns
    -------
    pandas.Series
        1 where nothing varies, because nothing was traded.
    """
    p = pd.concat({paid: table["p_two_sided"].xs(test, level="test") for paid, table in tests.items()})
    return p.fillna(1.0).set_axis([f"{name} {paid}, against {null}" for paid, name, null in p.index])
