"""The backend is chosen once, says why, and never falls back in silence."""

import os
import subprocess
import sys

import array_api_strict
import numpy as np
import pandas as pd
import pytest

from kit import backend
from kit.refusal import Refusal


def ask(wish):
    """What a fresh process chooses under KIT_BACKEND."""
    code = "from kit import backend; print(backend.chosen())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env={**os.environ, "KIT_BACKEND": wish})


def test_cpu_is_cpu_and_says_so():
    said = ask("cpu").stdout
    assert said.splitlines()[0] == "arrays: NumPy (KIT_BACKEND=cpu)"
    assert "CatBoost on the CPU" in said


def test_gpu_without_a_gpu_is_an_error():
    if backend._gpu_found()[0]:
        pytest.skip("there is a GPU here")
    done = ask("gpu")
    assert done.returncode != 0
    assert "KIT_BACKEND=gpu, but no" in done.stderr


def test_a_wish_nobody_knows_is_refused():
    done = ask("tpu")
    assert done.returncode != 0 and "KIT_BACKEND='tpu'. Remedy: set it to one of auto, cpu, gpu" in done.stderr


def test_auto_gives_its_reason():
    lines = ask("auto").stdout.splitlines()
    assert len(lines) == 5 and all("(" in line for line in lines)


def test_namespaces():
    assert backend.namespace(np.zeros(1)) is np
    assert backend.namespace(array_api_strict.zeros(1)) is array_api_strict


def test_frames_carry_utc_and_naive_times_are_refused():
    out = backend.frame({"x": np.arange(2.0)}, np.array([1, 2]))
    assert str(out.index.tz) == "UTC"
    with pytest.raises(Refusal, match="naive timestamps"):
        backend.nanoseconds(pd.Series(pd.to_datetime(["2025-10-10 21:20"]), name="time"), "quotes")


def test_other_time_zones_become_utc():
    warsaw = pd.Series(pd.to_datetime(["2025-10-10 23:20"]).tz_localize("Europe/Warsaw"), name="time")
    assert backend.nanoseconds(warsaw, "quotes")[0] == pd.Timestamp("2025-10-10 21:20", tz="UTC").value
