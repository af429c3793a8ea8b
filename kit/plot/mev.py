"""What is taken from other people's transactions: who keeps what, who agrees, and how often."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FuncFormatter, PercentFormatter

from kit.plot import style

KINDS = {"strict sandwich": style.VERMILION, "loose sandwich": style.ORANGE, "arbitrage": style.BLUE,
         "back-run": style.SKY, "liquidation": style.GREEN}
FACTORS = {
    "sandwich_activity": ("sandwiches per block", 1), "sandwiched_share": ("swaps that were sandwiched (share)", 1),
    "front_running_activity": ("displaced calls per block", 1), "arbitrage_activity": ("arbitrages per block", 1),
    "liquidation_activity": ("liquidations per block", 1), "jit_activity": ("just-in-time positions per block", 1),
    "extracted_value": ("net gain of attacks (ether per block)", 1e18),
    "victim_loss": ("loss of sandwiches' victims (ether per block)", 1e18)}
"""Factors of blocks that are drawn: what their panels say, and how many of the factor's units are one there."""
PANELS = (style.VERMILION, style.ORANGE, style.PURPLE, style.BLUE, style.GREEN, style.SKY, style.INK, style.GREY)
SMALL = 1e-3
"""Ether below which axes of money are linear."""


@style.styled
def kept(taken, *, title="What attacks bring, and what they pay for their place in the block"):
    """Gross gain against gas and payments to the producer, a point an attack; below the line something is left.

    Parameters
    ----------
    taken : pandas.DataFrame
        As `kit.survey.takings.each` returns it.
    """
    figure = style.figure(4.4)
    axes = figure.subplots()
    told = bool(taken["payments"].notna().any())
    _scatter(axes, taken, taken["gross"], taken["gas"] + taken["payments"] if told else taken["gas"])
    whole = "gas and payments to the producer" if told else "gas; payments are not recorded"
    axes.set(title=title, xlabel="gain before costs (ether)", ylabel=f"costs (ether): {whole}")
    return figure


@style.styled
def losses(taken, *, title="What sandwiches gain, and what their victims lose"):
    """Loss of the victims against gross gain, of attacks whose victims' trades can all be made again."""
    figure = style.figure(4.4)
    axes = figure.subplots()
    known = taken[taken["lost"].notna()]
    _scatter(axes, known, known["lost"], known["gross"])
    axes.set(title=title, xlabel="loss of the victims against a pool without the front (ether)",
             ylabel="gain before costs (ether)")
    return figure


def _scatter(axes, taken, x, y):
    known = x.notna() & y.notna()
    for name, values in {"x": x[known], "y": y[known]}.items():
        _money_axis(axes, name, values)
    for kind, colour in KINDS.items():
        here = (taken["kind"] == kind) & known
        if here.any():
            axes.plot(x[here], y[here], "o", color=colour, alpha=0.75, markersize=5, label=f"{kind} ({here.sum()})")
    line = np.append(0, np.geomspace(SMALL, max(10 * SMALL, x[known].max(), y[known].max()), 50))
    axes.plot(line, line, color=style.GREY, linewidth=0.9, linestyle="--", zorder=1)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))


def _money_axis(axes, name, values):
    """Logarithmic where nothing is zero or less, else linear about zero."""
    axis = getattr(axes, f"{name}axis")
    if len(values) and values.min() > 0:
        getattr(axes, f"set_{name}scale")("log")
        getattr(axes, f"set_{name}lim")(values.min() / 2, values.max() * 2)
    else:
        getattr(axes, f"set_{name}scale")("symlog", linthresh=SMALL)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


@style.styled
def agreement(table, *, title):
    """Precision and recall with their intervals: a panel per source of labels, a row per kind or rule.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.survey.concordance.by_source` or `rules_by_source` returns it.
    """
    sources, rows = (list(dict.fromkeys(table.index.get_level_values(level))) for level in (0, 1))
    figure = style.figure(1.5 + 0.34 * len(rows))
    panels = figure.subplots(1, len(sources), sharey=True, squeeze=False)[0]
    for axes, source in zip(panels, sources, strict=True):
        here = table.loc[source].reindex(rows)
        _shares(axes, here)
        axes.set_title(source, fontsize=9.5, fontweight="normal")
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.grid(axis="y", visible=False)
    panels[0].set_yticks(range(len(rows)), rows)
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, ncols=2, loc="outside lower center")
    return style.titled(figure, title)


