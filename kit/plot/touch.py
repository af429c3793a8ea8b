"""The touch: odds of the next tick, the micro-price, and what the tick makes of imbalance."""

from __future__ import annotations

import numpy as np

from kit.plot import style

LINE = 0.085
"""Height of a line of names, as a share of the axes."""


@style.styled
def upticks(table, *, title="Imbalance is the odds of the next tick, but not in proportion"):
    """Share of next moves that go up, by imbalance, simulated and by theory.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.replenishment.upticks` returns it.
    """
    figure = style.figure(3.4)
    for axes, less in zip(figure.subplots(1, 2), (0, table["linear"]), strict=True):
        axes.plot(table["imbalance"], table["linear"] - less, color=style.GREY, linestyle="--", label="in proportion")
        axes.plot(table["imbalance"], table["theory"] - less, color=style.VERMILION, label="Cont and de Larrard")
        axes.vlines(table["imbalance"], table["low"] - less, table["high"] - less, color=style.BLUE, linewidth=1.4)
        axes.plot(table["imbalance"], table["up"] - less, "o", color=style.BLUE, markersize=5, label="simulated")
        axes.set_xlabel("imbalance at the touch (1)")
    figure.axes[0].set(ylabel="share of next moves that go up (1)", ylim=(0, 1))
    figure.axes[1].set_ylabel("the same, less (1 + imbalance) / 2 (1)")
    figure.axes[0].legend(loc="upper left")
    return style.titled(figure, title)


