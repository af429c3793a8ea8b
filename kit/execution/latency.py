"""How long it takes until the exchange acts on what a trader decides."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kit.refusal import Refusal


def nanoseconds(text) -> int:
    """Nanoseconds in a delay such as ``"100ms"``; ``"0ms"`` is one too.

    Raises
    ------
    Refusal
        If `text` is no such delay, or is negative.
    """
    try:
        delay = pd.Timedelta(text).value if isinstance(text, str) else -1
    except ValueError as error:
        raise Refusal(f"{text!r} is not a delay", remedy="write one such as '100ms'") from error
    if delay < 0:
        raise Refusal(f"{text!r} is not a delay", remedy="write one such as '100ms'")
    return int(delay)


@dataclass(frozen=True)
class Constant:
    """The same delay for every message.

    Parameters
    ----------
    order : str
        From a decision until the order is in the market: ``"100ms"``, ``"0ms"``.
    cancel : str, optional
        From a decision until the order is out of the market; by default as long as `order`.
    """

    order: str = "100ms"
    cancel: str | None = None

    def __post_init__(self):
        nanoseconds(self.order), nanoseconds(self.cancel or self.order)

    @property
    def delays(self) -> tuple[int, int]:
        """Nanoseconds of an order and of a cancellation."""
        return nanoseconds(self.order), nanoseconds(self.cancel or self.order)

    def __str__(self):
        return self.order if self.cancel in (None, self.order) else f"{self.order}, cancelled in {self.cancel}"


USUAL = Constant("100ms")
