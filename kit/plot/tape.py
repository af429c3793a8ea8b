"""A crash as its tapes tell it: prices, basis and minutes of venues that kept trades alone."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FuncFormatter

from kit.plot import style

TAPES = (style.BLUE, style.SKY, style.GREEN, style.ORANGE, style.VERMILION, style.PURPLE, style.INK, style.GREY)


@style.styled
def venues(prices, event, marks, *, title="The crash at several venues"):
    """Last prices against each tape's price at the event's begin; crosses mark the lows.

    Parameters
    ----------
    prices : dict of str to pandas.Series
        Price over that at the event's begin, indexed by UTC time.
    event : kit.crash.window.Event
    marks : dict of str to UTC timestamp
        Moments to point out.
    """
    figure = style.figure(4.6)
    axes = figure.subplots()
    for colour, (name, price) in zip(TAPES, prices.items(), strict=True):
        axes.plot(price.index, price, color=colour, linewidth=0.9, label=f"{name}, low {price.min() - 1:+.0%}")
        axes.plot(price.idxmin(), price.min(), "x", color=colour, markersize=7, markeredgewidth=1.6)
    for k, (name, when) in enumerate(marks.items()):
        axes.axvline(when, color=style.GREY, linewidth=0.8, linestyle="--")
        axes.text(when, 1, f" {name} ", transform=axes.get_xaxis_transform(), color=style.GREY, fontsize=9,
                  ha="left" if k else "right", va="bottom")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value - 1:+.0%}"))
    axes.set_title(title, pad=18)
    axes.set(ylabel="price against its begin", xlim=(event.first, event.last))
    axes.legend(loc="lower right")
    style.utc_axis(axes, event.first, event.last)
    return figure


@style.styled
def basis(series, event, *, title="Distance of last prices between venues (no quotes: not executable)"):
    """Basis against time, one line a pair of venues.

    Parameters
    ----------
    series : dict of str to pandas.Series
        Basis points, indexed by UTC time; NaN leaves a gap.
    """
    figure = style.figure(4.4)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    for name, values in series.items():
        axes.plot(values.index, values, linewidth=0.7, label=name)
    axes.set_yscale("symlog", linthresh=10)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set(title=title, ylabel="basis (bp, log beyond ±10)", xlim=(event.first, event.last))
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.18), borderaxespad=0)
    style.utc_axis(axes, event.first, event.last)
    return figure


@style.styled
def compared(tables, labels, *, title="The event's median minute against the day's other minutes"):
    """Ratios of event to control with their intervals, one colour a tape.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As `kit.crash.tape.compare` returns.
    labels : dict of str to str
        Rows to show, and their labels.
    """
    figure = style.figure(1.6 + 0.62 * len(labels))
    axes = figure.subplots()
    axes.axvline(1, color=style.GREY, linewidth=0.8)
    for k, ((name, table), colour) in enumerate(zip(tables.items(), TAPES, strict=True)):
        at = np.arange(len(labels)) + 0.09 * (k - (len(tables) - 1) / 2)
        rows = table.loc[list(labels)]
        axes.hlines(at, rows["against_low"], rows["against_high"], color=colour, linewidth=1.3)
        axes.plot(rows["against"], at, "o", color=colour, markersize=3.6, label=name)
    axes.set_xscale("log")
    axes.set_yticks(range(len(labels)), labels.values())
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set(title=title, xlabel="event / control (ratio of medians, 95 % interval)")
    axes.grid(axis="y", visible=False)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure
