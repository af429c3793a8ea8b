"""The one module that knows there are two libraries: pandas or cuDF, NumPy or CuPy.

Chosen once, from ``KIT_BACKEND`` (``auto``, ``cpu`` or ``gpu``). ``gpu`` without a GPU is an error, never a fallback.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.refusal import Refusal

CHOICES = ("auto", "cpu", "gpu")


class Backend(NamedTuple):
    """What runs where, and why."""

    name: str  #: "cpu" or "gpu"
    arrays: str
    frames: str
    trees: str
    forests: str
    graphs: str
    reason: str

    @property
    def gpu(self) -> bool:
        return self.name == "gpu"

    def lines(self) -> list[str]:
        """One line per component, for the head of a report."""
        parts = [part for part in self._fields if part not in ("name", "reason")]
        return [f"{part}: {getattr(self, part)} ({self.reason})" for part in parts]

    def __str__(self):
        return "\n".join(self.lines())


def _gpu_found() -> tuple[bool, str]:
    """Whether CuPy sees a CUDA device, and what it said."""
    try:
        cupy = importlib.import_module("cupy")
    except ImportError as missing:
        return False, f"no CuPy: {missing}"
    if not cupy.cuda.is_available():
        return False, "no CUDA device found"
    return True, cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()


@functools.lru_cache(maxsize=1)
def chosen() -> Backend:
    """The backend of this process.

    Raises
    ------
    Refusal
        ``KIT_BACKEND`` is not one of `CHOICES`, or is ``gpu`` on a machine without a CUDA device.
    """
    wish = os.environ.get("KIT_BACKEND", "auto")
    if wish not in CHOICES:
        raise Refusal(f"KIT_BACKEND={wish!r}", remedy=f"set it to one of {', '.join(CHOICES)}")
    found, said = _gpu_found() if wish != "cpu" else (False, "KIT_BACKEND=cpu")
    if wish == "gpu" and not found:
        raise Refusal(f"KIT_BACKEND=gpu, but {said}",
                      remedy="install the gpu extra on a machine with an NVIDIA GPU, or KIT_BACKEND=auto")
    if not found:
        return Backend("cpu", "NumPy", "pandas", "CatBoost on the CPU", "scikit-learn", "networkx", said)
    arrays, frames = "CuPy", "cuDF"
    if not importlib.util.find_spec("cudf"):
        arrays, frames = "NumPy, as the frames are pandas'", "pandas, as cuDF is not installed"
    forests = "cuML" if importlib.util.find_spec("cuml") else "scikit-learn, cuML is not installed"
    graphs = "nx-cugraph" if importlib.util.find_spec("nx_cugraph") else "networkx, nx-cugraph is not installed"
    return Backend("gpu", arrays, frames, "CatBoost on the GPU", forests, graphs, said)


def namespace(array):
    """The library that an array belongs to: numpy, cupy or another of the array API standard."""
    if isinstance(array, np.ndarray):
        return np
    if type(array).__module__.split(".")[0] == "cupy":
        return importlib.import_module("cupy")
    return array.__array_namespace__()


def on_gpu(array) -> bool:
    """Whether the array lives on a CUDA device."""
    return type(array).__module__.split(".")[0] == "cupy"


def host(array) -> np.ndarray:
    """A NumPy copy of an array of any library. Only `model` and what stands above it may ask for one."""
    return array.get() if on_gpu(array) else np.asarray(array)


def library(frame) -> str:
    """``"pandas"`` or ``"cudf"``."""
    return type(frame).__module__.split(".")[0]


def adopt(table):
    """A pandas frame as a frame of the chosen backend: cuDF where that is installed and there is a GPU."""
    if not chosen().gpu or not importlib.util.find_spec("cudf"):
        return table
    return importlib.import_module("cudf").from_pandas(table)


def release(table):
    """A frame of either library as pandas. Only `model` and what stands above it may ask for one."""
    return table.to_pandas() if library(table) == "cudf" else table


def array(series):
    """A frame's column as an array of the matching library: NumPy from pandas, CuPy from cuDF."""
    return series.values if library(series) == "cudf" else series.to_numpy()


def frame(data: dict, time, like=None):
    """A frame of the arrays in `data`, indexed by UTC time, in the library of the arrays.

    Parameters
    ----------
    data : dict of str to array
    time : array of int64
        Nanoseconds since the epoch.
    like : frame, optional
        Where given, its library decides; else that of `time`.
    """
    gpu = library(like) == "cudf" if like is not None else on_gpu(time)
    if gpu:
        cudf = importlib.import_module("cudf")
        index = cudf.DatetimeIndex(time.astype("datetime64[ns]")).tz_localize("UTC")
        return cudf.DataFrame(data, index=index)
    index = pd.DatetimeIndex(np.asarray(time).view("M8[ns]"), name="time").tz_localize("UTC")
    return pd.DataFrame(data, index=index)


def nanoseconds(series, place):
    """int64 nanoseconds of a time-zone-aware column.

    Raises
    ------
    Refusal
        The column is not a time, has no time zone, or holds missing times.
    """
    dtype = series.dtype
    if getattr(dtype, "tz", None) is None:
        what = "naive timestamps" if getattr(dtype, "kind", "") == "M" else f"dtype {dtype} is not a time"
        raise Refusal(what, file=place, column=series.name,
                      remedy="make it datetime64[ns, UTC], as in pandas.to_datetime(..., utc=True)")
    stamps = array(series.astype("datetime64[ns, UTC]").astype("int64"))
    if stamps.shape[0] and int(stamps.min()) == np.iinfo("int64").min:
        raise Refusal("missing time", file=place, column=series.name, row=int(stamps.argmin()), remedy="drop the row")
    return stamps


def lend(array):
    """An array a kernel can work on: NumPy and CuPy as they are, any other library's borrowed as NumPy."""
    return np.ascontiguousarray(array) if not on_gpu(array) else array
