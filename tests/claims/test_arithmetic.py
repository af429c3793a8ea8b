"""The paper's tables recompute: the numbers were computed by others first."""

import pytest

from kit.claims import arithmetic, definitions, paper, rankings
from kit.evaluate import rounding


@pytest.mark.parametrize("table", paper.TABLES)
def test_every_column_of_a_table_is_consistent_within_its_rounding(table):
    assert arithmetic.consistent(table) == 10


def test_sixty_ratios_lie_inside_what_their_columns_allow():
    frame = arithmetic.identities()
    assert len(frame) == 60 and frame["place"].abs().max() < 1
    assert arithmetic.closest() == pytest.approx((0.110, 0.099, 0.122), abs=5e-4)


def test_a_column_with_one_wrong_digit_is_not_called_consistent():
    assert arithmetic._possible(0.13, 0.53, 0.29, 0.25, 0.12)
    for wrong in ((0.13, 0.53, 0.29, 0.27, 0.12), (0.13, 0.53, 0.29, 0.25, 0.15), (-0.13, 0.53, 0.29, 0.25, 0.12)):
        assert not arithmetic._possible(*wrong)


def test_the_joint_check_is_stricter_than_both_ratios_alone():
    """IR* .23 needs a small ARC, IR** .12 a large one."""
    assert rounding.agrees(0.23, rounding.information_ratio(0.13, 0.53))
    assert rounding.agrees(0.12, rounding.drawdown_ratio(0.13, 0.53, 0.29))
    assert not arithmetic._possible(0.13, 0.53, 0.29, 0.23, 0.12)
    assert arithmetic._possible(0.13, 0.53, 0.29, 0.23, 0.10)


def test_p_values_are_upper_tails_with_about_a_year_of_days():
    fits = [dof for dof in range(330, 400) if arithmetic.fitting(1, dof) == 15]
    assert (fits[0], fits[-1]) == (342, 384) and 364 in fits
    assert arithmetic.observations() == (364, 343, 385)
    assert arithmetic.fitting(2, 364) == 0 and arithmetic.fitting(1, 728) == 6


def test_nothing_survives_multiplicity():
    assert arithmetic.smallest("holm")[0] == pytest.approx(0.288)
    assert arithmetic.smallest("bh")[0] == pytest.approx(0.162, abs=5e-4)
    assert arithmetic.smallest("holm", ("taker",))[0] == pytest.approx(0.096)
    assert arithmetic.smallest("bh", ("taker",))[0] == pytest.approx(0.072, abs=2e-4)
    assert arithmetic.smallest("p", tails=2)[0] == pytest.approx(0.038, abs=5e-4)


@pytest.mark.parametrize(("asset", "p"), [("ETC", 0.086), ("ENJ", 0.074), ("ROSE", 0.038)])
def test_two_sided_p_values(asset, p):
    value, low, high = arithmetic.two_sided(asset)
    assert value == pytest.approx(p, abs=5e-4) and low <= value <= high


@pytest.mark.parametrize("asset", paper.ASSETS)
def test_the_takers_t_is_rebuilt_from_the_tables(asset):
    assert arithmetic.rebuilt_over_printed(asset)[0] == pytest.approx(1, abs=0.05)


BLENDS = {"BTC": (1.254, 1.53), "ENJ": (0.195, 1.63), "ETC": (2.249, 2.86), "LTC": (0.59, 0.085), "ROSE": (3.466, 3.64)}


@pytest.mark.parametrize("asset", BLENDS)
def test_the_blend_is_rebalanced_daily(asset):
    daily, once = BLENDS[asset]
    assert arithmetic.blended(asset)[0] == pytest.approx(daily, abs=1e-3)
    assert arithmetic.blended(asset, rebalanced=False)[0] == pytest.approx(once, abs=0.0051)


IMPLIED = {"BTC": (0.02, 0.11), "ETC": (0.01, 0.07), "LTC": (-0.06, -0.02), "ENJ": (-0.1, -0.04),
           "ROSE": (-0.12, -0.08)}


@pytest.mark.parametrize("asset", IMPLIED)
def test_taker_and_maker_are_hardly_correlated(asset):
    assert arithmetic.correlation(asset)[1:] == pytest.approx(IMPLIED[asset], abs=0.005)


@pytest.mark.parametrize(("asset", "sigmas"), [("BTC", 7.2), ("LTC", 3.8), ("ETC", 3.8), ("ENJ", 2.9), ("ROSE", 2.9)])
def test_fees_of_a_round_trip_in_three_second_deviations(asset, sigmas):
    assert arithmetic.fee_in_sigmas(asset)[0] == pytest.approx(sigmas, abs=0.06)


def test_ranks_of_the_appendix():
    assert rankings.mean_correlation()[0] == pytest.approx(0.37, abs=0.005)
    assert rankings.pairs().min() == pytest.approx(0.08, abs=0.005)
    assert rankings.pairs().max() == pytest.approx(0.70, abs=0.005)
    assert rankings.significant() == 2
    assert rankings.mean_correlation(without_top=True)[0] == pytest.approx(0.13, abs=0.005)
    assert rankings.concordance(without_top=True) == (pytest.approx(0.31, abs=0.005), pytest.approx(0.14, abs=0.005))
    assert rankings.places("spread").tolist() == [5, 9, 9, 7, 2]


def test_gmadl_is_flat_at_its_source_s_slope_and_is_not_where_a_bites():
    assert definitions.curvature()[0] == pytest.approx(1, abs=1e-6)
    assert definitions.curvature(1e8)[0] < 0.6
    assert definitions.reward_of_size()[0] == pytest.approx(10, abs=1e-3)


def test_overlapping_labels_are_not_independent():
    value, low, high = definitions.overlap()
    assert low < value < high and low > 1.5 and high < 3**0.5 + 0.1


def test_the_crash_is_on_warsaw_s_clock():
    assert definitions.minutes_from_trough("Europe/Warsaw") == 5
    assert definitions.minutes_from_trough("UTC") == 125


def test_measures_as_printed_are_not_what_they_are_called():
    assert definitions.power_of_money() == pytest.approx(1)
    assert definitions.loss_duration_of_a_curve_that_rises() == pytest.approx(364 / 365)
    assert arithmetic.open_losses() == 3
