"""A crash as its figures tell it: what traders did and held, what fills were worth, what other rules would change."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FuncFormatter, PercentFormatter

from kit.plot import style

COLOURS = {"taker": style.SKY, "holding taker": style.BLUE, "imbalance taker": style.PURPLE,
           "naive maker": style.VERMILION, "gated maker": style.GREEN, "adaptive maker": style.ORANGE}
CROWD = 300  # fills of a side beyond which they are drawn small
BUY, SELL = {"marker": "^", "color": style.BLUE}, {"marker": "v", "color": style.VERMILION}


@style.styled
def panel(panel, *, title):
    """Price and fills, forecast and thresholds, position and gain (the paper's Figures 13 to 17).

    Parameters
    ----------
    panel : kit.crash.panels.Panel
    """
    figure = style.figure(7.2)
    price, forecast, held, gain = figure.subplots(4, 1, sharex=True, height_ratios=[2.2, 1.3, 0.9, 1.3])
    price.plot(panel.mid.index, panel.mid, color=style.INK, linewidth=0.7, zorder=1)
    for side, look in ((1, BUY), (-1, SELL)):
        fills = panel.fills[panel.fills["side"] == side]
        size = 11 if len(fills) < CROWD else 2
        price.scatter(fills["time"], fills["price"], s=size, linewidth=0, alpha=0.75, zorder=2,
                      label=f"{'bought' if side > 0 else 'sold'} ({len(fills):,})", **look)
    price.set(title=title, ylabel="mid price")
    price.ticklabel_format(axis="y", useOffset=False, style="plain")
    price.legend(loc="best", markerscale=1.6)
    forecast.plot(panel.forecast.index, panel.forecast, color=style.SKY, linewidth=0.6, label="forecast")
    for sign in (1, -1):
        forecast.plot(panel.threshold.index, sign * panel.threshold, color=style.INK, linewidth=0.9,
                      label="threshold" if sign > 0 else None)
    forecast.set(ylabel="3-s return (bp)")
    forecast.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2, borderaxespad=0)
    held.axhline(0, color=style.GREY, linewidth=0.8)
    held.fill_between(panel.held.index, panel.held, step="post", color=style.PURPLE, alpha=0.6, linewidth=0)
    held.set(ylabel="position\n(notionals)")
    gain.axhline(0, color=style.GREY, linewidth=0.8)
    gain.plot(panel.gain.index, panel.gain, color=style.GREEN)
    gain.set(ylabel="gain (bp of\nnotional)")
    style.utc_axis(gain, panel.mid.index[0], panel.mid.index[-1])
    figure.align_ylabels()
    return figure


@style.styled
def markouts(table, *, title="What fills were worth afterwards"):
    """Markout by horizon, inside the event and outside, one line a trader.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.crash.traders.markout` returns.
    """
    figure = style.figure(3.6)
    for axes, when in zip(figure.subplots(1, 2, sharex=True, sharey=True), ("control", "event"), strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        for k, (trader, rows) in enumerate(table[table["when"] == when].groupby("trader", sort=False)):
            at = rows["horizon"] * 1.06 ** (k - 2.5)
            axes.vlines(at, rows["markout_low"], rows["markout_high"], color=COLOURS[trader], linewidth=1.4)
            axes.plot(at, rows["markout"], "o-", color=COLOURS[trader], markersize=4, linewidth=0.8, label=trader)
        axes.set_xscale("log")
        axes.set_xticks(sorted(table["horizon"].unique()), [f"{h:g}" for h in sorted(table["horizon"].unique())])
        axes.minorticks_off()
        axes.set_yscale("symlog", linthresh=1)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set(title=f"{when}: gain of a fill", xlabel="time after the fill (s)")
    figure.axes[0].set_ylabel("markout (bp, log beyond ±1)")
    figure.axes[0].legend(loc="lower left")
    return style.titled(figure, title)


@style.styled
def worlds(table, *, title="Gain in the event, one dot a synthetic world"):
    """Gains of each trader over worlds, their mean and its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.crash.worlds.spread` returns.
    """
    figure = style.figure(3.0)
    axes = figure.subplots()
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    names = list(dict.fromkeys(table["trader"]))
    for row, name in enumerate(names):
        mine = table[table["trader"] == name]
        axes.plot(mine["gain"], np.full(len(mine), row), "o", color=COLOURS[name], alpha=0.45, markersize=5)
        axes.hlines(row + 0.22, mine["low"].iloc[0], mine["high"].iloc[0], color=style.INK, linewidth=1.6)
        axes.plot(mine["mean"].iloc[0], row + 0.22, "d", color=style.INK, markersize=5)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(title=title, xlabel="gain in the event (bp of notional); diamond: mean and its 95 % interval")
    axes.grid(axis="y", visible=False)
    return figure


@style.styled
def levers(effects, measures, *, title="What a lever changes in the synthetic crash"):
    """Change of some measures against the market as it is, with intervals over worlds.

    Parameters
    ----------
    effects : pandas.DataFrame
        As `kit.crash.levers.effects` returns.
    measures : dict of str to str
        Measures to show, and their labels with units.
    """
    scenarios = list(effects.index.get_level_values("scenario").unique())[1:]
    figure = style.figure(1.4 + 0.34 * len(scenarios))
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    for axes, (measure, label) in zip(panels, measures.items(), strict=True):
        rows, at = effects.xs(measure, level="measure").loc[scenarios], range(len(scenarios))
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        axes.hlines(at, rows["low"], rows["high"], color=style.BLUE, linewidth=1.6)
        axes.plot(rows["change"], at, "o", color=style.BLUE, markersize=5)
        axes.set(xlabel=f"change of {label}")
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(scenarios)), scenarios)
    panels[0].invert_yaxis()
    return style.titled(figure, title)


@style.styled
def herd(effects, sizes, measures, *, title="A herd that follows the book, by its size"):
    """Measures against the size of the herd: mean over worlds and its interval.

    Parameters
    ----------
    effects : pandas.DataFrame
        As `kit.crash.levers.effects` returns.
    sizes : dict of str to float
        Scenarios in order, and the herd of each.
    measures : dict of str to str
        Measures to show, and their labels with units.
    """
    figure = style.figure(3.0)
    for axes, (measure, label) in zip(figure.subplots(1, len(measures)), measures.items(), strict=True):
        rows = effects.xs(measure, level="measure").loc[list(sizes)]
        axes.axhline(rows["mean"].iloc[0], color=style.GREY, linewidth=0.8)
        axes.vlines(sizes.values(), rows["from"], rows["to"], color=style.VERMILION, linewidth=1.4)
        axes.plot(sizes.values(), rows["mean"], "o-", color=style.VERMILION, markersize=5)
        axes.set(xlabel="herd (orders to each of others)", ylabel=label)
    return style.titled(figure, title)


@style.styled
def spoof(tables, *, title="A bid that nobody means"):
    """Change of the forecast and share of seconds that turn into a buy, by the size shown.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As `kit.crash.spoof.response` returns, by what each is of.
    """
    figure = style.figure(3.2)
    shift, triggered = figure.subplots(1, 2)
    for colour, (name, table) in zip((style.BLUE, style.VERMILION), tables.items(), strict=False):
        for axes, column, unit in ((shift, "shift_bp", 1), (triggered, "triggered", 1)):
            axes.fill_between(table.index, table[f"{column}_low"] * unit, table[f"{column}_high"] * unit,
                              color=colour, alpha=0.15, linewidth=0)
            axes.plot(table.index, table[column] * unit, "o-", color=colour, markersize=4, label=name)
    for axes in (shift, triggered):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(_money))
        axes.set(xlabel="fake bid (quote currency)", ylim=(0, None))
    shift.set(title="forecast pushed up", ylabel="mean change (bp)")
    triggered.set(title="buys set off", ylabel="share of seconds")
    triggered.yaxis.set_major_formatter(PercentFormatter(1.0))
    shift.legend(loc="upper left")
    return style.titled(figure, title)


@style.styled
def fooled(honest, fake, first, last, *, title):
    """A forecast as it was and as a fake bid made it, in between the thresholds.

    Parameters
    ----------
    honest, fake : kit.crash.panels.Panel
        Of the same stretch.
    first, last : UTC timestamp
        While the fake bid stood.
    """
    figure = style.figure(3.0)
    axes = figure.subplots()
    axes.axvspan(first, last, color=style.ORANGE, alpha=0.18, linewidth=0, label="fake bid shown")
    for sign in (1, -1):
        axes.plot(honest.threshold.index, sign * honest.threshold, color=style.INK, linewidth=0.9,
                  label="threshold" if sign > 0 else None)
    axes.plot(fake.forecast.index, fake.forecast, color=style.VERMILION, drawstyle="steps-post", label="fooled")
    axes.plot(honest.forecast.index, honest.forecast, color=style.BLUE, drawstyle="steps-post", linewidth=0.8,
              label="honest")
    axes.set_title(title, pad=22)
    axes.set(ylabel="3-s return (bp)")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, borderaxespad=0)
    style.utc_axis(axes, honest.mid.index[0], honest.mid.index[-1])
    return figure


def _money(value, _):
    return f"{value / 1e6:g} M" if value >= 1e6 else f"{value / 1e3:g} k"

