"""The paper's Table 3 is its Tables 1 and 2, half each and rebalanced; nothing else gives its numbers."""

import numpy as np
import pandas as pd
import pytest

from kit.execution import blend
from kit.refusal import Refusal

PERIODS = 20_000
TABLES = {  # ARC and ASD of the taker, of the maker, of the blend; ARC rebalanced and not, as others computed
    "BTC": (0.13, 0.53, 2.93, 0.54, 1.25, 0.39, 1.254, 1.53),
    "ENJ": (4.06, 0.62, -0.81, 1.05, 0.19, 0.59, 0.195, 1.63),
    "ETC": (5.78, 0.64, -0.07, 1.31, 2.26, 0.74, 2.249, 2.86),
    "LTC": (0.07, 0.99, 0.10, 1.40, 0.59, 0.84, 0.590, 0.085),
    "ROSE": (7.00, 1.33, 0.27, 0.84, 3.44, 0.75, 3.466, 3.64)}


def pair(arc_a, asd_a, arc_b, asd_b, asd_blend):
    """Two series of a year, many periods, of the growth, the deviation and the correlation that a row implies."""
    rho = ((2 * asd_blend)**2 - asd_a**2 - asd_b**2) / (2 * asd_a * asd_b)
    z = np.random.default_rng(0).normal(size=(PERIODS, 2))
    z = np.linalg.qr(z - z.mean(axis=0))[0] * np.sqrt(PERIODS)
    z[:, 1] = rho * z[:, 0] + np.sqrt(1 - rho**2) * z[:, 1]
    drift = np.log1p([arc_a, arc_b]) + np.square([asd_a, asd_b]) / 2
    returns = drift / PERIODS + z * np.array([asd_a, asd_b]) / np.sqrt(PERIODS)
    return (pd.Series(column) for column in returns.T)


@pytest.mark.parametrize("asset", TABLES)
def test_table_three_is_rebalanced(asset):
    *legs, printed, asd, rebalanced, left = TABLES[asset]
    a, b = pair(*legs, asd)
    grown = {way: (1 + blend(a, b, rebalance=way)).prod() - 1 for way in (True, False)}
    assert grown[True] == pytest.approx(rebalanced, abs=3e-3) == pytest.approx(printed, abs=0.03)
    assert grown[False] == pytest.approx(left, abs=6e-3)
    assert abs(grown[False] - printed) > 0.15


def test_halves_by_hand():
    a, b = pd.Series([0.5, 0.0]), pd.Series([-0.5, 0.2])
    assert blend(a, b).tolist() == pytest.approx([0.0, 0.1])
    assert blend(a, b, rebalance=False).tolist() == pytest.approx([0.0, (1.5 + 0.6) / 2 - 1])


@pytest.mark.parametrize("wrong", [pd.Series([0.1, np.nan]), pd.Series([0.1, 0.1], index=[1, 2])])
def test_what_is_missing_or_elsewhere_is_refused(wrong):
    with pytest.raises(Refusal):
        blend(pd.Series([0.1, 0.2]), wrong)
