"""Maximum likelihood of GARCH(1,1) and GJR-GARCH(1,1): projected Newton steps on exact derivatives, several starts.

The bounds of the parameters are simple ones: omega > 0 and up, down, beta >= 0. What is explosive is let be.

References
----------
Bertsekas (1982), Projected Newton methods for optimization problems with simple constraints.
"""

from __future__ import annotations

import math

from kit.kernels.garch_likelihood import BETA, DOWN, MU, OMEGA, UP, curvature, loss, slopes, tie

STEPS = 100  # Newton steps after which a fit has failed
CLOSE = 1e-7  # of log-likelihood that a step can gain: it is the last, and ends within the square of that
LEAST = 1e-10  # omega, in units of the window's variance
STARTS = ((1.0, 0.02, 0.02, 0.97), (1.0, 0.05, 0.05, 0.85), (1.0, 0.05, 0.05, 0.93), (1.0, 0.1, 0.1, 0.6),
          (1.0, 0.1, 0.1, 0.85), (1.0, 0.2, 0.2, 0.7), (0.2, 0.05, 0.05, 0.93), (0.2, 0.1, 0.1, 0.88),
          (1.0, 0.1, 0.1, 0.0), (1.0, 0.1, 0.0, 0.4), (1.0, 0.0, 0.1, 0.4), (1.0, 0.02, 0.02, 0.97))
"""Unconditional variance as a share of the window's, up, down, beta."""
TOGETHER = 8  # starts of which the likeliest is taken
SURE = 25.0  # of log-likelihood over a constant variance: below, there may be other maxima, and all starts are taken
ROWS = 22  # of private memory: z, h, five derivatives, p, trial, gradient, step, Hessian, root, best


def bound(i):
    """Least value of parameter i."""
    return -math.inf if i == MU else LEAST if i == OMEGA else 0.0


def held(i, p, gradient, tied):
    """Whether parameter i stays where it is: at its bound and pulled beyond, or tied to another."""
    return (tied and i == DOWN) or (p[i] <= bound(i) and gradient[i] > 0.0)


def factorise(hessian, ridge, p, gradient, tied, root):
    """Cholesky root of the Hessian of what is not held, its diagonal raised; whether there is one."""
    for i in range(5):
        fixed = held(i, p, gradient, tied)
        for j in range(i + 1):
            total = 0.0 if fixed or held(j, p, gradient, tied) else hessian[i, j]
            if i == j:
                total = 1.0 if fixed else total + ridge * (1.0 + abs(total))
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j and not total > 1e-12 * abs(hessian[i, i]):
                return False
            root[i, j] = math.sqrt(total) if i == j else total / root[j, j]
    return True


def newton(p, gradient, hessian, tied, root, step):
    """The step to the minimum of the quadratic, its ridge raised until it has one; and what it would gain."""
    ridge = 0.0
    while not factorise(hessian, ridge, p, gradient, tied, root) and ridge < 1e12:
        ridge = max(1e-6, 10.0 * ridge)
    gain = 0.0
    for i in range(5):
        total = 0.0 if held(i, p, gradient, tied) else -gradient[i]
        for k in range(i):
            total -= root[i, k] * step[k]
        step[i] = total / root[i, i]
        gain += 0.5 * step[i] * step[i]
    for i in range(4, -1, -1):
        for k in range(i + 1, 5):
            step[i] -= root[k, i] * step[k]
        step[i] /= root[i, i]
    return gain


def reach(p, step, size, tied, trial):
    """Where a step leads, kept within the bounds."""
    for i in range(5):
        trial[i] = max(bound(i), p[i] + size * step[i])
    if tied:
        trial[DOWN] = trial[UP]


def descend(z, p, start, sample, tied, rows, worth):
    """Newton steps from p, in place, each halved until it gains; the loss there, infinite where they do not end."""
    n = z.shape[0]
    h, d, trial, gradient, step = rows[1, :n], rows[2:7, :n], rows[8], rows[9], rows[10]
    hessian, root = rows[11:16], rows[16:21]
    for _ in range(STEPS):
        slopes(z, p, start, sample, h, d)
        curvature(z, p, sample, h, d, gradient, hessian)
        if tied:
            tie(gradient, hessian)
        gain, size, ahead = newton(p, gradient, hessian, tied, root, step), 1.0, math.inf
        while ahead > worth - 1e-4 * size * gain and size > 1e-10:
            reach(p, step, size, tied, trial)
            ahead = loss(z, trial, start, sample)
            size *= 0.5 if gain > CLOSE else 0.0
        if not ahead < math.inf or (size <= 1e-10 and gain > CLOSE):
            return math.inf
        worth = keep(math.inf, p, trial, ahead)
        if gain <= CLOSE:
            return worth
    return math.inf


def place(p, chosen, tied):
    """A start; of what is tied, the mean."""
    share, up, down, beta = chosen
    mean = 0.5 * (up + down)
    p[MU], p[OMEGA], p[BETA] = 0.0, share * (1.0 - mean - beta), beta
    p[UP], p[DOWN] = (mean, mean) if tied else (up, down)


def keep(best, p, trial, worth):
    """The better of two losses, its parameters in p."""
    if not worth < best:
        return best
    for i in range(5):
        p[i] = trial[i]
    return worth


def search(z, start, sample, tied, rows):
    """The least loss that descents from several starts find, infinite where none ends; parameters in rows[7]."""
    p, candidate, trial, best = rows[7], rows[21], rows[8], math.inf
    for turn in range(len(STARTS) - TOGETHER + 1):
        worth = math.inf
        for k in range(TOGETHER + turn - 1 if turn else 0, TOGETHER + turn):
            place(trial, STARTS[k], tied)
            worth = keep(worth, candidate, trial, loss(z, trial, start, sample))
        best = keep(best, p, candidate, descend(z, candidate, start, sample, tied, rows, worth))
        if best < 0.5 * z.shape[0] - SURE:
            return best
    return best
