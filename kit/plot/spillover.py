"""Venues and coins as a network: who is moved by whom, how much, since when, and which edges are more than chance."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyArrowPatch

from kit.plot import style
from kit.plot.network import line

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.SKY, style.PURPLE)
LITTLE_TO_MUCH = LinearSegmentedColormap.from_list("little_to_much", ["#ffffff", style.SKY, style.BLUE])
HOLE = 10
"""Usual distances between windows after which a line breaks: blocks in which a node is unknown make none."""


@style.styled
def spillovers(found, *, title="Whose shocks make whose price uncertain"):
    """Shares of each node's forecast error variance by sender, with what each receives and sends.

    Parameters
    ----------
    found : kit.network.spillover.Connectedness
    """
    shares, nodes = found.shares, found.nodes
    k = len(shares)
    figure = style.figure(1.9 + 0.62 * k)
    grid = figure.subplots(2, 2, width_ratios=(k, 2.2), height_ratios=(k, 2.0), sharex="col", sharey="row")
    heat, receives, sends = grid[0, 0], grid[0, 1], grid[1, 0]
    grid[1, 1].set_axis_off()
    most = 100 * shares.to_numpy().max()
    heat.imshow(100 * shares, cmap=LITTLE_TO_MUCH, vmin=0, vmax=most, aspect="auto")
    for i, j in np.ndindex(k, k):
        share = 100 * shares.iloc[i, j]
        low, high = 100 * found.low.iloc[i, j], 100 * found.high.iloc[i, j]
        heat.text(j, i, f"{share:.1f}\n[{low:.1f}, {high:.1f}]", ha="center", va="center", fontsize=9,
                  color="white" if share > 0.6 * most else style.INK)
    heat.set_yticks(range(k), [f"{name} receives" for name in shares.index])
    heat.set_title("share of variance (%), a row adds up to 100")
    heat.grid(visible=False)
    _bars(receives.barh, receives.errorbar, nodes, "from", "x")
    receives.set(title="from others (%)", xlim=(0, max(1.0, receives.get_xlim()[1])))
    receives.tick_params(labelbottom=True)
    _bars(sends.bar, sends.errorbar, nodes, "to", "y")
    sends.set(ylabel="to others (%)", ylim=(0, max(1.0, sends.get_ylim()[1])))
    sends.set_xticks(range(k), [f"{name} sends" for name in shares.columns])
    return style.titled(figure, f"{title}: {100 * found.total.value:.1f} % comes from others")


def _bars(bars, errors, nodes, name, way):
    """Values in per cent with their intervals, along or across."""
    value = 100 * nodes[name]
    reach = np.abs(100 * nodes[[f"{name}_low", f"{name}_high"]].T.to_numpy() - value.to_numpy())
    place = np.arange(len(nodes))
    bars(place, value, 0.6, color=style.SKY)
    errors(*((value, place) if way == "x" else (place, value)), **{f"{way}err": reach}, fmt="none", ecolor=style.INK,
           elinewidth=1.1, capsize=3)


@style.styled
def over_time(rolled, floor=None, *, title="How connected, and who gives more than he gets, by what was known then"):
    """Total and net connectedness over trailing windows.

    Parameters
    ----------
    rolled : pandas.DataFrame
        As `kit.network.spillover.rolling` returns it.
    floor : float, optional
        Total that series without any relation would have.
    """
    figure = style.figure(4.6)
    upper, lower = figure.subplots(2, 1, sharex=True)
    line(upper, 100 * rolled["total"], style.INK, hole=HOLE)
    upper.set(ylabel="total (%)", ylim=(0, None))
    if floor is not None:
        upper.axhline(100 * floor, color=style.GREY, linestyle="--", label="of unrelated series, 95 % are below")
        upper.legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    for colour, (column, values) in zip(COLOURS, rolled.filter(like="net_").items(), strict=False):
        line(lower, 100 * values, colour, column.removeprefix("net_"), hole=HOLE)
    lower.axhline(0, color=style.GREY, linewidth=0.8)
    lower.set_ylabel("sent less received (%)")
    lower.legend(ncols=6, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    if len(rolled):
        style.utc_axis(lower, rolled.index[0], rolled.index[-1])
    return style.titled(figure, title)


@style.styled
def networks(found, *, title="Edges that are more than chance, from what moves first to what follows"):
    """Inferred networks side by side: nodes on a circle, edges that are kept, their effects.

    Parameters
    ----------
    found : dict of str to kit.network.inferred.Inferred
        By what the panel is to be called.
    """
    columns = 3 if len(found) == 3 else 2
    rows = -(-len(found) // columns)
    figure = style.figure(0.4 + 2.9 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, (name, network) in zip(grid.flat, found.items(), strict=False):
        _circle(axes, network)
        axes.set_title(f"{name} ({network.unit})", fontsize=9.5)
        axes.set_xlabel(f"{network.pairs['kept'].sum()} of {len(network.pairs)} pairs kept")
    for axes in grid.flat[len(found):]:
        axes.set_axis_off()
    return style.titled(figure, title)


def _circle(axes, network):
    place = dict(zip(network.nodes, _around(len(network.nodes)), strict=True))
    kept = network.pairs[network.pairs["kept"]]
    both = set(zip(kept["source"], kept["target"], strict=True))
    for edge in kept.itertuples():
        bend = 0.16 if (edge.target, edge.source) in both else 0.0
        width = 0.8 + 3 * edge.weight / kept["weight"].max()
        _arrow(axes, place[edge.source], place[edge.target], width, bend, f"{edge.effect:.2g}")
    for name, (x, y) in place.items():
        axes.plot(x, y, "o", markersize=9, color=style.BLUE, zorder=3)
        side = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
        height = "center" if abs(y) < 0.1 else "bottom" if y > 0 else "top"
        axes.text(1.12 * x, 1.12 * y, name, ha=side, va=height, zorder=4)
    axes.set(xlim=(-1.8, 1.8), ylim=(-1.3, 1.35), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)


def _around(k):
    """Places on a circle, clockwise, an odd number from the top, an even one from beside it."""
    angle = np.pi / 2 - 2 * np.pi * (np.arange(k) - (k % 2 == 0) / 2) / k
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _arrow(axes, start, end, width, bend, said):
    axes.add_patch(FancyArrowPatch(start, end, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", shrinkA=7,
                                   shrinkB=8, mutation_scale=11 + width, linewidth=width, color=style.VERMILION,
                                   alpha=0.75, zorder=2))
    way = np.subtract(end, start)
    middle = np.add(start, 0.36 * way) + 0.46 * bend * np.array([way[1], -way[0]])
    axes.text(*middle, said, ha="center", va="center", zorder=5,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.9})


@style.styled
def effects(network, *, title="What each node's flow tells of the others' next return"):
    """Every pair that was asked about, its effect and 95 % interval; kept ones in colour.

    Parameters
    ----------
    network : kit.network.inferred.Inferred
    """
    pairs = network.pairs
    figure = style.figure(1.3 + 0.27 * max(1, len(pairs)))
    axes = figure.subplots()
    for y, row in enumerate(pairs.itertuples()):
        colour = style.VERMILION if row.kept else style.GREY
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.5)
        axes.plot(row.effect, y, "o", color=colour, markersize=5)
    axes.axvline(0, color=style.INK, linewidth=0.8)
    axes.set_yticks(range(len(pairs)), [f"{row.source} → {row.target}" for row in pairs.itertuples()])
    axes.set(ylim=(max(1, len(pairs)) - 0.5, -0.5),
             xlabel=f"effect ({network.unit}) of one standard deviation; 95 % intervals")
    if pairs.empty:
        axes.text(0.5, 0.5, "nobody says what takers did: there is no signed flow", transform=axes.transAxes,
                  ha="center", va="center", color=style.VERMILION)
    axes.grid(axis="y", visible=False)
    return style.titled(figure, title)
