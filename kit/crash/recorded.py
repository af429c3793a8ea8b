"""The recordings of 2025-10-10, where they are at hand: eight tapes of trades, one mark price, one side of a book.

There are no quotes of that day: no imbalance, no quoted spread, no replay of a trader. There is no day before either,
but for the mark price: the control is the rest of the same day, before and after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.bootstrap import in_columns
from kit.crash import contrast, tape
from kit.crash.path import fall, realised
from kit.sources import datasets

PAIRS = (("binance-delivery/ETCUSD_PERP", "coinbase/ETC-USD"),
         ("binance-delivery/AVAXUSD_PERP", "coinbase/AVAX-USD"), ("gemini/AVAXUSD", "coinbase/AVAX-USD"))
"""Venues of one coin: the first against the second."""


@dataclass(frozen=True)
class Tapes:
    """Trades of the day by tape, and the taker orders in them."""

    trades: dict[str, pd.DataFrame]
    taken: dict[str, pd.DataFrame]

    def prices(self, event) -> dict[str, pd.Series]:
        """Last price of each second of the event over that at its begin; missing after a minute without trades."""
        found = {}
        for name, taken in self.taken.items():
            price = taken.set_index("time")["last"]
            second = price[event.covers(price.index)].resample("1s").last().ffill(limit=60)
            found[name] = second / second.dropna().iloc[0]
        return found

    def summary(self, event) -> pd.DataFrame:
        """A row a tape: the fall and what takers did; see `tape.summary`."""
        return pd.DataFrame({name: tape.summary(taken, event) for name, taken in self.taken.items()}).T

    def compared(self, event) -> dict[str, pd.DataFrame]:
        """The event's minutes against the day's others, tape by tape; see `tape.compare`."""
        return {name: tape.compare(tape.by_minute(taken), event) for name, taken in self.taken.items()}

    def silences(self, event) -> pd.DataFrame:
        """Stretches without a trade longer than all but a thousandth of the control's, by tape."""
        parts = [tape.silences(taken, event).assign(tape=name) for name, taken in self.taken.items()]
        every = pd.concat(parts, ignore_index=True)
        return every[every["seconds"] > every["usual"]].set_index("tape")

    def bases(self, stale="5s") -> dict[str, pd.Series]:
        """Basis of each pair of venues, by second; see `tape.basis`."""
        return {f"{one} over {other}": tape.basis(self.taken[one], self.taken[other], stale) for one, other in PAIRS}


def tapes() -> Tapes | None:
    """The day's tapes; None where KIT_DATA does not hold them (`standing` says so)."""
    if "crash" not in datasets.available():
        return None
    trades = {name: datasets.load("crash", name).trades for name in datasets.symbols("crash")}
    return Tapes(trades, {name: tape.orders(frame, tape.CONTRACT.get(name.split("/")[1]))
                          for name, frame in trades.items()})


def standing() -> str:
    """Whether the tapes are at hand, in words."""
    if "crash" in datasets.available():
        return "The recordings of 2025-10-10 are at hand: eight tapes of trades, no quotes."
    return "The recordings of 2025-10-10 are not at hand: set KIT_DATA to the folder that holds them."


def frames(found) -> dict[str, pd.DataFrame]:
    """The tapes' trades by name, for a report's provenance; none where there are none."""
    return {} if found is None else {f"trades {name}": frame for name, frame in found.trades.items()}


def basis_table(bases, event) -> pd.DataFrame:
    """A row a pair: median distance of minutes (either way, bp) against the rest of the day, and the extreme."""
    rows = {}
    for name, series in bases.items():
        minutes = tape.basis_by_minute(series)
        scores = contrast.contrast(minutes["distance_bp"], event.covers(minutes.index))
        inside = series[event.covers(series.index)]
        rows[name] = in_columns(scores) | {"lowest_bp": inside.min(), "lowest_at": inside.idxmin()}
    return pd.DataFrame(rows).T


def mark(event) -> pd.DataFrame:
    """The mark price of BTC at Binance COIN-M by the minute: the event, and the same minutes of the day before."""
    bars = datasets.load("crash-mark", "BTCUSD_PERP").tables["bars"]
    rows = {}
    for days in (0, 1):
        shifted = bars["time"] + pd.Timedelta(days, "d")
        close = bars["close"].set_axis(bars["time"])[event.covers(shifted)]
        rows["the day before" if days else "the event"] = {
            "drawdown": fall(close).drawdown, "volatility_bp": realised(close, "60s"), "minutes": len(close)}
    return pd.DataFrame(rows).T


def asks(event, within=1.0) -> dict:
    """Dollars offered within a percentage above the mid of Binance's BTCUSDT perpetual, event against control.

    The bids of that day's file are stale from 15:30:42 on (`kit.sources.doctor`), so they are left out.
    """
    bands = datasets.load("crash-depth", "BTCUSDT").tables["bands"]
    offered = bands[bands["percentage"] == within]
    return contrast.contrast(offered["notional"].to_numpy(), event.covers(offered["time"]), np.median, run=10)


def record(numbers, found, event, compared, distances, marked):
    """Add what the recordings say to a report's numbers; nothing where there are none."""
    if found is None:
        return
    numbers.table("recorded falls", found.summary(event)[["change", "drawdown", "regained", "lowest", "net_flow"]])
    for name, table in compared.items():
        numbers.table(f"recorded minutes {name}", table[["event", "control", "against", "against_low", "against_high"]])
    numbers.table("recorded basis", distances.drop(columns="lowest_at"), unit="bp")
    numbers.table("recorded mark price", marked)
    for name, score in asks(event).items():
        numbers.add(f"recorded asks within 1 %, {name}", score, unit="1" if name == "against" else "USD")
