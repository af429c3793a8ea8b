"""What options imply: smiles, the term structure and how it moves, the exchange's index beside it, the premium."""

from __future__ import annotations

import numpy as np

from kit.plot import style

SMILES = 5
"""Expiries of a smile that are drawn, from the first to the last."""
POINTS = 100
"""Volatility points, per cent a year, in a volatility of 1."""
SHADES = style.LOW_TO_HIGH
ABOVE = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0}
MEASURES = {"atm": "at the forward", "model_free": "model-free", "skew": "skew"}


@style.styled
def smile(table, *, title="Implied volatility by strike, of five expiries"):
    """Volatilities out of the money of one snapshot, by how many standard deviations the strike is from the forward.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.options.chain.smile` returns it.
    """
    figure = style.figure(3.6)
    axes = figure.subplots()
    expiries = table["expiry"].drop_duplicates()
    chosen = expiries.iloc[np.unique(np.linspace(0, len(expiries) - 1, SMILES).astype(int))]
    for shade, expiry in zip(np.linspace(0, 1, len(chosen)), chosen, strict=True):
        rows = table[table["expiry"] == expiry]
        days, away = rows["years"].iloc[0] * 365, rows["log_moneyness"] / np.sqrt(rows["years"])
        axes.plot(away, rows["vol"] * POINTS, ".-", markersize=4, color=SHADES(shade),
                  label=f"{days:.0f} d")
    axes.axvline(0, color=style.GREY, linewidth=0.8)
    axes.set(xlabel="log of strike over forward, over the square root of the years to expiry (1)",
             ylabel="implied volatility (% a year)")
    axes.set_title(title, pad=24)
    axes.legend(**ABOVE, ncols=SMILES)
    return figure


@style.styled
def term_structure(curve, *, title="Volatility at the forward, by maturity"):
    """Constant maturities in time, and the mean term structure with the middle four fifths of its days.

    Parameters
    ----------
    curve : pandas.DataFrame
        As `kit.options.curve.curve` returns it.
    """
    figure = style.figure(3.6)
    time, across = figure.subplots(1, 2, width_ratios=(2, 1), sharey=True)
    names = [name for name in curve.columns if name.startswith("atm_")]
    days = np.array([int(name.removeprefix("atm_").removesuffix("d")) for name in names])
    for shade, name, maturity in zip(np.linspace(0, 1, len(names)), names, days, strict=True):
        time.plot(curve["time"], curve[name] * POINTS, color=SHADES(shade), label=f"{maturity} d")
    time.set_title(title, pad=24)
    time.set_ylabel("implied volatility (% a year)")
    time.legend(**ABOVE, ncols=len(names))
    style.utc_axis(time, curve["time"].iloc[0], curve["time"].iloc[-1])
    low, high = (curve[names].quantile(q) * POINTS for q in (0.1, 0.9))
    across.fill_between(days, low, high, color=style.BLUE, alpha=0.15, linewidth=0, label="four days in five")
    across.plot(days, curve[names].mean() * POINTS, "o-", color=style.BLUE, markersize=4, label="mean")
    across.set(xlabel="days to expiry", xscale="log")
    across.set_xticks(days, days)
    across.minorticks_off()
    across.legend(**ABOVE, ncols=2)
    return figure


