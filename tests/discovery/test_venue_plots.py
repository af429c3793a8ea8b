"""Figures of venues say what their axes measure, and a refusal is drawn as one."""

import re

import numpy as np
import pandas as pd
import pytest

from kit.discovery import attempts, edge, leadlag
from kit.plot import venues as draw
from tests.discovery import market
from tests.discovery.test_leadlag import late
from tests.test_plot import UNIT, texts

TIME = pd.date_range("2025-01-06", periods=600, freq="s", tz="UTC", name="time")
UNIT += r"|\(s\)|\(1\)|\(bp\)|\(%\)"
TOGETHER = market.prices(2_000).assign(c=market.walks(2_000, seed=5)["a"])
FOUND = attempts.attempts(TOGETHER, lags=1)


def series(*names):
    rng = np.random.default_rng(0)
    return pd.DataFrame({name: rng.uniform(0.2, 0.4, len(TIME)) for name in names}, index=TIME)


def exceedance():
    gross = pd.DataFrame({"a -> b": np.linspace(-5, 25, 600), "b -> a": np.linspace(-25, 5, 600)}, index=TIME)
    return edge.exceedance(gross, range(30))


SPREADS = series("spread_a_b", "spread_a_c")
FIGURES = {
    "spreads": lambda: draw.spreads(SPREADS * 1e-3, SPREADS * 1e-4),
    "shares": lambda: draw.shares(attempts.table(FOUND), attempts.refusals(FOUND)),
    "lead-lags": lambda: draw.lead_lags([leadlag.lead_lag(*late(lag), "5s", venues=("a", "b")) for lag in (0.0, 1.0)]),
    "edges": lambda: draw.edges(exceedance(), 11.0, how="quotes"),
    "migration": lambda: draw.migration(series("market_share_a", "market_share_b"), series("h")["h"] + 0.4),
    "leadership": lambda: draw.leadership(series("leadership_a", "leadership_b")),
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
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{name}: {one!r} over {other!r}"


def test_a_refusal_is_drawn_as_one():
    said = [text.get_text() for text in FIGURES["shares"]().axes[0].texts]
    assert sum("refused: cointegration rank" in text for text in said) == len(attempts.refusals(FOUND)) == 3


def test_the_leader_is_named_first_whichever_was_given_first():
    x, y = late(1.0)
    figure = draw.lead_lags([leadlag.lead_lag(y, x, "5s", venues=("late", "early"))])
    assert figure.axes[0].get_title(loc="left").startswith("early leads late\nby 1")


def test_shares_that_were_all_refused_can_be_drawn():
    refused = attempts.attempts(market.walks(2_000))
    figure = draw.shares(attempts.table(refused), attempts.refusals(refused))
    assert len(figure.axes[0].texts) == 1
