"""Price discovery against others' numbers on the same data.

What the sources do that the kit does not, found by trying what gives their numbers:

- 2a ifrogs lets urca's `ca.jo` estimate beta from raw log levels beside a constant of one, which costs it the last
  digits: the kit's shares agree to 1e-7 and its covariances to 1e-9 of their size.
- 2b drops the minutes that either market lacks, and lags run over them.
- 2c fills a venue's first seconds, before its first trade, backwards, which moves component shares by
  1e-3. Deviations are taken about their mean. What is left of the difference is below 3e-5. Its "SC" is 14 lags.
- 2e the package's lead-lag ratio adds sizes, Huth and Abergel's squares: `power`.
- 2f carries the last minute forward for five minutes at most; its shares of volume are means of daily shares of the
  seven bitcoin markets of Coinbase, Kraken and Binance; its 60-minute RV is a standard deviation of simple returns.
"""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.discovery import cointegration, edge, leadlag, shares, vecm
from kit.discovery.moments import moments
from kit.sources import venues
from kit.units import BP

pytestmark = pytest.mark.recordings

SPOT_AND_FUTURES = {
    2: ((0.285877619565, 0.714122380435), (0.1826942079, 0.8173057921), (0.311392477971, 0.688607522029)),
    5: ((0.293541900834, 0.706458099166), (0.181940532904, 0.818059467096), (0.31809003702, 0.68190996298)),
    10: ((0.271076830545, 0.728923169455), (0.157069608103, 0.842930391897), (0.301991004308, 0.698008995692)),
    60: ((0.0686464486877, 0.931353551312), (0.013163002664, 0.986836997336), (0.100693575065, 0.899306424935)),
}
"""By lags of levels: information shares with spot first, with futures first, component shares."""

FOUR = ["kraken", "gemini", "bitstamp", "bitfinex"]
BY_LAGS = {
    10: ((0.0665495376, 0.0325909604, 0.2631643168, 0.6376951852),
         (0.0910153697, 0.0335522628, 0.3608135945, 0.5146187730),
         (0.1507873883, 0.2661062638, 0.1500350159, 0.4330713320)),
    14: ((0.0669850154, 0.0404502542, 0.2492058099, 0.6433589205),
         (0.0924146087, 0.0524316063, 0.3376095670, 0.5175442179),
         (0.1636327696, 0.1853755272, 0.1697004728, 0.4812912303)),
}
"""Information, component and leadership shares of the four venues."""


def clocked(values, columns, every="1s"):
    index = pd.date_range("2023-03-01", periods=len(values), freq=every, tz="UTC")
    return pd.DataFrame(values, index=index, columns=columns)


@pytest.mark.parametrize("levels", SPOT_AND_FUTURES)
def test_2a_information_shares_of_ifrogs(kit_data, levels):
    table = pd.read_csv(kit_data / "reference/infoshare/ifrogs_is_reliance.csv.gz")
    assert len(table) == 20_094
    model = vecm.fit(moments(clocked(table.to_numpy(), ["spot", "futures"]), levels - 1), beta="estimated")
    spot_first, futures_first, component = SPOT_AND_FUTURES[levels]
    found = shares.information_shares(model.psi, model.omega)
    np.testing.assert_allclose(found, [spot_first, futures_first], atol=1e-7)
    np.testing.assert_allclose(shares.component_shares(model.psi), component, atol=2e-7)
    if levels == 2:
        known = [3.44629693555e-08, 3.76430902267e-09, 2.75469340407e-08]
        np.testing.assert_allclose(model.omega[np.triu_indices(2)], known, rtol=1e-9)


@pytest.fixture(scope="module")
def march(kit_data):
    """Closes and volumes of all markets, stamped at the open as in the source, NaN where there is no bar."""
    bars = pd.read_parquet(kit_data / "market/multi-exchange-1m-202303/iaqf_1m_20230301_20230321.parquet")
    tables = [bars.pivot(index="ts", columns="market", values=name).astype(float) for name in ("close", "volume")]
    return [table.reindex(pd.date_range(table.index[0], table.index[-1], freq="min")) for table in tables]


