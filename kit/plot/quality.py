"""What factors are worth: their coefficients, how fast these fade, what quantiles return, what is left after costs."""

from __future__ import annotations

import numpy as np

from kit.plot import style

SHOWN = 24
LEVEL = 0.05
COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)
NOISE = "noise"


@style.styled
def coefficients(table, horizon, across="along time", *, title="Which factors go with the return that follows"):
    """Rank coefficients with HAC intervals, surest first; what is left after Benjamini and Hochberg.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.quality.table.table` or `kit.quality.panel.table` returns.
    horizon : str
        Of the returns.
    across : str
        What is correlated: rows ``along time``, or ``across assets`` on one day.
    """
    shown = table[table["p"].notna()]
    control = shown[shown.index == NOISE]
    shown = shown[shown.index != NOISE].head(SHOWN - len(control))
    rows = [*shown.index, *control.index]
    figure = style.figure(0.9 + 0.21 * len(rows))
    axes = figure.subplots()
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    for y, name in enumerate(rows):
        row = table.loc[name]
        colour = style.VERMILION if name == NOISE else style.BLUE if row["bh"] < LEVEL else style.PALE
        axes.plot([row["rank_ic_low"], row["rank_ic_high"]], [y, y], color=colour, linewidth=2)
        axes.plot(row["rank_ic"], y, "o", color=colour, markersize=4)
    for colour, words in ((style.BLUE, "left after Benjamini–Hochberg at 5 %"), (style.PALE, "not left"),
                          (style.VERMILION, "noise, the negative control")):
        axes.plot([], [], "o-", color=colour, linewidth=2, markersize=4, label=words)
    axes.set_yticks(range(len(rows)), [name.replace("_", " ") for name in rows])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(title=title, xlabel=f"rank correlation {across} with the return over {horizon} (1), 95 % interval")
    figure.legend(loc="outside lower center", ncols=3)
    return figure


@style.styled
def decay(table, *, title="How far ahead a factor tells"):
    """Coefficients against the horizon, one line a factor.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.quality.information.decay` returns; the factors to draw.
    """
    figure = style.figure(3.6)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    names = list(dict.fromkeys(table.index.get_level_values("factor")))
    for k, name in enumerate(names):
        part, colour = table.loc[name], style.GREY if name == NOISE else COLOURS[k % len(COLOURS)]
        axes.plot(range(len(part)), part["value"], "o-", color=colour, markersize=4, label=name.replace("_", " "))
        axes.fill_between(range(len(part)), part["low"], part["high"], color=colour, alpha=0.15, linewidth=0)
    axes.set_xticks(range(len(part)), part.index)
    axes.set(title=title, xlabel="return over the next", ylabel="rank correlation along time (1)")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@style.styled
def quantiles(tables, horizon, *, title="What follows each fifth of a factor"):
    """Mean later return of each quantile with its interval, a panel a factor.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As `kit.quality.quantiles.returns_by_quantile` returns, by factor.
    horizon : str
    """
    figure = style.figure(2.6)
    grid = figure.subplots(1, len(tables), sharey=True, squeeze=False)[0]
    for axes, (name, table) in zip(grid, tables.items(), strict=True):
        colour = style.VERMILION if name == NOISE else style.BLUE
        axes.bar(table.index, table["mean"], color=colour, alpha=0.35, width=0.8)
        axes.errorbar(table.index, table["mean"], [table["mean"] - table["low"], table["high"] - table["mean"]],
                      fmt="o", color=colour, markersize=3.5, linewidth=1.4)
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.set_title(name.replace("_", " "), fontsize=9, fontweight="normal")
        axes.set_xticks(table.index)
        axes.set_xlabel("quantile of its own past")
        axes.grid(axis="x", visible=False)
    grid[0].set_ylabel(f"return over {horizon} (bp)")
    return style.titled(figure, title)


@style.styled
def edges(table, fee, *, title="What trading the extremes earns, before and after fees"):
    """Gross and net gain of what is traded, best first.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.quality.edge.edges` returns.
    fee : float
        Basis points a fill.
    """
    shown = table[table["net"].notna()].sort_values("gross", ascending=False)
    chosen = shown.head(SHOWN)
    control = shown.loc[[NOISE]] if NOISE in shown.index and NOISE not in chosen.index else shown.head(0)
    rows = [*chosen.index[:SHOWN - len(control)], *control.index]
    figure = style.figure(0.9 + 0.21 * len(rows))
    axes = figure.subplots()
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    y, part = np.arange(len(rows)), table.loc[rows]
    axes.hlines(y, part["net_low"], part["net_high"], color=style.VERMILION, linewidth=2, alpha=0.5)
    axes.plot(part["net"], y, "o", color=style.VERMILION, markersize=4, label=f"net of {fee:g} bp a fill")
    axes.plot(part["gross"], y, "o", color=style.BLUE, markersize=4, label="gross: spread and latency paid, no fee")
    axes.set_yticks(y, [name.replace("_", " ") for name in rows])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(title=title, xlabel="gain (bp of what is traded), 95 % interval of the net")
    figure.legend(loc="outside lower center", ncols=2)
    return figure
