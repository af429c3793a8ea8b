"""What a maker wants in the market, as numbers that the replay reads."""

from __future__ import annotations

from dataclasses import dataclass

from kit import backend
from kit.kernels import replay_maker as kernel
from kit.past import Past
from kit.refusal import Refusal


@dataclass(frozen=True)
class Gated:
    """The taker's position, reached by waiting: joins the touch on the side that leads to it, and no other.

    - The position wanted is the taker's; its size is fixed when the target changes, by the touch then.
    - The order is cancelled when the signal no longer wants it, or when the touch has moved; then it joins anew.
    - Positions are left in the same manner: by waiting.
    """

    kind = kernel.GATED
    cap, lean, toxic, pull = 1.0, 0.0, 0.0, False


JOIN = Gated()


@dataclass(frozen=True)
class Symmetric:
    """Both sides at the touch, whatever the signal, as long as the position stays within `cap` notionals."""

    cap: float = 1.0
    kind = kernel.TWO_SIDED
    lean, toxic, pull = 0.0, 0.0, False

    def __post_init__(self):
        if not self.cap > 0:
            raise Refusal(f"cap {self.cap}", remedy="give a number of notionals above 0")


@dataclass(frozen=True)
class Adaptive:
    """Both sides, each further from the touch the more it is threatened, or not at all.

    - A quote stands ``lean`` x (the return foreseen against it) + ``toxic`` x (toxicity) from the touch, as a share of
      the price, rounded to whole ticks. Nothing but its own side widens for the signal; both widen for toxicity.
    - With `pull`, a quote is withdrawn while the signal exceeds its threshold against it.
    - Toxicity is the realised volatility of the mid over the `window` until now, in return units: past quotes only.
      Until there is one, nothing is quoted.

    References
    ----------
    Glosten and Milgrom (1985): who quotes asks for the loss to those who know more.
    """

    cap: float = 1.0
    lean: float = 1.0
    toxic: float = 0.5
    pull: bool = True
    window: str = "10s"
    kind = kernel.TWO_SIDED

    def __post_init__(self):
        if not self.cap > 0 or self.lean < 0 or self.toxic < 0:
            raise Refusal(f"cap {self.cap}, lean {self.lean}, toxic {self.toxic}",
                          remedy="give a cap above 0, and weights of 0 or more")


def toxicity(policy, quotes):
    """Toxicity at each quote, return units; zeros for a policy that does not ask for it."""
    xp = backend.namespace(quotes.time)
    if policy.toxic == 0.0:
        return xp.zeros(len(quotes.time))
    past = Past().at(quotes.time)
    mid = xp.log((quotes.bid + quotes.ask) / 2)
    step = mid - past.lag(mid, 1)
    return xp.sqrt(past.sum(step * step, policy.window))
