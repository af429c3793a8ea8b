"""Models beside each other: their scores, what they rest on, and what their own rows would have claimed."""

from __future__ import annotations

import numpy as np

from kit.plot import style
from kit.plot.model import SCORES

MODELS = {0: (style.BLUE, -0.14), 1: (style.VERMILION, 0.14)}
KINDS = {"shap": ("shap_bp", "mean |SHAP| (bp)"), "lost": ("lost_r2", "R² lost by shuffling (1)")}


@style.styled
def scores(table, planted=None, *, title="Out of sample, on the same folds"):
    """R² and GMADL of each model with their intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.evaluate.rivals.scored` returns it.
    planted : float, optional
        R² of the relation that the embedded market was given.
    """
    figure = style.figure(1.2 + 0.4 * len(table))
    panels, at = figure.subplots(1, 2, sharey=True), np.arange(len(table))
    for axes, (name, label) in zip(panels, SCORES.items(), strict=True):
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        axes.hlines(at, table[f"{name}_low"], table[f"{name}_high"], color=style.BLUE, linewidth=1.6)
        axes.plot(table[name], at, "o", color=style.BLUE)
        axes.set(xlabel=label, ylim=(len(table) - 0.5, -0.5))
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(at, table.index)
    if planted is not None:
        panels[0].axvline(planted, color=style.VERMILION, linestyle="--", label="planted, by the imbalance alone")
        panels[0].legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return style.titled(figure, title)


@style.styled
def optimism(table, *, title="What the rows that it learned from would have claimed"):
    """R² of each fold's model on its own rows and on those after them.

    Parameters
    ----------
    table : dict of str to pandas.DataFrame
        By model, as `kit.evaluate.rivals.optimism` returns it.
    """
    figure = style.figure(2.8)
    panels = figure.subplots(1, len(table), sharey=True, squeeze=False)[0]
    for axes, (name, rows) in zip(panels, table.items(), strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.plot(rows.index + 1, rows["learned"], "s", color=style.VERMILION, label="rows it learned from")
        axes.plot(rows.index + 1, rows["after"], "o", color=style.BLUE, label="rows after them")
        axes.set(xlabel="fold", xticks=rows.index + 1)
        axes.set_title(name, fontsize=9.5, fontweight="normal")
        axes.grid(axis="x", visible=False)
    panels[0].set_ylabel("R² against the forecast 0 (1)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return style.titled(figure, title)


@style.styled
def importances(tables, control, *, title="What the forecasts rest on, on rows that were not learned from"):
    """Mean absolute SHAP values, and R² lost by shuffling, of two models side by side.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        By model, as `kit.explain.learned.Learned.feature_importance` has it; the first gives the order.
    control : str
        The feature that knows nothing; drawn in italics, its values as a line.
    """
    features = next(iter(tables.values())).index
    figure = style.figure(1.4 + 0.34 * len(features))
    panels, at = figure.subplots(1, 2, sharey=True), np.arange(len(features))
    for axes, (kind, (value, label)) in zip(panels, KINDS.items(), strict=True):
        for (colour, shift), (name, table) in zip(MODELS.values(), tables.items(), strict=False):
            rows = table.loc[features]
            axes.axvline(rows.loc[control, value], color=colour, linewidth=0.8, linestyle=":")
            axes.hlines(at + shift, rows[f"{kind}_low"], rows[f"{kind}_high"], color=colour, linewidth=1.4)
            axes.plot(rows[value], at + shift, "o", color=colour, markersize=4.5, label=name)
        axes.set(xlabel=label, ylim=(len(features) - 0.5, -0.5))
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(at, features)
    for name in panels[0].get_yticklabels():
        name.set_style("italic" if name.get_text() == control else "normal")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2)
    return style.titled(figure, f"{title}; dotted: {control}")
