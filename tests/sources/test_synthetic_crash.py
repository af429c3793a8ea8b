"""The embedded flash crash: it takes what it states, liquidity goes, imbalance pays and naive quoting does not."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.sources import synthetic
from kit.sources.synthetic.day import crash_on

WINDOW = ("2025-10-10T21:10Z", "2025-10-10T21:20Z")
CALM = ("2025-10-10T20:00Z", "2025-10-10T20:50Z")


@pytest.fixture(scope="module", params=synthetic.SYMBOLS)
def symbol(request):
    return request.param


@pytest.fixture(scope="module")
def evening(symbol):
    return synthetic.generate(symbol, "2025-10-10T20:00Z", "2025-10-10T23:30Z", crash=True)


def between(frame, begin, end):
    return frame[(frame["time"] >= pd.Timestamp(begin)) & (frame["time"] < pd.Timestamp(end))]


def middle(quotes):
    return (quotes["bid"] + quotes["ask"]) / 2


def by_second(quotes):
    return quotes.set_index("time").resample("1s").last().ffill()


def test_the_price_falls_as_stated_and_regains_half(symbol, evening):
    crash = crash_on(True)
    assert crash.window == tuple(clock.instant(when) for when in WINDOW)
    fall = middle(between(evening["quotes"], *WINDOW))
    lost = 1 - fall.iloc[-1] / fall.iloc[0]
    assert lost == pytest.approx(crash.fall(symbol, 0), abs=0.02) and 0.14 < lost < 0.21
    later = middle(between(evening["quotes"], "2025-10-10T23:00Z", "2025-10-10T23:30Z"))
    assert later.iloc[0] / fall.iloc[0] == pytest.approx(1 - lost / 2, abs=0.02)
    calm = middle(between(evening["quotes"], *CALM))
    assert calm.max() / calm.min() < 1.06


def test_liquidity_goes_and_takers_sell(evening):
    calm, fall = (between(evening["quotes"], *window) for window in (CALM, WINDOW))
    spread = [((q["ask"] - q["bid"]) / middle(q)).mean() for q in (calm, fall)]
    depth = [(q["bid_size"] + q["ask_size"]).mean() for q in (calm, fall)]
    assert spread[1] > 1.3 * spread[0] and depth[1] < 0.5 * depth[0]
    before, during = (between(evening["trades"], *window) for window in (CALM, WINDOW))
    assert (during["side"] < 0).mean() > 0.55
    assert len(during) / 600 > len(before) / 3000


def test_following_imbalance_gains_and_quoting_naively_loses(evening):
    second = by_second(between(evening["quotes"], *WINDOW))
    assert taker(second, threshold=0.8) > 0.05
    gain, inventory = maker(second, between(evening["trades"], *WINDOW))
    assert gain < -0.5 and inventory > 5


def test_without_edge_following_imbalance_gains_nothing_in_the_crash():
    gains = []
    for symbol in synthetic.SYMBOLS:
        quotes = synthetic.generate(symbol, *WINDOW, edge=0.0, crash=True)["quotes"]
        gains.append(taker(by_second(quotes), threshold=0.8))
    assert np.mean(gains) < 0


def taker(second, threshold):
    """Gain, in initial prices, of one unit held by the sign of the last extreme imbalance, across the spread."""
    imbalance = (second["bid_size"] - second["ask_size"]) / (second["bid_size"] + second["ask_size"])
    position = np.sign(imbalance.where(abs(imbalance) > threshold)).ffill().fillna(0).to_numpy()
    orders = np.diff(position, prepend=0, append=0)
    bid, ask = (np.append(second[side], second[side].iloc[-1]) for side in ("bid", "ask"))
    return -(np.maximum(orders, 0) * ask + np.minimum(orders, 0) * bid).sum() / bid[0]


def maker(second, trades):
    """Gain and last inventory of one unit always offered on each side of the last second's touch."""
    touch = second.reindex(trades["time"].dt.floor("1s") - pd.Timedelta("1s"))
    price, side = trades["price"].to_numpy(), trades["side"].to_numpy()
    fills = pd.DataFrame({"bought": (side < 0) & (price <= touch["bid"]), "sold": (side > 0) & (price >= touch["ask"])})
    fills = fills.groupby(level=0).max().astype(int)
    paid = fills["bought"] * second["bid"].reindex(fills.index) - fills["sold"] * second["ask"].reindex(fills.index)
    inventory = int((fills["bought"] - fills["sold"]).sum())
    return float((inventory * middle(second).iloc[-1] - paid.sum()) / second["bid"].iloc[0]), inventory


def test_a_crash_leaves_the_past_alone_and_marks_the_future():
    before, after = ("2025-10-09T23:00Z", "2025-10-10T00:00Z"), ("2025-10-11T00:00Z", "2025-10-11T00:01Z")
    crashed, sound = (synthetic.generate("SIM-ROSE", *before, crash=crash) for crash in (True, None))
    assert all(crashed[kind].equals(sound[kind]) for kind in ("quotes", "trades"))
    scarred, unhurt = (synthetic.generate("SIM-ROSE", *after, crash=crash)["quotes"] for crash in ("2025-10-10", None))
    assert 0.90 < scarred["bid"].iloc[0] / unhurt["bid"].iloc[0] < 0.93
