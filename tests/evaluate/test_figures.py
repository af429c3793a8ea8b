"""Figures of results: labelled, legible, and drawing what they are given."""

import re

import numpy as np
import pytest

from kit.bootstrap import Score
from kit.evaluate import capacity, inference, markouts, overfitting, performance
from kit.evaluate.resample import Resample
from kit.plot import evaluate as draw
from tests.evaluate.curves import KNOWN, year
from tests.evaluate.test_capacity import X, gains
from tests.evaluate.test_inference import PRINTED
from tests.evaluate.test_markouts import market
from tests.test_plot import texts

CURVES = {"taker": year(0), "buy and hold": year(1)}
GAINS = gains(np.array([4.0, 2, 1, -2, -17]) + 8 * np.random.default_rng(0).normal(size=(2000, 1)))
EDGE, AVAILABLE = np.random.default_rng(0).normal([[2.0], [5e4]], [[5.0], [1e4]], size=(2, 200))
SPREADS = markouts.curve(markouts.spreads(*market(800), ["1s", "5s", "20s"]), ["size"])
FIGURES = {
    "equity": lambda: draw.equity(CURVES, {name: performance.drawdown(curve) for name, curve in CURVES.items()}),
    "markouts": lambda: draw.markouts({"taker": SPREADS, "maker": SPREADS.assign(markout=-SPREADS["markout"])}),
    "spread": lambda: draw.spread_split(SPREADS),
    "break-even": lambda: draw.break_even(capacity.totals(GAINS), capacity.break_even(GAINS)),
    "break-even beyond": lambda: draw.break_even(capacity.totals(GAINS + 99), capacity.break_even(GAINS + 99)),
    "break-even of a few rows": lambda: draw.break_even(capacity.totals(GAINS[:3]), capacity.break_even(GAINS[:3])),
    "capacity": lambda: draw.capacity(*(make(EDGE, AVAILABLE, GAINS.index.asi8[:200])
                                        for make in (capacity.curve, capacity.capacity))),
    "p-values": lambda: draw.p_values(inference.multiplicity(PRINTED.stack())),
    "overfitting": lambda: draw.overfitting(overfitting.cscv(np.random.default_rng(0).normal(size=(500, 20)), 8)),
}
UNIT = r"\((1|bp|s|ms|%.*|UTC.*|quote currency)\)|\(1\), 0.05 dashed|time \(UTC\)|^test$"


@pytest.mark.parametrize("name", FIGURES)
def test_axes_have_units_and_no_two_texts_overlap(name):
    figure = FIGURES[name]()
    assert figure._repr_png_()[0].startswith(b"\x89PNG")
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
    assert labels and all(re.search(UNIT, label) for label in labels), labels
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    assert min(text.get_fontsize() for text in texts(figure)) >= 9
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{one!r} over {other!r}"


def test_equity_begins_at_a_hundred_and_drawdowns_hang_down():
    above, below = FIGURES["equity"]().axes
    assert all(line.get_ydata()[0] == pytest.approx(100) for line in above.lines[1:])
    assert max(line.get_ydata().max() for line in below.lines) == 0


def test_a_break_even_off_the_grid_is_said_to_be():
    legend = lambda name: FIGURES[name]().axes[0].get_legend().get_texts()[0].get_text()
    assert legend("break-even beyond") == f"an edge still at {X[-1]:g} ms"
    assert legend("break-even").startswith("break-even ") and "[" not in legend("break-even of a few rows")


def test_p_values_are_drawn_smallest_on_top_with_their_corrections():
    axes = FIGURES["p-values"]().axes[0]
    assert axes.get_yticklabels()[-1].get_text() == "ROSE taker"
    assert [line.get_xdata()[-1] for line in axes.lines[1:]] == pytest.approx([0.0192, 0.161625, 0.288])


def test_measures_say_their_interval_or_why_there_is_none():
    results = {"year": performance.performance(year(), by=Resample(draws=99)), "week": performance.performance(KNOWN)}
    rows = {row[0]: row[1:] for row in draw.measures(results).rows}
    assert rows["MDD"][1] == "20 %" and rows["MDD"][0].count(",") == 1 and rows["MLD"][1] == "2 days"
    day = performance.performance(KNOWN[:3])
    assert "too short" in dict(draw.measures({"day": day}).rows)["ARC, IR*, IR**, Sharpe, additive return"]
    assert draw._cell("PBO", Score(0.5, 0.4, 0.6, 9, "")) == "0.5 [0.4, 0.6]"
