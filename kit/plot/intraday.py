"""Volatility within the day: measures beside each other, the signature plot, jumps, and what the clock does."""

from __future__ import annotations

import numpy as np

from kit.plot import style

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
A_YEAR = 365
SPOKEN = {"tsrv": "two scales (TSRV)", "pre_averaged_variance": "pre-averaged", "bipower_variation": "bipower",
          "med_rv": "median of three (MedRV)", "min_rv": "minimum of two (MinRV)", "parkinson": "Parkinson's range",
          "garman_klass": "Garman and Klass's range", "rogers_satchell": "Rogers and Satchell's range"}
"""Measures whose names a reader would not know."""


@style.styled
def measures(table, against, known=None, *, title="What each measure says of the same days"):
    """Ratio of each measure's mean variance to a reference, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.volatility.measures.compare` gives it.
    against : str
        What the reference is.
    known : pandas.DataFrame, optional
        Daily ``variance`` and ``jumps`` of an embedded market: a second line shows where both together lie.
    """
    table = table.dropna(subset="ratio")
    figure = style.figure(0.9 + 0.3 * len(table))
    axes, rows = figure.subplots(), np.arange(len(table))
    axes.axvline(1, color=style.GREY, linewidth=0.9, label=against)
    if known is not None:
        axes.axvline(1 + known["jumps"].sum() / known["variance"].sum(), color=style.VERMILION, linewidth=0.9,
                     linestyle="--", label="with its jumps")
    axes.hlines(rows, table["low"], table["high"], color=style.BLUE, linewidth=1.6)
    axes.plot(table["ratio"], rows, "o", color=style.BLUE, markersize=5, label=_measured(table))
    axes.set_yticks(rows, [_spoken(name) for name in table.index])
    axes.invert_yaxis()
    axes.set(title=title, xlabel=f"mean variance (1 is {against})")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _measured(table) -> str:
    """What points are called, and whether there are days enough for their intervals."""
    return "measured, " + ("95 % interval over days" if table["low"].notna().any() else "too few days for intervals")


def _spoken(name) -> str:
    measure, step = name.split(", ")
    return f"{SPOKEN.get(measure, measure.replace('_', ' '))}, {step}"


@style.styled
def signature(curve, expected=None, *, title="How much variance there seems to be, by how often one looks"):
    """Mean variance from squared returns against that of the longer `base` of the curve, by how long they are.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `kit.volatility.signature.plot` gives it.
    expected : pandas.Series, optional
        Daily variance planted, by step.
    """
    figure = style.figure(3.2)
    axes, base = figure.subplots(), curve.index[curve["ratio"] == 1][0]
    axes.axhline(1, color=style.GREY, linewidth=0.8)
    axes.fill_between(curve["minutes"], curve["ratio_low"], curve["ratio_high"], color=style.BLUE, alpha=0.15,
                      linewidth=0)
    measured = _measured(curve)
    axes.plot(curve["minutes"], curve["ratio"], "o-", color=style.BLUE, markersize=4, label=measured)
    if expected is not None:
        axes.plot(curve["minutes"], expected / expected[base], color=style.VERMILION, linestyle="--", label="planted")
    axes.set(title=title, xlabel="length of returns (min)", xscale="log",
             ylabel=f"variance\n(1 is that of {base} returns)")
    axes.set_xticks(curve["minutes"], [f"{minutes:g}" for minutes in curve["minutes"]])
    axes.minorticks_off()
    axes.legend(loc="best")
    return figure


