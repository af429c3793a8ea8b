"""Which values a column may have, by its name: prices, sizes, fees, keys, sides and clocks; the others may have any."""

from __future__ import annotations

from kit import backend
from kit.kernels import checks
from kit.refusal import Refusal

PRICES = {"bid", "ask", "bids", "asks", "price", "open", "high", "low", "close", "index"}
SIZES = {"bid_size", "ask_size", "bid_sizes", "ask_sizes", "size", "volume", "buy_volume", "sell_volume", "gas_used",
         "gas_limit"}
FEES = {"base_fee", "tip"}
"""Prices that may be zero."""
KEYS = {"builder"}
"""Who somebody is: whole numbers from 0, -1 where it is not known."""
WHOLE = {"quotes": PRICES | SIZES, "trades": PRICES | SIZES | {"side"}, "matched": {"price", "size", "side"},
         "bars": PRICES}
"""What may not be missing: a print without a price is none. Elsewhere what is not known is NaN."""


def check_order(time, place):
    """Refuse a clock that runs backwards."""
    if checks.in_order(time):
        return
    raise Refusal("time runs backwards", file=place, column="time", row=_first(time[1:] < time[:-1]) + 1,
                  remedy="sort by time (stable), or read with the exchange's clock")


def check(name, array, spelled, kind, place):
    """Refuse a value that cannot be; `spelled` are the frame's names of the array's columns."""
    xp = backend.namespace(array)
    missing = name not in WHOLE.get(kind, ())
    if name in PRICES:
        if checks.positive(array, False, missing):
            return
        bad, what = ~((array > 0) & xp.isfinite(array)), "is not a positive finite price"
    elif name in SIZES | FEES:
        if checks.positive(array, True, missing):
            return
        bad, what = ~((array >= 0) & xp.isfinite(array)), f"is not a {'size' if name in SIZES else 'fee'} >= 0"
    elif name == "side":
        bad, what = (array != 0) & (abs(array) != 1), "is not -1, 0 or 1"
    elif name in KEYS:
        bad, what = array < -1, "is not a key from 0, or -1"
    else:
        return
    if missing:
        bad = bad & ~xp.isnan(array)
    row = _first(bad)
    if row is None:
        return
    column = int(bad[row].argmax()) if array.ndim == 2 else 0
    value = array[row, column] if array.ndim == 2 else array[row]
    raise Refusal(f"{value} {what}", file=place, column=spelled[column], row=row,
                  remedy="drop or repair the row at its source")


def _first(bad) -> int | None:
    """First row at which `bad` holds (any level of it), else None."""
    bad = bad if bad.ndim == 1 else bad.any(axis=1)
    return int(bad.argmax()) if bool(bad.any()) else None
