"""Who trades with whom: the network's core, its measures against each other, how few hold how much, and when."""

from __future__ import annotations

import re

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import NullFormatter

from kit.plot import style

CLASSES = {"new": style.SKY, "small": style.GREEN, "medium": style.ORANGE, "large": style.VERMILION}
TOLD = {"centrality": "centrality, mean (1)", "clustering": "clustering, mean (1)",
        "influence": "influence, share (%)", "volume": "volume, share (%)"}
POINTS = {"marker": ".", "markersize": 4}
FEW = 0.005
"""Share of participants that an axis may leave out at its lower end: deals of a billionth are of another kind."""


def short(name) -> str:
    """A name that fits on a figure: of an address, its first and last characters."""
    text = str(name)
    return f"{text[:6]}…{text[-4:]}" if re.fullmatch(r"0x[0-9a-f]{40}", text) else text


@style.styled
def core(found, *, title="The strongest participants, and what goes between them"):
    """Nodes on two rings, the strongest within; arrows as wide as the volume that goes along them.

    Parameters
    ----------
    found : kit.network.strongest.Strongest
    """
    figure = style.figure(8.4)
    axes = figure.subplots()
    place = dict(zip(found.nodes.index, found.nodes[["x", "y"]].to_numpy(), strict=True))
    widest = found.edges["volume"].max()
    for edge in found.edges.itertuples():
        weight = edge.volume / widest
        start, end = place[edge.source], place[edge.target]
        axes.add_patch(FancyArrowPatch(
            start, end, connectionstyle=f"arc3,rad={_inwards(start, end)}", arrowstyle="-|>", shrinkA=5,
            shrinkB=6, mutation_scale=7 + 5 * weight, linewidth=0.4 + 4.5 * weight, zorder=2,
            color=style.INK if weight > 0.2 else style.GREY, alpha=0.25 + 0.6 * np.sqrt(weight)))
    size = 20 + 420 * found.nodes["volume"] / found.nodes["volume"].max()
    colours = np.where(found.nodes["core"], style.VERMILION, style.BLUE)
    axes.scatter(found.nodes["x"], found.nodes["y"], size, colours, zorder=3, edgecolors="white")
    for name, node in found.nodes.iterrows():
        _label(axes, short(name), node["x"], node["y"])
    axes.legend(handles=[_dot(style.VERMILION, "of the core"), _dot(style.BLUE, "of the periphery")],
                loc="lower left", bbox_to_anchor=(0, 0), borderaxespad=0)
    axes.set(xlim=(-1.45, 1.45), ylim=(-1.4, 1.4), aspect="equal", xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)
    return style.titled(figure, f"{title}: {found.share:.0%} of the volume")


def _inwards(start, end):
    """Bend of an arrow: away from the rim, where other nodes stand; there and back not by the same way."""
    return -0.2 if start[0] * end[1] > start[1] * end[0] else 0.1


def _label(axes, text, x, y):
    """Beside a node of the outer ring, along its ray; under one of the inner ring."""
    if np.hypot(x, y) < 0.75:
        axes.text(x, y - 0.075, text, ha="center", va="top", zorder=4,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8})
        return
    angle = np.degrees(np.arctan2(y, x))
    turned = abs(angle) > 90
    axes.text(1.05 * x, 1.05 * y, text, rotation=angle - 180 * np.sign(angle) if turned else angle, zorder=4,
              rotation_mode="anchor", ha="right" if turned else "left", va="center")


def _dot(colour, label):
    return Line2D([], [], marker="o", linestyle="", color=colour, label=label)


@style.styled
def measures(table, *, unit, title="Three measures of each participant against what it trades"):
    """Centrality, clustering and influence of each participant against what it trades.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a participant: ``volume``, ``core`` and the three measures.
    unit : str
        Of the volume.
    """
    figure = style.figure(3.9)
    names = ("market_centrality", "market_clustering", "participant_influence")
    for axes, name in zip(figure.subplots(1, 3), names, strict=True):
        known = table[table[name] > 0]
        axes.scatter(known["volume"], known[name], 10, np.where(known["core"], style.VERMILION, style.BLUE),
                     alpha=0.55, linewidths=0)
        limits = {column: _decades(known[column]) for column in ("volume", name)}
        shown = np.logical_and.reduce([known[column] >= low for column, (low, _) in limits.items()])
        axes.set(xscale="log", yscale="log", title=name, xlim=limits["volume"], ylim=limits[name],
                 xlabel=f"volume ({unit})\n{len(table) - shown.sum():,} of {len(table):,} are 0 or below the axes")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_formatter(NullFormatter())
        _crowned(axes, known, name)
    figure.axes[0].set_ylabel("measure (1)")
    return style.titled(figure, title)


