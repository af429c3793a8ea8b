"""The error function, which the array API standard lacks: erf(z / sqrt 2) of a normal law lies within z of 0."""

from __future__ import annotations

import math

from kit import backend
from kit.kernels.launch import launch


def errors(lo, hi, reals, whole, x, out):
    """erf of each item; missing stays missing."""
    for i in range(lo, hi):
        out[i] = math.erf(x[i])


def error_function(x):
    """Error function of an array of float64, elementwise."""
    xp, lent = backend.namespace(x), backend.lend(x)
    out = backend.namespace(lent).empty(x.shape[0])
    launch(errors, x.shape[0], lent, out)
    return xp.asarray(out)
