"""A maker: waits in the queue at the prices its policy wants, and is filled when the market comes to it."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.execution.account import Replay, settle
from kit.execution.fees import REGULAR
from kit.execution.latency import USUAL
from kit.execution.policies import JOIN, toxicity
from kit.execution.queues import CAUTIOUS
from kit.execution.signal import Signal
from kit.execution.taker import positive
from kit.kernels import replay
from kit.kernels.replay_maker import makes


def maker(market, signal=None, *, policy=JOIN, latency=USUAL, queue=CAUTIOUS, fees=REGULAR,
          notional=10_000.0, capital=None, follows=True, funding=None) -> Replay:
    """Replay a maker.

    - **Latency.** An order is in the market one latency after the decision, and out of it one latency after its
      cancellation: until then it can be filled. An order is never amended: it is cancelled, and once it is gone a new
      one is sent. One order a side. Fills and cancellations are known at once.
    - **Queue.** Ahead of an order stands what is displayed at its price when it arrives: nothing inside the spread;
      unknown behind the touch, until its level becomes the touch, and then at most what is displayed there. How
      cancellations ahead shorten it is the queue model's to say. The order adds nothing to what is displayed.
    - **Fees.** The maker's, of every fill's notional. Orders that would cross on arrival are refused (post only).
    - **Fill.** At the order's price. By prints at it, beyond the queue ahead, in whole lots (rounded half up), up to
      what is left of the order; whole by a print through it, or by an opposite quote at it or beyond. Prints of unknown
      side fill nothing.
    - At one time prints come first, then quotes, then the maker's messages, then its signals.
    - Sizes are not rounded to lots. Marked at the bid when long, at the ask when short.

    Parameters
    ----------
    market : Market
    signal : Signal, optional
        A policy that asks for none quotes from the first quote on.
    policy : Gated, Symmetric or Adaptive
    latency : Constant
    queue : RiskAverse, TradeThrough, Power, Power2, Power3, Log or Log2
    fees : Fees
    notional : float
        Quote currency of a position, or of a quote.
    capital : float, optional
        Quote currency at the start; the notional by default.
    follows : bool
        Whether it decides at each quote too, and when its messages arrive; else at signals only.
    funding : Funding, optional

    Returns
    -------
    Replay

    Raises
    ------
    Refusal
        A notional that is not positive.

    References
    ----------
    arXiv 2602.00776, section 6.2; hftbacktest 2.4.4 for the queue models.
    """
    signal = silent(market) if signal is None else signal
    ledger = makings(market, signal, [(signal.level, latency, queue)], policy, notional, follows, keep=True)
    return settle(market, ledger, fees, True, notional, capital, funding, stated(policy, latency, queue, fees))


def makings(market, signal, scenarios, policy, notional, follows, keep=False):
    """The ledger of a maker's scenarios, (level, latency, queue) each, kept where the market lives."""
    xp = backend.namespace(market.quotes.time)
    rules = [[level, queue.power, policy.cap, policy.lean, policy.toxic, float(policy.pull)]
             for level, _, queue in scenarios]
    kinds = [[*latency.delays, queue.kind, policy.kind] for _, latency, queue in scenarios]
    args = (*market.quotes, *market.trades, xp.asarray(signal.time), xp.asarray(backend.lend(signal.value)),
            xp.asarray(signal.strength), toxicity(policy, market.quotes), xp.asarray(rules, dtype=xp.float64),
            xp.asarray(kinds, dtype=xp.int64), positive(notional), *steps(market), follows)
    return replay.run(makes, len(scenarios), args, keep=keep, reals=(2, 4), whole=(2, 2))


def silent(market) -> Signal:
    """A signal that foresees nothing, from the first quote on."""
    return Signal(market.quotes.time[:1], market.quotes.bid[:1] * np.nan)


def steps(market) -> tuple[float, float, float]:
    """The tick as a ratio of whole numbers, so that prices are the float64 nearest to their decimals; and the lot."""
    return float(market.tick.numerator), float(market.tick.denominator), float(market.lot)


def stated(policy, latency, queue, fees) -> tuple[str, ...]:
    """The assumptions of a replay, in words."""
    return (f"policy: {policy}", f"latency: {latency}, of orders and cancellations alike"
            if latency.cancel is None else f"latency: {latency}", f"queue: {queue}",
            f"fees: {fees.maker:g} bp of every fill", "fill: prints beyond the queue, or through the price; "
            "an opposite quote at the price")