@style.styled
def jumps(found, known=None, *, title="Days on which the price jumped"):
    """Share of jumps in each day's variance; days that are findings over all days are marked, and planted ones too.

    Parameters
    ----------
    found : pandas.DataFrame
        As `kit.volatility.jumps.daily` gives it.
    known : pandas.DataFrame, optional
        Daily ``variance`` and ``jumps`` of an embedded market.
    """
    figure = style.figure(2.9)
    axes, share, hit = figure.subplots(), 100 * found["share"], found["bns_jump"]
    axes.vlines(found.index, 0, share, color=style.PALE, linewidth=1.0)
    axes.plot(found.index[hit], share[hit], "o", color=style.BLUE, markersize=4, label=f"jump, by BNS ({hit.sum()})")
    if known is not None:
        planted = known["jumps"].reindex(found.index)
        planted = planted[planted > 0]
        axes.plot(planted.index, np.full(len(planted), -4.0), "^", color=style.VERMILION, markersize=4,
                  label=f"planted ({len(planted)})")
    axes.set(title=title, ylabel="share of jumps in\nthe day's variance (%)")
    style.utc_axis(axes, found.index[0], found.index[-1])
    axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def hours(profile, after=None, planted=None, *, title="Hours of the day"):
    """Volatility of each UTC hour with its interval; of deseasonalised returns and as planted where given.

    Parameters
    ----------
    profile, after : pandas.DataFrame
        As `kit.volatility.seasonality.profile` gives them; `after` of deseasonalised returns.
    planted : pandas.DataFrame, optional
        The same of what is known.
    """
    figure = style.figure(3.2)
    axes, at = figure.subplots(), profile.index + 0.5
    axes.axhline(1, color=style.GREY, linewidth=0.8)
    axes.vlines(at, profile["low"], profile["high"], color=style.BLUE, linewidth=1.6)
    axes.plot(at, profile["volatility"], "o-", color=style.BLUE, markersize=4, label="measured, 95 % interval")
    if after is not None and after["volatility"].notna().any():
        axes.plot(at, after["volatility"], "s-", color=style.GREEN, markersize=3.5, label="deseasonalised")
    if planted is not None:
        axes.plot(at, planted["volatility"], color=style.VERMILION, linestyle="--", label="known variance")
    axes.set(title=title, xlabel="hour of the day (UTC)", ylabel="volatility, that of all hours = 1", xlim=(0, 24))
    axes.set_xticks(range(0, 25, 2))
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def week(profile, *, title="Hours of the week"):
    """Volatility of each hour of each weekday, that of all hours = 1.

    Parameters
    ----------
    profile : pandas.DataFrame
        As `kit.volatility.seasonality.profile` gives it for ``"hour of week"``.
    """
    figure = style.figure(2.7)
    axes, values = figure.subplots(), profile["volatility"].to_numpy().reshape(7, 24)
    far = min(1.0, np.nanmax(np.abs(values - 1)))
    colours = style.NEGATIVE_TO_POSITIVE.with_extremes(bad=style.PALE)
    image = axes.imshow(values, cmap=colours, vmin=1 - far, vmax=1 + far, aspect="auto", extent=(0, 24, 6.5, -0.5))
    missing = "; grey: not recorded" if np.isnan(values).any() else ""
    axes.set(title=title, xlabel=f"hour of the day (UTC){missing}")
    axes.set_yticks(range(7), DAYS)
    axes.set_xticks(range(0, 25, 2))
    axes.grid(visible=False)
    bar = figure.colorbar(image, ax=axes, label="volatility (all hours = 1)", pad=0.02, extend="max")
    bar.outline.set_visible(False)
    return figure


@style.styled
def blocks(table, *, title="Volatility by block of hours"):
    """Trailing volatility of each block of hours, and the framework's ratio of day to night.

    Parameters
    ----------
    table : pandas.DataFrame
        ``overnight_vol``, ``session_vol``, ``intraday_vol``, ``vol_ratio_day_night``, UTC-indexed.
    """
    figure = style.figure(4.0)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    named = {"overnight_vol": ("Asia, 00 to 08", style.ORANGE), "session_vol": ("Europe, 08 to 16", style.GREEN),
             "intraday_vol": ("America, 16 to 24", style.BLUE)}
    for column, (label, colour) in named.items():
        above.plot(table.index, 100 * table[column], color=colour, label=label)
    below.axhline(1, color=style.GREY, linewidth=0.8)
    below.plot(table.index, table["vol_ratio_day_night"], color=style.INK)
    above.set(title=title, ylabel="volatility (% a year)", ylim=(0, None))
    below.set(ylabel="America / Asia (1)")
    below.set_xlim(table.index[0], table.index[-1])
    style.utc_axis(below, table.index[0], table.index[-1])
    if table["session_vol"].isna().all():
        below.set_yticks([])
        above.set_yticks([])
        above.text(0.5, 0.5, "the recording is shorter than the window", transform=above.transAxes, ha="center")
    above.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure
