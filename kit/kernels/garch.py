"""Rolling refits of GARCH(1,1) and GJR-GARCH(1,1): a block of rows is an item, fitted on the rows before it.

Blocks begin at fixed rows, multiples of `every`. Each is fitted on the `window` rows before it and nothing else, and
filtered with the parameters found: answers do not depend on how the data are cut. The parameters are those of
`garch_likelihood`, of the window in units of its standard deviation about its mean.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from kit import backend
from kit.kernels.garch_likelihood import BETA, DOWN, MU, OMEGA, UP, backcast
from kit.kernels.garch_search import ROWS, search
from kit.kernels.launch import launch

NAN = math.nan


def standardise(x, z):
    """z = (x - mean) / root mean square, and these two; NaN where a row is missing or all are the same."""
    n = x.shape[0]
    total = 0.0
    for i in range(n):
        total += x[i]
    mean, square = total / n, 0.0
    for i in range(n):
        square += (x[i] - mean) ** 2
    scale = math.sqrt(square / n)
    if not scale > 1e-12 * abs(mean):
        return NAN, NAN
    for i in range(n):
        z[i] = (x[i] - mean) / scale
    return mean, scale


def filtered(x, z, mean, scale, start, sample, p, out):
    """Standard deviation of the row after each of x, whose variance z, the rows before them, has prepared."""
    variance = start + p[MU] * p[MU] if sample else start
    square, slope = variance, 0.5 * (p[UP] + p[DOWN])
    for t in range(z.shape[0] + x.shape[0]):
        variance = p[OMEGA] + slope * square + p[BETA] * variance
        e = (z[t] if t < z.shape[0] else (x[t - z.shape[0]] - mean) / scale) - p[MU]
        square, slope = e * e, p[UP] if e >= 0.0 else p[DOWN]
        if t >= z.shape[0]:
            out[t - z.shape[0]] = scale * math.sqrt(p[OMEGA] + slope * square + p[BETA] * variance)


def refits(lo, hi, reals, whole, x, before, block, window, every, tied, sample, fitted, sigma, persistence):
    """Each item: a block, fitted unless it is already. x begins `before` rows after the first row ever seen."""
    for item in range(lo, hi):
        s, p, known = (block + item) * every - before, reals[7], fitted[item]
        z, mean, scale = reals[0, :window], NAN, NAN
        if s >= window:
            mean, scale = standardise(x[s - window:s], z)
        start = backcast(z, sample)
        if scale == scale and known[BETA] != known[BETA]:
            known[5] = search(z, start, sample, tied, reals)
            for i in range(5):
                known[i] = p[i] if known[5] < math.inf else NAN
        filtered(x[s:s + every], z, mean, scale, start, sample, known, sigma[s:s + every])
        for i in range(s, min(s + every, x.shape[0])):
            persistence[i] = 0.5 * (known[UP] + known[DOWN]) + known[BETA]


class Fitted(NamedTuple):
    """Parameters in the units of the series, and the log-likelihood; NaN where a fit has failed."""

    mu: float
    omega: float
    alpha: float
    gamma: float  #: what a fall adds to alpha; 0 of GARCH
    beta: float
    loglikelihood: float

    @property
    def persistence(self) -> float:
        """alpha + gamma / 2 + beta: from 1 on there is no unconditional variance."""
        return self.alpha + self.gamma / 2 + self.beta


def fit(x, asymmetric=False, sample=False) -> Fitted:
    """One fit of a whole series.

    Parameters
    ----------
    x : array of float64, shape (n,)
        Returns, in any unit.
    asymmetric, sample : bool
        See `blocks`.
    """
    n, mean = x.shape[0], float(x.mean())
    scale = float(((x - mean) ** 2).mean()) ** 0.5
    *_, (_, row) = blocks(x, 0, n, n, n, asymmetric, sample, None)
    mu, omega, up, down, beta, worth = map(float, row)
    return Fitted(mean + scale * mu, scale**2 * omega, up, down - up, beta,
                  -worth - n * (0.5 * math.log(2 * math.pi) + math.log(scale)))


def blocks(x, before, skipped, window, every, asymmetric, sample, known):
    """Forecasts from fits on the `window` rows before every `every`-th row.

    Parameters
    ----------
    x : array of float64, shape (n,)
        Returns; a window that holds a missing value, or does not move, has no fit, and what follows a missing value has
        no forecast until the next fit.
    before : int
        Rows that there were before x, ever.
    skipped : int
        Rows of x about which nothing is asked.
    window, every : int
    asymmetric : bool
        GJR-GARCH, else GARCH.
    sample : bool
        The variance before the first row is the sample's, as in the benchmark of Fiorentini, Calzolari and Panattoni;
        else that of the first 75 rows with weights 0.94 per row, as in arch.
    known : (int, array) or None
        Number and parameters of the last block that was fitted.

    Returns
    -------
    sigma, persistence : array of float64, shape (n - skipped,)
        Of the row after each, given what is known at each; of the block.
    known : (int, array)
    """
    xp, x = backend.namespace(x), backend.lend(x)
    home, first, last = backend.namespace(x), (before + skipped) // every, (before + x.shape[0] - 1) // every
    last = max(first, last)
    fitted = home.full((last - first + 1, 6), NAN)
    if known is not None and known[0] == first:
        fitted[0] = known[1]
    sigma, persistence = home.full(x.shape[0], NAN), home.full(x.shape[0], NAN)
    launch(refits, last - first + 1, x, before, first, window, every, not asymmetric, sample, fitted, sigma,
           persistence, reals=(ROWS, max(window, 8)))
    return xp.asarray(sigma[skipped:]), xp.asarray(persistence[skipped:]), (last, fitted[-1])
