"""What happened, and what the doctor thinks of it: price, spread and findings over time."""

from __future__ import annotations

import numpy as np

from kit.plot import style

TAIL = 0.001
"""Share of seconds at either end that the spread's axis need not show; how many lie outside is said."""

SEVERITIES = {"error": style.VERMILION, "warning": style.ORANGE, "info": style.SKY}


@style.styled
def price_and_spread(grid, *, title="Mid price and quoted spread"):
    """Mid price and relative spread against time; a second without a fresh quote is a gap in the line.

    Parameters
    ----------
    grid : pandas.DataFrame
        Indexed by UTC time; columns ``mid`` (price) and ``spread`` (share of the mid; negative where crossed).
    """
    figure = style.figure(4.6)
    price, spread = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    price.plot(grid.index, grid["mid"], color=style.INK, linewidth=0.8)
    price.set(title=title, ylabel="mid price")
    price.ticklabel_format(axis="y", useOffset=False, style="plain")
    _spread(spread, grid["spread"] * 1e4)
    style.utc_axis(spread, grid.index[0], grid.index[-1])
    figure.align_ylabels()
    return figure


def _spread(axes, bp):
    low, high = 1.3 * bp.quantile([TAIL, 1 - TAIL]).fillna(0).to_numpy()
    low, high = min(low, 0), high if high > 0 else 1
    axes.plot(bp.index, bp, color=style.BLUE, linewidth=0.6)
    axes.set(ylabel="spread (bp)", ylim=(low, high))
    outside = int(((bp < low) | (bp > high)).sum())
    if outside:
        axes.text(1, 1, f"{outside:,} s outside this axis", transform=axes.transAxes, ha="right", va="bottom",
                  color=style.GREY, fontsize=9)


@style.styled
def findings(table, first, last, *, title="What the doctor found"):
    """When each kind of finding begins and ends, a row per kind, errors on top.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.sources.doctor.to_frame` returns; findings without a time span the whole recording.
    first, last : UTC timestamp
        Of the recording.
    """
    spans = table.assign(first=table["first"].fillna(first), last=table["last"].fillna(last))
    alike = sorted(spans.groupby(["severity", "kind", "what"]), key=lambda group: list(SEVERITIES).index(group[0][0]))
    rows = max(len(alike), 2)
    figure = style.figure(1.3 + 0.26 * rows)
    axes = figure.subplots()
    for severity, colour in SEVERITIES.items():
        axes.plot([], [], color=colour, linewidth=5, label=severity)
    if not alike:
        axes.text(0.5, 0.5, "nothing to report", transform=axes.transAxes, ha="center", va="center")
    for row, ((severity, _, _), group) in enumerate(alike):
        at = np.full(len(group), row)
        axes.hlines(at, group["first"], group["last"], color=SEVERITIES[severity], linewidth=5)
        axes.plot(group["first"], at, "|", color=SEVERITIES[severity], markersize=11, clip_on=False)
    axes.set_yticks(range(len(alike)), [f"{kind}: {what} ({len(group)})" for (_, kind, what), group in alike])
    axes.set(title=title, ylabel="finding (count)", xlim=(first, last), ylim=(rows - 0.4, -0.6))
    axes.grid(axis="y", visible=False)
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(axes, first, last)
    return figure