def _shares(axes, table):
    at = np.arange(len(table))
    for name, colour, shift in (("precision", style.BLUE, -0.14), ("recall", style.VERMILION, 0.14)):
        axes.hlines(at + shift, table[f"{name}_low"], table[f"{name}_high"], color=colour, linewidth=1.6)
        axes.plot(table[name], at + shift, "o", color=colour, markersize=4.5,
                  label=f"{name}, with Wilson's 95 % interval")
    for y, (found, labels) in enumerate(zip(table["found"], table["labels"], strict=True)):
        if np.isfinite(labels):
            axes.text(1.04, y, f"{found:,.0f} | {labels:,.0f}", va="center", fontsize=8.5, color=style.GREY)
    axes.set(xlim=(-0.03, 1.35), xlabel="share; found | labelled")
    axes.set_xticks([0, 0.5, 1])


@style.styled
def shared(matrix, *, title="Pairs of front and back that two rules both found"):
    """A table of counts in colour: of each row's own pairs, the share that the column's rule found too.

    Parameters
    ----------
    matrix : pandas.DataFrame
        As `kit.survey.concordance.shared` returns it.
    """
    figure = style.figure(1.4 + 0.36 * len(matrix))
    axes = figure.subplots()
    counts = matrix.to_numpy()
    own = np.maximum(np.diag(counts), 1)[:, None]
    axes.imshow(counts / own, cmap="Blues", vmin=0, vmax=1.25, aspect="auto")
    for i, j in np.ndindex(counts.shape):
        axes.text(j, i, f"{counts[i, j]:,}", ha="center", va="center", fontsize=9,
                  color="white" if counts[i, j] > 0.75 * own[i, 0] else style.INK,
                  fontweight="bold" if i == j else "normal")
    axes.set_xticks(range(len(matrix)), matrix.columns)
    axes.set_yticks(range(len(matrix)), matrix.index)
    axes.tick_params(length=0)
    axes.set(title=title)
    axes.grid(visible=False)
    return figure


@style.styled
def loops(taken, *, title="Arbitrage: gain before and after costs, by number of swaps"):
    """Gross and net of each loop, from the smallest to the largest, coloured by its length.

    Parameters
    ----------
    taken : pandas.DataFrame
        Rows of `kit.survey.takings.each`, of arbitrage alone.
    """
    figure = style.figure(3.8)
    axes = figure.subplots()
    order = np.argsort(taken["gross"].to_numpy(), kind="stable")
    gross, net, length = (taken[name].to_numpy()[order] for name in ("gross", "net", "swaps"))
    at, known = np.arange(len(order)), np.append(gross, net)
    _money_axis(axes, "y", known[np.isfinite(known)])
    axes.vlines(at, gross, net, color=style.PALE, linewidth=1.4)
    colours = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE)
    for number, colour in zip(sorted(set(length)), colours, strict=False):
        axes.plot(at[length == number], gross[length == number], "o", color=colour, markersize=4.5,
                  label=f"{number} swaps ({(length == number).sum()})")
    axes.plot(at, net, "_", color=style.INK, markersize=7, markeredgewidth=1.5, label="net, where costs are known")
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.set(title=title, xlabel="loops, from the smallest gain to the largest", ylabel="gain (ether)")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


@style.styled
def activity(factors, *, title):
    """Factors of blocks over time, a panel each; what is missing throughout has none.

    Parameters
    ----------
    factors : pandas.DataFrame
        Of `FACTORS`, by UTC time.
    """
    shown = [name for name in factors if factors[name].notna().any()]
    figure = style.figure(0.9 + 1.15 * len(shown))
    panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
    marker, line = ("o", 0.4) if len(factors) < 100 else (None, 1.0)
    for axes, name, colour in zip(panels, shown, PANELS, strict=False):
        label, unit = FACTORS[name]
        axes.plot(factors.index, factors[name] / unit, color=colour, marker=marker, markersize=3.5, linewidth=line)
        axes.set_title(label, fontsize=9, fontweight="normal", pad=3)
        if factors[name].min() >= 0:
            axes.set_ylim(bottom=0)
    style.utc_axis(panels[-1], factors.index[0], factors.index[-1])
    return style.titled(figure, title)
