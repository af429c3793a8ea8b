"""One scalar source, two targets: a kernel's body runs on CPU threads, or on CUDA threads, over the same items.

A body is a plain function ``body(lo, hi, reals, whole, *args)``: it works through the items lo..hi-1 and writes to
arrays among its arguments. `reals` (float64) and `whole` (int64) are memory of its own, in rows. What it writes for an
item may depend on nothing but the item, so the answer is the same however the items are cut: a law the tests hold every
body to.

- NumPy arrays: compiled by ``numba.njit``, one piece of the items a thread (`prange`), machine code cached on disk.
- CuPy arrays: the same function compiled by ``numba.cuda``, one piece a CUDA thread.
- ``NUMBA_ENABLE_CUDASIM=1``: the CUDA launch runs in Numba's simulator on NumPy arrays, so it is tested without a GPU.
- Any other library of the array API standard: borrowed as NumPy, and the answer handed back to its library.
"""

from __future__ import annotations

import functools
import hashlib
import math
import os
import types
from pathlib import Path

import numba
import numpy as np
from numba import config, cuda, njit, prange

from kit import backend

CUDA_THREADS = 1 << 16
CUDA_MEMORY = 1 << 26  # numbers that all CUDA threads together may ask for
PIECES = 8  # pieces a CPU thread: enough to even out what they cost

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that wait do not take the cores from those that work


def _shelf(paths) -> str:
    """Folder of the machine code that was made of these sources, and is good for no others; or the one asked for."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    sources = b"".join(path.read_bytes() for path in sorted(paths))
    made = str(home / "kit" / hashlib.blake2b(sources, digest_size=8).hexdigest())
    return os.environ.get("NUMBA_CACHE_DIR", made)


config.CACHE_DIR = _shelf(path for path in Path(__file__).parents[1].rglob("*.py") if b"njit" in path.read_bytes())


def _pieces_on_cpu(items, pieces, reals, whole, args):
    for piece in prange(pieces):
        lo, hi = piece * items // pieces, (piece + 1) * items // pieces
        body(lo, hi, np.empty(reals), np.empty(whole, np.int64), *args)  # noqa: F821


def _pieces_on_cuda(items, pieces, reals, whole, args):
    piece = cuda.grid(1)
    if piece < pieces:
        lo, hi = piece * items // pieces, (piece + 1) * items // pieces
        body(lo, hi, reals[piece], whole[piece], *args)  # noqa: F821


def _compiled(function, jit):
    """`function` through `jit`, and with it the plain functions that it calls by name."""
    called = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    called = {name: _compiled(f, jit) for name, f in called.items()
              if isinstance(f, types.FunctionType)}
    return jit(types.FunctionType(function.__code__, {**function.__globals__, **called}, function.__name__))


def _around(body, loop, names):
    """`loop` with `names` as its globals, filed under the body's name so that its cached machine code is its own."""
    code = loop.__code__.replace(co_filename=body.__code__.co_filename, co_name=body.__name__,
                                 co_firstlineno=body.__code__.co_firstlineno)
    run = types.FunctionType(code, names, body.__name__)
    run.__module__, run.__qualname__ = body.__module__, f"{body.__qualname__}{loop.__name__}"
    return run


@functools.cache
def _cpu(body):
    """Division by zero as on CUDA. Slices are not counted (`_nrt`): all threads would count on the same cache line."""
    jit = functools.partial(njit, error_model="numpy", _nrt=False)
    names = {"prange": prange, "np": np, "body": _compiled(body, jit)}
    others, config.CACHE_DIR = config.CACHE_DIR, _shelf({Path(__file__), *_sources(body)})
    compiled = njit(parallel=True, cache=True, nogil=True)(_around(body, _pieces_on_cpu, names))
    config.CACHE_DIR = others
    return compiled


def _sources(function):
    """Files that a function and those it calls come from."""
    yield Path(function.__code__.co_filename)
    for name in function.__code__.co_names:
        called = function.__globals__.get(name)
        if isinstance(called, types.FunctionType):
            yield from _sources(called)


@functools.cache
def _cuda(body):
    names = {"cuda": cuda, "body": _compiled(body, functools.partial(cuda.jit, device=True))}
    return cuda.jit(_around(body, _pieces_on_cuda, names))


def simulated() -> bool:
    """Whether CUDA launches run in Numba's simulator."""
    return bool(config.ENABLE_CUDASIM)


def threads(count: int) -> None:
    """Number of CPU threads the kernels may use."""
    numba.set_num_threads(count)


def launch(body, items, *args, reals=(1, 1), whole=(1, 1), pieces=None):
    """Run a body over all its items.

    Parameters
    ----------
    body : function
        ``body(lo, hi, reals, whole, *args)``, in the subset of Python that both targets compile.
    items : int
        How many items there are; nothing runs for none.
    *args
        Arrays (all of one library, NumPy or CuPy; the body writes to some) and numbers.
    reals, whole : (int, int)
        Shapes of the private memory, float64 and int64, that a piece needs: series, and numbers in each.
    pieces : int, optional
        Into how many pieces to cut the items; chosen by the target where not given. The answer does not depend on it.
    """
    if items <= 0:
        return
    if simulated() or any(backend.on_gpu(a) for a in args):
        _launch_cuda(body, items, args, reals, whole, pieces)
    else:
        _cpu(body)(items, pieces or min(items, PIECES * numba.get_num_threads()), reals, whole, args)


def _launch_cuda(body, items, args, reals, whole, pieces):
    pieces = pieces or min(items, CUDA_THREADS, max(1, CUDA_MEMORY // (math.prod(reals) + math.prod(whole))))
    xp = np if simulated() else backend.namespace(next(a for a in args if backend.on_gpu(a)))
    own = xp.empty((pieces, *reals)), xp.empty((pieces, *whole), dtype=xp.int64)
    block = min(pieces, 128)
    _cuda(body)[-(-pieces // block), block](items, pieces, *own, args)
