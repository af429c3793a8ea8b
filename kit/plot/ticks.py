"""The grain of a market: how often it trades, by how much it moves, how it bounces, and the floods of its quotes."""

from __future__ import annotations

import numpy as np

from kit.plot import style
from kit.units import BP

READINGS = {"prints": (style.BLUE, -0.09), "taker orders": (style.VERMILION, 0.09)}
UNITS = {"vwap_deviation": (BP, "bp")}


@style.styled
def per_minute(counts, *, title="Prints in the last minute"):
    """The market's pace.

    Parameters
    ----------
    counts : pandas.Series
        ``tick_frequency`` by UTC time.
    """
    figure = style.figure(2.6)
    axes = figure.subplots()
    axes.plot(counts.index, counts, color=style.BLUE, linewidth=0.7)
    axes.set(title=title, ylabel="prints a minute (count)")
    axes.set_ylim(bottom=0)
    style.utc_axis(axes, counts.index[0], counts.index[-1])
    return figure


@style.styled
def moves(ticks, usual, *, title="How far the price goes from print to print, when it goes"):
    """Distribution of moves in ticks, and where the trailing median of them lies.

    Parameters
    ----------
    ticks : pandas.Series
        As `kit.ticks.moves` returns it.
    usual : pandas.Series
        ``avg_tick_size``, in ticks.
    """
    figure = style.figure(3.0)
    axes = figure.subplots()
    edges = np.unique(np.round(np.geomspace(1, max(2.0, ticks.quantile(0.999)), 30))) - 0.5
    share = np.histogram(ticks, np.append(edges, np.inf))[0] / len(ticks)
    axes.bar(edges + 0.5, 100 * share, np.append(np.diff(edges), 1), color=style.SKY, edgecolor="white",
             label=f"{len(ticks):,} moves")
    axes.axvline(1, color=style.INK, label="the tick")
    axes.axvline(usual.median(), color=style.VERMILION, linestyle="--", label="avg_tick_size, its median over time")
    axes.set(title=title, xlabel="size of the move (ticks)", ylabel="share of moves (%)", xscale="log")
    shown = [tick * ten for ten in 10 ** np.arange(6) for tick in (1, 2, 5) if tick * ten <= edges[-1] + 1]
    axes.set_xticks(shown, [f"{tick:,}" for tick in shown])
    axes.minorticks_off()
    axes.legend()
    return figure


@style.styled
def persistence(table, *, title="Does the price go on, or bounce?"):
    """Share of moves that go the way of an earlier one, against how many moves earlier, and what chance would show.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.ticks.persistence` returns it.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    for name, (colour, shift) in READINGS.items():
        rows = 100 * table.loc[name].drop(columns="moves")
        at = rows.index.to_numpy()
        axes.vlines(at + shift, rows["low"], rows["high"], color=colour, linewidth=1.4)
        axes.plot(at + shift, rows["share"], "o", color=colour, markersize=5,
                  label=f"{name}, {table.loc[name]['moves'].iloc[0]:,.0f} moves")
        axes.fill_between(at + shift, rows["null_low"], rows["null_high"], color=colour, alpha=0.2, linewidth=0)
    axes.axhline(50, color=style.GREY, linewidth=0.8)
    axes.set(title=title, xlabel="moves earlier (count); bands: directions dealt at random",
             ylabel="moves in the same direction (%)", xticks=at)
    axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def signature(table, *, title="Volatility against how far apart prices are taken"):
    """The signature plot.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.ticks.signature` returns it.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    for name, (colour, _) in READINGS.items():
        rows = table.loc[name]
        axes.fill_between(rows.index, rows["low"], rows["high"], color=colour, alpha=0.2, linewidth=0)
        axes.plot(rows.index, rows["volatility"], "o-", color=colour, label=name)
    steps = table.index.levels[1]
    axes.set(title=title, xlabel="prints, or taker orders, that a return spans (count)", xscale="log",
             ylabel="volatility (bp a √second)")
    axes.set_xticks(steps, [f"{step:g}" for step in steps])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure


@style.styled
def noise(table, *, title="Half a spread, as quoted and as the noise of prices implies it"):
    """Half spreads by reading of the tape and estimator.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.ticks.noise` returns it.
    """
    figure = style.figure(1.0 + 0.36 * len(table))
    axes = figure.subplots()
    at = np.arange(len(table))
    axes.axvline(table["half_spread_bp"].iloc[0], color=style.INK, linewidth=0.8)
    axes.hlines(at, table["low"], table["high"], color=style.BLUE, linewidth=1.6)
    axes.plot(table["half_spread_bp"], at, "o", color=style.BLUE)
    for place in at[table["half_spread_bp"].isna()]:
        axes.text(0.99, place, "no bounce: no estimate", transform=axes.get_yaxis_transform(), va="center", ha="right",
                  fontsize=9)
    axes.set_yticks(at, [f"{reading}, {estimator}" for reading, estimator in table.index])
    axes.set(title=title, xlabel="half a spread (bp)", ylim=(len(table) - 0.5, -0.5))
    axes.set_xlim(left=0)
    axes.grid(axis="y", visible=False)
    return figure


@style.styled
def floods(messages, flagged, found, *, title="Floods of quotes: those counted, and how many of planted ones would be"):
    """Quotes a second with the seconds that were counted as floods, and the power of the count.

    Parameters
    ----------
    messages : pandas.Series
        Quotes a second, by UTC time.
    flagged : pandas.Series
        As `kit.ticks.floods` returns it, on the same clock.
    found : pandas.DataFrame
        As `kit.ticks.floods_found` returns it.
    """
    figure = style.figure(3.2)
    time, power = figure.subplots(1, 2, width_ratios=(2, 1))
    time.plot(messages.index, messages, color=style.BLUE, linewidth=0.5, rasterized=True)
    counted = messages[flagged > 0]
    time.plot(counted.index, counted, "o", color=style.VERMILION, markersize=4,
              label=f"counted: {len(counted):,} of {int(flagged.count()):,} seconds")
    time.set(ylabel="quotes a second (count)")
    time.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(time, messages.index[0], messages.index[-1])
    power.vlines(found.index, 100 * found["low"], 100 * found["high"], color=style.GREEN, linewidth=1.6)
    power.plot(found.index, 100 * found["share"], "o-", color=style.GREEN)
    power.set(xscale="log", xlabel="messages, times the usual (1)", ylabel="planted floods found (%)", ylim=(-4, 104))
    power.set_xticks(found.index, [f"{multiple:g}" for multiple in found.index])
    power.minorticks_off()
    return style.titled(figure, title)


@style.styled
def volume(frame, every, *, title="Volume and price"):
    """Factors of bars, one above the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        A column a factor, by UTC time.
    every : str
        Length of the bars.
    """
    figure = style.figure(1.0 + 1.15 * frame.shape[1])
    panels = figure.subplots(frame.shape[1], 1, sharex=True)
    for axes, name in zip(panels, frame, strict=True):
        scale, unit = UNITS.get(name, (1, "1"))
        axes.plot(frame.index, scale * frame[name], color=style.BLUE, linewidth=0.7)
        axes.set_title(name, fontsize=9.5, fontweight="normal")
        axes.set_ylabel(f"({unit})")
    style.utc_axis(panels[-1], frame.index[0], frame.index[-1])
    return style.titled(figure, f"{title}, bars of {every}")
