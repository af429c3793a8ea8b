"""Figures of flow and impact show what they are given, and say what they leave out."""

import numpy as np
import pandas as pd

from kit.bootstrap import Score
from kit.flow import classify
from kit.flow.impact import Law
from kit.plot import order_flow as draw
from tests.flow.test_classify import market


def texts(figure):
    said = [[axes.get_title(loc="left"), axes.get_xlabel(), *axes.get_legend_handles_labels()[1]]
            for axes in figure.axes]
    return " ".join(text for of_axes in said for text in of_axes)


def test_every_join_has_its_colour_and_every_rule_its_row():
    figure = draw.aggressors(classify.scores(*market()))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(classify.RULES)
    assert "strictly before" in texts(figure) and "local clock" in texts(figure)


def test_bins_that_a_logarithm_cannot_show_are_counted():
    table = pd.DataFrame({"size": [0.1, 1.0, 10.0], "impact": [-1.0, 1.0, 3.0], "impact_low": [-2.0, -0.5, 2.0],
                          "impact_high": [0.0, 2.0, 4.0], "orders": [10, 10, 10]})
    score = Score(0.5, 0.4, 0.6, 30, "")
    figure = draw.impact_by_size(table, {"least squares": Law(score, score, ""), "binned means": Law(score, score, "")})
    assert "bins at or below zero, not shown: 1" in texts(figure)
    assert "least squares: exponent 0.50 [0.40, 0.60]" in texts(figure)


def test_chance_is_drawn_beside_vpin():
    clock = pd.date_range("2025-01-06", periods=50, freq="1min", tz="UTC")
    series = pd.DataFrame({"vpin": np.linspace(0.2, 0.4, 50), "vpin_bvc": 0.5}, index=clock)
    against = pd.DataFrame({"null": [0.18, 0.5]}, index=["true sides", "bulk"])
    lines = draw.one_sided(series, against).axes[0].get_lines()
    assert [line.get_ydata()[0] for line in lines if len(line.get_ydata()) == 2] == [0.18, 0.5]


def test_slopes_stand_over_their_panels():
    curve = pd.DataFrame({"push": [-1.0, 1.0], "moved": [-2.0, 2.0], "moved_low": [-3.0, 1.0],
                          "moved_high": [-1.0, 3.0]})
    slopes = pd.DataFrame({"slope": 2.0, "slope_low": 1.5, "slope_high": 2.5, "r2": 0.4}, index=["quotes", "trades"])
    figure = draw.pushes(dict.fromkeys(("quotes", "trades"), curve), slopes, "10s")
    assert "quotes: slope 2 [1.5, 2.5], R² 0.40" in texts(figure)


def test_each_measure_has_a_panel_in_its_unit():
    clock = pd.date_range("2025-01-06", periods=50, freq="1min", tz="UTC")
    series = pd.DataFrame(dict.fromkeys(draw.UNITS, np.linspace(1, 2, 50)), index=clock)
    assert [axes.get_title(loc="left") for axes in draw.lambdas(series).axes] == list(draw.UNITS.values())
