"""The framework's names are public names: all 83 fixed ones of the factors here, and those by pair and by venue."""

import itertools

import pytest

import kit
from kit.factor import find

LEVELS, DAYS = ("0.1", "0.5", "1.0", "2.0"), (5, 10, 20, 60, 120)
FIXED = {
    6: [f"{stem}_{days}d" for stem in ("rv", "vol_mom", "vol_rev") for days in DAYS],
    7: ["time_of_day_vol", "overnight_vol", "intraday_vol", "vol_ratio_day_night"],
    8: ["vol_term_slope", "vol_term_curvature", "vol_risk_premium", "iv_level"],
    9: ["garch_vol_forecast", "garch_persistence", "vol_surprise", "vol_clustering"],
    10: ["high_vol_regime", "low_vol_regime", "regime_transition_prob", "regime_momentum"],
    11: ["bid_ask_spread", "spread_momentum", "spread_volatility", "relative_spread", "liquidity_impact"],
    12: [f"{stem}_{level}pct" for stem in ("total_depth", "depth_imbalance", "depth_momentum") for level in LEVELS]
    + ["price_impact", "depth_concentration"],
    13: ["temporary_impact", "permanent_impact", "impact_asymmetry", "vw_impact", "impact_momentum"],
    14: ["order_flow_imbalance", "flow_momentum", "flow_persistence", "institutional_flow"],
    15: ["vwap_deviation", "price_volume_corr", "volume_momentum", "relative_volume", "volume_dispersion",
         "updown_volume_ratio"],
    17: ["liquidity_concentration", "dominant_exchange"],
    18: ["tick_frequency", "avg_tick_size", "direction_persistence", "quote_stuffing", "microstructure_noise"],
    19: ["sandwich_activity", "front_running_activity", "builder_concentration", "gas_price_competition"],
}
"""By item. Of item 17's four, two are a name for every venue."""
COMPUTED = ["twa_spread", "square_root_impact"]
"""What the framework computes and does not return."""
BY_PAIR = ["spread_{a}_{b}", "abs_spread_{a}_{b}", "spread_mom_{a}_{b}"]
BY_VENUE = ["leadership_{a}", "market_share_momentum_{a}", "liquidity_stability_{a}"]
"""Items 16 and 17."""
OBJECTS = {"ml_predictions": "kit.model.OutOfFold", "feature_importance": "kit.explain.Explanation"}
"""Item 27: results of a model, and the object that has them."""


@pytest.mark.parametrize("name", [*itertools.chain(*FIXED.values()), *COMPUTED])
def test_a_fixed_name_is_a_factor_and_can_be_asked_for(name):
    factor = find(name)
    assert factor.name == name and factor.title and factor.formula and factor.reference


@pytest.mark.parametrize("name", [*BY_PAIR, *BY_VENUE])
def test_a_family_of_names_is_one_factor_with_fields(name):
    assert find(name).fields == tuple("ab"[:name.count("{")])


def test_three_venues_have_the_twelve_names_of_item_16():
    fields = [len(find(name).fields) for name in (*BY_PAIR, "leadership_{a}")]
    assert sum({1: 3, 2: 3}[n] for n in fields) == 12


@pytest.mark.parametrize(("name", "where"), OBJECTS.items())
def test_a_result_of_a_model_has_an_object(name, where):
    import importlib

    module, attribute = where.rsplit(".", 1)
    assert {"ml_predictions": "predicted", "feature_importance": "importance"}[name] in [
        *vars(getattr(importlib.import_module(module), attribute)),
        *getattr(getattr(importlib.import_module(module), attribute), "__annotations__", {})]


def test_there_are_eighty_three_with_those_of_the_network_of_traders():
    """FRAMEWORK's count: 15+4+4+4+4 | 5+14+5 | 4+6 | 4 | 5 of items 6 to 18, 4 of item 19, 2 of 27 and 3 of 28.

    Item 17's four are two fixed names and two for every venue.
    """
    here = sum(map(len, FIXED.values())) + 2
    assert here == 78 and here + len(OBJECTS) + 3 == 83


def test_every_name_of_a_formula_has_parameters_that_its_function_takes():
    for factor in kit.registry().values():
        assert set(factor.parameters) >= set(factor.fields)
