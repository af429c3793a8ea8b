"""Others' numbers of implied volatility: the CBOE's white paper, a published index of Deribit options, Deribit itself.

- The VIX example and its chains: CBOE white paper as coded by meixler/vix (MIT); 13.69 in the paper.
- The MFIV of ETH at 14 days, 2022-01-27 01:00 UTC: Volatility-DAO's evidence file (MIT). It holds all options as
  quoted; which of them are admitted follows here from the CBOE's rules.
- Chains and DVOL: recordings of Deribit, 2025-12-30 to 2026-08-22.
"""

import json

import numpy as np
import pytest

from kit.options import black, chain, curve, dvol, modelfree
from kit.sources import datasets

pytestmark = pytest.mark.recordings

VIX = {"vixnearterm.dat": (35_924, 0.000305, 1962.8999562, 0.018462923922),
       "vixnextterm.dat": (46_394, 0.000286, 1962.4000606, 0.018821007684)}
"""Minutes to the expiry, rate, forward, annual variance."""
MINUTES = 525_600


@pytest.fixture(scope="module")
def reference(kit_data):
    return kit_data / "reference/mfiv-vix"


def quoted_variance(strike, call, put, years, rate):
    """Forward and total variance of quotes, each of shape (2, n): bid and ask."""
    forward = modelfree.parity_forward(strike, modelfree.mid(*call), modelfree.mid(*put), years, rate)
    strip = modelfree.strip(strike, *call, *put, forward)
    return forward, modelfree.total_variance(strip, forward, years, rate)


def test_the_white_papers_vix(reference):
    years, annual = [], []
    for name, (minutes, rate, forward, variance) in VIX.items():
        strike, call_bid, call_ask, put_bid, put_ask = np.loadtxt(reference / name).T
        years.append(minutes / MINUTES)
        found, total = quoted_variance(strike, (call_bid, call_ask), (put_bid, put_ask), years[-1], rate)
        annual.append(total / years[-1])
        assert found == pytest.approx(forward, abs=5e-8)
        assert annual[-1] == pytest.approx(variance, abs=5e-13)
    assert years == pytest.approx([0.0683486, 0.0882686], abs=5e-8)
    vix = 100 * np.sqrt(curve.constant_maturity(years, annual, 30 / 365))
    assert vix == pytest.approx(13.68582053795, abs=5e-12) and round(float(vix), 2) == 13.69


def test_the_published_model_free_volatility_of_ether(reference):
    evidence = json.loads((reference / "mfiv_eth_14d_2022-01-27T0100.json").read_text())
    params, said = evidence["params"], evidence["result"]["intermediates"]
    rate, years, annual = evidence["context"]["risklessRate"], [], []
    for leg, date in (("near", params["nearDate"]), ("next", params["nextDate"])):
        number = {"near": "1", "next": "2"}[leg]
        years.append(said[f"T{number}"])
        listed = [option for option in params["options"] if option["expirationDate"] == date]
        strike = np.unique([option["strikePrice"] for option in listed]).astype(float)
        quotes = {right: np.full((2, len(strike)), np.nan) for right in ("call", "put")}
        for option in listed:
            at = np.searchsorted(strike, option["strikePrice"])
            quotes[option["optionType"]][:, at] = option["bestBidPrice"], option["bestAskPrice"]
        money = {right: coins * params["underlyingPrice"] for right, coins in quotes.items()}
        forward, total = quoted_variance(strike, money["call"], money["put"], years[-1], rate)
        assert forward == pytest.approx(said[f"F{number}"], rel=1e-14)
        assert total == pytest.approx(said[f"{leg}ModSigmaSquared"], rel=1e-13)
        annual.append(total / years[-1])
    volatility = 100 * np.sqrt(curve.constant_maturity(years, annual, 14 / 365))
    assert volatility == pytest.approx(98.74835628391783, rel=1e-14)