@style.styled
def recovered(errors, *, title="Recovered less planted"):
    """How far what the chain tells lies from what was planted.

    Parameters
    ----------
    errors : dict of str to pandas.DataFrame
        By measure: a column a maturity in days, a row a snapshot; volatilities.
    """
    figure = style.figure(2.9)
    for axes, (measure, table) in zip(figure.subplots(1, len(errors)), errors.items(), strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        at = np.arange(len(table.columns))
        low, middle, high = (table.quantile(q) * POINTS for q in (0.05, 0.5, 0.95))
        axes.vlines(at, low, high, color=style.BLUE, linewidth=1.4)
        axes.plot(at, middle, "o", color=style.BLUE, markersize=5)
        axes.set(title=MEASURES[measure], xlabel="days to expiry")
        axes.set_xticks(at, table.columns)
        axes.grid(axis="x", visible=False)
    figure.axes[0].set_ylabel("volatility points;\nmedian, nine days in ten")
    return style.titled(figure, title)


@style.styled
def forward_variance(steps, *, title="Variance that each next expiry adds: below zero is arbitrage"):
    """Variance between neighbouring expiries, by how far away they are, all snapshots.

    Parameters
    ----------
    steps : pandas.DataFrame
        As `kit.options.curve.forward_variance` returns it.
    """
    figure = style.figure(3.0)
    axes = figure.subplots()
    axes.axhline(0, color=style.VERMILION, linewidth=1.2)
    axes.plot(steps["days"], steps["variance"], ".", color=style.BLUE, markersize=3, alpha=0.5)
    axes.set(title=title, xlabel="days to the nearer expiry", xscale="log",
             ylabel="forward variance\n(a year; 0.36 is 60 %)")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(bottom=min(0, steps["variance"].min()) - 0.02)
    return figure


@style.styled
def in_time(factors, units, *, title="How the term structure slopes, bends and leans"):
    """Factors of the curve, one panel each.

    Parameters
    ----------
    factors : pandas.DataFrame
        On a UTC index.
    units : dict of str to str
        What to write at each axis.
    """
    figure = style.figure(0.6 + 1.3 * len(units))
    panels = figure.subplots(len(units), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (name, unit) in zip(panels, units.items(), strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        axes.plot(factors.index, factors[name] * POINTS, color=style.BLUE)
        axes.set_ylabel(f"{name.removeprefix('vol_term_').removeprefix('iv_')}\n({unit})")
    panels[0].set_title(title)
    style.utc_axis(panels[-1], factors.index[0], factors.index[-1])
    return figure


@style.styled
def beside_dvol(pairs, agreement, *, title="DVOL, beside what the forward and the whole smile imply"):
    """Volatilities implied for 30 days and DVOL, in time and against each other.

    Parameters
    ----------
    pairs, agreement : pandas.DataFrame
        As `kit.options.dvol.beside` and `kit.options.dvol.agreement` return them.
    """
    figure = style.figure(3.5)
    time, across = figure.subplots(1, 2, width_ratios=(3, 2))
    colours = {"dvol": style.INK, "atm": style.BLUE, "model_free": style.VERMILION}
    labels = {"dvol": "DVOL", **MEASURES}
    for name, colour in colours.items():
        time.plot(pairs.index, pairs[name] * POINTS, color=colour, label=labels[name])
    time.set_title(title, pad=24)
    time.set_ylabel("30-day volatility (% a year)")
    time.legend(**ABOVE, ncols=len(colours))
    style.utc_axis(time, pairs.index[0], pairs.index[-1])
    ends = np.array([pairs["dvol"].min(), pairs["dvol"].max()]) * POINTS
    across.plot(ends, ends, color=style.GREY, linestyle="--", linewidth=0.8)
    for name in ("atm", "model_free"):
        found = agreement.loc[(name, "all")]
        across.plot(pairs["dvol"] * POINTS, pairs[name] * POINTS, ".", color=colours[name], markersize=5,
                    label=f"{labels[name]}: {found['correlation']:.3f} "
                          f"[{found['correlation_low']:.3f}, {found['correlation_high']:.3f}]")
    across.set(xlabel="DVOL (% a year)", ylabel="implied (% a year)")
    across.legend(**ABOVE, handletextpad=0.1)
    across.set_title("correlation, 95 % interval", fontsize=9, fontweight="normal", pad=36)
    return figure


@style.styled
def premium(variances, premiums, *, title="Variance implied for the next 30 days, and the variance that came"):
    """Implied and realised variance above, what a seller of variance earned below.

    Parameters
    ----------
    variances, premiums : pandas.DataFrame
        As `kit.options.premium.of` and `kit.options.premium.premiums` return them.
    """
    figure = style.figure(4.8)
    above, below = figure.subplots(2, 1, sharex=True)
    for name, colour, label in (("implied", style.BLUE, "implied"), ("trailing", style.GREEN, "last 30 days"),
                                ("forecast", style.ORANGE, "forecast by HAR"),
                                ("ahead", style.VERMILION, "came, known 30 days later")):
        above.plot(variances.index, variances[name], color=colour, label=label)
    above.set_ylabel("variance a year\n(0.36 is 60 %)")
    above.legend(**ABOVE, ncols=4)
    above.set_title(title, pad=24)
    below.axhline(0, color=style.GREY, linewidth=0.8)
    for name, colour, label in (("over trailing", style.GREEN, "over the last 30 days"),
                                ("over forecast", style.ORANGE, "over the forecast"),
                                ("over realised", style.VERMILION, "over what came")):
        below.plot(premiums.index, premiums[name], color=colour, label=label)
    below.set_ylabel("implied less the other,\nvariance a year")
    below.legend(**ABOVE, ncols=3)
    style.utc_axis(below, variances.index[0], variances.index[-1])
    return figure