def _decades(values):
    """The powers of ten between which all values lie, but for a few at the lower end."""
    if values.empty:
        return 0.1, 1.0
    low, high = np.log10([values.quantile(FEW), 1.5 * values.max()])
    return 10 ** np.floor(low), 10 ** np.ceil(high)


def _crowned(axes, known, name):
    """The highest one, by its name."""
    if len(known):
        highest = known[name].idxmax()
        axes.annotate(short(highest), (known.loc[highest, "volume"], known.loc[highest, name]), xytext=(-4, 5),
                      textcoords="offset points", ha="right")


@style.styled
def lorenz(curves, ginis, *, title="How few hold how much"):
    """Lorenz curves; the farther from the diagonal, the fewer hold the more.

    Parameters
    ----------
    curves : dict of str to pandas.DataFrame
        As `kit.network.structure.lorenz` returns them.
    ginis : dict of str to float
    """
    figure = style.figure(4.4)
    axes = figure.subplots()
    for (name, curve), colour in zip(curves.items(), (style.BLUE, style.VERMILION, style.GREEN), strict=False):
        axes.plot(100 * curve["holders"], 100 * curve["held"], color=colour, linewidth=1.6,
                  label=f"{name}, Gini {ginis[name]:.2f}")
    axes.plot([0, 100], [0, 100], color=style.GREY, linestyle="--", label="all alike")
    axes.set(xlabel="participants, from the smallest (%)", ylabel="share of the volume (%)", xlim=(0, 100),
             ylim=(0, 100), box_aspect=0.62)
    axes.legend(loc="upper left")
    return style.titled(figure, title)


@style.styled
def by_class(series, *, title="Measures of participants by what they had traded before, over rolling windows"):
    """Measures by class of participant at the end of each window.

    Parameters
    ----------
    series : pandas.DataFrame
        As `kit.network.rolling.by_class` returns it.
    """
    figure = style.figure(5.2)
    grid = figure.subplots(2, 2, sharex=True)
    for axes, (measure, told) in zip(grid.flat, TOLD.items(), strict=True):
        scale = 100 if "%" in told else 1
        for name, rows in series.groupby("class", observed=True):
            line(axes, rows.set_index("time")[measure] * scale, CLASSES[name], name, **POINTS)
        axes.set(ylabel=told, ylim=(0, None))
    for axes in grid[1]:
        style.utc_axis(axes, series["time"].iloc[0], series["time"].iloc[-1])
    grid[0, 1].legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return style.titled(figure, title)


@style.styled
def shape(series, *, unit, title="The network over rolling windows"):
    """Volume, reciprocity, concentration and core over time.

    Parameters
    ----------
    series : pandas.DataFrame
        As `kit.network.rolling.shape` returns it.
    unit : str
        Of the volume.
    """
    figure = style.figure(5.2)
    grid = figure.subplots(2, 2, sharex=True)
    _lines(grid[0, 0], series[["nodes", "edges"]], "number (1)", log=True)
    _lines(grid[0, 1], series[["volume"]], f"volume ({unit})", log=True)
    small = series[["reciprocity", "hhi", "core"]].rename(columns={"hhi": "HHI", "core": "nodes of the core"})
    _lines(grid[1, 0], 100 * small, "per cent (%)")
    _lines(grid[1, 1], series[["gini", "core_fit"]].rename(columns={"gini": "Gini", "core_fit": "fit of the core"}),
           "index, correlation (1)")
    for axes in grid[1]:
        style.utc_axis(axes, series.index[0], series.index[-1])
    return style.titled(figure, title)


def _lines(axes, frame, told, log=False):
    for (name, values), colour in zip(frame.items(), (style.BLUE, style.VERMILION, style.GREEN), strict=False):
        line(axes, values, colour, name, **POINTS)
    wide = log and frame.max(axis=None) > 20 * frame.min(axis=None)
    axes.set(ylabel=told, **({"yscale": "log"} if wide else {"ylim": (min(0, 1.1 * frame.min(axis=None)), None)}))
    if frame.shape[1] > 1:
        axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)


def line(axes, values, colour, name=None, hole=1.5, **looks):
    """A line that breaks where its next point is more than `hole` usual steps away."""
    steps = np.diff(values.index)
    holes = np.flatnonzero(steps > hole * np.median(steps)) + 1
    axes.plot(np.insert(values.index, holes, values.index[holes]), np.insert(values.to_numpy(float), holes, np.nan),
              color=colour, label=name, **looks)
