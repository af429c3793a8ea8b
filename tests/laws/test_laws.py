"""The five laws over everything that the registry holds: a new factor is tested the moment it is defined."""

import os
import subprocess
import sys

import array_api_strict
import numpy as np
import pytest

from kit.factor import registry
from tests.laws import laws, market

FACTORS = registry()


def subject(law, factor):
    """The factor, unless it says why the law does not apply to it."""
    if law in factor.off:
        pytest.skip(f"{factor.name} is off the law of {law}: {factor.off[law]}")
    return factor


@pytest.mark.parametrize("name", FACTORS)
@pytest.mark.parametrize("law", laws.LAWS)
def test_law(law, name):
    f = subject(law, FACTORS[name])
    laws.LAWS[law](f, market.fitting(f))


@pytest.mark.parametrize("name", FACTORS)
def test_law_of_cuts_over_thousands_of_rows(name):
    f = subject("cut", FACTORS[name])
    laws.cut(f, market.fitting(f, n=4000))


@pytest.mark.parametrize("name", FACTORS)
def test_law_of_libraries_array_api_strict(name):
    f = subject("library", FACTORS[name])
    laws.library(f, market.fitting(f), array_api_strict.asarray)


@pytest.mark.gpu
@pytest.mark.parametrize("name", FACTORS)
def test_law_of_libraries_cupy(name):
    cupy = pytest.importorskip("cupy", reason="no CuPy here")
    f = subject("library", FACTORS[name])
    tables = market.fitting(f)
    table = tables[f.inputs[0]]
    theirs = laws.evaluate(f, type(table)(*map(cupy.asarray, table)))
    assert isinstance(theirs, cupy.ndarray)
    np.testing.assert_allclose(theirs.get(), laws.values(f, tables), rtol=1e-9, atol=1e-12)


SIMULATED = """
import sys, numpy as np
from kit.factor import registry
from kit.kernels import launch
from tests.laws import laws, market
assert launch.simulated()
np.savez(sys.argv[1], **{name: laws.values(f, market.fitting(f, n=130)) for name, f in registry().items()
                         if "library" not in f.off})
"""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Every factor's values with its kernels launched in the CUDA simulator, which must be asked for at start-up."""
    path = tmp_path_factory.mktemp("simulated") / "values.npz"
    subprocess.run([sys.executable, "-c", SIMULATED, str(path)], check=True,
                   env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"})
    return np.load(path)


@pytest.mark.parametrize("name", FACTORS)
def test_law_of_libraries_cuda_simulator(name, simulated):
    f = subject("library", FACTORS[name])
    laws._same_bits(simulated[name], laws.values(f, market.fitting(f, n=130)), f"{name} in the CUDA simulator")
