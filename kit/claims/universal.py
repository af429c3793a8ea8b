"""The paper's statements about universality, each judged by measured intervals, asset by asset.

A statement is supported where an interval lies wholly on its side of a threshold, contradicted where it lies wholly on
the other, and undecided where it holds the threshold, or where it is about models and those of an asset's own folds
differ. Each interval is at its own level: of twenty verdicts about nothing, one is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kit.explain.ranks import critical
from kit.explain.shapes import MEASURES, bend
from kit.universality import IMBALANCE

VERDICTS = ("supported", "contradicted", "undecided", "not measurable")
MONOTONE, OF_NOISE = 0.9, 0.48
"""Isotonic R² from which a curve is called monotone, and below which noise alone stays in 95 % of cases."""
LEVEL = 0.05
"""Of tests."""
SIMILAR = 2.0
"""Slopes or levels of two assets are called similar within this factor."""
SAME = 0.2
"""Distance of a line from a tanh: curves further apart are not called the same."""


BOUNDS = {"monotone": MONOTONE, "slope": 0.0, "left tail": 1.0, "right tail": 1.0}
"""Where verdicts on measures of a curve change."""


@dataclass(frozen=True)
class Judgement:
    """One statement, and where it holds."""

    statement: str
    verdicts: dict = field(repr=False)  #: of each asset, or pair of assets: a verdict
    evidence: dict = field(repr=False)  #: of each: the number in words

    def where(self, verdict) -> list:
        return [name for name, said in self.verdicts.items() if said == verdict]

    def sentence(self) -> str:
        """The statement, and the numbers that speak for and against it."""
        parts = [f"{verdict} in {len(self.where(verdict))} of {len(self.verdicts)} "
                 f"({'; '.join(f'{name}: {self.evidence[name]}' for name in self.where(verdict))})"
                 for verdict in VERDICTS if self.where(verdict)]
        return f"{self.statement}: {', '.join(parts)}."


def judge(row, threshold, above=True) -> str:
    """Verdict on "above `threshold`" (or below) from an interval, ``low`` and ``high``."""
    if not np.isfinite([row["low"], row["high"]]).all():
        return "not measurable"
    if row["low"] > threshold:
        return "supported" if above else "contradicted"
    if row["high"] < threshold:
        return "contradicted" if above else "supported"
    return "undecided"


def spoken(row, unit="") -> str:
    """A value and its interval."""
    return f"{row['value']:.3g} [{row['low']:.3g}, {row['high']:.3g}]{unit}"


def _each(statement, table, verdict, unit=""):
    rows = {name: row for name, row in table.iterrows()}
    return Judgement(statement, {name: verdict(row) for name, row in rows.items()},
                     {name: spoken(row, unit) for name, row in rows.items()})


def importance(agreement, stability) -> list[Judgement]:
    """Imbalance matters most; the rankings agree more than by chance, and highly; with the top feature and without it.

    Parameters
    ----------
    agreement : kit.explain.ranks.Agreement
    stability : pandas.DataFrame
        As `kit.universality.stability` returns: where an asset's folds disagree, assets cannot agree.
    """
    rest = agreement.without(agreement.top)
    found = [_each("Imbalance is the most important feature (its importance over the next largest)",
                   agreement.lead(IMBALANCE), lambda row: judge(row, 1.0))]
    for words, ranking in (("", agreement), (f" without {agreement.top}", rest)):
        found += [_beyond_chance(f"Importances rank alike more than by chance{words}", ranking),
                  _highly(f"Their rankings are highly correlated{words}", ranking, stability["ranks"].mean())]
    return found


def _beyond_chance(statement, agreement):
    agreed = agreement.concordance()
    verdict = "supported" if agreed.p.value < LEVEL else "undecided"
    return Judgement(statement, {"all assets": verdict}, {"all assets": f"Kendall's W {agreed.w:.2f}, p {agreed.p}"})


def _highly(statement, agreement, ceiling):
    score, bound = agreement.mean(), critical(len(agreement.features))
    row = {"value": score.value, "low": score.low, "high": score.high}
    verdict = judge(row, bound)
    if verdict == "contradicted" and not (score.value < bound < ceiling):
        verdict = "undecided"
    words = f"mean {spoken(row)}, where chance reaches {bound:.3f} in 5 %; between the folds of one asset {ceiling:.2f}"
    return Judgement(statement, {"all assets": verdict}, {"all assets": words})


def shape(measured, of="in the model") -> list[Judgement]:
    """The effect of imbalance is positive, monotone, and concave in both tails.

    Parameters
    ----------
    measured : pandas.DataFrame
        As `kit.universality.shapes` returns for the imbalance on even bins.
    of : str
        What the curves are of, in words: SHAP values, or the returns that followed.
    """
    def each(name):
        return measured.xs(name, level="measure")

    tails = {asset: [each(side).loc[asset] for side in ("left tail", "right tail")] for asset in each("slope").index}
    found = {asset: _concave(each("slope").loc[asset], rows) for asset, rows in tails.items()}
    return [_each(f"Imbalance pushes prices its own way {of} (slope about the middle)", each("slope"),
                  lambda row: judge(row, 0.0)),
            _each(f"The effect of imbalance is monotone {of} (isotonic R²)", each("monotone"), _monotone),
            Judgement(f"It is concave in both tails {of} (slope of each tail over that about the middle)",
                      found, {asset: ", ".join(map(spoken, rows)) for asset, rows in tails.items()})]


def _monotone(row):
    verdict = judge(row, MONOTONE)
    return "undecided" if verdict == "contradicted" and row["high"] > OF_NOISE else verdict


def _concave(slope, tails):
    """Of two tails, where the slope between them is upwards: elsewhere there is nothing to bend."""
    bends = {bend(row["low"], row["high"]) for row in tails}
    if "unmeasured" in bends or judge(slope, 0.0) != "supported":
        return "not measurable"
    return "supported" if bends == {"concave"} else "contradicted" if "convex" in bends else "undecided"


def sameness(curves, pairs, stability) -> list[Judgement]:
    """Slopes at the origin, levels of saturation and shapes are those of the other assets.

    Parameters
    ----------
    curves : dict of str to Curve
        Of the imbalance in σ, on even bins.
    pairs : pandas.DataFrame
        As `kit.explain.likeness.likeness` returns for them.
    stability : pandas.DataFrame
        As `kit.universality.stability` returns: curves are as far from the truth as folds are from each other, and
        assets differ where their distance is more than that of both, and the threshold, together.
    """
    slopes, levels = (_ratios(curves, pairs.index, names) for names in (("slope",), ("left level", "right level")))
    near = {f"{a} and {b}": (row, stability.loc[[a, b], "distance"].sum()) for (a, b), row in pairs.iterrows()}
    words = {pair: spoken({"value": row["distance"], "low": row["distance_low"], "high": row["distance_high"]})
             + f", where their folds differ by {folds:.2g}" for pair, (row, folds) in near.items()}
    return [_each(f"Slopes at the origin are similar (larger over smaller within {SIMILAR:g}, in σ)", slopes, _similar),
            _each(f"Levels of saturation are similar (within {SIMILAR:g}, in σ)", levels, _similar),
            Judgement(f"Curves have the same shape (distance within {SAME}, that of a line from a tanh)",
                      {pair: _same(*found) for pair, found in near.items()}, words)]


def _ratios(curves, pairs, names):
    """Ratio of a measure, the mean of several, between the assets of each pair, the larger over the smaller."""
    value = {asset: np.mean([MEASURES[name](one, one.cells.sums) for name in names]) for asset, one in curves.items()}
    drawn = {asset: np.mean([MEASURES[name](one, one.cells.draws) for name in names], axis=0)
             for asset, one in curves.items()}
    rows = {}
    for a, b in pairs:
        larger, smaller = (a, b) if abs(value[a]) >= abs(value[b]) else (b, a)
        score = curves[a].cells.by.scored(value[larger] / value[smaller], drawn[larger] / drawn[smaller], 2)
        rows[f"{larger} over {smaller}"] = {"value": score.value, "low": score.low, "high": score.high}
    return pd.DataFrame.from_dict(rows, orient="index")


def _similar(row):
    verdict = judge(row, SIMILAR, above=False)
    return "contradicted" if row["high"] < 0 else "undecided" if verdict == "supported" and row["low"] < 0 else verdict


def _same(row, folds):
    verdict = judge({"low": row["distance_low"], "high": row["distance_high"]}, SAME, above=False)
    differ = row["p_same"] < LEVEL and row["distance_low"] > SAME + folds
    return "undecided" if verdict == "contradicted" and not differ else verdict


def slopes(attenuated, asymmetric) -> list[Judgement]:
    """Wide spreads weaken what imbalance says; deviations of the VWAPs from the mid act asymmetrically.

    Each is judged of the model, and of the returns that followed. Models share credit among features that move
    together: those of the embedded market, which is symmetric, are found asymmetric too. The returns decide.

    Parameters
    ----------
    attenuated, asymmetric : pandas.DataFrame
        As `kit.universality.attenuations` and `kit.universality.asymmetries` return.
    """
    found = []
    for of, words in (("SHAP", "in the model"), ("return", "in the returns that followed")):
        shared = _of_all_folds if of == "SHAP" else _as_it_is
        ratios = attenuated.xs((of, "slope ratio"), level=("of", "what"))
        found.append(_each(f"Wide spreads weaken the effect of imbalance {words} (slope where wide over where narrow)",
                           ratios, lambda row, shared=shared: shared(judge(row, 1.0, above=False), row)))
        sides = asymmetric.xs((of, "difference"), level=("of", "what"))
        sides.index = sides.index.map(" ".join)
        found.append(_each(f"VWAP-to-mid acts asymmetrically {words} (slope above 0 less that below, bp per unit)",
                           sides, lambda row, shared=shared: shared(_differs(row), row)))
    return found


def _differs(row):
    if not np.isfinite([row["low"], row["high"]]).all():
        return "not measurable"
    return "undecided" if row["low"] <= 0 <= row["high"] else "supported"


def _of_all_folds(verdict, row):
    """A verdict about models that the folds' models do not share is about one of them."""
    return verdict if verdict == "not measurable" or row["agree"] == row["folds"] else "undecided"


def _as_it_is(verdict, row):
    return verdict
