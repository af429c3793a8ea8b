"""Gas: fees by place in the block, what a window over several blocks mixes up, and the base fee's own rule."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator

from kit.plot import style

DOTS = 6000
"""Transactions drawn at most."""
TOLD = {"gas_price_competition": "Gini of the fees (1)", "top_of_block_share": "share of the first\ntenth (1)",
        "fee_order": "rank correlation\nwith place (1)"}
OF_BLOCKS = {"gas_price_competition": "tip_dispersion", "top_of_block_share": "top_share", "fee_order": "fee_order"}


@style.styled
def places(placed, bands, *, planted=None, title="Fee by place in the block: who pays more stands nearer the top"):
    """Fees relative to their block's median, and the mean rank of the fee, by place in the block.

    Parameters
    ----------
    placed, bands : pandas.DataFrame
        As `kit.survey.competition.placed` and `kit.survey.competition.by_place` return them.
    planted : float, optional
        Rank correlation that was planted.
    """
    figure = style.figure(4.0)
    fee, rank = figure.subplots(1, 2)
    known = placed[placed["relative"] > 0]
    thin = known.iloc[::max(1, len(known) // DOTS)]
    fee.plot(thin["place"], thin["relative"], ".", color=style.GREY, markersize=1.5, alpha=0.35, rasterized=True)
    low, high = known["relative"].quantile([0.01, 0.98])
    drawn = bands.clip(lower=low / 2)
    for outer, inner, alpha in (("10%", "90%", 0.18), ("25%", "75%", 0.35)):
        fee.fill_between(bands.index, drawn[outer], drawn[inner], color=style.BLUE, alpha=alpha, linewidth=0,
                         label=f"{outer[:-1]} to {inner[:-1]} %")
    fee.plot(bands.index, drawn["50%"], color=style.BLUE, linewidth=1.8, label="median")
    fee.set(yscale="log", ylim=(low / 2, 2 * high), xlabel="place in the block, from its top (1)",
            ylabel="fee, relative to the block's median (1)", xlim=(0, 1))
    fee.yaxis.set_major_formatter("{x:,.10g}")
    fee.yaxis.set_minor_formatter("")
    fee.legend(ncols=3, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0)
    rank.fill_between(bands.index, bands["rank_low"], bands["rank_high"], color=style.BLUE, alpha=0.25, linewidth=0)
    rank.plot(bands.index, bands["rank"], color=style.BLUE, linewidth=1.8, label="mean, 95 %")
    _line(rank, -1, style.GREY, "sorted by fee")
    if planted is not None:
        _line(rank, planted, style.INK, "planted, of most")
    rank.set(xlim=(0, 1), ylim=(0, 1), xlabel="place in the block, from its top (1)",
             ylabel="rank of the fee, 1: highest (1)")
    rank.legend(loc="upper right")
    return style.titled(figure, title)


def _line(axes, slope, colour, label):
    axes.plot([0, 1], [0.5 - slope / 2, 0.5 + slope / 2], "--", color=colour, linewidth=0.9, label=label)


@style.styled
def sketch(rows, *, n=100, title="Why a window over several blocks does not measure competition"):
    """Gas prices of some blocks, and what two measures say of them.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `kit.survey.competition.excerpt` returns it.
    n : int
        Transactions in the framework's window.
    """
    figure = style.figure(5.0)
    price, measure = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.2))
    at, block = np.arange(len(rows)), rows["block"].to_numpy()
    borders = np.flatnonzero(block[1:] != block[:-1]) + 0.5
    low, high = rows["price"].quantile([0.005, 0.98])
    price.plot(at, rows["price"], ".", color=style.GREY, markersize=2.5, rasterized=True)
    price.set(ylabel="gas price (gwei)", ylim=(low - 0.05 * (high - low), high + 0.15 * (high - low)))
    measure.plot(at, rows["framework"], color=style.VERMILION, linewidth=1.5,
                 label=f"of the last {n} gas prices (the framework's)")
    measure.step(at, rows["within"], color=style.BLUE, linewidth=1.5, where="mid",
                 label="of the fees within the block")
    low, high = rows[["framework", "within"]].stack().quantile([0.1, 1])
    wide = high > 30 * low
    measure.set(ylabel="standard deviation (gwei)", xlabel="transactions, in order; lines: a new block begins",
                **({"yscale": "log", "ylim": (max(low / 3, 1e-3), 2 * high)} if wide else {"ylim": (0, None)}))
    if wide:
        measure.yaxis.set_major_formatter("{x:,.10g}")
    for axes in (price, measure):
        axes.vlines(borders, 0, 1, transform=axes.get_xaxis_transform(), color=style.PALE, linewidth=0.9)
        axes.grid(axis="x", visible=False)
        axes.margins(x=0.01)
    figure.legend(*measure.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return style.titled(figure, title)


@style.styled
def factors(found, blocks, *, window, planted=None, title="The auction for gas, block by block and over the last"):
    """Factors of the competition for gas over time, on the values of single blocks; these alone where they lie apart.

    Parameters
    ----------
    found : pandas.DataFrame
        Factors by UTC time.
    blocks : pandas.DataFrame
        As `kit.chain.blocks.table` returns it.
    window : str
    planted : pandas.DataFrame, optional
        By the same times, columns of `found`.
    """
    figure = style.figure(5.6)
    panels, close = figure.subplots(len(TOLD), 1, sharex=True), np.median(np.diff(found.index)) < pd.Timedelta(window)
    for axes, (name, told) in zip(panels, TOLD.items(), strict=True):
        axes.plot(blocks["time"], blocks[OF_BLOCKS[name]], ".", color=style.GREY, markersize=3, label="a block")
        if close:
            axes.plot(found.index, found[name], color=style.BLUE, linewidth=1.6, label=f"the last {window}")
        if planted is not None and name in planted:
            axes.plot(planted.index, planted[name], "--", color=style.INK, linewidth=1, label="planted")
        if found[name].isna().all():
            axes.text(0.5, 0.5, "not known in this recording", transform=axes.transAxes, ha="center", color=style.GREY)
            axes.set_yticks([])
        axes.set_ylabel(told)
    panels[0].legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(panels[-1], found.index[0], found.index[-1])
    figure.align_ylabels()
    return style.titled(figure, f"{title} {window}" if close else "The auction for gas, block by block")


@style.styled
def base_fee(path, followed, *, title="The base fee, and what a block's fullness does to it"):
    """The base fee over time, and its change to the next block against how full a block is.

    Parameters
    ----------
    path : pandas.Series
        Base fee by UTC time, gwei; points where blocks do not follow each other.
    followed : pandas.DataFrame
        As `kit.survey.competition.followed` returns it.
    """
    figure = style.figure(3.9)
    fee, change = figure.subplots(1, 2, width_ratios=(1.35, 1))
    linked = len(followed) > len(path) / 2
    fee.plot(path.index, path, "-" if linked else "o", color=style.BLUE, linewidth=0.5, markersize=3)
    fee.set_ylabel("base fee (gwei)")
    if path.max() > 20 * path.min():
        fee.set_yscale("log")
        fee.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        fee.yaxis.set_major_formatter("{x:,.10g}")
        fee.yaxis.set_minor_formatter("")
    _dates(fee, path.index)
    right, wrong = followed[~followed["deviates"]], followed[followed["deviates"]]
    change.plot([0, 1], [-12.5, 12.5], color=style.GREY, linewidth=0.9, label="EIP-1559")
    change.plot(wrong["full"], 100 * wrong["change"], "o", color=style.VERMILION, markersize=6, markerfacecolor="none",
                label=f"otherwise: {len(wrong):,}", rasterized=True)
    change.plot(right["full"].iloc[:DOTS], 100 * right["change"].iloc[:DOTS], "o", color=style.BLUE, markersize=2,
                label=f"as it must be: {len(right):,}", rasterized=True)
    change.set(xlabel="gas used by limit (1)", ylabel="change to the next block (%)", xlim=(-0.02, 1.02))
    change.legend(loc="upper left")
    return style.titled(figure, title)


def _dates(axes, index):
    """A time axis that is too narrow for the house's label of the days."""
    locator = mdates.AutoDateLocator(tz="UTC", minticks=3, maxticks=5)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz="UTC", show_offset=False))
    if len(index):
        days = dict.fromkeys(f"{day:%Y-%m-%d}" for day in (index[0], index[-1]))
        axes.set_xlabel(f"time (UTC), {' to '.join(days)}")
