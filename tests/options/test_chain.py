"""From options to expiries: what is asked of a flat chain, of traps that recordings have, and of the embedded one."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.options import black, chain
from kit.refusal import Refusal

NOW = pd.Timestamp("2026-01-05T09:00Z")
VOL = 0.6
STRIKES = np.arange(30_000.0, 121_000, 1000)


def flat(expiry="2026-02-06T08:00Z", vol=lambda strike: VOL, strikes=STRIKES, now=NOW):
    """One expiry of a chain without a spread."""
    expiry, forward = pd.Timestamp(expiry), 60_500.0
    years = (expiry - now) / pd.Timedelta(365, "D")
    strike, right = np.repeat(strikes, 2), np.tile([1, -1], len(strikes))
    mark = black.inverse_price(forward, strike, vol(strike), max(years, 0.0), right)
    return pd.DataFrame({"time": now, "expiry": expiry, "strike": strike, "right": right, "forward": forward,
                         "index": 60_000.0, "mark": mark, "bid": mark, "ask": mark, "mark_iv": vol(strike)})


def test_a_flat_chain_says_its_volatility_and_no_skew():
    one, = chain.by_expiry(flat()).to_dict("records")
    assert one["years"] == pytest.approx((pd.Timestamp("2026-02-06T08:00Z") - NOW) / pd.Timedelta(365, "D"))
    assert one["forward"] == one["parity"] == pytest.approx(60_500)
    assert one["atm"] == pytest.approx(VOL) and one["skew"] == pytest.approx(0, abs=1e-12)
    assert one["model_free"] == pytest.approx(VOL, abs=1e-5) and one["strip"] == pytest.approx(VOL, abs=2e-3)


def test_wings_do_not_touch_the_volatility_at_the_forward():
    smiling = flat(vol=lambda strike: VOL + 2 * np.log(strike / 60_500) ** 2)
    one, = chain.by_expiry(smiling).to_dict("records")
    assert one["atm"] == pytest.approx(VOL, abs=2e-4)
    assert smiling["mark_iv"].mean() > VOL + 0.2, "the mean over strikes is mostly wings"
    assert one["model_free"] > VOL + 0.02


def test_an_expired_expiry_and_options_without_a_bid_say_nothing():
    junk = flat(vol=lambda strike: np.full(len(strike), 3.0))
    no_bid = pd.concat([junk.assign(bid=0.0), junk.assign(bid=np.nan)]).assign(strike=lambda x: x["strike"] + 500)
    late = flat("2026-01-05T08:00Z").assign(mark_iv=5.0)
    pd.testing.assert_frame_equal(chain.by_expiry(pd.concat([flat(), no_bid, late]))[["expiry", "atm", "skew", "n"]],
                                  chain.by_expiry(flat())[["expiry", "atm", "skew", "n"]])


def test_a_strip_that_does_not_reach_is_missing_but_the_smile_is_not():
    narrow = flat(strikes=np.arange(54_000.0, 68_000, 1000))
    one, = chain.by_expiry(narrow).to_dict("records")
    assert np.isnan(one["strip"]) and one["model_free"] == pytest.approx(VOL, abs=1e-5)
    assert not np.isnan(chain.by_expiry(narrow, reach=0.5)["strip"]).any()


def test_nothing_is_said_beyond_the_strikes():
    above = flat(strikes=np.arange(62_000.0, 80_000, 1000))
    one, = chain.by_expiry(above).to_dict("records")
    assert np.isnan([one[name] for name in ("atm", "skew", "model_free", "strip")]).all()


def test_expiries_come_in_order_whatever_the_order_of_the_rows():
    both = pd.concat([flat("2026-03-27T08:00Z"), flat()])
    shuffled = both.sample(frac=1, random_state=np.random.default_rng(0))
    table = chain.by_expiry(shuffled)
    assert table["expiry"].is_monotonic_increasing and len(table) == 2
    pd.testing.assert_frame_equal(table, chain.by_expiry(both))


def test_a_smile_is_what_lies_out_of_the_money():
    smile = chain.smile(pd.concat([flat(), flat(now=NOW - pd.Timedelta(1, "D"))]))
    assert len(smile) == len(STRIKES) and (smile["vol"] == VOL).all()
    assert smile["log_moneyness"].is_monotonic_increasing


def test_a_chain_without_its_columns_or_all_expired_is_refused():
    with pytest.raises(Refusal, match="mark_iv"):
        chain.by_expiry(flat().drop(columns="mark_iv"))
    with pytest.raises(Refusal, match="yet to expire"):
        chain.by_expiry(flat("2026-01-05T08:00Z"))


def test_years_are_of_365_days():
    assert chain.alive(flat("2026-01-06T09:00Z"))["years"].iloc[0] == clock.UNITS["d"] / clock.YEAR
