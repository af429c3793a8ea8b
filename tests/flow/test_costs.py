"""Costs before the fact: the worked example of Almgren and others."""

import pytest

from kit.flow.costs import almgren


@pytest.mark.parametrize(("duration", "temporary", "total"), [(0.1, 22.3, 32.2), (0.2, 14.7, 24.6), (0.5, 8.5, 18.4)])
def test_almgrens_ibm(duration, temporary, total):
    """Known: a tenth of the day's volume of IBM; permanent 19.9 bp."""
    cost = almgren(0.6561e6, duration, 6.561e6, 1728e6, 0.0157)
    assert 1e4 * cost.permanent == pytest.approx(19.9, abs=0.05)
    assert 1e4 * cost.temporary == pytest.approx(temporary, abs=0.05)
    assert 1e4 * cost.total == pytest.approx(total, abs=0.05)


def test_a_sale_costs_as_much_with_the_other_sign():
    bought, sold = (almgren(sign * 0.6561e6, 0.2, 6.561e6, 1728e6, 0.0157) for sign in (1, -1))
    assert sold.total == -bought.total
