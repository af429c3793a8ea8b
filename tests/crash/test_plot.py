"""Figures of the crash: labelled with units, legible, no word upon another."""

import re

import numpy as np
import pandas as pd
import pytest

from kit.crash import levers, panels, window
from kit.crash.traders import HORIZONS, TRADERS
from kit.plot import crash, tape
from tests.test_plot import texts

UNIT = r"\((bp|%|UTC|notionals|s|quote currency|orders|ratio)\b|\(%"
UNIT += r"|^mid price$|^price against|^share of|^position|^gain"


def index(n, every="1s"):
    return pd.date_range("2025-10-10T21:00Z", periods=n, freq=every)


def drawn():
    walk = pd.Series(60_000 + np.cumsum(np.random.default_rng(0).normal(size=400)), index(400))
    fills = pd.DataFrame({"time": walk.index[::9], "side": np.resize([1, -1], 45), "price": walk[::9].to_numpy()})
    forecast = pd.Series(np.sin(np.arange(400.0)), walk.index)
    return panels.Panel(walk, fills, forecast, forecast * 0 + 0.5, np.sign(forecast), walk - walk.iloc[0])


def afterwards():
    rows = [(trader, when, seconds, -0.5, -3.0, 1.0, 10) for trader in TRADERS for when in ("event", "control")
            for seconds in (1.0, 3.0, 10.0, 60.0)[:len(HORIZONS)]]
    return pd.DataFrame(rows, columns=["trader", "when", "horizon", "markout", "markout_low", "markout_high", "n"])


def effects():
    seeds = pd.MultiIndex.from_product([[levers.PLAIN, "halt on a 1 % move", "herd 1"], [0, 1, 2]],
                                       names=["scenario", "seed"])
    values = np.random.default_rng(1).uniform(1, 900, size=(9, 2))
    return levers.effects(pd.DataFrame(values, seeds, ["fall_pct", "volatility_60s_bp"]))


def worlds():
    return pd.DataFrame([(trader, gain, 5.0, -40.0, 50.0) for trader in TRADERS for gain in (-900.0, 30.0)],
                        columns=["trader", "gain", "mean", "low", "high"])


def spoofed():
    table = pd.DataFrame({"shift_bp": [0.1, 0.2], "triggered": [0.01, 0.02]}, pd.Index([1e4, 1e6], name="dollars"))
    return table.join(table.add_suffix("_low") * 0.9).join(table.add_suffix("_high") * 1.1)


def prices():
    names = [f"binance-delivery/COIN{k}USD_PERP" for k in range(8)]
    return {name: pd.Series(np.linspace(1, 0.9 - k / 10, 71), index(71, "1min")) for k, name in enumerate(names)}


def minutes():
    rows = pd.DataFrame({"against": [20.0, 3.0], "against_low": [9.0, 1.5], "against_high": [50.0, 9.0]}, ["a", "b"])
    return dict.fromkeys(prices(), rows)


MEASURES = {"fall_pct": "fall (% of price)", "volatility_60s_bp": "volatility (%)"}
HOUR = window.event(begin="21:00", end="22:10")
FIGURES = {
    "panel": lambda: crash.panel(drawn(), title="A trader"),
    "markouts": lambda: crash.markouts(afterwards()),
    "worlds": lambda: crash.worlds(worlds()),
    "levers": lambda: crash.levers(effects(), MEASURES),
    "herd": lambda: crash.herd(effects(), {levers.PLAIN: 0.0, "herd 1": 1.0}, MEASURES),
    "spoof": lambda: crash.spoof({"before the event": spoofed(), "in the event": spoofed()}),
    "fooled": lambda: crash.fooled(drawn(), drawn(), *index(2, "20s"), title="A fake bid"),
    "venues": lambda: tape.venues(prices(), HOUR, window.PAPER),
    "basis": lambda: tape.basis({name: price * 100 for name, price in list(prices().items())[:3]}, HOUR),
    "compared": lambda: tape.compared(minutes(), {"a": "dollars traded", "b": "effective orders (1/HHI)"}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_says_its_unit_in_legible_letters_and_no_word_lies_upon_another(name):
    figure = FIGURES[name]()
    png, shown = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and shown["width"] == 990 and len(shown["alt"]) > 5
    labels = [label for axes in figure.axes for label in (axes.get_xlabel(), axes.get_ylabel()) if label]
    assert labels and all(re.search(UNIT, label) for label in labels), labels
    words = texts(figure)
    assert min(text.get_fontsize() for text in words) >= 9
    boxes = [(text.get_text(), text.get_window_extent()) for text in words]
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{one!r} over {other!r}"


def test_a_panel_counts_the_fills_it_draws():
    axes = crash.panel(drawn(), title="A trader").axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["bought (23)", "sold (22)"]


def test_a_lever_s_panel_leaves_out_the_market_as_it_is():
    axes = crash.levers(effects(), MEASURES).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["halt on a 1 % move", "herd 1"]
