"""Tables of what happened on a chain, which have no clock: each looked at by itself, then all block by block."""

from __future__ import annotations

from collections import Counter

from kit import events
from kit.sources.doctor.finding import Fact, Finding
from kit.sources.doctor.happened import RULES, GasUnit, arrays
from kit.sources.doctor.headers import BaseFee, Numbers, Times
from kit.sources.doctor.inside import Inside
from kit.sources.doctor.sequences import KEYS, Repeats
from kit.sources.doctor.values import Values

CHECKS = {"blocks": (Numbers, Times, BaseFee), "transactions": (GasUnit,)}
"""What is looked at besides rules and repetitions."""

NEVER_EMPTY = ("blocks", "transactions")


class Happened:
    """All that happened, and what is known of it so far."""

    def __init__(self):
        self._rows, self._span, self._checks, self._inside = Counter(), {}, {}, Inside()

    def see(self, kind, frame, name):
        """Show a frame to every check.

        Raises
        ------
        Refusal
            As `kit.events.read`, and where an index is no place in a block.
        """
        found = events.read(frame, kind, file=f"{name}: {kind}")
        checks = self._checks.setdefault(kind, _checks(kind))
        if found:
            rows = arrays(kind, found, self._rows[kind])
            for check in checks:
                check.see(rows)
            low, high = self._span.get(kind, (rows["block"][0], rows["block"][0]))
            self._span[kind] = int(min(low, rows["block"].min())), int(max(high, rows["block"].max()))
            self._inside.see(kind, found, name)
        self._rows[kind] += len(found)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """How much there is of each kind."""
        return tuple(Fact(kind, self._rows[kind], blocks=self._span.get(kind)) for kind in sorted(self._checks))

    def findings(self):
        """What is wrong with each table, and between them."""
        for kind, checks in self._checks.items():
            if kind in NEVER_EMPTY and not self._rows[kind]:
                yield Finding("error", "no rows", kind, f"there are no {kind} that can be used: get them again")
            for check in checks:
                yield from check.findings()
        if self._rows["misfits"]:
            yield Finding("info", "misfits", "misfits",
                          f"{self._rows['misfits']:,} logs under the name of an event that the kit reads tell of none: "
                          "what they stand for is in no other table", self._rows["misfits"])
        yield from self._inside.findings()


def _checks(kind):
    rules = [Values(kind, RULES[kind])] if kind in RULES else []
    repeats = [Repeats(kind)] if kind in KEYS else []
    return rules + repeats + [check(kind) for check in CHECKS.get(kind, ())]