@pytest.fixture(scope="module", params=["BTC", "ETH"])
def deribit(kit_data, request):
    return request.param, datasets.load("deribit-options", request.param).tables


def test_deribits_marks_are_inverse_black_prices_of_its_volatilities(deribit):
    """The catalogue: median error 5e-6 coin. And back: what a mark implies is its stated volatility."""
    _, tables = deribit
    live = chain.alive(tables["chain"])
    option = (live["forward"], live["strike"], live["mark_iv"], live["years"], live["right"])
    error = (black.inverse_price(*option) - live["mark"]).abs()
    assert error.median() < 6e-6 and error.quantile(0.99) < 1e-3
    near = live[(live["delta"].abs().between(0.2, 0.8)) & (live["years"] > 7 / 365)]
    implied = black.coin_implied_vol(near["mark"], near["forward"], near["strike"], near["years"], near["right"])
    assert np.nanmedian(np.abs(implied - near["mark_iv"])) < 1e-4 and np.isnan(implied).mean() < 1e-3


def test_stated_deltas_leave_the_premium_out(deribit):
    _, tables = deribit
    live = chain.alive(tables["chain"]).query("years > 7 / 365")
    option = (live["forward"], live["strike"], live["mark_iv"], live["years"], live["right"])
    gap = (black.delta(*option) - live["delta"]).abs()
    assert gap.median() < 1e-4
    assert (black.premium_included_delta(*option) - live["delta"]).abs().mean() > 20 * gap.mean()


@pytest.fixture(scope="module")
def expiries(deribit):
    return chain.by_expiry(deribit[1]["chain"])


def test_forwards_by_parity_are_those_stated(expiries):
    gap = (expiries["parity"] / expiries["forward"] - 1).abs()
    assert gap.median() < 2e-4 and gap.quantile(0.9) < 1e-3


def test_strip_and_smile_agree_where_the_strip_reaches(expiries):
    """Quotes and marks, sum and integral: half a volatility point."""
    both = expiries[expiries["years"] > 7 / 365].dropna(subset=["strip", "model_free"])
    assert len(both) > 900 and (both["strip"] - both["model_free"]).abs().median() < 0.005


def test_the_calendar_of_every_snapshot_is_free_of_arbitrage(expiries):
    for column in ("atm", "model_free"):
        steps = curve.forward_variance(expiries, column)
        assert len(steps) > 2_500 and (steps["variance"] > 0).all()


def test_every_snapshot_spans_every_tenor(expiries):
    table = curve.constant_maturities(expiries)
    assert len(table) == 236 and table.notna().all(axis=None)


def test_volatility_at_the_forward_lies_below_dvol_by_what_the_catalogue_says(deribit, expiries):
    """The catalogue: 98 days, correlation .991 / .992, +2.65 / +2.63 points, of several snapshots a day.

    Of the one a day that is kept, about 09:40, and the index by the day: on the calm days .989 / .992, +2.69 / +2.76.
    """
    symbol, tables = deribit
    pairs = dvol.beside(curve.constant_maturities(expiries), tables["dvol"])
    found = dvol.agreement(pairs)
    assert len(pairs) == 98
    calm = found.loc[("atm", "calm")]
    assert calm["correlation"] == pytest.approx({"BTC": 0.989, "ETH": 0.992}[symbol], abs=5e-4)
    assert 100 * calm["offset"] == pytest.approx({"BTC": 2.69, "ETH": 2.76}[symbol], abs=5e-3)
    assert calm["correlation_low"] < {"BTC": 0.991, "ETH": 0.992}[symbol] < calm["correlation_high"]
    assert 100 * calm["offset_low"] < {"BTC": 2.65, "ETH": 2.63}[symbol] < 100 * calm["offset_high"]
    assert found.loc[("atm", "all"), "correlation"] > 0.97
    assert found.loc[("model_free", "calm"), "offset_high"] < 0, "DVOL lies below the whole smile"
