"""Many reports, several at a time: one a core, and those that read the others last."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from kit import backend
from kit.report.render import TIMEOUT, Rendered, ReportFailed, name_of, render


def press(wanted, into, *, timeout=TIMEOUT, jobs=None) -> Iterator[tuple[str, Rendered | ReportFailed]]:
    """Render reports, and yield each as it is done, or why it failed.

    Parameters
    ----------
    wanted : list of (path, dict)
        Notebooks and parameters, as `kit.report.programme` gives them; one with ``reports`` waits for those without.
    into : path
        Folder of the reports.
    timeout : int
        Seconds that one cell may take.
    jobs : int, optional
        Reports at a time, among which the cores are divided; by default one a core, and one alone on a GPU.
    """
    jobs = jobs or (1 if backend.chosen().gpu else os.cpu_count() or 1)
    for last in (False, True):
        batch = [one for one in wanted if ("reports" in one[1]) is last]
        with ProcessPoolExecutor(max(1, min(jobs, len(batch))), multiprocessing.get_context("spawn"),
                                 initializer=_share, initargs=(jobs,)) as pool:
            tasks = {pool.submit(_attempt, *one, into, timeout): name_of(*one) for one in batch}
            for done in as_completed(tasks):
                yield tasks[done], done.result()


def _share(jobs):
    """Leave each report its share of the cores."""
    os.environ["NUMBA_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // jobs))


def _attempt(notebook, parameters, into, timeout):
    try:
        return render(notebook, parameters, into, timeout=timeout)
    except ReportFailed as failure:
        return failure
