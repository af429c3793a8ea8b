"""What results were worth: curves, costs and chances, each with its uncertainty."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from kit.plot import style
from kit.plot.table import Table

COLOURS = [style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY]
YEARS = ("MLD", "MLD closed")
TIMES = {" min": 365 * 1440.0, " h": 365 * 24.0, " days": 365.0}
SHARES = ("total return", "ARC", "ASD", "MDD", "additive return")


@style.styled
def equity(curves, drawdowns, *, title="Equity and what was lost on the way"):
    """Equity curves, and below them the share of each peak that was lost (the paper's Figures 10 to 12).

    Parameters
    ----------
    curves : dict of str to pandas.Series
        Equity, UTC-indexed; drawn relative to the first value.
    drawdowns : dict of str to pandas.Series
        As `kit.evaluate.performance.drawdown` returns, by the same names.
    """
    figure = style.figure(5.0)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    above.axhline(100, color=style.GREY, linewidth=0.8)
    for colour, (name, curve) in zip(COLOURS, curves.items(), strict=False):
        above.plot(curve.index, 100 * curve / curve.iloc[0], color=colour, label=name)
        below.plot(drawdowns[name].index, -100 * drawdowns[name], color=colour)
    above.set(title=title, ylabel="equity (% of the start)")
    below.set(ylabel="drawdown (%)")
    above.legend(loc="best")
    style.utc_axis(below, min(curve.index[0] for curve in curves.values()),
                   max(curve.index[-1] for curve in curves.values()))
    return figure


@style.styled
def markouts(curves, *, measure="markout", title="What became of it after the trade"):
    """A measure of trades against the horizon, by group, with intervals.

    Parameters
    ----------
    curves : dict of str to pandas.DataFrame
        As `kit.evaluate.markouts.curve` returns, of one weighting each.
    measure : {"markout", "effective", "realised", "impact"}
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    _over_horizons(axes, {name: (curve, measure) for name, curve in curves.items()})
    axes.set(title=title, ylabel=f"{measure} (bp)")
    return figure


@style.styled
def spread_split(curve, *, title="Effective spread = realised spread + impact"):
    """The three against the horizon: what the spread cost, what its maker kept, what the price moved.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `kit.evaluate.markouts.curve` returns, of one weighting.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    _over_horizons(axes, {name: (curve, name) for name in ("effective", "realised", "impact")},
                   (style.VERMILION, style.GREEN, style.BLUE))
    axes.set(title=title, ylabel="round trip (bp), 95 % interval")
    return figure


def _over_horizons(axes, lines, colours=COLOURS):
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    for colour, (name, (curve, measure)) in zip(colours, lines.items(), strict=False):
        axes.plot(curve["horizon"], curve[measure], "o-", color=colour, markersize=4, label=name)
        axes.fill_between(curve["horizon"], curve[f"{measure}_low"], curve[f"{measure}_high"], color=colour, alpha=0.15,
                          linewidth=0)
    horizons = sorted({horizon for curve, _ in lines.values() for horizon in curve["horizon"]})
    axes.set_xscale("log")
    axes.set_xticks(horizons, [f"{horizon:g}" for horizon in horizons])
    axes.minorticks_off()
    axes.set_xlabel("horizon (s)")
    axes.legend(ncols=len(lines), loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)


@style.styled
def break_even(totals, score, *, cost="latency", unit="ms", money="quote currency", title="Where the edge is gone"):
    """Total gain against what it costs, and the cost at which nothing is left.

    Parameters
    ----------
    totals : pandas.DataFrame
        As `kit.evaluate.capacity.totals` returns.
    score : Score
        As `kit.evaluate.capacity.break_even` returns.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    first, last = totals["cost"].iloc[0], totals["cost"].iloc[-1]
    _mark(axes, score, {first: f"no edge even at {first:g} {unit}", last: f"an edge still at {last:g} {unit}"}.get(
        score.value, f"break-even {score.value:,.4g} {unit}"))
    axes.fill_between(totals["cost"], totals["low"], totals["high"], color=style.BLUE, alpha=0.15, linewidth=0)
    axes.plot(totals["cost"], totals["gain"], "o-", color=style.BLUE, markersize=4)
    axes.set(title=title, xlabel=f"{cost} ({unit})", ylabel=f"net gain ({money})")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def capacity(curve, score, *, money="quote currency", title="How much money the edge can carry"):
    """Gain against the notional of every trade, and the share of trades that the touch cuts.

    Losses beyond twice the largest gain are cut off.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `kit.evaluate.capacity.curve` returns.
    score : Score
        As `kit.evaluate.capacity.capacity` returns.
    """
    figure = style.figure(4.4)
    gain, bound = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    gain.axhline(0, color=style.GREY, linewidth=0.8)
    gain.fill_between(curve["notional"], curve["low"], curve["high"], color=style.BLUE, alpha=0.15, linewidth=0)
    gain.plot(curve["notional"], curve["gain"], color=style.BLUE)
    bound.plot(curve["notional"], 100 * curve["bound"], color=style.BLUE)
    for axes in (gain, bound):
        _mark(axes, score, f"capacity {score.value:,.0f}" if score.value else "it earns nothing at any size", "{:,.0f}",
              floor=curve["notional"].min())
    gain.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    gain.set(title=title, ylabel=f"gain ({money})", xscale="log")
    most = curve["high"].max()
    gain.set_ylim(top=1.1 * most if most > 0 else None, bottom=max(curve["low"].min(), -2 * most) if most > 0 else None)
    bound.set(xlabel=f"notional of a trade ({money})", ylabel="cut (% of trades)", ylim=(-4, 104))
    return figure


def _mark(axes, score, label, form="{:,.4g}", floor=-np.inf):
    """A number on the x axis, and its interval where it has one; what lies below `floor` is drawn there."""
    if np.isfinite(score.low) and score.low < score.high:
        axes.axvspan(max(score.low, floor), max(score.high, floor), color=style.VERMILION, alpha=0.12, linewidth=0)
        label += f" [{form.format(score.low)}, {form.format(score.high)}]"
    axes.axvline(max(score.value, floor), color=style.VERMILION, label=label)


@style.styled
def p_values(table, *, level=0.05, title="What is left after looking so often"):
    """p-values as they are, and after Holm's and Benjamini and Hochberg's corrections, smallest on top.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.evaluate.inference.multiplicity` returns; the index names the tests.
    level : float
        Drawn as a line.
    """
    table = table.sort_values("p", ascending=False)
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in table.index]
    figure = style.figure(1.4 + 0.24 * len(table))
    axes = figure.subplots()
    at = np.arange(len(table))
    axes.axvline(level, color=style.GREY, linewidth=0.8, linestyle="--")
    axes.hlines(at, table["p"], table["holm"], color=style.PALE)
    axes.plot(table["p"], at, "o", color=style.BLUE, markersize=5, label="alone")
    axes.plot(table["bh"], at, "D", color=style.GREEN, markersize=5, label="Benjamini–Hochberg")
    axes.plot(table["holm"], at, "s", color=style.VERMILION, markersize=5, label=f"Holm, {len(table)} tests")
    axes.set(title=title, xlabel=f"p (1), {level:g} dashed", xscale="log", ylabel="test")
    axes.set_yticks(at, names)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()
    axes.grid(axis="y", visible=False)
    axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.09 - 0.6 / len(table)))
    return figure


