"""What trading on the forecasts would have earned, and on what that hangs: threshold, latency, fee and queue."""

from __future__ import annotations

import numpy as np

from kit.plot import style
from kit.plot.table import Table

COLOURS = [style.SKY, style.BLUE, style.ORANGE, style.VERMILION, style.PURPLE]


@style.styled
def frontier(table, *, title="What the taker keeps of what it trades"):
    """Net result per turnover against latency, a line a threshold, a panel a fee.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.backtest.Backtest.frontier` returns: ``threshold`` (multiples of the chosen one), ``latency``, ``fee``
        (bp) and ``net_bp``.
    """
    fees, delays = table["fee"].unique(), list(table["latency"].unique())
    figure = style.figure(3.4)
    panels = figure.subplots(1, len(fees), sharey=True, squeeze=False)[0]
    for axes, fee in zip(panels, fees, strict=True):
        axes.axhline(0, color=style.GREY, linewidth=0.8)
        for colour, (threshold, part) in zip(COLOURS, table[table["fee"] == fee].groupby("threshold"), strict=False):
            axes.plot(range(len(delays)), part["net_bp"], "o-", color=colour, markersize=4, label=f"{threshold:g} θ")
        axes.set_xticks(range(len(delays)), delays)
        axes.set_title(f"fee {fee:g} bp", fontsize=9.5, fontweight="normal")
        axes.set_xlabel("latency")
    panels[0].set_ylabel("net result (bp of turnover)")
    panels[-1].legend(loc="best", title="threshold")
    return style.titled(figure, title)


@style.styled
def queues(table, *, title="What the maker keeps, by the queue that is believed in"):
    """Net result per turnover by queue model and fee, and how often it was filled.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.backtest.Backtest.queues` returns: ``queue``, ``fee`` (bp), ``net_bp`` and ``fills``.
    """
    names, fees = list(table["queue"].unique()), table["fee"].unique()
    figure = style.figure(1.5 + 0.4 * len(names))
    net, fills = figure.subplots(1, 2, sharey=True, width_ratios=(2, 1))
    at = np.arange(len(names))
    net.axvline(0, color=style.GREY, linewidth=0.8)
    for colour, fee in zip((style.BLUE, style.VERMILION, style.GREEN), fees, strict=False):
        part = table[table["fee"] == fee].set_index("queue")["net_bp"].reindex(names)
        net.plot(part, at, "o", color=colour, markersize=6, label=f"maker fee {fee:g} bp")
    fills.barh(at, table.drop_duplicates("queue").set_index("queue")["fills"].reindex(names), color=style.PALE)
    net.set_yticks(at, [name.replace("power=", "").replace("()", "") for name in names])
    net.set(title=title, xlabel="net result (bp of turnover)", ylabel="queue model")
    fills.set(xlabel="fills (count)")
    net.legend(loc="best")
    net.grid(axis="y", visible=False)
    return figure


def assumptions(replays) -> Table:
    """What each replay takes for granted, in words.

    Parameters
    ----------
    replays : dict of str to kit.execution.Replay
    """
    return Table(("strategy", "assumes"), [(name, "; ".join(one.assumptions)) for name, one in replays.items()])
