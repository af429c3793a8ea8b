"""W9: GARCH(1,1) fits and rolling refits, against arch, which is the definition.

A fit that is less likely than arch's by more than 1e-6 stops the bench. Ours start cold in every window, so that
answers do not depend on how the data are cut.
"""

from __future__ import annotations

import sys

import numpy as np
from arch import arch_model

from bench.compare import compare
from kit.kernels import garch
from kit.past import Past

WINDOW, EVERY = 1000, 20
DAY = 86_400 * 10**9
TOLERANCE = 1e-6  # of log-likelihood


def market(n):
    """Returns in per cent of a GARCH(1,1) with heavy-tailed shocks."""
    shocks, h, x = np.random.default_rng(0).standard_t(6, n) / np.sqrt(1.5), 1.0, np.empty(n)
    for t in range(n):
        x[t] = np.sqrt(h) * shocks[t]
        h = 0.05 + 0.1 * x[t] ** 2 + 0.85 * h
    return x


def theirs(x):
    """A fit as users of arch make it, in the unit where its optimiser is at home."""
    return arch_model(x, rescale=False).fit(disp="off", show_warning=False)


def checked(x):
    """By how much ours is likelier, at least what is allowed."""
    gap = garch.fit(x).loglikelihood - theirs(x).loglikelihood
    assert gap >= -TOLERANCE, f"ours is less likely than arch's by {-gap:.2e}"
    return gap


def single(n, repeat):
    """One fit of n rows."""
    x = market(n)
    print(f"n = {n:,}: ours is likelier than arch's by {checked(x):.1e}")
    compare({"ours": lambda: garch.fit(x), "arch": lambda: theirs(x)}, repeat=repeat, title=f"one fit of {n:,} rows",
            goals={"arch": 15})


def rolling(rows):
    """Refits on the 1,000 rows before every 20th, and one-step forecasts between them."""
    x, time = market(rows), np.arange(rows) * DAY
    starts = range(WINDOW, rows, EVERY)
    gaps = [checked(x[s - WINDOW:s]) for s in starts]
    print(f"{len(gaps)} windows: ours is likelier than arch's by {min(gaps):.1e} to {max(gaps):.1e}")
    compare({"ours, with forecasts": lambda: Past().at(time).garch(x, WINDOW, EVERY),
             "arch, fits alone": lambda: [theirs(x[s - WINDOW:s]) for s in starts]},
            base="ours, with forecasts", repeat=3,
            title=f"{len(gaps)} refits, window of {WINDOW:,} rows", goals={"arch, fits alone": 50})


def main(rows=3000) -> None:
    single(1_000, 7)
    single(100_000, 3)
    rolling(rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
