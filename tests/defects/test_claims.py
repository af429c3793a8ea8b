"""D-06 and D-40: names that the framework uses and nowhere defines, and performances that it prints as constants."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from kit.claims import FRAMEWORK, Verdict, judged

KIT = Path(__file__).parents[2] / "kit"

ANSWERS = {
    "calculate_price_impact": "kit.factors.depth:price_impact",
    "calculate_order_concentration": "kit.factors.depth:depth_concentration",
    "calculate_block_builder_concentration": "kit.factors.builders:builder_concentration",
    "create_microstructure_features": "kit.factor:registry",
    "calculate_realized_vol": "kit.factors.realised:realised_volatility",
    "calculate_spreads": "kit.features:spread",
    "extract_order_flow": "kit.features:net_order_flow",
    "calculate_market_impact": "kit.factors.impact:temporary_impact",
    "VolatilityCalculator": "kit.past:Past",
    "LiquidityCalculator": "kit.past:Past",
    "OrderFlowCalculator": "kit.past:Past",
    "CrossExchangeCalculator": "kit.past:Past",
    "TickDataStorage": "kit.sources.store:Store",
}
"""By a name that the framework calls and does not define: what answers it in the kit. A calculator's ``update`` is a
factor with its `Past`, fed one tick at a time. Live feeds and hedges belong to other parts of the framework.
"""

SKETCH = '''
def order_book_factors(order_book_data):
    book_slope = calculate_price_impact(order_book_data)
    depth_concentration = calculate_order_concentration(order_book_data)
    return pd.DataFrame({"price_impact": book_slope, "depth_concentration": depth_concentration})
'''


@pytest.mark.parametrize("name", ANSWERS)
def test_d06_every_undefined_name_of_the_factors_has_an_answer(name):
    module, attribute = ANSWERS[name].split(":")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_d06_the_sketch_fails_by_name_and_the_kit_answers():
    import numpy as np
    import pandas as pd

    import kit

    scope = {"pd": pd}
    exec(compile(SKETCH, "sketch", "exec"), scope)
    with pytest.raises(NameError, match="calculate_price_impact"):
        scope["order_book_factors"](pd.DataFrame())
    levels = {f"{side}_{k}": [100 + sign * (0.5 + k)] for k in range(3) for side, sign in (("bid", -1), ("ask", 1))}
    sizes = {f"{side}_size_{k}": [2.0] for k in range(3) for side in ("bid", "ask")}
    book = pd.DataFrame({"time": pd.date_range("2025-01-01", periods=1, tz="UTC")} | levels | sizes)
    found = kit.compute({"depth": book}, "price_impact", "depth_concentration", notional=300.0, level=2.0)
    assert np.isfinite(found["price_impact"].iloc[0]) and found["depth_concentration"].iloc[0] == pytest.approx(1 / 2)


def test_d40_performances_are_claims_with_rules_and_none_is_believed():
    """The sketch returns '16.4%' whatever the data; here nothing is known until a report has measured it."""
    sketch = {"realized_volatility": {"annual_return": "16.4%", "sharpe_ratio": 1.02}}
    assert isinstance(sketch["realized_volatility"]["annual_return"], str)
    assert len(FRAMEWORK) == 28 and {entry.verdict for entry in judged(FRAMEWORK).entries} == {Verdict.NOT_TESTABLE}


def test_d40_claimed_numbers_stand_in_the_ledger_alone():
    """No other file of the kit holds the tables' rows: they cannot be printed as results."""
    rows = re.compile(r"0\.164|16\.4\s?%|0\.198\b|19\.8\s?%|0\.221|22\.1\s?%|0\.183\b|18\.3\s?%")
    holding = {path.relative_to(KIT).as_posix() for path in KIT.rglob("*.py") if _constants(path, rows)}
    assert holding == {"claims/framework.py"}


def _constants(path, pattern):
    values = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    return any(pattern.fullmatch(str(value)) for value in values)
