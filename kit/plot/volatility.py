"""Volatility: how it clusters, what models said of the next day, how wrong they were, and in which regime it was."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import MaxNLocator

from kit.plot import style

COLOURS = [style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY]


@style.styled
def lines(frame, *, title, ylabel="volatility (% a year)"):
    """Volatilities of one asset over time.

    Parameters
    ----------
    frame : pandas.DataFrame
        UTC-indexed, a column a line, as shares.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    for colour, name in zip(COLOURS, frame, strict=False):
        axes.plot(frame.index, 100 * frame[name], color=colour, label=name)
    axes.set(title=title, ylabel=ylabel)
    if frame.min().min() >= 0:
        axes.set_ylim(bottom=0)
    else:
        axes.axhline(0, color=style.GREY, linewidth=0.8)
    figure.legend(ncols=len(frame.columns), loc="outside lower center")
    style.utc_axis(axes, frame.index[0], frame.index[-1])
    return figure


@style.styled
def memory(acfs, *, title="Do returns remember, and does their size?"):
    """Autocorrelations with intervals, and the band in which those of a series without memory lie.

    Parameters
    ----------
    acfs : dict of str to pandas.DataFrame
        As `kit.volatility.compare.autocorrelation` returns.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    band = next(iter(acfs.values()))["band"].iloc[0]
    axes.axhspan(-band, band, color=style.PALE, alpha=0.6, linewidth=0, label="without memory, 95 %")
    for colour, mark, (name, acf) in zip(COLOURS, "os^", acfs.items(), strict=False):
        axes.fill_between(acf.index, acf["low"], acf["high"], color=colour, alpha=0.15, linewidth=0)
        axes.plot(acf.index, acf["acf"], mark, color=colour, markersize=3, label=name)
    axes.set(title=title, xlabel="lag (days)", ylabel="autocorrelation (1)")
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def against_what_came(measured, forecasts, *, title="Forecasts, and what came"):
    """Volatility of each day as measured, and as it was forecast the day before.

    Parameters
    ----------
    measured : pandas.Series
        Variance of each day, UTC-indexed.
    forecasts : dict of str to pandas.Series
        Forecasts of it, made the day before.
    """
    figure = style.figure(3.6)
    axes = figure.subplots()
    first = min(forecast.index[0] for forecast in forecasts.values())
    came = 100 * np.sqrt(365 * measured[first:])
    axes.plot(came.index, came, ".", color=style.PALE, markersize=3, label="came (range)")
    for colour, (name, forecast) in zip(COLOURS, forecasts.items(), strict=False):
        axes.plot(forecast.index, 100 * np.sqrt(365 * forecast), color=colour, label=name)
    axes.set_yscale("log")
    ticks = [tick for tick in (5, 10, 20, 50, 100, 200, 500, 1000) if came.min() < tick < came.max()]
    axes.set_yticks(ticks, [f"{tick}" for tick in ticks])
    axes.minorticks_off()
    axes.set(title=title, ylabel="volatility (% a year, log scale)")
    axes.legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(axes, came.index[0], came.index[-1])
    return figure


@style.styled
def persistence(refits, *, planted=None, title="Persistence, refit by refit"):
    """How slowly each fit forgets a shock; fits that did not converge are crossed out.

    Parameters
    ----------
    refits : dict of str to pandas.DataFrame
        As in `kit.volatility.garch.Walk`.
    planted : float, optional
        The embedded market's own.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    axes.axhline(1, color=style.GREY, linewidth=0.8, linestyle="--", label="1: no variance to return to")
    if planted is not None:
        axes.axhline(planted, color=style.INK, linewidth=0.8, linestyle=":", label=f"planted {planted:.3f}")
    for colour, mark, (name, fits) in zip(COLOURS, "os^vD", refits.items(), strict=False):
        failed = fits[~fits["converged"]]
        axes.plot(fits.index, fits["persistence"], f"{mark}-", color=colour, markersize=3, label=name)
        axes.plot(failed.index, failed["persistence"], "x", color=style.INK, markersize=7)
    axes.set(title=title, ylabel="persistence (1)")
    figure.legend(ncols=6, loc="outside lower center")
    first = next(iter(refits.values())).index
    style.utc_axis(axes, first[0], first[-1])
    return figure


