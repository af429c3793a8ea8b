"""The paper's tables: some rows recompute within the rounding of what is printed."""

import numpy as np
import pytest
from scipy import stats

from kit.evaluate import rounding


def test_enj_taker_recomputes_within_rounding():
    """4.06 / .62 / .26 give 6.548, printed 6.58, and 102.26, printed 101.21."""
    arc, asd, mdd = 4.06, 0.62, 0.26
    assert arc / asd == pytest.approx(6.548, abs=5e-4) and arc**2 / (asd * mdd) == pytest.approx(102.26, abs=5e-3)
    assert rounding.agrees(6.58, rounding.information_ratio(4.06, 0.62))
    assert rounding.agrees(101.21, rounding.drawdown_ratio(4.06, 0.62, 0.26))
    assert not rounding.agrees(6.62, rounding.information_ratio(4.06, 0.62))


def test_btc_taker_is_closest_to_the_edge():
    low, high = rounding.drawdown_ratio(0.13, 0.53, 0.29)
    assert (low, high) == (pytest.approx(0.099, abs=5e-4), pytest.approx(0.122, abs=5e-4))
    assert rounding.agrees(0.12, (low, high)) and not rounding.agrees(0.13, (low, high))


def test_bounds_hold_every_number_that_rounds_to_what_is_printed():
    rng = np.random.default_rng(0)
    for arc, asd, mdd in zip(rng.uniform(-0.9, 7, 200), rng.uniform(0.3, 1.5, 200), rng.uniform(0.2, 0.9, 200),
                             strict=True):
        low, high = rounding.drawdown_ratio(round(arc, 2), round(asd, 2), round(mdd, 2))
        assert low <= arc * abs(arc) / (asd * mdd) <= high


def test_p_values_of_table_4_are_upper_tails_of_about_a_year_of_days():
    """P-01: ETC taker 1.7208 with .0431 and ROSE taker 2.0777 with .0192 fit the one-sided tail at 364, not 728."""
    for t, p in ((1.7208, 0.0431), (2.0777, 0.0192)):
        dof = rounding.degrees_of_freedom(t, p)
        assert 364 in dof and 728 not in dof
        assert stats.t.sf(t, 364) == pytest.approx(p, abs=1e-4)
    assert len(rounding.degrees_of_freedom(1.7208, 0.0862)) == 0
