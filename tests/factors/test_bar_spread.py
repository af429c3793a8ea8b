"""Spreads from bars: on a simulated market of known spread, and against plain definitions."""

import numpy as np
import pytest

from kit.columns import Bars
from kit.factor import apply, find
from kit.past import Past
from kit.refusal import Refusal

SPREAD, DAILY, TRADES, DAYS = 0.01, 0.03, 390, 4000


def bars(open_, high, low, close):
    time = np.arange(1, len(close) + 1) * 86_400 * 10**9
    return Bars(time, open_, high, low, close, *[np.ones(len(close))] * 4)


@pytest.fixture(scope="module")
def market():
    """Days of trades that fall on bid or ask by chance, about a random walk of 3 % a day."""
    rng = np.random.default_rng(11)
    walk = np.cumsum(rng.normal(0, DAILY / np.sqrt(TRADES), DAYS * TRADES))
    price = np.exp(walk + SPREAD / 2 * rng.choice([-1, 1], len(walk))).reshape(DAYS, TRADES)
    return bars(price[:, 0], price.max(axis=1), price.min(axis=1), price[:, -1])


def of(name, table, window=DAYS - 1, **parameters):
    return apply(find(name), table, Past(), window=window, **parameters)


@pytest.mark.parametrize(("name", "expected", "within"), [
    ("corwin_schultz", 0.0112, 0.0010), ("corwin_schultz_floored", 0.0178, 0.0010), ("edge", 0.0106, 0.0010),
    ("abdi_ranaldo", 0.0125, 0.0030), ("roll_spread", 0.0100, 0.0060),
])
def test_estimate_of_a_spread_of_one_per_cent(market, name, expected, within):
    """Within the error of this sample of the known numbers: EDGE is the sharpest, flooring each pair biases upwards."""
    window = DAYS - 2 if name == "roll_spread" else DAYS - 1
    assert of(name, market, window, negative="signed")[-1] == pytest.approx(expected, abs=within)


def test_roll_of_a_thousand_trades():
    """Known: .00996 of a true .01 of independent trades; the error of a sample is about 1 %."""
    rng = np.random.default_rng(2)
    close = np.exp(np.cumsum(rng.normal(0, 1e-4, 40_000)) + 0.005 * rng.choice([-1, 1], 40_000))
    assert of("roll_spread", bars(close, close, close, close), 39_998)[-1] == pytest.approx(0.01, rel=0.02)


def test_a_trend_has_no_spread_rather_than_none():
    """Changes that go on in their direction have a positive covariance: missing, never 0, unless that is asked for."""
    close = np.exp(np.cumsum(0.001 * np.sin(np.arange(200) / 10)))
    trend = bars(close, close, close, close)
    found = {choice: of("roll_spread", trend, 60, negative=choice)[-1] for choice in
             ("missing", "zero", "absolute", "signed")}
    assert np.isnan(found["missing"]) and found["zero"] == 0
    assert found["absolute"] == -found["signed"] > 0


def test_an_unknown_choice_is_refused(market):
    with pytest.raises(Refusal, match="unknown choice 'none'"):
        of("edge", market, negative="none")


def plain_edge(o, h, lo, c):
    """EDGE of a whole sample as the paper's appendix has it, a line each."""
    o, h, lo, c = map(np.log, (o, h, lo, c))
    m = (h + lo) / 2
    h1, l1, c1, m1, o, h, lo, m = h[:-1], lo[:-1], c[:-1], m[:-1], o[1:], h[1:], lo[1:], m[1:]
    tau = (h != lo) | (lo != c1)
    po = (tau & (o != h)).mean() + (tau & (o != lo)).mean()
    pc = (tau & (c1 != h1)).mean() + (tau & (c1 != l1)).mean()
    demeaned = {name: r - r.mean() / tau.mean() * tau for name, r in (("om", m - o), ("cm", m - c1), ("co", o - c1))}
    x1 = -4 / po * demeaned["om"] * (o - m1) - 4 / pc * demeaned["cm"] * (c1 - m1)
    x2 = -4 / po * demeaned["om"] * (o - c1) - 4 / pc * demeaned["co"] * (c1 - m1)
    square = (x2.var() * x1.mean() + x1.var() * x2.mean()) / (x1.var() + x2.var())
    return np.sign(square) * np.sqrt(abs(square))


@pytest.mark.parametrize("window", [5, 42, 365])
def test_edge_of_every_window_is_that_of_the_window_alone(market, window):
    found = of("edge", market, window, negative="signed")
    for end in range(window, DAYS, 311):
        alone = [column[end - window:end + 1] for column in market[1:5]]
        assert found[end] == pytest.approx(plain_edge(*alone), rel=1e-6)


def test_a_market_without_moves_has_no_estimate():
    flat = np.array([18.21, 17.61, 17.61])
    found = of("edge", bars(flat, flat, np.full(3, 17.61), np.full(3, 17.61)), 2, negative="absolute")
    assert np.isnan(found).all()


def test_a_gap_between_days_is_no_spread():
    """Days that jump apart, without a spread: unless they are moved together, the range of two days says nothing."""
    rng = np.random.default_rng(8)
    walk = np.cumsum(rng.normal(0, DAILY / 20, (1000, 400)), axis=1) + np.cumsum(rng.normal(0, 0.2, 1000))[:, None]
    price = np.exp(walk)
    table = bars(price[:, 0], price.max(axis=1), price.min(axis=1), price[:, -1])
    apart = of("corwin_schultz", table, 999, negative="signed", gaps=False)[-1]
    together = of("corwin_schultz", table, 999, negative="signed")[-1]
    assert abs(together) < 0.01 < -apart


@pytest.mark.parametrize("name", ["ohlc_spread", "ohl_spread", "chl_spread", "chlo_spread"])
def test_each_of_the_four_products_sees_the_spread(market, name):
    assert of(name, market)[-1] == pytest.approx(SPREAD, rel=0.5)
