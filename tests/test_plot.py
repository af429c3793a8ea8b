"""A figure says what its axes measure, draws what it is given, and owns up to what it leaves out."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from kit.claims.universal import Judgement
from kit.explain import Explanation
from kit.model.scores import Score
from kit.plot import features, market, model, shapes, style, table
from kit.sources.doctor.finding import Finding, to_frame

DAY = pd.Timestamp("2025-10-10", tz="UTC")
NAMES = ("l1_imbalance", "spread", "volume_traded")


def grid(n=5000):
    time = pd.date_range(DAY, periods=n, freq="s", name="time")
    spread = np.full(n, 1e-4)
    spread[[10, 20]] = 5e-3
    mid = np.linspace(100, 101, n)
    mid[50:60] = np.nan
    return pd.DataFrame({"mid": mid, "spread": spread}, index=time)


def ten(n=5000):
    rng = np.random.default_rng(0)
    return pd.DataFrame({"l1_imbalance": rng.uniform(-1, 1, n), "spread": rng.exponential(2e-5, n),
                         "volume_traded": rng.exponential(3e6, n)})


def folds():
    hours = pd.to_timedelta([0, 2], unit="h")
    table = pd.DataFrame({"train_start": DAY + hours, "train_end": DAY + hours + pd.Timedelta("4h"),
                          "test_start": DAY + hours + pd.Timedelta("5h"), "test_end": DAY + hours + pd.Timedelta("7h")})
    scores = {"r2_zero": [0.1, 0.2], "r2_zero_low": [0.05, np.nan], "r2_zero_high": [0.15, np.nan],
              "normalised_gmadl": [-0.1, -0.2], "normalised_gmadl_low": [-0.2, np.nan],
              "normalised_gmadl_high": [0.0, np.nan]}
    return table.assign(**scores)


def found():
    first = DAY.value
    return to_frame([Finding("info", "clock unit", "quotes", "Milliseconds."),
                     *[Finding("warning", "gap", "quotes", f"No message for {k} s.", 0, first + k * 10**11,
                               first + k * 10**11 + 10**9) for k in range(1, 9)],
                     Finding("error", "negative latency", "quotes", "Local clock < exchange clock.", 10, first, first)])


POOLED = {"r2_zero": Score(0.15, 0.1, 0.2, 10, ""), "normalised_gmadl": Score(-0.15, -0.2, -0.1, 10, "")}
SHAP = np.array([[0.0, -3.0, 1.0], [0.5, 3.0, -1.0], [-0.5, -3.0, 1.0], [0.0, 3.0, -1.0]])
CURVE = pd.DataFrame({"x": [-0.5, 0.5], "mean_bp": [-1.0, 1.1], "low_bp": [-1.2, 0.9], "high_bp": [-0.8, 1.3],
                      "known_bp": [-1.0, 1.0]})
POINTS = pd.concat({name: pd.DataFrame({"x": scale * np.linspace(-1, 1, 20), "mean": np.linspace(-1, 1, 20),
                                        "low": np.linspace(-1.1, 0.9, 20), "high": np.linspace(-0.9, 1.1, 20)})
                    for name, scale in zip(NAMES, (1, 1e-5, 3e6), strict=True)}, names=["name", "bin"])
ASSETS = ["hyperliquid/BTC", "binance-usdm/ETHUSDT", "binance-nexo/NEXOUSDT", *(f"synthetic/SIM-{k}" for k in "ABCD")]
PAIRS = pd.DataFrame({"value": -0.61, "low": -0.87, "high": -0.12}, pd.MultiIndex.from_tuples(combinations(ASSETS, 2)))
FOREST = pd.concat({name: pd.DataFrame({"value": 2.0, "low": -40.0, "high": np.nan if k else 300.0},
                                       index=pd.Index(shapes.MEASURED, name="measure"))
                    for k, name in enumerate(ASSETS)}, names=["name"])


def explained(n=300):
    rng = np.random.default_rng(1)
    values = 1e-4 * rng.normal(size=(n, 3)) * [1, 3, 0.1]
    return Explanation(np.arange(n), np.zeros(n, int), values, np.zeros(n), np.ones(n), NAMES,
                       values.astype(np.float32))


FIGURES = {
    "price and spread": lambda: market.price_and_spread(grid()),
    "findings": lambda: market.findings(found(), DAY, DAY + pd.Timedelta("1h")),
    "no findings": lambda: market.findings(to_frame([]), DAY, DAY + pd.Timedelta("1h")),
    "distributions": lambda: features.distributions(ten(), dict.fromkeys(NAMES, "1") | {"volume_traded": "size"}),
    "powers of units": lambda: features.distributions(ten()[["spread"]], {"spread": "price^2*size^-1"}),
    "a feature without values": lambda: features.distributions(pd.DataFrame({"x": [np.nan]}), {"x": "price"}),
    "correlation": lambda: features.correlation_heatmap(ten().corr()),
    "walk forward": lambda: model.walk_forward(folds()),
    "scores": lambda: model.scores_by_fold(folds(), POOLED),
    "response": lambda: model.response(CURVE, "l1_imbalance"),
    "SHAP": lambda: model.shap_summary(SHAP, SHAP, NAMES),
    "dependence": lambda: shapes.dependence(POINTS, dict.fromkeys(NAMES, "1") | {"volume_traded": "size"}),
    "overlay": lambda: shapes.overlay(POINTS, POINTS, "l1_imbalance", POINTS.loc[["spread"]]),
    "rank matrix": lambda: shapes.rank_matrix(ASSETS, PAIRS, -PAIRS, "l1_imbalance"),
    "forest": lambda: shapes.forest(FOREST, {"monotone": 0.9, "slope": 0.0}),
    "summaries": lambda: shapes.summaries(dict.fromkeys(ASSETS, explained())),
    "SHAP of missing and constant features": lambda: model.shap_summary(SHAP * [1, 0, 1], SHAP * [1, np.nan, 0], NAMES),
}
UNIT = r"\((1|bp|%|UTC|count|σ)\b|\(%\)|^mid price$|^fold$|^feature value$"
UNIT += r"|^(\$10.*\$ ?)?(dimensionless|size|price|price\$\^\{2\}\$·size\$\^\{-1\}\$)?$"


@style.styled
def texts(figure):
    """All words of a figure as they are laid out, without the ticks beyond its axes."""
    figure.draw_without_rendering()
    ticks = [(axis, tick) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)
             for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]]
    beyond = {label for axis, tick in ticks for label in (tick.label1, tick.label2)
              if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())}
    return [text for text in figure.findobj(style.mpl.text.Text)
            if text.get_text() and text.get_visible() and text not in beyond]


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_is_labelled_with_its_unit_in_legible_letters(name):
    figure = FIGURES[name]()
    png, shown = figure._repr_png_()
    assert png.startswith(b"\x89PNG") and shown["width"] == 990 and len(shown["alt"]) > 5
    drawn = [axes for axes in figure.axes if axes.axison]
    assert drawn
    for axes in drawn:
        labels = axes.get_xlabel(), axes.get_ylabel()
        assert any(labels) or axes.images, f"{name}: an axis without label"
        assert all(re.search(UNIT, label) for label in labels), labels
    assert min(text.get_fontsize() for text in texts(figure)) >= 9


@pytest.mark.parametrize("name", FIGURES)
def test_no_two_texts_of_a_figure_overlap(name):
    figure = FIGURES[name]()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for i, (one, box) in enumerate(boxes):
        for other, against in boxes[i + 1:]:
            overlap = box.intersection(box, against)
            assert overlap is None or min(overlap.width, overlap.height) < 2, f"{name}: {one!r} over {other!r}"


def test_time_is_utc_whatever_the_zone_of_the_index():
    warsaw = market.price_and_spread(grid().tz_convert("Europe/Warsaw"))
    utc = market.price_and_spread(grid())
    for figure in (warsaw, utc):
        figure._repr_png_()
    ticks = [[label.get_text() for label in figure.axes[1].get_xticklabels()] for figure in (warsaw, utc)]
    assert ticks[0] == ticks[1] and "00:15" in ticks[0]
    assert utc.axes[1].get_xlabel() == "time (UTC), 2025-10-10"


def test_price_is_broken_where_there_is_no_quote_and_the_spread_counts_what_it_cuts_off():
    price, spread = market.price_and_spread(grid()).axes
    assert np.isnan(price.lines[0].get_ydata()[50:60]).all()
    assert [text.get_text() for text in spread.texts] == ["2 s outside this axis"]
    crossed = market.price_and_spread(grid().assign(spread=lambda g: -g.spread)).axes[1]
    assert crossed.get_ylim()[0] < -1


def test_histogram_shares_add_up_to_what_is_said_to_be_drawn():
    figure = features.distributions(ten(), dict.fromkeys(NAMES, "1"))
    for axes in figure.axes[:3]:
        assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(99.0, abs=0.05)
    assert "outer 1 %" in figure.get_suptitle()
    assert figure.axes[1].get_xlabel() == "$10^{-5}$"


def test_heatmap_writes_every_value_and_marks_the_missing():
    correlation = pd.DataFrame([[1.0, -0.004], [np.nan, -0.8]], columns=["a", "b"], index=["a", "b"])
    written = [text.get_text() for text in features.correlation_heatmap(correlation).axes[0].texts]
    assert written == ["1.00", "0.00", "–", "−0.80"]


def test_walk_forward_draws_the_folds_as_they_were():
    axes = model.walk_forward(folds()).axes[0]
    hours = {container.get_label(): [24 * bar.get_width() for bar in container] for container in axes.containers}
    assert hours == {"train": pytest.approx([4, 4]), "gap, 3,600 s or more": pytest.approx([1, 1]),
                     "test": pytest.approx([2, 2])}
    assert axes.yaxis_inverted()


def test_shap_puts_the_most_important_feature_on_top_and_cuts_nothing():
    axes = model.shap_summary(SHAP, SHAP, NAMES).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "l1 imbalance  0.250", "volume traded  1.000", "spread  3.000"]
    low, high = axes.get_xlim()
    assert low < -3 and high > 3


def test_table_of_findings_keeps_whole_sentences_and_counts_the_rest():
    html = table.findings(found())._repr_html_()
    assert "Local clock &lt; exchange clock." in html
    assert html.count("No message for") == table.SHOWN and "and 3 more" in html
    assert "nothing to report" in table.findings(to_frame([]))._repr_html_()


def test_rank_matrix_writes_every_pair_twice_with_its_interval():
    pairs = PAIRS.loc[list(combinations(ASSETS[:3], 2))]
    axes = shapes.rank_matrix(ASSETS[:3], pairs, -pairs, "l1_imbalance").axes[0]
    written = [text.get_text() for text in axes.texts]
    assert len(written) == 6 and set(written) == {"−.61\n[−.87, −.12]", ".61\n[.87, .12]"}
    above = [text for text in axes.texts if text.get_position()[0] > text.get_position()[1]]
    assert {text.get_text()[0] for text in above} == {"−"}, "above the diagonal stand all features"


def test_overlay_draws_what_was_planted_dashed_and_only_in_basis_points():
    in_bp, in_sigma = shapes.overlay(POINTS, POINTS, "l1_imbalance", POINTS.loc[["spread"]]).axes
    dashed = [[line for line in axes.lines if line.get_linestyle() == "--"] for axes in (in_bp, in_sigma)]
    assert (len(dashed[0]), len(dashed[1])) == (1, 0)
    curve = next(line for line in in_bp.lines if line.get_label() == "spread")
    assert dashed[0][0].get_color() == curve.get_color()


def test_dependence_names_the_values_and_their_power_of_ten():
    axes = shapes.dependence(POINTS, dict.fromkeys(NAMES, "1")).axes[1]
    assert axes.get_xlabel() == "$10^{-5}$"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["−1", "0.053", "1"]


def test_summaries_put_the_most_important_feature_on_top_and_own_up_to_what_is_cut():
    figure = shapes.summaries({"a/x": explained(), "b/y": explained()})
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][-1] == "spread"
    assert "outer 0.2 %" in figure.get_suptitle()


def test_table_of_judgements_counts_what_it_does_not_show():
    names = [f"a{k}" for k in range(7)]
    one = Judgement("Imbalance leads", dict.fromkeys(names, "supported"), dict.fromkeys(names, "2 [1, 3]"))
    html = table.judgements([one, Judgement("Spreads matter", {"a0": "undecided"}, {"a0": "1 [0, 2]"})])._repr_html_()
    assert "7 of 7. a0: 2 [1, 3];" in html and "and 2 more" in html and "1 of 1. a0: 1 [0, 2]" in html
