"""Variance from options of all strikes: flat smiles are recovered, and what is cut off or refused is as stated."""

import numpy as np
import pytest

from kit.options import black, modelfree
from kit.refusal import Refusal

F, VOL, YEARS = 100.0, 0.6, 30 / 365
DEVIATION = VOL * np.sqrt(YEARS)


def flat(reach, step):
    """Strip of a flat smile on strikes `step` apart that reach as many standard deviations."""
    low, high = F * np.exp(-reach * DEVIATION), F * np.exp(reach * DEVIATION)
    strike = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    call, put = (black.price(F, strike, VOL, YEARS, right) for right in (black.CALL, black.PUT))
    return modelfree.strip(strike, call, call, put, put, F)


@pytest.mark.parametrize(("reach", "step", "answer", "digits"),
                         [(8, 0.25, 0.600011, 6), (2, 1, 0.5969, 4), (1, 1, 0.551, 3)])
def test_a_strip_that_ends_early_is_biased_low(reach, step, answer, digits):
    """Known: a flat 60 % over 30 days."""
    vol = np.sqrt(modelfree.total_variance(flat(reach, step), F, YEARS) / YEARS)
    assert vol == pytest.approx(answer, abs=0.5 * 10.0**-digits)


def test_a_flat_smile_has_its_own_variance():
    for k in ([0.0], [-0.1, 0.0, 0.2]):
        total = modelfree.of_smile(np.array(k), np.full(len(k), VOL), YEARS)
        assert np.sqrt(total / YEARS) == pytest.approx(VOL, abs=2e-6)
    assert np.isnan(modelfree.of_smile(np.array([]), np.array([]), YEARS))


def test_the_smile_of_a_mixture_has_the_mean_of_its_variances():
    """Half of 40 % and half of 80 %: the log contract is linear in the law of the price."""
    k = np.linspace(-1.5, 1.5, 301)
    right = np.where(k < 0, black.PUT, black.CALL)
    premium = sum(black.price(1.0, np.exp(k), vol, YEARS, right) for vol in (0.4, 0.8)) / 2
    vol = black.implied_vol(premium, 1.0, np.exp(k), YEARS, right)
    known = ~np.isnan(vol)
    total = modelfree.of_smile(k[known], vol[known], YEARS)
    assert total / YEARS == pytest.approx((0.4**2 + 0.8**2) / 2, rel=1e-3)


def test_parity_finds_the_forward():
    strike = np.array([80.0, 95.0, 110.0])
    call, put = (black.price(F, strike, VOL, YEARS, right, rate=0.05) for right in (black.CALL, black.PUT))
    assert modelfree.parity_forward(strike, call, put, YEARS, rate=0.05) == pytest.approx(F)
    call[1] = np.nan
    assert modelfree.parity_forward(strike, call, put, YEARS, rate=0.05) == pytest.approx(F)
    assert np.isnan(modelfree.parity_forward(strike, call * np.nan, put, YEARS))


def test_the_strip_ends_at_two_missing_bids_in_a_row():
    strike = np.arange(80.0, 130, 10)
    call_bid = np.array([20, 11, 5, 0, 1.0])
    put_bid = np.array([1.0, 0, 5, 11, 20])
    strip = modelfree.strip(strike, call_bid, call_bid + 1, put_bid, put_bid + 1, 101.0)
    np.testing.assert_array_equal(strip.strike, [80, 100, 120])
    np.testing.assert_array_equal(strip.premium, [1.5, 5.5, 1.5])
    wider = modelfree.strip(np.append(strike, [130.0, 140, 150]), np.append(call_bid, [0, 0, 2.0]), np.full(8, 30.0),
                            np.append(put_bid, [30.0, 40, 50]), np.full(8, 60.0), 101.0)
    assert wider.strike[-1] == 120, "150 has a bid, but stands behind two that have none"


def test_quotes_that_are_none():
    np.testing.assert_array_equal(modelfree.mid([1, 0, np.nan, 2, 2], [3, 1, 1, 0, 1]), [2, *[np.nan] * 4])


def test_strikes_out_of_order_or_all_above_the_forward_are_refused():
    quotes = [np.ones(2)] * 4
    with pytest.raises(Refusal, match="do not increase"):
        modelfree.strip([2.0, 1.0], *quotes, 1.5)
    with pytest.raises(Refusal, match="at or below the forward"):
        modelfree.strip([2.0, 3.0], *quotes, 1.5)