def test_2b_information_shares_of_dollars_and_usdt(march):
    prices = march[0][["kraken_btcusd", "kraken_btcusdt"]].dropna()
    assert len(prices) == 20_415
    m = moments(prices, 8)
    model = vecm.fit(m, beta="estimated")
    found = shares.information_shares(model.psi, model.omega)
    np.testing.assert_allclose(sorted(found[:, 0]), [0.68559321, 0.77176435], atol=5e-9)
    assert found[:, 0].mean() == pytest.approx(0.72867878, abs=5e-9)
    np.testing.assert_allclose(model.beta[:, 0] / model.beta[0, 0], [1, -0.99370494], atol=5e-9)
    np.testing.assert_allclose(model.alpha[:, 0] * model.beta[0, 0], [0.00785852, 0.01182491], atol=5e-9)
    np.testing.assert_allclose(shares.component_shares(model.psi), [2.981278, -1.981278], atol=5e-7)
    assert model.omega[0, 1] / np.sqrt(model.omega[0, 0] * model.omega[1, 1]) == pytest.approx(0.888165, abs=5e-7)
    test = cointegration.tested(m)
    assert test.trace[0] == pytest.approx(27.0257, abs=5e-5) and test.critical[0] == pytest.approx(15.4943, abs=5e-5)
    assert test.rank == 1


def test_2b_the_usdc_pair_is_refused_at_rank_0(march):
    prices = march[0][["kraken_btcusd", "kraken_btcusdc"]].dropna()
    test = cointegration.johansen(prices, lags=2)
    assert test.trace[0] == pytest.approx(7.70516, abs=5e-6) and test.rank == 0
    with pytest.raises(kit.refusal.Refusal, match=r"cointegration rank 0 .*\(trace 7.7052, critical 15.494 at 5%\)"):
        shares.discovery(prices, lags=2)


@pytest.fixture(scope="module")
def by_the_second(kit_data):
    """The previous tick of each venue at each second of the day, the first one carried backwards as in the source."""
    folder = kit_data / "market/multi-exchange-ticks-20260105"
    prints = venues.prints(folder / "btcusd_trades_4venues_20260105.parquet")
    day = pd.date_range("2026-01-05", periods=86_400, freq="s", tz="UTC", name="time").as_unit("ns")
    columns = {venue: pd.merge_asof(day.to_frame(index=False), venues.by_venue(prints, venue), on="time")["price"]
               .bfill().to_numpy() for venue in FOUR}
    return pd.DataFrame(columns, index=day)


@pytest.mark.parametrize("lags", BY_LAGS)
def test_2c_shares_of_four_venues(by_the_second, lags):
    model = vecm.fit(moments(by_the_second, lags))
    information, component, leadership = BY_LAGS[lags]
    found = shares.measures(model)
    np.testing.assert_allclose(found["is_mean"], information, atol=3e-5)
    np.testing.assert_allclose(np.abs(model.psi) / np.abs(model.psi).sum(), component, atol=3e-5)
    np.testing.assert_allclose(found["ils"], leadership, atol=1e-4)


def test_2d_johansen_of_danish_money_demand(kit_data):
    """urca's ca.jo(denmark[LRM, LRY, IBO, IDE], trace, const, K = 2, season = 4)."""
    table = pd.read_csv(kit_data / "reference/infoshare/urca_denmark.csv")[["LRM", "LRY", "IBO", "IDE"]]
    season = np.stack([(np.arange(len(table)) % 4 == quarter) - 0.25 for quarter in range(3)], axis=1)
    m = moments(clocked(np.exp(table.to_numpy()), list(table), "h"), 1, exogenous=season)
    eigenvalues, vectors = cointegration.reduced_rank(m, m.total(), "restricted")
    np.testing.assert_allclose(eigenvalues, [0.4331654195, 0.1775836394, 0.1127905215, 0.04341129967], rtol=2e-9)
    trace = cointegration.trace(eigenvalues, m.rows.sum())
    np.testing.assert_allclose(trace, [49.14436518, 19.05691375, 8.694963736, 2.352233287], rtol=2e-9)
    differences, level = vectors[:3, 0], vectors[3, 0]
    beta = np.r_[-differences] / (differences.sum() + level)
    np.testing.assert_allclose(beta, [-1.032948826, 5.206918662, -4.215879390], rtol=2e-9)


