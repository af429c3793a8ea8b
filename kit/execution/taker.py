"""A taker: crosses the spread when the position that the signal wants changes."""

from __future__ import annotations

from kit import backend
from kit.execution.account import Replay, settle
from kit.execution.fees import REGULAR
from kit.execution.latency import USUAL, nanoseconds
from kit.kernels.replay_taker import replayed
from kit.refusal import Refusal


def taker(market, signal, *, latency=USUAL, fees=REGULAR, notional=10_000.0, capital=None,
          displayed=True, hold=None, funding=None) -> Replay:
    r"""Replay a taker: position :math:`\mathrm{sign}(\hat R)\,1\{|\hat R| > \theta\}` of a fixed notional.

    - **Latency.** An order is executed at the quote that stands one latency after its signal; with ``"0ms"`` at the
      signal's own. What would arrive after the last quote is not sent.
    - **Queue.** None: it buys at the ask and sells at the bid as they stand, and does not move them.
    - **Fees.** The taker's, of every fill's notional. Turning round is two fills: the close, and the opening.
    - **Fill.** Up to the size displayed (unless told otherwise). What is not filled is cancelled and asked for again
      at each following signal, as long as its target stands: the display is taken to be refilled by then.
    - It trades when the target changes only. Equal signals do not resize; profits are not reinvested. A long is
      notional / ask at its entry, a short notional / bid, not rounded to lots.
    - Marked at the bid when long, at the ask when short.

    Parameters
    ----------
    market : Market
    signal : Signal
    latency : Constant
    fees : Fees
    notional : float
        Quote currency of a position.
    capital : float, optional
        Quote currency at the start; the notional by default.
    displayed : bool
        Whether a fill is at most the size displayed.
    hold : str, optional
        Longest time to hold a position, then closed at the next signal and entered anew only when the target changes.
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
    arXiv 2602.00776, section 6.1.
    """
    ledger = takings(market, signal, [(signal.level, latency)], notional, displayed, hold, keep=True)
    return settle(market, ledger, fees, False, notional, capital, funding, stated(latency, fees, displayed))


def takings(market, signal, scenarios, notional, displayed, hold, keep=False):
    """The ledger of a taker's scenarios, (level, latency) each, kept where the market lives."""
    xp = backend.namespace(market.quotes.time)
    levels = xp.asarray([level for level, _ in scenarios], dtype=xp.float64)
    delays = xp.asarray([latency.delays[0] for _, latency in scenarios], dtype=xp.int64)
    longest = nanoseconds(hold) if hold is not None else 0
    return replayed(xp.asarray(signal.time), xp.asarray(signal.strength), market.quotes, levels, delays, longest,
                    positive(notional), displayed, keep)


def positive(notional) -> float:
    """The notional, refused where it is none."""
    if not notional > 0:
        raise Refusal(f"notional {notional}", remedy="give an amount of quote currency above 0")
    return float(notional)


def stated(latency, fees, displayed) -> tuple[str, ...]:
    """The assumptions of a replay, in words."""
    size = "up to the size displayed, the rest asked for again" if displayed else "whatever the size displayed"
    return (f"latency: {latency}", "queue: none, it crosses the spread", f"fees: {fees.taker:g} bp of every fill",
            f"fill: at the touch as it stands, {size}")