@style.styled
def path(book, start, seconds, *, title="The micro-price goes where the ticked mid will jump"):
    """Ticked mid, weighted mid and micro-price of a simulated book (the paper's Figure 6).

    Parameters
    ----------
    book : kit.touch.replenishment.Replenished
    start, seconds : int
        The stretch to draw, in rows' own seconds.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    rows = slice(start * book.rate, (start + seconds) * book.rate)
    time = book.time[rows] / 1e9
    axes.plot(time, book.efficient[rows], color=style.VERMILION, linewidth=0.9, label="micro-price")
    axes.plot(time, book.weighted_mid[rows], color=style.SKY, linewidth=0.9, label="weighted mid")
    axes.step(time, book.mid[rows], where="post", color=style.INK, linewidth=1.4, label="ticked mid")
    axes.set(title=title, xlabel="simulated time (s)", ylabel="price (1)")
    axes.ticklabel_format(axis="y", useOffset=False, style="plain")
    axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure


@style.styled
def coarser(curves, *, title="A larger tick: stronger in price, not in R²"):
    """Slope and R² of the mid's change on imbalance, against the tick, for several simulated worlds.

    Parameters
    ----------
    curves : dict of str to pandas.DataFrame
        As `kit.touch.latent.sensitivity` returns them, by the name of the world.
    """
    figure = style.figure(3.3)
    slope, r2 = figure.subplots(1, 2)
    for (name, curve), colour in zip(curves.items(), (style.BLUE, style.VERMILION, style.GREEN), strict=False):
        unit = curve["tick"] / curve["relative_tick"]
        for axes, column, scale in ((slope, "slope", unit), (r2, "r2", 1)):
            x, y = curve["relative_tick"], curve[column] / scale
            axes.vlines(x, curve[f"{column}_low"] / scale, curve[f"{column}_high"] / scale, color=colour, linewidth=1.4)
            axes.plot(x, y, "o-", color=colour, markersize=4.5, label=name)
    for axes in (slope, r2):
        axes.set(xscale="log", xlabel="tick (1, in standard deviations of one second)")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_ylim(bottom=0)
    slope.set_ylabel("slope on imbalance (1, same unit)")
    r2.set_ylabel("R² of three seconds (1)")
    r2.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0, ncols=len(curves))
    return style.titled(figure, title)


@style.styled
def calibration(table, *, title="What the touch said, and what the mid then did"):
    """Mean change of the mid behind each bucket of imbalance, beside micro-price and weighted mid.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.forecasts.calibration` returns it.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.vlines(table["imbalance"], table["low_bp"], table["high_bp"], color=style.BLUE, linewidth=1.4)
    axes.plot(table["imbalance"], table["actual_bp"], "o", color=style.BLUE, markersize=5, label="measured")
    for name, colour, label in (("weighted_bp", style.SKY, "weighted mid"), ("first_bp", style.ORANGE, "first move"),
                                ("micro_bp", style.VERMILION, "micro-price")):
        axes.plot(table["imbalance"], table[name], color=colour, label=label)
    axes.set(title=title, xlabel="imbalance at the touch (1)", ylabel="from the mid (bp)")
    axes.legend(loc="lower right")
    return figure


@style.styled
def gains(table, *, least=-30, title="Squared error saved against the mid, out of sample: each price has its horizon"):
    """Share of the mid's squared error that weighted mid and micro-price save, by asset and horizon.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.forecasts.across` returns it.
    least : float
        Per cent at which the axis begins; what saves less is drawn there, as an arrow.
    """
    assets, horizons = (list(dict.fromkeys(table.index.get_level_values(name))) for name in ("asset", "horizon"))
    figure = style.figure(1.5 + 0.42 * len(assets))
    panels = np.atleast_1d(figure.subplots(1, len(horizons), sharey=True))
    prices = {"weighted mid": (style.SKY, -0.2), "first move": (style.ORANGE, 0), "micro-price": (style.VERMILION, 0.2)}
    for axes, horizon in zip(panels, horizons, strict=True):
        axes.axvline(0, color=style.GREY, linewidth=0.8)
        for price, (colour, shift) in prices.items():
            rows, at = 100 * table.xs((horizon, price), level=("horizon", "price")).loc[assets], np.arange(len(assets))
            low = rows["gain"] < least
            axes.hlines(at + shift, rows["gain_low"].clip(least), rows["gain_high"].clip(least), color=colour)
            axes.plot(rows["gain"][~low], at[~low] + shift, "o", color=colour, markersize=4.5, label=price)
            axes.plot(rows["gain"][low] * 0 + least, at[low] + shift, "<", color=colour, markersize=5)
        axes.set(xlabel="saved (%)")
        axes.set_title(horizon, fontsize=9.5, fontweight="normal")
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(assets)), assets)
    panels[0].set(ylabel="asset", ylim=(len(assets) - 0.5, -0.5))
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return style.titled(figure, title)


@style.styled
def tick_size(table, raw, scaled, *, title="Relative tick and what imbalance is worth"):
    """High quantile of the imbalance's absolute SHAP value against the relative tick (the paper's Figure 5).

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.touch.ticksize.by_asset` returns it.
    raw, scaled : kit.touch.ticksize.Association or None
        Of the relative tick with either quantile; None where there are too few assets.
    """
    figure = style.figure(4.2)
    panels = zip(figure.subplots(1, 2), ("shap_bp", "shap_sigma"), ("high quantile of |SHAP| (bp)",
                 "the same (1, in σ of three seconds)"), (raw, scaled), strict=True)
    for axes, name, label, found in panels:
        x, y = table["relative_tick_bp"], table[name]
        axes.vlines(x, table[f"{name}_low"], table[f"{name}_high"], color=style.BLUE, linewidth=1.4)
        axes.plot(x, y, "o", color=style.BLUE, markersize=5, label="measured")
        planted = table["planted_bp"] / (1 if name == "shap_bp" else table["sigma_bp"])
        if planted.notna().any():
            axes.plot(x, planted, "D", markerfacecolor="none", color=style.VERMILION, markersize=7, label="planted")
        axes.set(xscale="log", xlabel="tick over mean mid (bp)", ylabel=label)
        axes.margins(x=0.1)
        axes.set_ylim(bottom=0)
        _named(axes, x, y)
        axes.set_title(_verdict(found), fontsize=9, fontweight="normal")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return style.titled(figure, title)


def _named(axes, x, y):
    """Names of assets beside the axes, each led to its point, none over another."""
    order = y.sort_values().index
    place = np.arange(len(order)) * LINE
    for k, asset in enumerate(order):
        place[k:] += max(0, y[asset] / axes.get_ylim()[1] - place[k])
    place -= max(0, place[-1] - 0.96)
    for height, asset in zip(place, order, strict=True):
        axes.text(1.04, height, asset.split("/", 1)[1], transform=axes.transAxes, va="center", fontsize=9)
        axes.annotate("", (x[asset], y[asset]), xytext=(1.03, height), textcoords="axes fraction",
                      annotation_clip=False, arrowprops={"arrowstyle": "-", "color": style.PALE, "linewidth": 0.7})


def _verdict(found):
    if found is None:
        return "too few assets for an order"
    return f"rank correlation {found.rho:.2f}, p {found.p:.3f} (least {found.least:.2g})"
