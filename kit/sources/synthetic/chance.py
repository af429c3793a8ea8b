"""Chance with the same bits everywhere: a counting generator, and functions of it made of exact operations.

Libraries differ in the last bit of ``exp`` and ``log``, and one bit is enough to send a market elsewhere. Here
stand only additions, multiplications, divisions and exponent shifts, which IEEE 754 defines to the bit.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numba import njit

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX, _MIX_AGAIN = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_LN_2 = 0.6931471805599453


def stream(*parts):
    """An independent stream of chance, named by the text of `parts`: a counter, uint64 of shape (1,)."""
    name = "/".join(map(str, parts)).encode()
    return np.frombuffer(hashlib.blake2b(name, digest_size=8).digest(), "<u8").astype(np.uint64)


@njit(cache=True, nogil=True)
def uniform(stream):
    """Uniform on (0, 1] (splitmix64; Steele, Lea and Flood 2014)."""
    stream[0] += _STEP
    z = stream[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX
    z = (z ^ (z >> np.uint64(27))) * _MIX_AGAIN
    z ^= z >> np.uint64(31)
    return (np.float64(z >> np.uint64(11)) + 1.0) / 9007199254740992.0


@njit(cache=True, nogil=True)
def ln(x):
    """Natural logarithm of a positive number, to 1e-14."""
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.70710678118654757:
        mantissa, exponent = 2.0 * mantissa, exponent - 1
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square, series = s * s, 0.0
    for odd in range(17, 0, -2):
        series = series * square + 1.0 / odd
    return exponent * _LN_2 + 2.0 * s * series


@njit(cache=True, nogil=True)
def exp(x):
    """Exponential, to a relative 1e-14."""
    power = math.floor(x / _LN_2 + 0.5)
    rest, series = x - power * _LN_2, 1.0
    for degree in range(14, 0, -1):
        series = 1.0 + series * rest / degree
    return math.ldexp(series, int(power))


@njit(cache=True, nogil=True)
def exponential(stream):
    """Exponential with mean 1."""
    return -ln(uniform(stream))


@njit(cache=True, nogil=True)
def pareto(stream, tail):
    """Power law on [1, inf): P(X > x) = x**-tail."""
    return exp(exponential(stream) / tail)


@njit(cache=True, nogil=True)
def coin(stream, chance):
    """+1 with probability `chance`, else -1."""
    return 1 if uniform(stream) <= chance else -1


@njit(cache=True, nogil=True)
def normal(stream):
    """Standard normal, as the sum of twelve uniforms less six (it ends at six)."""
    total = -6.0
    for _ in range(12):
        total += uniform(stream)
    return total


@njit(cache=True, nogil=True)
def gaussian(stream):
    """Standard normal with all its moments, by Marsaglia's polar method; `normal` is faster, and ends at six."""
    while True:
        x, y = 2.0 * uniform(stream) - 1.0, 2.0 * uniform(stream) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * ln(square) / square)


@njit(nogil=True)
def many(draw, stream, n):
    """n draws, as an array: `uniform`, `exponential`, `gaussian` or another that takes a stream alone.

    Compiled anew by each process: Numba finds no function that takes functions again in its cache, and at times fails
    to write it there (ReferenceError: underlying object has vanished).
    """
    out = np.empty(n)
    for i in range(n):
        out[i] = draw(stream)
    return out
