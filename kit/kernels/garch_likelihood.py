"""Gaussian likelihood of GARCH(1,1) and GJR-GARCH(1,1) with a constant mean, and its exact derivatives.

The parameters p are (mu, omega, up, down, beta) of a standardised series z, with
``h[t] = omega + (up if e[t-1] >= 0 else down) * e[t-1]**2 + beta * h[t-1]`` and ``e = z - mu``: GARCH has
up = down = alpha, GJR has alpha = up and gamma = down - up. The loss is minus the log-likelihood, less its constant.

What stands before the first row, of squares and variance alike, is `start`; with `sample` it is start + mu**2, the mean
square of e where that of z is `start`.

References
----------
Bollerslev (1986), Generalized autoregressive conditional heteroskedasticity.
Glosten, Jagannathan and Runkle (1993), On the relation between the expected value and the volatility of the nominal
excess return on stocks.
Fiorentini, Calzolari and Panattoni (1996), Analytic derivatives and the computation of GARCH estimates.
"""

from __future__ import annotations

import math

MU, OMEGA, UP, DOWN, BETA = range(5)


def backcast(z, sample):
    """The variance before the first row: of the sample, 1, or weighted with 0.94 per row over the first 75."""
    if sample:
        return 1.0
    total = weights = 0.0
    weight = 1.0
    for i in range(min(75, z.shape[0])):
        total += weight * z[i] * z[i]
        weights += weight
        weight *= 0.94
    return total / weights


def loss(z, p, start, sample):
    """Minus the log-likelihood, less its constant; infinite where a variance is not positive."""
    mu, omega, up, down, beta = p[0], p[1], p[2], p[3], p[4]
    before = start + mu * mu if sample else start
    h = omega + (0.5 * (up + down) + beta) * before
    product, total = 1.0, 0.0
    for t in range(z.shape[0]):
        if not 1e-30 < h < 1e30:
            return math.inf
        e = z[t] - mu
        square = e * e
        total += square / h
        product *= h
        if not 1e-250 < product < 1e250:
            total += math.log(product)
            product = 1.0
        h = omega + (up if e >= 0.0 else down) * square + beta * h
    return 0.5 * (total + math.log(product))


def slopes(z, p, start, sample, h, d):
    """The variances h, and d[i], their derivatives in parameter i, row by row."""
    mu, omega, up, down, beta = p[0], p[1], p[2], p[3], p[4]
    before = start + mu * mu if sample else start
    now = omega + (0.5 * (up + down) + beta) * before
    by_mu = (up + down + 2.0 * beta) * mu if sample else 0.0
    by_omega, by_up, by_down, by_beta = 1.0, 0.5 * before, 0.5 * before, before
    for t in range(z.shape[0]):
        h[t], d[0, t], d[1, t], d[2, t], d[3, t], d[4, t] = now, by_mu, by_omega, by_up, by_down, by_beta
        e = z[t] - mu
        rising, falling = (e, 0.0) if e >= 0.0 else (0.0, e)
        by_mu = beta * by_mu - 2.0 * (up * rising + down * falling)
        by_omega = beta * by_omega + 1.0
        by_up = beta * by_up + rising * rising
        by_down = beta * by_down + falling * falling
        by_beta = beta * by_beta + now
        now = omega + up * rising * rising + down * falling * falling + beta * now


def curvature(z, p, sample, h, d, gradient, hessian):
    """Gradient and Hessian (lower triangle) of the loss, from what `slopes` found; sums in registers, so written out.

    The second derivatives of h are not followed forwards: what h[t] adds to the loss is carried backwards, `pull`, to
    the rows that feed it.
    """
    mu, up, down, beta = p[0], p[2], p[3], p[4]
    g0 = g1 = g2 = g3 = g4 = pull = 0.0
    h00 = h10 = h11 = h20 = h21 = h22 = h30 = h31 = h32 = h33 = h40 = h41 = h42 = h43 = h44 = 0.0
    for t in range(z.shape[0] - 1, -1, -1):
        e, inverse, d0, d1, d2, d3, d4 = z[t] - mu, 1.0 / h[t], d[0, t], d[1, t], d[2, t], d[3, t], d[4, t]
        share, cross = e * e * inverse, e * inverse * inverse
        first, second = 0.5 * (1.0 - share) * inverse, (share - 0.5) * inverse * inverse
        g0, g1, g2 = g0 + first * d0 - e * inverse, g1 + first * d1, g2 + first * d2
        g3, g4 = g3 + first * d3, g4 + first * d4
        s = second * d0 + cross
        h00 += (s + cross) * d0 + inverse + 2.0 * pull * (up if e >= 0.0 else down)
        h20 += s * d2 - 2.0 * pull * (e if e >= 0.0 else 0.0)
        h30 += s * d3 - 2.0 * pull * (0.0 if e >= 0.0 else e)
        h10, h40, s = h10 + s * d1, h40 + s * d4 + pull * d0, second * d1
        h11, h21, h31, h41, s = h11 + s * d1, h21 + s * d2, h31 + s * d3, h41 + s * d4 + pull * d1, second * d2
        h22, h32, h42, s = h22 + s * d2, h32 + s * d3, h42 + s * d4 + pull * d2, second * d3
        h33, h43, h44 = h33 + s * d3, h43 + s * d4 + pull * d3, h44 + (second * d4 + 2.0 * pull) * d4
        pull = first + beta * pull
    if sample:
        h00, h20, h30 = h00 + pull * (up + down + 2.0 * beta), h20 + pull * mu, h30 + pull * mu
        h40 += 2.0 * pull * mu
    gradient[0], gradient[1], gradient[2], gradient[3], gradient[4] = g0, g1, g2, g3, g4
    hessian[0, 0], hessian[1, 0], hessian[2, 0], hessian[3, 0], hessian[4, 0] = h00, h10, h20, h30, h40
    hessian[1, 1], hessian[2, 1], hessian[3, 1], hessian[4, 1], hessian[2, 2] = h11, h21, h31, h41, h22
    hessian[3, 2], hessian[4, 2], hessian[3, 3], hessian[4, 3], hessian[4, 4] = h32, h42, h33, h43, h44


def tie(gradient, hessian):
    """GARCH, not GJR: up and down are one parameter, and move together."""
    gradient[UP] += gradient[DOWN]
    hessian[UP, UP] += 2.0 * hessian[DOWN, UP] + hessian[DOWN, DOWN]
    hessian[UP, MU] += hessian[DOWN, MU]
    hessian[UP, OMEGA] += hessian[DOWN, OMEGA]
    hessian[BETA, UP] += hessian[BETA, DOWN]