def test_2e_bitflyer_leads_btcbox_by_17_seconds(kit_data):
    """The package takes differences of prices: their exponential has them as log changes."""
    folder = kit_data / "reference/infoshare/lead_lag_btcjpy"
    paths = [pd.read_csv(folder / f"{venue}JPY_2018-08-12_small.csv") for venue in ("bitflyer", "btcbox")]
    paths = [pd.Series(np.exp(path["last"].to_numpy() / 1e6), pd.to_datetime(path["date"], utc=True)) for path in paths]
    assert paths[0].index.unit == "us"  # in which the package returns 7.2 s
    found = leadlag.lead_lag(*paths, furthest="30s", step="100ms", power=1)
    assert found.lag.value == pytest.approx(17.1)
    assert found.llr.value == pytest.approx(5.01680, abs=5e-6)


def test_2f_dispersion_of_the_usdc_pair(march):
    carried = march[0].ffill(limit=5)
    crisis = carried["2023-03-10":"2023-03-12"]
    dispersion = BP * np.log(crisis["kraken_btcusdc"] / crisis["kraken_btcusd"]).dropna()
    assert len(dispersion) == 4311 and dispersion.mean() == pytest.approx(319.974, abs=5e-4)
    basis = BP * np.log(crisis["kraken_btcusdc"] * crisis["kraken_usdcusd"] / crisis["kraken_btcusd"]).dropna()
    assert len(basis) == 4283 and basis.mean() == pytest.approx(5.271, abs=5e-4)
    between = BP * np.log(carried["coinbase_btcusd"] / carried["kraken_btcusd"]).dropna()
    assert len(between) == 29_961 and between.mean() == pytest.approx(2.185, abs=5e-4)


def test_2f_the_half_life_rule():
    assert edge.halved(0.9) == pytest.approx(6.578813, abs=5e-7)


def test_2f_shares_of_the_volume_after_the_crisis(kit_data):
    """By the factor: shares of UTC days, each known at its end."""
    markets = {f"{venue}{coin}": f"{venue}_btc{coin}" for venue, coins in
               {"coinbase": ("usd", "usdt"), "kraken": ("usd", "usdt", "usdc"), "binance": ("usdt", "usdc")}.items()
               for coin in coins}
    path = kit_data / "market/multi-exchange-1m-202303/iaqf_1m_20230301_20230321.parquet"
    daily = kit.compute(venues.minutes(path, markets), "market_share_{a}", window="1d")
    post = 100 * daily[(daily.index.hour == 0) & (daily.index.minute == 0) & (daily.index > "2023-03-13")].mean()
    assert post["market_share_coinbaseusd"] == pytest.approx(64.9175, abs=5e-5)
    assert post["market_share_krakenusd"] == pytest.approx(22.0072, abs=5e-5)
    assert post["market_share_binanceusdt"] == pytest.approx(7.41976, abs=5e-6)


def test_2f_realised_volatility_of_the_crisis(march):
    """In bp an hour."""
    returns = march[0]["kraken_btcusd"].ffill(limit=5).pct_change(fill_method=None)
    crisis = (BP * np.sqrt(60) * returns.rolling(60).std())["2023-03-10":"2023-03-12"]
    assert crisis.mean() == pytest.approx(62.904730, abs=5e-7)
    assert crisis.max() == pytest.approx(225.414524, abs=5e-7)
    assert crisis.idxmax() == pd.Timestamp("2023-03-12T22:58Z")
