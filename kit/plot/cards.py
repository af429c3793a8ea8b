"""A small look at a factor: what its values are over time, and how they are spread."""

from __future__ import annotations

import numpy as np

from kit.plot import style
from kit.plot.features import unit_label

LINES = 6
COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)
PLACE = {"left": 0.095, "right": 0.985, "bottom": 0.2, "top": 0.94, "wspace": 0.07}
"""The same for all looks, of which there are many: to fit each takes longer than to draw it."""


@style.styled
def look(frame, unit):
    """Values of a factor over time, and beside them their distribution within the middle 99 %.

    Parameters
    ----------
    frame : pandas.DataFrame
        A column a name, indexed by UTC time; the first `LINES` are drawn.
    unit : str
    """
    frame = frame.iloc[:, :LINES]
    figure = style.figure(2.5, layout="none")
    path, spread = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1), gridspec_kw=PLACE)
    time, values = frame.index.tz_localize(None).to_numpy(), frame.to_numpy()
    for colour, name, value in zip(COLOURS, frame, values.T, strict=False):
        path.plot(time, value, color=colour, linewidth=0.8, label=name)
        _spread(spread, value[~np.isnan(value)], colour)
    low, high = np.nanquantile(values, [0.001, 0.999])
    margin = 0.08 * (high - low) or abs(high) or 1.0
    path.set(ylim=(low - margin, high + margin), ylabel=unit_label(unit, 0))
    spread.set_xlabel("share of rows (%)")
    if frame.shape[1] > 1:
        path.legend(loc="upper left", fontsize=7.5, ncols=3)
    style.utc_axis(path, frame.index[0], frame.index[-1])
    return figure


def _spread(axes, known, colour):
    """Shares of the values by size, in per cent; nothing of values that are all the same."""
    low, high = np.quantile(known, [0.005, 0.995])
    if high - low > 1e-9 * max(abs(low), abs(high)):
        counts, edges = np.histogram(known, 50, (low, high))
        axes.stairs(100 * counts / len(known), edges, orientation="horizontal", color=colour)
