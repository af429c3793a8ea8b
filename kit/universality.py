"""What explanations of several assets have in common: their curves, shapes and slopes, and what was planted in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit.bootstrap import by_day, ratio
from kit.explain.interactions import asymmetry, attenuation, realised
from kit.explain.likeness import folds_agree, folds_differ
from kit.explain.shapes import MEASURES, Curve, curve, dependence, even_grid, measures

IMBALANCE, SPREAD = "l1_imbalance", "spread"
VWAPS = ("vwap_buy_to_mid", "vwap_sell_to_mid")
OF = ("SHAP", "return")
"""What is set against a feature: what the model says of it, and what followed."""


def explanations(studies) -> dict:
    """Explanation of each study (`kit.study.studies`), by name."""
    return {name: one.explanation for name, one in studies.items()}


def frames(studies) -> dict:
    """The tables that everything was computed from, by the names of study and kind."""
    return {f"{name} {kind}": table for name, one in studies.items() for kind, table in one.recording.tables.items()}


def varying(explanation) -> tuple[str, ...]:
    """Features that take more than one value in the explained rows."""
    low, high = (extreme(explanation.data, axis=0) for extreme in (np.nanmin, np.nanmax))
    return tuple(name for name, least, most in zip(explanation.features, low, high, strict=True) if most > least)


def panels(explanation, unit="sigma", by=None) -> dict[str, Curve]:
    """Dependence curves of one asset, the most important feature first (the paper's Figures 18 to 22).

    Features that do not vary have none.
    """
    order = np.argsort(-np.abs(explanation.values).mean(axis=0), kind="stable")
    moving = varying(explanation)
    names = [explanation.features[j] for j in order if explanation.features[j] in moving]
    return {name: dependence(explanation, name, unit, by=by) for name in names}


def overlay(explanations, feature, unit="sigma", even=False, by=None) -> dict[str, Curve]:
    """Dependence curves of one feature in every asset (the paper's Figure 4, in one picture).

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation
    feature, unit : str
        See `kit.explain.shapes.dependence`.
    even : bool
        On one grid of equally wide bins for all assets, rather than on each asset's own quantiles.
    by : Bootstrap, optional
        By default `by_day` of each; asset k draws with seed + k.
    """
    grid = even_grid([_column(one, feature) for one in explanations.values()]) if even else None
    return {name: dependence(one, feature, unit, grid, by=_plan(one.time, by, k))
            for k, (name, one) in enumerate(explanations.items())}


def responses(studies, feature=IMBALANCE, by=None) -> dict[str, Curve]:
    """Mean return, in basis points, behind the explained rows, on the even bins of `overlay`: no model speaks here."""
    shown = explanations(studies)
    grid = even_grid([_column(one, feature) for one in shown.values()])
    return {name: curve(_column(one, feature), realised(one, studies[name].y), one.time, feature, grid=grid,
                        by=_plan(one.time, by, k)) for k, (name, one) in enumerate(shown.items())}


def _column(explanation, feature):
    return explanation.data[:, explanation.features.index(feature)]


def _plan(time, by, k):
    return replace(by or by_day(time), seed=(by.seed if by else 0) + k)


def stability(explanations, curves) -> pd.DataFrame:
    """What one asset says of itself from fold to fold, the measure for what two assets say of each other.

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation
    curves : dict of str to Curve
        Of one feature in each, on one grid.

    Returns
    -------
    pandas.DataFrame
        By ``asset``: ``ranks``, the mean rank correlation of importances between folds, and ``distance``, the mean
        distance of the dependence curves between folds.
    """
    rows = {name: {"ranks": folds_agree(one), "distance": folds_differ(one, curves[name].feature, curves[name].grid)}
            for name, one in explanations.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("asset")


def tables(curves) -> pd.DataFrame:
    """Points of several curves, by ``name, bin`` (see `Curve.table`); of none where there is no curve."""
    if not curves:
        return pd.DataFrame(index=pd.MultiIndex.from_arrays([[], []], names=["name", "bin"]))
    return pd.concat({name: one.table() for name, one in curves.items()}, names=["name", "bin"])


def shapes(curves) -> pd.DataFrame:
    """Properties of several curves, by ``name, measure`` (see `kit.explain.shapes.measures`)."""
    return pd.concat({name: measures(one) for name, one in curves.items()}, names=["name"])


def attenuations(studies, feature=IMBALANCE, third=SPREAD, by=None) -> pd.DataFrame:
    """What a feature says where the spread is narrow and wide, by ``asset, of, what`` (see `attenuation`).

    ``of`` is "SHAP", the feature's SHAP value, or "return", the return behind each row; both in basis points.
    """
    parts = {}
    for k, (name, one) in enumerate(studies.items()):
        shown = one.explanation
        for of, y in zip(OF, _said_and_done(one, feature), strict=True):
            parts[name, of] = attenuation(_column(shown, feature), _column(shown, third), y, shown.time,
                                          shown.fold, _plan(shown.time, by, k))
    return pd.concat(parts, names=["asset", "of"])


def asymmetries(studies, features=VWAPS, by=None) -> pd.DataFrame:
    """Slopes below and above 0, by ``asset, feature, of, what`` (see `asymmetry` and `attenuations`)."""
    parts = {}
    for k, (name, one) in enumerate(studies.items()):
        shown = one.explanation
        for feature in features:
            for of, y in zip(OF, _said_and_done(one, feature), strict=True):
                parts[name, feature, of] = asymmetry(_column(shown, feature), y, shown.time, shown.fold,
                                                     by=_plan(shown.time, by, k))
    return pd.concat(parts, names=["asset", "feature", "of"])


def _said_and_done(study, feature):
    shown = study.explanation
    return shown.bp[:, shown.features.index(feature)], realised(shown, study.y)


def planted(studies, feature=IMBALANCE, by=None) -> dict[str, Curve]:
    """What was planted where the explained rows stand, in basis points, as curves; empty for real recordings."""
    known = {name: one for name, one in studies.items() if one.recording.planted is not None}
    return {name: curve(x := _column(one.explanation, feature), _expected(one, x), one.explanation.time, feature,
                        by=_plan(one.explanation.time, by, k)) for k, (name, one) in enumerate(known.items())}


def _expected(study, x):
    """The planted response at each x, read off a fine grid: it is smooth, and rows are many."""
    grid = np.linspace(-0.999, 0.999, 400)
    return np.interp(x, grid, study.recording.planted.response(grid))


def recovery(agreement, found, planted) -> pd.DataFrame:
    """Planted against recovered, a row an asset.

    Parameters
    ----------
    agreement : kit.explain.ranks.Agreement
    found, planted : dict of str to Curve
        Dependence curves of the imbalance in basis points, and what was planted.

    Returns
    -------
    pandas.DataFrame
        ``rank`` of the feature; ``amplitude``, the least-squares factor from the planted to the recovered curve;
        ``unexplained``, the share of the recovered curve's square that it leaves; and measures of both curves:
        ``monotone``, ``slope``, ``left tail``, ``right tail``.
    """
    return pd.DataFrame.from_dict({name: _recovered(agreement, name, found[name], truth)
                                   for name, truth in planted.items()}, orient="index").rename_axis("asset")


def _recovered(agreement, name, found, truth):
    rank = agreement.ranks[agreement.assets.index(name), agreement.features.index(found.feature)]
    f, t = found.mean(), truth.mean()
    amplitude = float(ratio((f * t).sum(), (t * t).sum()))
    row = {"rank": rank, "amplitude": amplitude, "unexplained": float(((f - amplitude * t) ** 2).sum() / (f**2).sum())}
    for measure in ("monotone", "slope", "left tail", "right tail"):
        row |= {f"{measure}, planted": float(MEASURES[measure](truth, truth.cells.sums)),
                f"{measure}, recovered": float(MEASURES[measure](found, found.cells.sums))}
    return row


def named(table) -> pd.DataFrame:
    """A table whose rows have one name each, the parts of theirs in a line."""
    return table.set_axis(pd.Index([" ".join(map(str, row)) for row in table.index]))
