"""A perpetual inside the spread of the spot market: its position, the imbalance beside it, and what both hang on."""

from __future__ import annotations

import numpy as np

from kit.plot import style

TAIL = 0.001
"""Share of positions at either end that an axis need not show; how many lie outside is said."""


@style.styled
def scatter(table, found, outside, *, title="The perpetual in the spread of the spot, and the spot's imbalance"):
    """The perpetual's position against the spot's imbalance (the paper's Figure 7).

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.inside_spread.position` returns it.
    found : pandas.DataFrame
        As `kit.touch.inside_spread.correlations` returns it.
    outside : Score
        As `kit.touch.inside_spread.outside` returns it.
    """
    figure = style.figure(4.4)
    axes = figure.subplots()
    axes.plot(table["imbalance"], table["z"], ".", color=style.BLUE, markersize=4, alpha=0.3, rasterized=True)
    _position(axes, table["z"])
    level, change = found.loc["levels"], found.loc["changes"]
    axes.set_title(f"correlation of levels {_interval(level)}, worth {level['effective']:,.0f} of {level['n']:,.0f} "
                   f"rows; of changes {_interval(change)}\noutside the spread, which lies between the lines, "
                   f"{outside.value:.0%} of the time", fontsize=9, fontweight="normal")
    axes.set_xlabel("imbalance of the spot's touch (1)")
    return style.titled(figure, title)


def _interval(row):
    return f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


def _position(axes, z):
    """The axis of a position: the spread between two lines, and what the axis does not show."""
    for end in (-1, 1):
        axes.axhline(end, color=style.INK, linewidth=0.6)
    low, high = 1.15 * np.quantile(z, [TAIL, 1 - TAIL])
    low, high = min(low, -1.5), max(high, 1.5)
    axes.set(ylabel="position (1; −1 bid, +1 ask)", ylim=(low, high))
    beyond = int(((z < low) | (z > high)).sum())
    if beyond:
        axes.text(1, 0.01, f"outside this axis: {beyond}", transform=axes.transAxes, ha="right", va="bottom",
                  color=style.GREY, fontsize=9)


@style.styled
def in_time(table, *, title="The perpetual in the spread of the spot, and the spot's imbalance"):
    """Position and imbalance, one above the other, against time (the paper's Figure 8).

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.inside_spread.position` returns it.
    """
    figure = style.figure(4.4)
    position, imbalance = figure.subplots(2, 1, sharex=True)
    position.plot(table.index, table["z"], color=style.BLUE, linewidth=0.6)
    _position(position, table["z"])
    position.set_title(title)
    imbalance.plot(table.index, table["imbalance"], color=style.VERMILION, linewidth=0.6)
    imbalance.set(ylabel="spot imbalance (1)", ylim=(-1.05, 1.05))
    style.utc_axis(imbalance, table.index[0], table.index[-1])
    figure.align_ylabels()
    return figure


@style.styled
def clock_and_basis(table, *, title="How far the correlation hangs on the clock and on the basis"):
    """Correlation against an error of the spot's clock, and against the window of the basis.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.inside_spread.sensitivity` returns it.
    """
    figure = style.figure(3.3)
    panels = zip(figure.subplots(1, 2, sharey=True), ("clock shift", "basis window"),
                 ("added to the spot's stamps (s)", "window of the basis (s)"), strict=True)
    for axes, choice, label in panels:
        rows = table[table["choice"] == choice]
        for name, colour in (("levels", style.BLUE), ("within price level", style.VERMILION)):
            axes.fill_between(rows["seconds"], rows[f"{name}_low"], rows[f"{name}_high"], color=colour, alpha=0.15,
                              linewidth=0)
            axes.plot(rows["seconds"], rows[name], "o-", color=colour, markersize=4, label=name)
        axes.set(xlabel=label)
    figure.axes[0].set(ylabel="correlation (1)", ylim=(min(0, figure.axes[0].get_ylim()[0]), 1))
    figure.axes[1].legend(loc="lower right")
    return style.titled(figure, title)
