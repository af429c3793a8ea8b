"""Figures of the touch say what their axes measure, and draw what they are given."""

import re

import numpy as np
import pandas as pd
import pytest

from kit.bootstrap import Score
from kit.plot import inside_spread
from kit.plot import touch as draw
from kit.touch import replenishment
from kit.touch.ticksize import Association
from tests.test_plot import UNIT, texts

ASSETS = ["synthetic/SIM-BTC", "synthetic/SIM-LTC", "hyperliquid/WLFI"]


def ends(frame, *names, by=0.1):
    """Columns with their intervals."""
    return frame.assign(**{f"{name}{end}": frame[name] + side * by for name in names
                           for end, side in (("_low", -1), ("_high", 1))})


def saved():
    prices = ["mid", "weighted mid", "first move", "micro-price"]
    index = pd.MultiIndex.from_product([ASSETS, ["next move", "3s"], prices], names=["asset", "horizon", "price"])
    return ends(pd.DataFrame({"gain": np.linspace(-0.6, 0.3, len(index))}, index), "gain")


def worth():
    table = pd.DataFrame({"relative_tick_bp": [0.01, 1, 5], "shap_bp": [0.5, 1.0, 1.02],
                          "shap_sigma": [0.3, 0.31, 0.32], "sigma_bp": [1.5, 2, 3],
                          "planted_bp": [0.5, 1.1, np.nan]}, index=ASSETS)
    return ends(table, "shap_bp", "shap_sigma", by=0.05)


def place():
    rng = np.random.default_rng(0)
    time = pd.date_range("2024-08-08T23:54Z", periods=3000, freq="100ms", name="time")
    imbalance = rng.uniform(-1, 1, 3000)
    return pd.DataFrame({"imbalance": imbalance, "z": np.r_[imbalance[1:] * 3, 4e4]}, index=time)


def found():
    rows = ["levels", "ranks", "changes", "within price level"]
    return pd.DataFrame({"value": 0.6, "low": 0.5, "high": 0.7, "n": 3000.0, "effective": 200.0}, index=rows)


def errors():
    table = pd.DataFrame({"choice": ["clock shift"] * 3 + ["basis window"] * 2, "seconds": [-0.5, 0, 0.5, 30, 60]})
    return ends(table.assign(levels=0.5, ranks=0.6, **{"within price level": 0.4}), "levels", "ranks",
                "within price level")


BOOK = replenishment.simulate(seconds=60)[0]
ODDS = pd.DataFrame({"imbalance": [-0.7, 0, 0.7], "up": [0.1, 0.5, 0.9], "low": [0.08, 0.45, 0.88],
                     "high": [0.12, 0.55, 0.92], "theory": [0.1, 0.5, 0.9], "linear": [0.15, 0.5, 0.85]})
CURVE = ends(pd.DataFrame({"tick": [1, 2, 5], "relative_tick": [0.8, 1.7, 4.4], "slope": [1, 1.5, 1.9],
                           "r2": [0.03, 0.07, 0.12]}), "slope", "r2", by=0.01)
SAID = pd.DataFrame({"imbalance": [-0.5, 0.5], "actual_bp": [-1, 1.1], "low_bp": [-1.2, 0.9], "high_bp": [-0.8, 1.3],
                     "weighted_bp": [-0.5, 0.5], "first_bp": [-0.9, 0.9], "micro_bp": [-1.4, 1.4]})
ORDER = Association(0.9, 5 / 120, 1 / 120, 5, "exact over 120 orders", 0.0)
FIGURES = {
    "odds": lambda: draw.upticks(ODDS),
    "path": lambda: draw.path(BOOK, 0, 60),
    "coarser": lambda: draw.coarser({"smooth price on a grid": CURVE, "queues that refill": CURVE}),
    "calibration": lambda: draw.calibration(SAID),
    "gains": lambda: draw.gains(saved()),
    "tick size": lambda: draw.tick_size(worth(), ORDER, None),
    "inside the spread": lambda: inside_spread.scatter(place(), found(), Score(0.9, 0.8, 0.95, 3000, "")),
    "in time": lambda: inside_spread.in_time(place()),
    "clock and basis": lambda: inside_spread.clock_and_basis(errors()),
}
UNIT += r"|\(s\)|^asset$|\(1[,;]"


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_is_labelled_with_its_unit_in_legible_letters(name):
    figure = FIGURES[name]()
    png, shown = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and len(shown["alt"]) > 5
    for axes in figure.axes:
        labels = [label for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
        assert labels and all(re.search(UNIT, label) for label in labels), labels
    assert min(text.get_fontsize() for text in texts(figure)) >= 9


@pytest.mark.parametrize("name", FIGURES)
def test_no_two_texts_of_a_figure_overlap(name):
    figure = FIGURES[name]()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{name}: {one!r} over {other!r}"


def test_what_lies_beyond_an_axis_is_counted():
    axes = FIGURES["inside the spread"]().axes[0]
    assert axes.get_ylim()[1] < 100 and any(text.get_text() == "outside this axis: 1" for text in axes.texts)


def test_a_price_that_saves_far_less_than_the_axis_shows_is_an_arrow():
    panel = FIGURES["gains"]().axes[0]
    arrows = [line for line in panel.lines if line.get_marker() == "<" and len(line.get_xdata())]
    assert arrows and all((line.get_xdata() == -30).all() for line in arrows)


def test_too_few_assets_are_said_to_be():
    assert "too few assets" in FIGURES["tick size"]().axes[1].get_title(loc="left")
