"""Markouts and spreads: an identity, a worked trade, who is which side, and what a planted market must give back."""

import numpy as np
import pandas as pd
import pytest

from kit.clock import SECOND, utc
from kit.evaluate import markouts
from kit.evaluate.spread_models import glosten_harris, huang_stoll
from kit.refusal import Refusal

START = 1_700_000_000


def at(seconds):
    return utc(START * SECOND + np.round(np.asarray(seconds, dtype=float) * SECOND).astype("int64"))


def quotes(seconds, mids, half=0.03):
    mids = np.asarray(mids, dtype=float)
    return pd.DataFrame({"time": at(seconds), "bid": mids - half, "bid_size": 1.0, "ask": mids + half, "ask_size": 1.0})


def trades(seconds, sides, prices, sizes=1.0):
    return pd.DataFrame({"time": at(seconds), "side": np.asarray(sides, dtype="int8"),
                         "price": np.asarray(prices, dtype=float), "size": sizes})


def market(n=4000, again=0.7, c=0.006, z=0.004, noise=0.002, seed=0):
    """Orders half a second after each whole second, quotes at it: z of every order stays, c is for handling."""
    rng = np.random.default_rng(seed)
    sides = np.cumprod(np.where(rng.random(n) < again, 1, -1))
    mids = 100 + np.concatenate([[0], np.cumsum(z * sides + noise * rng.normal(size=n))])
    price = mids[1:] + c * sides
    return trades(np.arange(n) + 0.5, sides, price), quotes(np.arange(n + 1), mids, 0.01)


def test_a_worked_trade_is_six_cents_effective_two_realised_and_four_of_impact():
    book = quotes([0, 1], [100.00, 100.02])
    row = markouts.spreads(trades([0.5], [1], [100.03]), book, ["500ms"]).iloc[0]
    cents = {name: row[name] / 1e4 * 100.00 for name in markouts.MEASURES}
    assert cents == pytest.approx({"effective": 0.06, "realised": 0.02, "impact": 0.04, "markout": -0.01})


def test_effective_is_realised_and_impact_trade_by_trade_and_on_average():
    measured = markouts.spreads(*market(500), ["1s", "20s"])
    known = measured.dropna()
    assert len(measured) == 1000 and len(known) == 2 * 500 - 1 - 20
    np.testing.assert_allclose(known["effective"], known["realised"] + known["impact"], atol=1e-9)
    np.testing.assert_allclose(known["markout"], -known["realised"] / 2, atol=1e-9)
    curve = markouts.curve(measured)
    np.testing.assert_allclose(curve["effective"], curve["realised"] + curve["impact"], atol=1e-9)


def test_the_mid_before_is_strictly_before_and_the_mid_after_is_known_by_then():
    book = quotes([0, 1, 2, 3], [100, 101, 102, 103])
    row = markouts.spreads(trades([1], [1], [100.0]), book, ["1s", "1.5s", "2s", "3s"])
    assert (row["effective"] == 0).all()  # against 100, though the quote of the same stamp says 101
    assert (row["impact"].tolist()[:3]) == pytest.approx([400, 400, 600]) and np.isnan(row["impact"][3])
    assert markouts.spreads(trades([0], [1], [100.0]), book, ["1s"])["effective"].isna().all()


def test_a_maker_gains_what_the_taker_loses():
    book = quotes([0, 1], [100.00, 100.02])
    taken = trades([0.5], [1], [100.03])
    own = taken.assign(side=-taken["side"], maker=True)
    taker, maker = (markouts.spreads(fills, book, ["500ms"]).iloc[0] for fills in (taken, own))
    assert taker["markout"] == -maker["markout"] == pytest.approx(-1.0)
    assert all(taker[name] == pytest.approx(maker[name]) for name in ("effective", "realised", "impact"))
    assert markouts.spreads(taken.assign(maker=False), book, ["500ms"]).iloc[0]["markout"] == taker["markout"]


def test_selling_mirrors_buying():
    buys, book = market(200)
    mirrored = book.assign(bid=200 - book["ask"], ask=200 - book["bid"])
    sold = buys.assign(side=-buys["side"], price=200 - buys["price"])
    there, here = (markouts.spreads(*pair, ["5s"])[list(markouts.MEASURES)]
                   for pair in ((buys, book), (sold, mirrored)))
    np.testing.assert_allclose(there, here, rtol=2e-3, atol=1e-9)  # prices are 100 and a little there, 100 less it here


def test_impact_grows_with_the_horizon_because_flow_remembers():
    """Known: orders repeat their side with .7, z .004: .0080 at once, then .0112, .0133 of the price's units."""
    measured = markouts.spreads(*market(20_000), ["500ms", "1.5s", "5.5s", "20.5s"])
    found = markouts.curve(measured, ["trade"])
    planted = [2 * 0.004 * (1 - 0.4 ** (k + 1)) / (1 - 0.4) for k in (0, 1, 5, 20)]
    for row, truth in zip(found.itertuples(), planted, strict=True):
        assert row.impact_low < truth / 100 * 1e4 < row.impact_high and row.n > 19_000
    assert found["impact"][1] > 1.3 * found["impact"][0] and found["impact"][2] > 1.1 * found["impact"][1]


def test_weighting_by_size_counts_units_and_by_trade_counts_trades():
    book = quotes([0, 1], [100.0, 100.0])
    two = trades([0.2, 0.4], [1, 1], [100.01, 100.04], [3.0, 1.0])
    found = markouts.curve(markouts.spreads(two, book, ["100ms"])).set_index("weight")["effective"]
    assert found["trade"] == pytest.approx(5.0) and found["size"] == pytest.approx((3 * 2 + 8) / 4)


def test_what_cannot_be_measured_is_refused():
    measured = markouts.spreads(trades([5], [1], [100.0]), quotes([0, 1], [100, 100]), ["1s"])
    with pytest.raises(Refusal, match="before and after"):
        markouts.curve(measured)
    with pytest.raises(Refusal, match="no quotes"):
        markouts.spreads(trades([5], [1], [100.0]), quotes([], []))
    with pytest.raises(Refusal, match="size or trade"):
        markouts.curve(markouts.spreads(*market(50), ["1s"]), ["volume"])


def test_glosten_harris_and_huang_stoll_recover_what_was_planted():
    orders, _ = market(20_000)
    split, share = (model(orders["price"], orders["side"]) for model in (glosten_harris, huang_stoll))
    for table, name, truth in ((split, "c", 0.006), (split, "z", 0.004), (share, "half_spread", 0.01),
                               (share, "share", 0.4)):
        row = table.loc[name]
        assert row["low"] < truth < row["high"] and row["value"] == pytest.approx(truth, rel=0.02), name


def test_spread_models_hold_their_level():
    """Of 100 markets, the 95 % interval of lambda misses in 5, give or take three standard errors."""
    missed = 0
    for seed in range(100):
        row = huang_stoll(*(market(500, seed=seed)[0][name] for name in ("price", "side"))).loc["share"]
        missed += not row["low"] < 0.4 < row["high"]
    assert missed <= 11
    with pytest.raises(Refusal, match="row 1"):
        glosten_harris([1, 2, 3], [1, 0, -1])
    with pytest.raises(Refusal, match="one side"):
        huang_stoll([1, 2, 3], [1, 1, 1])
