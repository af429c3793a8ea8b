"""Order flow and impact: who began a trade, what pushed the mid, how one-sided the buckets were, what size costs."""

from __future__ import annotations

import numpy as np

from kit.plot import style

JOINED = {"before": (style.BLUE, "quote strictly before the trade"),
          "at or before": (style.VERMILION, "quote of the trade's own time too"),
          "local": (style.ORANGE, "last quote by the local clock"), "none": (style.GREY, "no quote")}
UNITS = {"kyle_lambda": "Kyle (price per unit)", "hasbrouck_lambda": "Hasbrouck (1 per root of notional)",
         "amihud": "Amihud (1 per notional)"}


@style.styled
def aggressors(scores, *, title="How often each rule finds who began the trade, by the quote it looks at"):
    """Share of prints whose aggressor a rule finds, by rule and by the quote that it looks at.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `kit.flow.classify.scores` returns.
    """
    rules = list(dict.fromkeys(scores["rule"]))
    figure = style.figure(1.5 + 0.42 * len(rules))
    axes = figure.subplots()
    for join, part in scores.groupby("join", sort=False):
        colour, label = JOINED[join]
        at = np.array([rules.index(rule) for rule in part["rule"]])
        at = at + 0.16 * (list(JOINED).index(join) - 1) * (join != "none")
        axes.hlines(at, 100 * part["right_low"], 100 * part["right_high"], color=colour, linewidth=1.6)
        axes.plot(100 * part["right"], at, "o", color=colour, markersize=4.5, label=label)
    axes.set_yticks(range(len(rules)), rules)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set(title=title, xlabel="prints on the exchange's side (%), 95 % interval")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@style.styled
def pushes(curves, slopes, flow, *, title="What quotes and trades pushed, and what the mid did"):
    """Mean move of the mid by quantile of a push, against the line of a book as deep throughout as at the touch.

    Parameters
    ----------
    curves : dict of str to pandas.DataFrame
        As `kit.flow.events.binned` returns, by push.
    slopes : pandas.DataFrame
        As `kit.flow.events.slopes` returns.
    flow : str
        Length of a period.
    """
    figure = style.figure(3.5)
    for axes, (push, curve), colour in zip(figure.subplots(1, 2, sharey=True), curves.items(),
                                           (style.BLUE, style.GREEN), strict=True):
        x, fit = np.array([curve["push"].min(), curve["push"].max()]), slopes.loc[push]
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.plot(x, x, color=style.GREY, linestyle="--", label="as deep throughout: slope 1")
        axes.vlines(curve["push"], curve["moved_low"], curve["moved_high"], color=colour, linewidth=1.4)
        axes.plot(curve["push"], curve["moved"], "o", color=colour, markersize=4.5, label="measured")
        axes.set_title(f"{push}: slope {fit['slope']:.3g} [{fit['slope_low']:.3g}, {fit['slope_high']:.3g}], "
                       f"R² {fit['r2']:.2f}", fontsize=9, fontweight="normal")
        axes.set_xlabel(f"flow of {push} over twice the depth (ticks)")
    figure.axes[0].set_ylabel(f"move of the mid in {flow} (ticks)")
    figure.axes[0].legend(loc="upper left")
    return style.titled(figure, title)


@style.styled
def one_sided(series, against, *, title="VPIN, and what chance alone would make of it"):
    """VPIN in time, by true sides and in bulk, each with what chance alone would make of it.

    Parameters
    ----------
    series : pandas.DataFrame
        ``vpin`` and ``vpin_bvc`` on a UTC index.
    against : pandas.DataFrame
        As `kit.flow.vpin.against_null` returns.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    shown = (("vpin", "true sides", style.BLUE), ("vpin_bvc", "bulk", style.VERMILION))
    for column, name, colour in shown:
        axes.plot(series.index, series[column], color=colour, linewidth=1.1, label=f"VPIN, {name}")
        axes.axhline(against.loc[name, "null"], color=colour, linewidth=1, linestyle="--", label=f"chance, {name}")
    axes.set(title=title, ylabel="imbalance over volume (1)", ylim=(0, 1))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    style.utc_axis(axes, series.index[0], series.index[-1])
    return figure


@style.styled
def impact_by_size(table, laws, *, title="Impact of single orders by their size: no law of metaorders"):
    """Mean signed impact against size, with fitted power laws.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.flow.impact.by_size` returns, sizes in mean order sizes and impact in basis points.
    laws : dict of str to kit.flow.impact.Law
    """
    figure = style.figure(3.8)
    axes = figure.subplots()
    sizes = np.geomspace(table["size"].min(), table["size"].max(), 60)
    up = table["impact"] > 0
    low = table["impact_low"].where(table["impact_low"] > 0, table["impact"][up].min() / 3)
    axes.vlines(table["size"][up], low[up], table["impact_high"][up], color=style.INK, linewidth=1.2)
    axes.plot(table["size"][up], table["impact"][up], "o", color=style.INK, markersize=4.5, label="mean of a bin")
    for (name, law), colour in zip(laws.items(), (style.BLUE, style.VERMILION), strict=True):
        exponent = law.exponent
        axes.plot(sizes, law.at(sizes), color=colour, linewidth=1.4, label=f"{name}: exponent {exponent.value:.2f} "
                  f"[{exponent.low:.2f}, {exponent.high:.2f}]")
    below = f"; bins at or below zero, not shown: {(~up).sum()}" if not up.all() else ""
    axes.set(xscale="log", yscale="log", title=title, xlabel=f"size (mean order = 1){below}",
             ylabel="move of the mid to the next order (bp)")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@style.styled
def impulse(table, *, title="What a buy that nothing announced brings, with all that follows it"):
    """Cumulated move of the mid after a surprising buy, by how many orders came after it.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.flow.response.impulse` returns, in basis points.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.plot(table.index, table["change"], "o-", color=style.BLUE, markersize=4)
    axes.fill_between(table.index, table["change_low"], table["change_high"], color=style.BLUE, alpha=0.15, linewidth=0)
    axes.set(title=title, xlabel="orders later (count)", ylabel="move of the mid (bp), 95 % interval")
    axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


@style.styled
def lambdas(series, *, title="What flow moved, in time"):
    """Trailing measures of impact, a panel each.

    Parameters
    ----------
    series : pandas.DataFrame
        As `kit.flow.illiquidity.in_time` returns.
    """
    figure = style.figure(1.2 + 1.5 * series.shape[1])
    panels = figure.subplots(series.shape[1], 1, sharex=True)
    for axes, name in zip(panels, series, strict=True):
        axes.plot(series.index, series[name], color=style.BLUE, linewidth=1)
        axes.set_title(UNITS[name], fontsize=9, fontweight="normal")
        axes.ticklabel_format(axis="y", style="sci", scilimits=(-3, 4))
        axes.set_ylim(bottom=0)
    style.utc_axis(panels[-1], series.index[0], series.index[-1])
    return style.titled(figure, title)
