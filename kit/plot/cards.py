"""A small look at a factor: what its values are over time, and how they are spread."""

from __future__ import annotations

from kit.plot import style
from kit.plot.features import unit_label

LINES = 6
COLOURS = (style.BLUE, style.VERMILION, style.GREEN, style.ORANGE, style.PURPLE, style.SKY)


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
    figure = style.figure(2.5)
    path, spread = figure.subplots(1, 2, sharey=True, width_ratios=(4, 1))
    for colour, name in zip(COLOURS, frame, strict=False):
        known = frame[name].dropna()
        low, high = known.quantile([0.005, 0.995])
        path.plot(frame.index, frame[name], color=colour, linewidth=0.8, label=name)
        if high - low > 1e-9 * max(abs(low), abs(high)):
            spread.hist(known[(known >= low) & (known <= high)], 50, orientation="horizontal", histtype="step",
                        color=colour, weights=[100 / len(known)] * int(known.between(low, high).sum()))
    low, high = frame.stack().quantile([0.001, 0.999])
    margin = 0.08 * (high - low) or abs(high) or 1.0
    path.set(ylim=(low - margin, high + margin), ylabel=unit_label(unit, 0))
    spread.set_xlabel("share of rows (%)")
    if frame.shape[1] > 1:
        path.legend(loc="upper left", fontsize=7.5, ncols=3)
    style.utc_axis(path, frame.index[0], frame.index[-1])
    return figure
