"""One look for every figure: colours that colour-blind readers tell apart, axes with units, time in UTC."""

from __future__ import annotations

import functools
import io

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.figure
from matplotlib.colors import LinearSegmentedColormap

BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE = "#0072B2", "#D55E00", "#009E73", "#E69F00", "#56B4E9", "#CC79A7"
INK, GREY, PALE = "#1f2430", "#6a7180", "#c9ced8"
BID, ASK, TRAIN, GAP, TEST = BLUE, VERMILION, BLUE, PALE, ORANGE
LOW_TO_HIGH = LinearSegmentedColormap.from_list("low_to_high", [BLUE, "#b9a9b5", VERMILION])
NEGATIVE_TO_POSITIVE = LinearSegmentedColormap.from_list("negative_to_positive", [BLUE, "#f7f7f7", VERMILION])

WIDTH = 9.0
"""Inches; at `DPI` a report's column."""
DPI = 110

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 9.5, "axes.titlesize": 10.5, "axes.labelsize": 9.5,
    "xtick.labelsize": 9, "ytick.labelsize": 9, "legend.fontsize": 9,
    "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.titlepad": 8,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": GREY, "xtick.color": GREY, "ytick.color": GREY,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.linewidth": 0.8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
    "axes.grid": True, "grid.color": "#e6e8ed", "grid.linewidth": 0.7,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, VERMILION, GREEN, ORANGE, SKY, PURPLE]),
    "lines.linewidth": 1.0, "legend.frameon": False, "figure.facecolor": "white", "figure.dpi": DPI,
    "agg.path.chunksize": 20000, "axes.unicode_minus": True,
}  # fmt: skip


class Figure(matplotlib.figure.Figure):
    """A figure that a notebook shows once, twice as fine as its size on the page, described by its title."""

    def _repr_png_(self):
        page = io.BytesIO()
        with mpl.rc_context(STYLE):
            self.savefig(page, format="png", dpi=2 * DPI)
        width, height = (round(inches * DPI) for inches in self.get_size_inches())
        return page.getvalue(), {"width": width, "height": height, "alt": self.description()}

    def description(self) -> str:
        """The titles of the figure, for readers who cannot see it."""
        titles = [self.get_suptitle(), *(axes.get_title(loc="left") for axes in self.axes)]
        return "; ".join(title for title in titles if title)


def styled(draw):
    """Let a function draw in the kit's style."""
    return functools.wraps(draw)(mpl.rc_context(STYLE)(draw))


def figure(height, layout="constrained") -> Figure:
    """An empty figure as wide as a report's column, `height` inches high."""
    return Figure(figsize=(WIDTH, height), layout=layout)


def titled(figure, title) -> Figure:
    """The figure, with what it says above all its panels."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
    return figure


def utc_axis(axes, first, last):
    """Label an x axis of times from `first` to `last`, and say that they are UTC and which days they are."""
    locator = mdates.AutoDateLocator(tz="UTC", minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, tz="UTC", show_offset=False))
    axes.margins(x=0.01)
    days = list(dict.fromkeys(f"{day:%Y-%m-%d}" for day in (first, last)))
    axes.set_xlabel(f"time (UTC), {' to '.join(days)}")
