"""Builders: who builds how much, how concentrated that is by each way to say who is one, bids in time, payments."""

from __future__ import annotations

import re

from kit.plot import style

COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.SKY, style.PURPLE)
KEYS = {"name": "label, aliases merged", "label": "label as written", "owner": "owner of the key",
        "fee_recipient": "fee recipient", "pubkey": "public key", "extra_data": "extra data"}
"""Identities of `kit.chain.builders.IDENTITIES`, as they are called on figures."""
POINTS = 3000
"""Drawn at most of a series."""


def short(name) -> str:
    """A name that fits on a figure: of an address or a key, its first and last characters."""
    text = str(name)
    return f"{text[:6]}…{text[-4:]}" if re.fullmatch(r"0x[0-9a-f]{12,}", text) else text


def _thin(frame):
    return frame.iloc[::max(1, len(frame) // POINTS)]


@style.styled
def shares(parts, concentration, *, key="name", of="blocks", title="Who builds the blocks"):
    """Shares over time, and how concentrated they are.

    Parameters
    ----------
    parts : pandas.DataFrame
        As `kit.survey.leaders.shares` returns it.
    concentration : pandas.Series
        Herfindahl-Hirschman index, by the same times.
    key, of : str
        Who counts as one builder, and of what the shares are.
    """
    figure = style.figure(5.2)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1))
    thin = _thin(parts.dropna())
    colours = [*COLOURS[:thin.shape[1]], style.PALE]
    upper.stackplot(thin.index, 100 * thin.to_numpy().T, colors=colours, labels=list(map(short, thin)), alpha=0.9,
                    linewidth=0)
    upper.set(ylabel=f"share of {of} (%)", ylim=(0, 100))
    handles, labels = upper.get_legend_handles_labels()
    upper.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5), borderaxespad=0)
    index = _thin(concentration.dropna())
    lower.plot(index.index, index, color=style.INK)
    lower.set(ylabel="HHI (1)", ylim=(0, 1.15 * index.max()))
    style.utc_axis(lower, parts.index[0], parts.index[-1])
    return style.titled(figure, f"{title} (a builder is one {KEYS[key]})")


@style.styled
def identities(table, *, title="How concentrated building is depends on who counts as one"):
    """The index by every identity, of blocks, of value and with locally built blocks, with 95 % intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.survey.leaders.by_identity` returns it.
    """
    keys, ways = (table.index.unique(level) for level in table.index.names)
    figure = style.figure(1.5 + 0.5 * len(keys))
    axes = figure.subplots()
    for shift, way, colour in zip((-0.22, 0, 0.22), ways, COLOURS[:3], strict=True):
        rows = table.xs(way, level=1)
        at = [keys.get_loc(key) + shift for key in rows.index]
        axes.hlines(at, rows["hhi_low"], rows["hhi_high"], color=colour, linewidth=1.8)
        axes.plot(rows["hhi"], at, "o", color=colour, markersize=5, label=f"shares of {way}")
    axes.set_yticks(range(len(keys)), [KEYS[key] for key in keys])
    axes.set(xlabel="Herfindahl-Hirschman index (1)", xlim=(0, None), ylim=(len(keys) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=3)
    return style.titled(figure, title)


@style.styled
def rolling(found, *, window, planted=None, title="Concentration over the last"):
    """The factor by several identities over time, and what was planted.

    Parameters
    ----------
    found : pandas.DataFrame
        As `kit.survey.leaders.rolling` returns it.
    window : str
    planted : pandas.DataFrame, optional
        As `kit.survey.answers.expected` returns it.
    """
    figure = style.figure(3.4)
    axes = figure.subplots()
    thin = _thin(found)
    for (key, values), colour in zip(thin.items(), COLOURS, strict=False):
        axes.plot(values.index, values, color=colour, linewidth=1.3, label=f"by {KEYS[key]}")
    if planted is not None:
        axes.plot(_thin(planted).index, _thin(planted), color=style.INK, linestyle="--", linewidth=0.9)
        axes.plot([], [], color=style.INK, linestyle="--", linewidth=0.9, label="planted")
    axes.set(ylabel="HHI (1)", ylim=(0, None))
    axes.legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    style.utc_axis(axes, found.index[0], found.index[-1])
    return style.titled(figure, f"{title} {window}")


@style.styled
def bids(table, *, key="name", title="When winning bids arrive"):
    """Middle nine tenths, median and mean of the times of winning bids, by builder.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.survey.leaders.bids` returns it.
    key : str
        Who counts as one builder.
    """
    figure = style.figure(1.3 + 0.32 * len(table))
    axes, at = figure.subplots(), range(len(table))
    axes.hlines(at, table["5 %"], table["95 %"], color=style.PALE, linewidth=7, label="nine of ten bids")
    axes.plot(table["median"], at, "|", color=style.INK, markersize=10, markeredgewidth=1.6, label="median")
    axes.hlines(at, table["mean_low"], table["mean_high"], color=style.VERMILION, linewidth=2)
    axes.plot(table["mean"], at, "o", color=style.VERMILION, markersize=4, label="mean, 95 %")
    axes.axvline(0, color=style.INK, linestyle="--", linewidth=0.9, label="the slot begins")
    axes.set_yticks(at, [f"{short(name)} ({row.n:,.0f})" for name, row in table.iterrows()])
    axes.set(xlabel="seconds into the slot (s)", ylim=(len(table) - 0.5, -0.5))
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside lower center", ncols=4)
    return style.titled(figure, f"{title} (a builder is one {KEYS[key]})")


@style.styled
def payments(tails, *, key="name", title="What proposers are paid: how many blocks pay more than so much"):
    """Share of blocks that pay more, against the payment, on axes of powers of ten.

    Parameters
    ----------
    tails : pandas.DataFrame
        As `kit.survey.leaders.tails` returns it.
    key : str
        Who counts as one builder.
    """
    figure = style.figure(3.6)
    axes = figure.subplots()
    for (name, values), colour in zip(tails.items(), (style.INK, *COLOURS), strict=False):
        axes.plot(values, 100 * tails.index, color=colour, linewidth=1.8 if name == "all" else 1.2, label=short(name))
    axes.set(xscale="log", yscale="log", xlabel="paid to the proposer (ETH a block)", ylabel="blocks that pay more (%)")
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.yaxis.set_major_formatter("{x:,.10g}")
    axes.legend(loc="lower left")
    return style.titled(figure, f"{title}\n(a builder is one {KEYS[key]})")