@style.styled
def gains(tables, benchmark, *, title="What each forecast gains"):
    """QLIKE gained over the benchmark's, with intervals, under several measures of what came; more is better.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        As `kit.volatility.compare.table` returns, by the measure.
    benchmark : str
        What they were made against.
    """
    names = [name for name in next(iter(tables.values())).index if name != benchmark]
    figure = style.figure(1.3 + 0.3 * len(names))
    for axes, (measure, table) in zip(np.atleast_1d(figure.subplots(1, len(tables), sharey=True)), tables.items(),
                                      strict=True):
        _intervals(axes, table.loc[names], "gain")
        axes.set(xlabel=f"QLIKE gained over {benchmark} (1), 95 % interval")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_title(f"by the {measure}", fontsize=9, fontweight="normal")
    return style.titled(figure, title)


def _intervals(axes, table, measure):
    """Values with their intervals, a row each, and a line at 0."""
    at, value = np.arange(len(table)), table[measure]
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    axes.errorbar(value, at, xerr=[value - table[f"{measure}_low"], table[f"{measure}_high"] - value], fmt="o",
                  color=style.BLUE, markersize=4, capsize=3)
    axes.set_yticks(at, table.index)
    axes.set_ylim(len(table) - 0.5, -0.5)


@style.styled
def bias(scores, *, title="Surprises: how far forecasts are off on average"):
    """Means of surprises with their intervals; 0 is right.

    Parameters
    ----------
    scores : pandas.DataFrame
        A row a definition: ``mean``, ``mean_low``, ``mean_high``.
    """
    figure = style.figure(1.2 + 0.32 * len(scores))
    axes = figure.subplots()
    _intervals(axes, scores, "mean")
    axes.set(title=title, xlabel="mean surprise (units of the forecast), 95 % interval")
    return figure


@style.styled
def regimes(volatility, turbulent, thresholds, truth=None, *, title="Regimes: what was known on the day"):
    """Volatility, the filtered probability of turbulence, and days beyond the thresholds; planted states shaded.

    Parameters
    ----------
    volatility : pandas.Series
        A share a year, UTC-indexed.
    turbulent : pandas.Series
        As in `kit.volatility.markov.Walk`.
    thresholds : pandas.DataFrame
        ``high_vol_regime`` and ``low_vol_regime``, 1, 0 or missing.
    truth : pandas.Series, optional
        1 on days that were turbulent by construction.
    """
    figure = style.figure(4.6)
    panels = figure.subplots(3, 1, sharex=True, height_ratios=(2, 2, 1))
    panels[0].plot(volatility.index, 100 * volatility, color=style.INK)
    panels[0].set(title=title, ylabel="volatility\n(% a year)")
    panels[1].plot(turbulent.index, turbulent, color=style.VERMILION)
    panels[1].set(ylabel="turbulent,\nfiltered (1)", ylim=(-0.02, 1.02))
    for level, (name, colour) in enumerate((("low_vol_regime", style.BLUE), ("high_vol_regime", style.VERMILION))):
        known, on = thresholds[name].dropna(), thresholds.index[thresholds[name] == 1]
        panels[2].plot(known.index, np.full(len(known), level), color=style.PALE, linewidth=0.8)
        panels[2].plot(on, np.full(len(on), level), "|", color=colour, markersize=9)
    panels[2].set_yticks([0, 1], ["low", "high"])
    panels[2].set(ylim=(-0.6, 1.6), ylabel="thresholds")
    if truth is not None:
        for axes in panels[:2]:
            axes.fill_between(truth.index, 0, 1, where=truth > 0, transform=axes.get_xaxis_transform(), step="pre",
                              color=style.ORANGE, alpha=0.25, linewidth=0, label="planted turbulence")
        panels[0].legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(panels[2], volatility.index[0], volatility.index[-1])
    return figure
