"""Venues side by side: how far apart, who leads, what could be taken, and where the volume goes."""

from __future__ import annotations

import numpy as np

from kit.plot import style
from kit.units import BP

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.SKY, style.PURPLE)
POINTS = 4000
"""Drawn at most of a series."""


def _thin(frame):
    return frame.iloc[::max(1, len(frame) // POINTS)]


@style.styled
def spreads(quoted, converted, *, title="How far apart prices are, as quoted and in one currency"):
    """Log ratios of each pair of venues over time.

    Parameters
    ----------
    quoted, converted : pandas.DataFrame
        ``spread_<a>_<b>`` by UTC time.
    """
    figure = style.figure(5.2)
    panels = figure.subplots(2, 1, sharex=True)
    for axes, frame, name in zip(panels, (quoted, converted), ("as quoted", "in one currency"), strict=True):
        for (column, values), colour in zip(_thin(frame).items(), COLOURS, strict=False):
            axes.plot(values.index, BP * values, color=colour, linewidth=0.7, label=_pair(column))
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.set(title=name, ylabel="log ratio (bp)")
    panels[0].legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(panels[1], frame.index[0], frame.index[-1])
    return style.titled(figure, title)


def _pair(column):
    return column.removeprefix("spread_").replace("_", " / ")


@style.styled
def shares(table, refusals, *, title="Whose news moves the price"):
    """Information shares between their bounds, and component shares, of each venue in each group.

    Parameters
    ----------
    table, refusals : pandas.DataFrame
        As `kit.discovery.attempts` makes them.
    """
    rows = len(table) + len(refusals)
    figure = style.figure(1.4 + 0.26 * rows)
    axes = figure.subplots()
    for y, (_, row) in enumerate(table.iterrows()):
        _bounds(axes, y, row, label=y == 0)
    for y, what in enumerate(refusals["refused"], len(table)):
        axes.text(-0.18, y, f"refused: {what.rpartition(': ')[2]}", va="center", fontsize=9, color=style.VERMILION)
    axes.set_yticks(range(rows), [f"{venue}  (of {among})" for among, venue in table.index] + list(refusals.index))
    axes.set(xlim=(-0.2, 1.2), ylim=(rows - 0.5, -0.5), xlabel="share (1); triangles: component shares beyond the axis")
    axes.grid(axis="y", visible=False)
    if len(table):
        axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return style.titled(figure, title)


def _bounds(axes, y, row, label):
    names = ("information share, bounds", "its mean, 95 %", "component share, 95 %") if label else (None, None, None)
    axes.plot([row["is_lowest"], row["is_highest"]], [y, y], color=style.PALE, linewidth=7, solid_capstyle="butt",
              label=names[0])
    axes.plot([row["is_mean_low"], row["is_mean_high"]], [y - 0.12] * 2, color=style.BLUE, linewidth=1.4)
    axes.plot(row["is_mean"], y - 0.12, "o", color=style.BLUE, markersize=5, label=names[1])
    low, high = np.clip([row["cs_low"], row["cs_high"]], -0.2, 1.2)
    axes.plot([low, high], [y + 0.2] * 2, color=style.VERMILION, linewidth=1.4)
    beyond = "<" if row["cs"] < -0.2 else ">" if row["cs"] > 1.2 else "D"
    axes.plot(np.clip(row["cs"], -0.18, 1.18), y + 0.2, beyond, color=style.VERMILION, markersize=4, label=names[2])


@style.styled
def lead_lags(found, *, title="Who moves first: correlation of one venue's changes with another's, moved back in time"):
    """Hayashi-Yoshida correlation by lag, of each pair, with the lag at which it is greatest.

    Parameters
    ----------
    found : list of kit.discovery.leadlag.LeadLag
    """
    columns = min(3, len(found))
    rows = -(-len(found) // columns)
    figure = style.figure(0.7 + 2.3 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes, one in zip(grid.flat, found, strict=False):
        axes.fill_between(one.curve["lag"], one.curve["low"], one.curve["high"], color=style.PALE, linewidth=0)
        axes.plot(one.curve["lag"], one.curve["correlation"], color=style.BLUE)
        axes.axvline(one.lag.value, color=style.VERMILION, linestyle="--")
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        axes.set_title(_led(one), fontsize=9, fontweight="normal")
    for axes in grid.flat[len(found):]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set_ylabel("correlation (1)")
    for axes in grid.flat[max(0, len(found) - columns):len(found)]:
        axes.set_xlabel("lag (s)")
        axes.tick_params(labelbottom=True)
    return style.titled(figure, title)


def _led(one):
    """Who leads whom, in words, if the interval misses 0; both of its ends from the leader's side."""
    (first, second), lag, low, high = one.venues, one.lag.value, one.lag.low, one.lag.high
    if lag == 0 or low <= 0 <= high:
        return f"{first} and {second}:\nlag {lag:.3g} s [{low:.2g}, {high:.2g}]"
    if lag < 0:
        first, second, lag, low, high = second, first, -lag, 0.0 - high, 0.0 - low
    return f"{first} leads {second}\nby {lag:.3g} s [{low:.2g}, {high:.2g}]"


@style.styled
def edges(exceedance, cost, *, how, title="How often buying here and selling there would have paid"):
    """Share of time in which the gross edge of each direction is above a cost.

    Parameters
    ----------
    exceedance : pandas.DataFrame
        As `kit.discovery.edge.exceedance` returns it, of edges before costs.
    cost : float
        Two fees and the haircut, bp.
    how : str
        What the bids and asks are.
    """
    figure = style.figure(3.8)
    axes = figure.subplots()
    for i, (name, share) in enumerate(exceedance.items()):
        axes.plot(exceedance.index, 100 * share.where(share > 0), color=COLOURS[i % len(COLOURS)],
                  linestyle=("-", "--", ":")[i // len(COLOURS)], label=name.replace("->", "→"))
    axes.axvline(cost, color=style.INK, linestyle="--", linewidth=0.9)
    axes.text(cost, 1.01, f"{cost:g} bp: two fees and a haircut", transform=axes.get_xaxis_transform(), fontsize=9,
              ha="center", va="bottom")
    axes.set(yscale="log", ylim=(0.01, 100), xlabel=f"costs of both orders (bp); bids and asks are {how}",
             ylabel="share of time (%)")
    axes.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), borderaxespad=0)
    return style.titled(figure, title)


@style.styled
def migration(shares, concentration, *, title="Where it is traded, as venues report it"):
    """Shares of the reported volume, and how concentrated it is.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``market_share_<venue>`` by UTC time.
    concentration : pandas.Series
        Herfindahl-Hirschman index.
    """
    figure = style.figure(5.0)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    thin = _thin(shares.dropna())
    names = [column.removeprefix("market_share_") for column in shares]
    upper.stackplot(thin.index, 100 * thin.to_numpy().T, colors=COLOURS, labels=names, alpha=0.85, linewidth=0)
    upper.set(ylabel="share of volume (%)", ylim=(0, 100))
    upper.legend(ncols=len(names), loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    index = _thin(concentration.dropna())
    lower.plot(index.index, index, color=style.INK)
    lower.axhline(1 / len(names), color=style.GREY, linestyle="--", label=f"{len(names)} equal venues")
    lower.set(ylabel="HHI (1)", ylim=(0.8 / len(names), 1.1 * max(index.max(), 1 / len(names))))
    lower.legend(loc="upper left")
    style.utc_axis(lower, shares.index[0], shares.index[-1])
    return style.titled(figure, title)


@style.styled
def leadership(frame, *, title="Who leads, told from the past rows of one clock"):
    """The factor ``leadership_<venue>`` over time.

    Parameters
    ----------
    frame : pandas.DataFrame
        By UTC time; above zero a venue leads.
    """
    figure = style.figure(3.0)
    axes = figure.subplots()
    for (column, values), colour in zip(_thin(frame).items(), COLOURS, strict=False):
        axes.plot(values.index, values, color=colour, label=column.removeprefix("leadership_"))
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.set_ylabel("lead less lag correlation (1)")
    axes.legend(ncols=frame.shape[1], loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(axes, frame.index[0], frame.index[-1])
    return style.titled(figure, title)