@style.styled
def overfitting(found, *, title="Is the best of the past the best of the future?"):
    """Logits of the out-of-sample rank of the trial that was best in sample, and how its Sharpe ratio degrades.

    Parameters
    ----------
    found : kit.evaluate.overfitting.Overfitting
    """
    figure = style.figure(3.4)
    rank, decay = figure.subplots(1, 2)
    values, counts = np.unique(np.round(found.logits, 9), return_counts=True)
    rank.bar(values, 100 * counts / counts.sum(), width=0.8 * np.min(np.diff(values), initial=1.0),
             color=np.where(values <= 0, style.VERMILION, style.BLUE))
    rank.axvline(0, color=style.GREY, linewidth=0.8)
    rank.set(xlabel="logit of its rank out of sample (1)", ylabel="splits (%)", title=title)
    decay.axhline(0, color=style.GREY, linewidth=0.8)
    decay.xaxis.set_major_locator(MaxNLocator(5))
    decay.plot(found.in_sample, found.out_of_sample, ".", color=style.BLUE, markersize=3, alpha=0.4, rasterized=True)
    decay.set(xlabel="Sharpe ratio in sample (1)", ylabel="and out of it (1)",
              title=f"PBO {found.probability:.2f}, slope {found.slope:.2f}".replace("-", "−")
                    + f", loses in {found.loss:.0%}")
    return figure


def measures(results) -> Table:
    """Measures of equity curves with their intervals, a row a measure; what is missing says why.

    Parameters
    ----------
    results : dict of str to dict of str to Score
        As `kit.evaluate.performance.performance` returns, by curve.
    """
    names, rows, absent = list(next(iter(results.values()))), [], {}
    for name in names:
        cells = [_cell(name, found[name]) for found in results.values()]
        if len(set(cells)) == 1 and np.isnan(next(iter(results.values()))[name].value):
            absent.setdefault(cells[0], []).append(name)
        else:
            rows.append([name, *cells])
    return Table(["measure", *results], rows + [[", ".join(group), why] for why, group in absent.items()])


def _cell(name, score):
    if np.isnan(score.value):
        return score.method
    unit, per = _unit(name, score.value)
    value, low, high = (f"{per * x:.3g}" for x in (score.value, score.low, score.high))
    return f"{value}{unit}" if np.isnan(score.low) else f"{value}{unit} [{low}, {high}]"


def _unit(name, value):
    """How a measure is written: its unit, and how many of them are in 1."""
    if name in YEARS:
        return next((one for one in TIMES.items() if one[1] * value < 48), (" years", 1.0))
    return (" %", 100.0) if name in SHARES and abs(value) < 100 else ("", 1.0)
