"""Liquidity: spreads in time, depth and imbalance by distance, the cost of an amount of money, spreads from bars."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import LogLocator

from kit.plot import style


@style.styled
def spreads(table, *, title="The spread as quoted, as it stood, and as it was paid"):
    """Quoted spread of every second, its time-weighted mean, and the effective spread.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.liquidity.series` returns it.
    """
    figure = style.figure(3.3)
    axes = figure.subplots()
    axes.plot(table.index, table["quoted"], ".", color=style.PALE, markersize=2, rasterized=True,
              label="quoted, each second")
    axes.plot(table.index, table["effective"], color=style.VERMILION, linewidth=1.3, label="effective, by size")
    axes.plot(table.index, table["averaged"], color=style.PURPLE, linewidth=1.3, label="quoted, time-weighted")
    top = table.quantile(0.995).max()
    axes.set(title=title, ylabel="spread (bp)", ylim=(min(0, table["quoted"].min()), 1.1 * top))
    beyond = int((table["quoted"] > 1.1 * top).sum())
    if beyond:
        axes.text(1, 0.99, f"above this axis: {beyond:,} s", transform=axes.transAxes, ha="right", va="top",
                  color=style.GREY, fontsize=9)
    style.utc_axis(axes, table.index[0], table.index[-1])
    figure.legend(loc="outside lower center", ncols=3, markerscale=4)
    return figure


@style.styled
def by_distance(table, *, size="base currency", title="How much stands how near, as far as the book is known"):
    """Depth of both sides against distance, and how often the book is known so far.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.liquidity.by_distance` returns it.
    """
    figure = style.figure(4.2)
    depth, reached = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    known = table[table["depth"] > 0]
    depth.vlines(known.index, known["depth_low"], known["depth_high"], color=style.BLUE, linewidth=1.6)
    depth.plot(known.index, known["depth"], "o-", color=style.BLUE, markersize=5)
    depth.set(title=title, ylabel=f"depth of both sides\n({size})", xscale="log", yscale="log")
    _plainly(depth.yaxis)
    reached.bar(table.index, 100 * table["reached"], width=0.3 * table.index, color=style.BLUE)
    reached.set(ylabel="known\n(% of time)", xlabel="distance from the mid (%)", ylim=(0, 104))
    reached.set_xticks(table.index, [f"{distance:g}" for distance in table.index])
    reached.minorticks_off()
    figure.align_ylabels()
    return figure


def _plainly(axis):
    """Label a logarithmic axis at 1, 2, 5, 10 and so on, as one says them."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:,.10g}")
    axis.set_minor_formatter("")


@style.styled
def imbalance(table, *, horizon="3s", title="How far into the book the next return is written"):
    """Correlation of the imbalance within a distance with the next return.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.liquidity.by_distance` returns it.
    """
    figure = style.figure(2.9)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.vlines(table.index, table["correlation_low"], table["correlation_high"], color=style.BLUE, linewidth=1.6)
    axes.plot(table.index, table["correlation"], "o", color=style.BLUE, markersize=5)
    axes.set(title=title, xscale="log", xlabel="distance from the mid (%)",
             ylabel=f"correlation with the\nnext {horizon} return (1)")
    axes.set_xlim(table.index[0] / 1.4, table.index[-1] * 1.4)
    axes.set_xticks(table.index, [f"{distance:g}" for distance in table.index])
    axes.minorticks_off()
    return figure


@style.styled
def supply(table, *, money="quote currency", title="What an amount of money costs at once"):
    """Cost of buying and of selling against the amount of money; hollow where the book is not always deep enough.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.liquidity.supply` returns it.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    for side, colour, shift in (("buy", style.ASK, 1.03), ("sell", style.BID, 1 / 1.03)):
        known, whole = table[table[side].notna()], table["filled"] >= 0.999
        axes.vlines(known.index * shift, known[f"{side}_low"], known[f"{side}_high"], color=colour, linewidth=1.6)
        axes.plot(known.index * shift, known[side], color=colour, label=side)
        for rows, face in ((known[whole.loc[known.index]], colour), (known[~whole.loc[known.index]], "white")):
            axes.plot(rows.index * shift, rows[side], "o", color=colour, markerfacecolor=face, markersize=5)
    axes.plot([], [], "o", color=style.GREY, markerfacecolor="white",
              label="mean where the book is deep enough, not always")
    axes.set(title=title, xscale="log", yscale="log", xlabel=f"amount ({money})", ylabel="cost beyond the mid (bp)")
    axes.set_xticks(table.index, [f"{amount:,.0f}" for amount in table.index])
    _plainly(axes.yaxis)
    axes.minorticks_off()
    axes.legend(loc="upper left")
    return figure


@style.styled
def estimates(table, truths, *, title="What bars alone tell of the spread"):
    """Estimates with their intervals, beside the spreads that were recorded.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.liquidity.estimated` returns it.
    truths : dict of str to Score
        In bp, by name.
    """
    figure = style.figure(1.5 + 0.33 * len(table))
    axes = figure.subplots()
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    for (name, score), colour in zip(truths.items(), (style.VERMILION, style.GREEN, style.PURPLE), strict=False):
        axes.axvspan(score.low, score.high, color=colour, alpha=0.15, linewidth=0)
        axes.axvline(score.value, color=colour, label=name)
    at = np.arange(len(table))
    axes.hlines(at, table["estimate_low"], table["estimate_high"], color=style.BLUE, linewidth=1.6)
    axes.plot(table["estimate"], at, "o", color=style.BLUE, markersize=5, label="mean estimate")
    axes.set_yticks(at, [name.replace("_", " ").replace(" spread", "") for name in table.index])
    axes.set(title=title, ylim=(len(table) - 0.5, -0.5),
             xlabel="spread (bp); below zero: prices went on where they should have bounced")
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=4)
    return figure
