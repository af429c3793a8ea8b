"""Explanations of several assets beside each other: curves, summaries, rank correlations, measures of shape."""

from __future__ import annotations

from textwrap import fill

import numpy as np

from kit.plot import style
from kit.plot.features import unit_label
from kit.plot.model import POINTS, swarm

COLUMNS = 5
SERIES = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY, style.INK, style.GREY)
AXIS = {"bp": "mean SHAP value (bp)", "sigma": "mean SHAP value (σ)"}
"""σ: standard deviation of the training returns of the row's fold."""
MEASURED = {"monotone": "isotonic R² (1)", "slope": "slope about the middle (σ per unit)", "swing": "swing (σ)",
            "left tail": "left tail's slope / middle's (1)", "right tail": "right tail's slope / middle's (1)",
            "right level": "level of the right end (σ)"}
"""Measures of a curve in σ (`kit.explain.shapes.measures`), as axes say them."""
TAILS = ("left tail", "right tail")


@style.styled
def dependence(points, units, unit="sigma", *, title="What each feature adds to the forecast"):
    """One panel a feature: its mean SHAP value by quantile bin, each on its own scale (the paper's Figures 18 to 22).

    Parameters
    ----------
    points : pandas.DataFrame
        By ``name`` (of a feature) and ``bin``: ``x, mean, low, high``; as `kit.universality.tables` returns.
    units : dict of str to str
        Unit of each feature.
    unit : str
        "bp" or "sigma".
    """
    names = points.index.get_level_values("name").unique()
    rows = -(-len(names) // COLUMNS)
    figure = style.figure(0.5 + 2.1 * rows)
    grid = figure.subplots(rows, COLUMNS, squeeze=False)
    for axes, name in zip(grid.flat, names, strict=False):
        exponent = _by_quantile(axes, points.xs(name, level="name"))
        axes.set_title(fill(name.replace("_", " "), 18), fontsize=9, fontweight="normal", pad=4)
        axes.set_xlabel(unit_label(units[name], exponent), fontsize=9)
        axes.locator_params(axis="y", nbins=5)
    for axes in grid.flat[len(names):]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel(AXIS[unit])
    figure.supxlabel("feature, in bins of as many rows each: the means of the lowest, middle and highest", fontsize=9.5)
    return style.titled(figure, title)


def _by_quantile(axes, table):
    """Draw a curve bin by bin, write the feature's values in units of a power of ten, and name the power."""
    table = table.dropna(subset="x")  # a bin may have no row
    x, bins = table["x"].to_numpy(), np.arange(len(table))
    exponent = int(np.floor(np.log10(np.abs(x).max()))) if np.any(x) else 0
    exponent = 0 if -2 <= exponent < 4 else exponent
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.fill_between(bins, table["low"], table["high"], color=style.BLUE, alpha=0.2, linewidth=0)
    axes.plot(bins, table["mean"], "o-", color=style.BLUE, markersize=2.5)
    ticks = bins[[0, len(bins) // 2, -1]]
    x = np.where(np.abs(x) < 1e-3 * np.abs(x).max(), 0, x) / 10.0**exponent
    axes.set_xticks(ticks, [_plain(value) for value in x[ticks]])
    return exponent


@style.styled
def overlay(in_bp, in_sigma, feature, planted=None, *, title="One feature across assets"):
    """A feature's dependence curves in every asset, in basis points and in σ (the paper's Figure 4).

    Parameters
    ----------
    in_bp, in_sigma : pandas.DataFrame
        By ``name`` (of an asset) and ``bin``: ``x, mean, low, high``.
    feature : str
    planted : pandas.DataFrame, optional
        The same of what was planted, in basis points: dashed.
    """
    figure = style.figure(4.0)
    grid = figure.subplots(1, 2)
    names = in_bp.index.get_level_values("name").unique()
    colours = {name: SERIES[k % len(SERIES)] for k, name in enumerate(names)}
    for axes, table, unit in zip(grid, (in_bp, in_sigma), ("bp", "sigma"), strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        for k, (name, colour) in enumerate(colours.items()):
            one = table.xs(name, level="name")
            axes.fill_between(one["x"], one["low"], one["high"], color=colour, alpha=0.15, linewidth=0)
            mark = "os^"[k // len(SERIES) % 3]  # another, where colours begin again
            axes.plot(one["x"], one["mean"], f"{mark}-", color=colour, markersize=2.5 + 2 * (mark != "o"), label=name)
        axes.set(xlabel=f"{feature.replace('_', ' ')} (1)", ylabel=AXIS[unit])
    known = [] if planted is None else planted.index.get_level_values("name").unique()
    for k, name in enumerate(known):
        one, label = planted.xs(name, level="name"), "planted" if k == 0 else None
        grid[0].plot(one["x"], one["mean"], "--", color=colours[name], label=label)
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 4))
    return style.titled(figure, title)


@style.styled
def rank_matrix(assets, whole, rest, without, *, title="Do assets agree on what matters?"):
    """Rank correlation of importances with intervals (the paper's Figure 9), and below the diagonal without the first.

    Parameters
    ----------
    assets : sequence of str
    whole, rest : pandas.DataFrame
        By ``first, second``: ``value, low, high``; as `kit.explain.ranks.Agreement.pairs` returns, of all features and
        of all but one.
    without : str
        The one.
    """
    figure = style.figure(1.4 + 0.5 * len(assets))
    axes = figure.subplots()
    values = np.full((len(assets), len(assets)), np.nan)
    for table, swap in ((whole, False), (rest, True)):
        for (first, second), row in table.iterrows():
            place = sorted((assets.index(first), assets.index(second)), reverse=swap)
            values[tuple(place)] = row["value"]
            axes.text(*place[::-1], f"{_signed(row['value'])}\n[{_signed(row['low'])}, {_signed(row['high'])}]",
                      ha="center", va="center", color="white" if abs(row["value"]) > 0.75 else style.INK)
    axes.imshow(values, cmap=style.NEGATIVE_TO_POSITIVE, vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(assets)), [name.rpartition("/")[2] for name in assets])
    axes.set_yticks(range(len(assets)), assets)
    axes.grid(visible=False)
    axes.set_title(f"rank correlation of importances; below the diagonal without {without.replace('_', ' ')}",
                   fontsize=9.5, fontweight="normal")
    return style.titled(figure, title)


@style.styled
def forest(table, reference, groups=MEASURED, *, stretched=TAILS, title="The shape of the effect, measured"):
    """Measures of several assets with their intervals, one panel a measure.

    Parameters
    ----------
    table : pandas.DataFrame
        By ``name`` (of an asset) and ``measure``: ``value, low, high``.
    reference : dict of str to float
        By measure, where a dashed line stands: a value that a statement is judged by.
    groups : dict of str to str
        Measures to draw, and what their axes say, units among it.
    stretched : sequence of str
        Measures on an axis that is logarithmic beyond -1 and 1.
    """
    names = table.index.get_level_values("name").unique()
    columns = 3
    rows = -(-len(groups) // columns)
    figure = style.figure(0.5 + rows * (0.9 + 0.24 * len(names)))
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, (measure, label) in zip(grid.flat, groups.items(), strict=False):
        one = table.xs(measure, level="measure").loc[list(names)]
        if measure in reference:
            axes.axvline(reference[measure], color=style.GREY, linewidth=0.9, linestyle="--")
        at = np.arange(len(names))
        axes.hlines(at, one["low"], one["high"], color=style.BLUE, linewidth=1.6)
        axes.plot(one["value"], at, "o", color=style.BLUE, markersize=4.5)
        axes.set_yticks(at, names)
        axes.set_xlabel(label)
        axes.grid(axis="y", visible=False)
        if measure in stretched:
            axes.set_xscale("symlog", linthresh=1.0)
            low, high = axes.get_xlim()
            decade = 10.0 ** np.floor(np.log10(max(-low, high)))
            axes.set_xticks([x for x in (-decade, -1, 0, 1, decade) if low <= x <= high])
            axes.xaxis.set_major_formatter("{x:g}")
    for axes in grid.flat[len(groups):]:
        axes.set_axis_off()
    grid[0, 0].invert_yaxis()
    return style.titled(figure, title)


@style.styled
def summaries(explanations, *, tail=0.001, title="What drives the forecast, asset by asset"):
    """Beeswarms of SHAP values side by side, features in one order (the paper's Figure 3).

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation
        Of the same features. The one with the largest mean share of importance is on top.
    tail : float
        Share of an asset's values cut off at either end, said in the title.
    """
    features = next(iter(explanations.values())).features
    order = np.argsort(_mean_share(explanations), kind="stable")
    columns = min(len(explanations), 4)
    rows = -(-len(explanations) // columns)
    figure = style.figure(0.7 + rows * (0.6 + 0.3 * len(features)))
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, (name, one) in zip(grid.flat, explanations.items(), strict=False):
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        some = np.linspace(0, len(one.values) - 1, min(POINTS // 2, len(one.values))).astype(int)
        for row, j in enumerate(order):
            dots = swarm(axes, row, one.bp[some, j], one.data[some, j].astype(float))
        axes.set_title(name.replace("/", "\n"), fontsize=9, fontweight="normal", pad=4)
        axes.set_xlabel("SHAP value (bp)")
        axes.set_xlim(*np.quantile(one.bp, [tail, 1 - tail]))
        axes.grid(axis="y", visible=False)
        axes.locator_params(axis="x", nbins=4)
    for axes in grid.flat[len(explanations):]:
        axes.set_axis_off()
    grid[0, 0].set_yticks(range(len(features)), [features[j].replace("_", " ") for j in order])
    bar = figure.colorbar(dots, ax=grid, label="feature value", fraction=0.02, pad=0.01, ticks=[0, 1])
    bar.ax.set_yticklabels(["low", "high"])
    bar.outline.set_visible(False)
    return style.titled(figure, f"{title} (the outer {200 * tail:.2g} % of values not drawn)")


def _mean_share(explanations):
    sizes = np.stack([np.abs(one.values).mean(axis=0) for one in explanations.values()])
    return (sizes / sizes.sum(axis=1, keepdims=True)).mean(axis=0)


def _plain(value):
    """Two digits, no power of ten."""
    return np.format_float_positional(value, 2, fractional=False, trim="-").replace("-", "\N{MINUS SIGN}")


def _signed(value):
    """Two digits behind the point, none before it."""
    text = "?" if np.isnan(value) else f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")
    return text.replace("0.", ".")
