"""The embedded chain: what it says was planted is so, by formulas other than those that made it."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.columns import TENORS
from kit.options import black, modelfree
from kit.refusal import Refusal
from kit.sources import datasets, gather
from kit.sources.synthetic import options

END = clock.instant("2025-01-15T00:00Z")


@pytest.fixture(scope="module")
def tables():
    return gather(options.batches("SIM-BTC", end=END))


def test_the_same_seed_is_the_same_world_and_a_longer_one_begins_alike(tables):
    longer = gather(options.batches("SIM-BTC", end=END + 3 * options.DAY))
    for kind, frame in tables.items():
        pd.testing.assert_frame_equal(longer[kind].head(len(frame)), frame)
    other = gather(options.batches("SIM-BTC", end=END, seed=1))
    assert not np.allclose(other["prices"]["price"], tables["prices"]["price"])


def test_premiums_are_those_of_the_stated_volatilities(tables):
    live = tables["chain"][tables["chain"]["expiry"] > tables["chain"]["time"]]
    years = (live["expiry"] - live["time"]) / pd.Timedelta(365, "D")
    expected = black.inverse_price(live["forward"], live["strike"], live["mark_iv"], years, live["right"])
    np.testing.assert_allclose(live["mark"], expected, atol=1e-12)
    delta = black.delta(live["forward"], live["strike"], live["mark_iv"], years, live["right"])
    np.testing.assert_allclose(live["delta"], delta, atol=1e-12)


def test_quotes_stand_about_the_mark_on_their_grid(tables):
    frame = tables["chain"]
    known = frame["bid"].notna()
    assert 0.02 < 1 - known.mean() < 0.2, "some have no bid"
    assert (frame["bid"] <= frame["mark"])[known].all() and (frame["ask"] >= frame["mark"]).all()
    for side in (frame["bid"][known], frame["ask"]):
        np.testing.assert_allclose(side / options.TICK, np.round(side / options.TICK), atol=1e-6)


@pytest.mark.parametrize("days", TENORS)
def test_the_mean_of_the_smile_is_its_model_free_variance(days):
    """By integrating premiums over strikes; the plant took it from the law of d2."""
    k, vol = options.smile(0.4, days / 365)
    assert (np.diff(k) > 0).all(), "d2 falls with the strike, or there would be arbitrage"
    assert modelfree.of_smile(k, vol, days / 365) / (days / 365) == pytest.approx(0.4, rel=2e-4)


def test_the_smile_has_no_butterfly_arbitrage():
    for days in (1, *TENORS, 340):
        k, vol = options.smile(0.4, days / 365)
        middle = np.abs(options.GRID) < 4
        strike = np.exp(k[middle])
        call = black.price(1.0, strike, vol[middle], days / 365, black.CALL)
        slopes = np.diff(call) / np.diff(strike)
        assert (np.diff(slopes) > -1e-6).all() and (slopes <= 1e-9).all() and (slopes >= -1 - 1e-9).all()


def test_what_is_expected_of_the_variance_is_what_comes():
    """Four thousand worlds' next 30 days."""
    from kit.sources.synthetic.chance import stream
    chance = stream(0, "expected")
    comes = [options._path(chance, 31, 0.36, options.MEMORY, options.SURPRISE)[1][:30].mean() for _ in range(4000)]
    assert np.mean(comes) == pytest.approx(options.expected(0.36, 30), rel=0.02)


def test_implied_is_expected_plus_the_premium(tables):
    truth = tables["truth"]
    np.testing.assert_allclose(truth["model_free_30d"] ** 2 - truth["expected"], options.PREMIUM)
    assert (truth["skew_30d"] > 0).all()


def test_expiries_are_fridays_and_the_next_days():
    days = options.expiries(clock.instant("2025-01-08T00:00Z") // options.DAY)
    stamps = clock.utc(days * options.DAY)
    assert [f"{x:%m-%d}" for x in stamps[:4]] == ["01-08", "01-09", "01-10", "01-11"]
    assert (stamps[4:].weekday == 4).all() and [f"{x:%Y-%m-%d}" for x in stamps[-2:]] == ["2025-09-26", "2025-12-26"]


def test_no_other_symbol_has_a_chain():
    with pytest.raises(Refusal, match="SIM-ETC"):
        datasets.load("synthetic-options", "SIM-ETC")
