"""Bars in which nothing was traded."""

from __future__ import annotations

from kit.sources.doctor.tally import Tally
from kit.sources.doctor.wording import count, percent


class Volume:
    """Bars of volume 0: quiet minutes, or prices at which nobody ever traded."""

    def __init__(self, kind):
        self._kind = kind
        self._zero = Tally()
        self._rows = 0

    def see(self, batch):
        """Count the bars without volume."""
        if "volume" in batch:
            self._rows += len(batch)
            self._zero.add(batch["volume"] == 0, batch)

    def findings(self):
        """A warning where no bar has volume, a note where some have none."""
        if self._zero.rows == self._rows > 0:
            yield self._zero.finding(
                "warning", "no volume", self._kind,
                f"all {count(self._rows, 'bar')} have volume 0: these are mark or index prices, at which nobody "
                "traded; factors of volume are not defined")
        elif self._zero.rows:
            yield self._zero.finding(
                "info", "bars without trades", self._kind,
                f"{count(self._zero.rows, 'bar')} ({percent(self._zero.rows, self._rows)}) have volume 0: their "
                "price is carried forward")
