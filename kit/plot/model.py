"""What the models did: the folds they walked, how they scored, and why they said what they said."""

from __future__ import annotations

import numpy as np
from matplotlib import dates as mdates

from kit.plot import style

POINTS = 4000
"""Rows that a beeswarm draws; more only blacken it."""

SCORES = {"r2_zero": "R² against the forecast 0 (1)", "normalised_gmadl": "normalised GMADL (1), best is −1"}


@style.styled
def walk_forward(folds, *, title="Walk-forward folds"):
    """Train, gap and test of every fold against time (the paper's Figure 2, on the folds that were used).

    Parameters
    ----------
    folds : pandas.DataFrame
        A row per fold; UTC columns ``train_start, train_end, test_start, test_end``.
    """
    figure = style.figure(1.3 + 0.28 * len(folds))
    axes = figure.subplots()
    gap = (folds["test_start"] - folds["train_end"]).dt.total_seconds().min()
    spans = {"train": ("train_start", "train_end", style.TRAIN),
             f"gap, {gap:,.0f} s or more": ("train_end", "test_start", style.GAP),
             "test": ("test_start", "test_end", style.TEST)}
    for label, (start, end, colour) in spans.items():
        left, right = (mdates.date2num(folds[column]) for column in (start, end))
        axes.barh(range(1, len(folds) + 1), right - left, left=left, height=0.62, color=colour, label=label)
    axes.invert_yaxis()
    axes.set_yticks(range(1, len(folds) + 1))
    axes.set(title=title, ylabel="fold")
    axes.grid(axis="y", visible=False)
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(axes, folds["train_start"].min(), folds["test_end"].max())
    return figure


@style.styled
def scores_by_fold(folds, pooled=None, *, title="Out of sample, fold by fold"):
    """R² and GMADL of every fold with their intervals, and of all folds together.

    Parameters
    ----------
    folds : pandas.DataFrame
        A row per fold, as `kit.model.scores.by_fold` returns: ``r2_zero`` and ``normalised_gmadl``, each with
        ``_low`` and ``_high`` (NaN: no interval).
    pooled : dict of str to Score, optional
        As `kit.model.scores.summary` returns.
    """
    figure = style.figure(3.2)
    for axes, (name, label) in zip(figure.subplots(1, 2), SCORES.items(), strict=True):
        at = np.arange(1, len(folds) + 1)
        value, low, high = (folds[column].to_numpy() for column in (name, f"{name}_low", f"{name}_high"))
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        if pooled is not None:
            axes.axhline(pooled[name].value, color=style.VERMILION, label=f"all folds: {pooled[name]}")
            axes.axhspan(pooled[name].low, pooled[name].high, color=style.VERMILION, alpha=0.12, linewidth=0)
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
        axes.vlines(at, low, high, color=style.BLUE, linewidth=1.4)
        axes.plot(at, value, "o", color=style.BLUE, markersize=5)
        axes.set(xlabel="fold", ylabel=label)
        axes.set_xticks(at)
        axes.grid(axis="x", visible=False)
    return style.titled(figure, title)


@style.styled
def shap_summary(values, data, features, *, title="What drives the forecast, out of fold"):
    """Beeswarm of SHAP values, the most important feature on top (the paper's Figure 3).

    Parameters
    ----------
    values : array, shape (n, k)
        SHAP values in basis points.
    data : array, shape (n, k)
        The features' values, which colour the points from each feature's 5 % to its 95 % quantile; grey where missing.
    features : sequence of str, length k
    """
    values, data = np.asarray(values), np.asarray(data, dtype=float)
    importance = np.abs(values).mean(axis=0)
    some = np.linspace(0, len(values) - 1, min(POINTS, len(values))).astype(int)
    figure = style.figure(1.0 + 0.42 * len(features))
    axes = figure.subplots()
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    for row, j in enumerate(np.argsort(importance, kind="stable")):
        dots = swarm(axes, row, values[some, j], data[some, j])
    axes.set_yticks(range(len(features)), [f"{features[j].replace('_', ' ')}  {importance[j]:.3f}"
                                           for j in np.argsort(importance, kind="stable")])
    axes.set(title=title, xlabel="SHAP value (bp of forecast return)", ylabel="feature, mean |SHAP| (bp)")
    axes.grid(axis="y", visible=False)
    bar = figure.colorbar(dots, ax=axes, label="feature value", fraction=0.025, pad=0.02, ticks=[0, 1])
    bar.ax.set_yticklabels(["low", "high"])
    bar.outline.set_visible(False)
    return figure


def swarm(axes, row, phi, x):
    """One feature's points, piled up where they are dense, coloured from its 5 % to its 95 % quantile."""
    low, high = np.nanquantile(x, [0.05, 0.95]) if np.isfinite(x).any() else (0.0, 1.0)
    colour = np.clip((x - low) / (high - low or 1.0), 0, 1)
    missing = np.isnan(x)
    height = row + _pile(phi)
    axes.scatter(phi[missing], height[missing], s=5, color=style.PALE, linewidth=0, rasterized=True)
    return axes.scatter(phi[~missing], height[~missing], s=5, c=colour[~missing], cmap=style.LOW_TO_HIGH,
                        vmin=0, vmax=1, linewidth=0, rasterized=True)


def _pile(phi, bins=120, reach=0.4):
    """Offset of each point from its row: points of a bin are stacked evenly, as wide as the bin is full."""
    if np.ptp(phi) == 0:
        return np.linspace(-reach, reach, len(phi))
    which = np.minimum((bins * (phi - phi.min()) / np.ptp(phi)).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    order = np.argsort(which, kind="stable")
    rank = np.empty(len(phi))
    rank[order] = np.arange(len(phi)) - np.repeat(np.cumsum(count) - count, count)
    share = (rank + 0.5) / count[which] - 0.5
    return 2 * reach * share * np.sqrt(count[which] / count.max())


@style.styled
def response(table, feature, *, title="What follows, whatever the model"):
    """Mean return by quantile of a feature, and the planted answer where there is one.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.model.response` returns.
    feature : str
        Its name.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.vlines(table["x"], table["low_bp"], table["high_bp"], color=style.BLUE, linewidth=1.4)
    axes.plot(table["x"], table["mean_bp"], "o", color=style.BLUE, markersize=5, label="measured")
    if table["known_bp"].notna().any():
        axes.plot(table["x"], table["known_bp"], color=style.VERMILION, label="planted")
        axes.legend(loc="lower right")
    axes.set(title=title, xlabel=f"{feature.replace('_', ' ')} (1)", ylabel="mean return behind it (bp)")
    return figure


@style.styled
def robustness(table, *, title="Does it hang on the choices?"):
    """Scores of variants of one study with their intervals, the study itself on top.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.robustness.table` returns.
    """
    figure = style.figure(1.3 + 0.32 * len(table))
    at = np.arange(len(table))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (name, label) in zip(panels, SCORES.items(), strict=True):
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        axes.hlines(at, table[f"{name}_low"], table[f"{name}_high"], color=style.BLUE, linewidth=1.4)
        axes.plot(table[name], at, "o", color=style.BLUE, markersize=5)
        axes.set_xlabel(label)
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(at, table.index)
    panels[0].invert_yaxis()
    return style.titled(figure, title)
