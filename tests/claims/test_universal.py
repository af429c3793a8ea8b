"""Verdicts on universality: supported where it was planted, contradicted where the opposite was, else undecided."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit import universality
from kit.bootstrap import Bootstrap
from kit.claims import universal
from kit.clock import utc
from kit.explain import Explanation
from kit.explain.likeness import likeness
from kit.explain.ranks import agreement

BY = Bootstrap(draws=199)
FEATURES = ("l1_imbalance", "spread", "vwap_buy_to_mid", "vwap_sell_to_mid", "volatility", "n_trades", "volume_traded",
            "net_order_flow")
OTHERS = np.array([0.21, 0.18, 0.15, 0.12, 0.09, 0.06, 0.03])
LAWS = {"concave": lambda x: np.tanh(2 * x), "convex": lambda x: x**3, "against": lambda x: -x}


def asset(law="concave", others=OTHERS, seed=0, wide=1.0, right=1.0, n=6000, noise=0.02):
    """A study whose SHAP values, and returns, follow planted laws of the imbalance and of one VWAP; σ is 1 bp."""
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(n, len(FEATURES))).astype(np.float32)
    data[:, 0] = rng.uniform(-1, 1, n)
    data[:, 1] = np.exp(data[:, 1])
    far = data[:, 1] > np.quantile(data[:, 1], 2 / 3)
    values = data / np.abs(data).mean(axis=0)
    values[:, 1:] *= others
    values[:, 2] *= np.where(data[:, 2] > 0, right, 1.0)
    values[:, 0] = LAWS[law](data[:, 0].astype(float)) * np.where(far, wide, 1.0)
    values += noise * rng.normal(size=values.shape)
    time = np.arange(n) * 10**9 + 10**18
    explanation = Explanation(time, np.arange(n) * 3 // n, values * 1e-4, np.zeros(n), np.full(n, 1e-4), FEATURES, data)
    returns = values[:, :3].sum(axis=1) + rng.normal(size=n)
    return SimpleNamespace(explanation=explanation, y=pd.Series(returns * 1e-4, utc(time)))


def judged(**assets):
    found = universality.explanations(assets)
    even = universality.overlay(found, "l1_imbalance", even=True, by=BY)
    pairs, stability = likeness(even), universality.stability(found, even)
    sides = universality.asymmetries(assets, ("vwap_buy_to_mid",), by=BY)
    return [*universal.importance(agreement(found, BY), stability), *universal.shape(universality.shapes(even)),
            *universal.shape(universality.shapes(universality.responses(assets, by=BY)), "in the returns"),
            *universal.sameness(even, pairs, stability),
            *universal.slopes(universality.attenuations(assets, by=BY), sides)]


@pytest.fixture(scope="module")
def alike():
    return judged(**{name: asset(seed=k, wide=0.4, right=2) for k, name in enumerate("abc")})


@pytest.fixture(scope="module")
def unlike():
    turned = OTHERS[::-1] * 20
    return judged(a=asset(), b=asset("convex", turned, 2, wide=2.0, right=2), c=asset("against", turned, 3))


def verdicts(judgements):
    return {one.statement.split(" (")[0]: one.verdicts for one in judgements}


def test_what_was_planted_alike_is_supported_everywhere(alike):
    noisy = ("The effect of imbalance is monotone in the returns", "It is concave in both tails in the returns")
    found = verdicts(alike)
    assert all("contradicted" not in found.pop(statement).values() for statement in noisy)
    for statement, said in found.items():
        assert set(said.values()) == {"supported"}, (statement, said)


@pytest.mark.parametrize(("statement", "where", "said"), [
    ("Imbalance is the most important feature", "a", "supported"),
    ("Imbalance is the most important feature", "b", "contradicted"),
    ("Imbalance pushes prices its own way in the model", "c", "contradicted"),
    ("It is concave in both tails in the model", "a", "supported"),
    ("It is concave in both tails in the model", "b", "contradicted"),
    ("It is concave in both tails in the model", "c", "not measurable"),
    ("Curves have the same shape", "a and b", "contradicted"),
    ("Slopes at the origin are similar", "a over b", "contradicted"),
    ("Wide spreads weaken the effect of imbalance in the model", "b", "contradicted"),
    ("VWAP-to-mid acts asymmetrically in the model", "b vwap_buy_to_mid", "supported"),
])
def test_what_was_planted_otherwise_is_not(unlike, statement, where, said):
    assert verdicts(unlike)[statement][where] == said


def test_what_was_not_planted_is_claimed_no_more_often_than_the_level():
    """Of 40 assets without attenuation or asymmetry, verdicts other than "undecided" on the returns, at 5 % each."""
    assets = {f"a{seed}": asset(seed=seed, n=2000) for seed in range(100, 140)}
    sides = universality.asymmetries(assets, ("vwap_buy_to_mid",), by=BY)
    found = verdicts(universal.slopes(universality.attenuations(assets, by=BY), sides))
    claimed = {statement: sum(said != "undecided" for said in where.values()) for statement, where in found.items()
               if "returns" in statement}
    assert len(claimed) == 2 and max(claimed.values()) <= 6, claimed


def test_rankings_that_contradict_each_other_are_not_called_correlated(unlike):
    found = verdicts(unlike)
    assert found["Their rankings are highly correlated"] == {"all assets": "contradicted"}


def test_a_verdict_about_models_needs_all_folds():
    row = {"low": 1.0, "high": 2.0, "agree": 2, "folds": 3}
    table = pd.DataFrame([row | {"value": 1.5}], pd.MultiIndex.from_tuples([("a", "x", of, "difference")
                         for of in ("SHAP",)], names=["asset", "feature", "of", "what"]))
    returns = table.rename(index={"SHAP": "return"})
    ratios = table.droplevel("feature").rename(index={"difference": "slope ratio"})
    slopes = universal.slopes(pd.concat([ratios, ratios.rename(index={"SHAP": "return"})]), pd.concat([table, returns]))
    said = [list(one.verdicts.values())[0] for one in slopes if one.statement.startswith("VWAP")]
    assert said == ["undecided", "supported"]


@pytest.mark.parametrize(("low", "high", "above", "said"), [
    (1.1, 2.0, True, "supported"), (1.1, 2.0, False, "contradicted"), (0.1, 0.9, True, "contradicted"),
    (0.1, 0.9, False, "supported"), (0.9, 1.1, True, "undecided"), (np.nan, np.nan, True, "not measurable")])
def test_a_verdict_is_read_off_the_interval(low, high, above, said):
    assert universal.judge({"low": low, "high": high}, 1.0, above) == said


def test_a_sentence_says_where_and_how_much(unlike):
    sentence = unlike[0].sentence()
    assert sentence.startswith("Imbalance is the most important feature") and sentence.endswith(".")
    assert "supported in 1 of 3 (a: " in sentence and "contradicted in 2 of 3 (b: 0." in sentence
