"""Whether all is well with a column, in one pass without a copy; what is wrong is for the caller to find."""

from __future__ import annotations

import math
import sys

import numpy as np

from kit import backend
from kit.kernels.launch import launch

CHUNK = 1 << 12  # rows an item has
LEAST, MOST = math.ulp(0.0), sys.float_info.max


def backward(lo, hi, reals, whole, time, out):
    """Number of rows of each chunk that are earlier than the row before them."""
    for chunk in range(lo, hi):
        first = max(1, chunk * CHUNK)
        here = time[first:(chunk + 1) * CHUNK]
        before, wrong = time[first - 1:first - 1 + here.shape[0]], 0
        for i in range(here.shape[0]):
            wrong += here[i] < before[i]
        out[chunk] = wrong


def outside(lo, hi, reals, whole, values, least, missing, out):
    """Number of values of each chunk that are below the least or infinite, or missing unless that is let pass."""
    for chunk in range(lo, hi):
        here, wrong = values[chunk * CHUNK:(chunk + 1) * CHUNK], 0
        if missing:
            for i in range(here.shape[0]):
                wrong += (here[i] < least) | (here[i] > MOST)
        else:
            for i in range(here.shape[0]):
                wrong += not ((here[i] >= least) & (here[i] <= MOST))
        out[chunk] = wrong


def _none(body, array, *args) -> bool:
    """Whether no chunk of the array has a row that the body counts."""
    chunks = -(-array.shape[0] // CHUNK)
    out = backend.namespace(array).zeros(chunks, dtype=np.int64)
    launch(body, chunks, array, *args, out)
    return not bool(out.any())


def in_order(time) -> bool:
    """Whether no row is earlier than the row before it."""
    return _none(backward, time)


def positive(values, zero=False, missing=False) -> bool:
    """Whether all values are finite and above zero; `zero` and `missing` ones are let pass if so said."""
    return _none(outside, values.reshape(-1), 0.0 if zero else LEAST, missing)
