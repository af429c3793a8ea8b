"""The doctor: examines a recording and says what is wrong with it, in plain sentences with rows and times.

A check is an object that sees a recording's batches one after the other and tells its findings at the end; it keeps
what it needs across batches, so that a fault on the border of two is found like any other. `examine` runs them all.
"""

from kit.sources.doctor.examination import examine
from kit.sources.doctor.finding import Diagnosis, Fact, Finding, to_frame

__all__ = ["Diagnosis", "Fact", "Finding", "examine", "to_frame"]
