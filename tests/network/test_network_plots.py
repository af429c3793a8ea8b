"""Figures of networks: axes with units, legible letters that do not overlap, and everybody drawn who should be."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch

from kit.bootstrap import Bootstrap
from kit.network import flows, participants, rolling, spillover, strongest, structure
from kit.plot import network as draw
from kit.plot import spillover as draw_spillover
from tests.network import worlds
from tests.network.test_flows import crossed
from tests.test_plot import UNIT, texts

UNIT += r"|\(1\)|\(bp\)|\(%\)|\(as paid\)|kept"
QUICK = Bootstrap(block="30s", draws=99)


def deals(n=800, seed=0):
    rng = np.random.default_rng(seed)
    names = np.array([f"0x{number:040x}" for number in rng.integers(0, 2**60, 40)])
    seller = rng.choice(40, n, p=np.arange(40, 0, -1) / 820)
    buyer = (seller + rng.integers(1, 40, n)) % 40
    days = np.sort(rng.choice(np.r_[0:100, 160:260], n))
    time = pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(days, "D")
    return pd.DataFrame({"time": time, "seller": names[seller], "buyer": names[buyer], "volume": rng.pareto(2, n) + 1,
                         "price": 1.0})


SPILLED = spillover.connectedness(worlds.unrelated(k=4, correlation=0.5), 1, by=QUICK)
TOLD = flows.lagged(*crossed(600))
NOTHING = flows.lagged(crossed(600)[1][[]], crossed(600)[1])
GRAPH = participants.of_deals(deals(200))
FIGURES = {
    "spillovers": lambda: draw_spillover.spillovers(SPILLED),
    "over time": lambda: draw_spillover.over_time(
        spillover.rolling(worlds.planted(2_000), "500s", by=Bootstrap(block="50s")), 0.01),
    "networks": lambda: draw_spillover.networks({"one": SPILLED.network, "two": TOLD, "three": NOTHING}),
    "effects": lambda: draw_spillover.effects(TOLD),
    "no effects": lambda: draw_spillover.effects(NOTHING),
    "core": lambda: draw.core(strongest.strongest(GRAPH)),
    "measures": lambda: draw.measures(participants.measured(GRAPH), unit="as paid"),
    "lorenz": lambda: draw.lorenz({"both": structure.lorenz(GRAPH.strength("both"))}, {"both": 0.5}),
    "by class": lambda: draw.by_class(rolling.by_class(deals(), "20d", "10d", progress=False)),
    "shape": lambda: draw.shape(rolling.shape(deals(), "20d", "10d", progress=False), unit="as paid"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_is_labelled_with_its_unit_in_legible_letters_that_do_not_overlap(name):
    figure = FIGURES[name]()
    png, shown = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and len(shown["alt"]) > 5
    for axes in figure.axes:
        labels = [label for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
        assert all(re.search(UNIT, label) for label in labels), labels
    assert min(text.get_fontsize() for text in texts(figure)) >= 9
    level = [text for text in texts(figure) if text.get_rotation() in (0, 90)]
    boxes = [(text.get_text(), text.get_window_extent()) for text in level]
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{name}: {one!r} over {other!r}"


def test_every_edge_that_is_kept_is_an_arrow_and_no_other():
    figure = FIGURES["networks"]()
    arrows = [sum(isinstance(patch, FancyArrowPatch) for patch in axes.patches) for axes in figure.axes[:3]]
    assert arrows == [len(network.edges) for network in (SPILLED.network, TOLD, NOTHING)] and arrows[1] == 1


def test_the_core_has_a_label_for_each_node_and_addresses_are_shortened():
    figure = FIGURES["core"]()
    said = [text.get_text() for text in figure.axes[0].texts]
    assert len(said) == 32 and all(re.fullmatch(r"0x[0-9a-f]{4}…[0-9a-f]{4}", text) for text in said)
    assert draw.short("dealer-3") == "dealer-3"


def test_lines_break_where_there_were_no_deals():
    lines = FIGURES["shape"]().axes[0].lines
    assert all(np.isnan(line.get_ydata()).sum() == 1 for line in lines)


def test_where_nobody_says_what_takers_did_it_is_said():
    assert "no signed flow" in FIGURES["no effects"]().axes[0].texts[0].get_text()
