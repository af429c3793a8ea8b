"""Realised measures, jump tests and ranges as highfrequency 1.0.1 and TTR 0.24.3 print them.

highfrequency takes the first price of a day for a return of 0: its days of 78 returns over five minutes have 79 of
them. So does the data here, by one more price in front.
"""

import gzip
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit import clock, compute
from kit.volatility import jumps
from tests.factors.test_volatility import bars

pytestmark = pytest.mark.recordings
STEP, N = clock.UNITS["min"] * 5, 79
TERMS = {"realised_variance": N, "bipower_variation": N - 1, "med_rv": N - 2, "min_rv": N - 1,
         "realised_quarticity": N, "tripower_quarticity": N - 2, "realised_skewness": N, "realised_kurtosis": N}
"""How many terms a day by itself has of each measure."""
SCALED = {"med_rv": N / (N - 2), "min_rv": N / (N - 1), "tripower_quarticity": N**2 / (N - 2) ** 2,
          "realised_quarticity": (N + 1) / N}
"""What highfrequency multiplies for the terms that a day lacks; in the quarticity it counts prices."""


def measured(prices, name):
    """A measure of one day's prices, as highfrequency has it."""
    frame = bars(np.concatenate([prices[:1], prices]), STEP)
    value = compute(frame, name, window=f"{5 * TERMS[name]}min")[name].iloc[-1]
    return value * SCALED.get(name, 1)


@pytest.fixture
def days(kit_data):
    """Five-minute prices of 22 days, by asset."""
    table = pd.read_csv(kit_data / "reference/highfrequency/hf_sampleOneMinuteData.csv")
    day = table["DT"].str[:10]
    return {asset: [prices.to_numpy()[::5] for _, prices in table[asset].groupby(day)] for asset in ("MARKET", "STOCK")}


@pytest.mark.parametrize(("name", "value"), [
    ("realised_variance", 0.000164515135373), ("bipower_variation", 0.000142451543391),
    ("med_rv", 0.000148926033961), ("min_rv", 0.00013980360444),
    ("realised_quarticity", 3.05297532726e-08), ("tripower_quarticity", 1.91560802384e-08),
    ("realised_skewness", 0.683996169591), ("realised_kurtosis", 3.34171905612)])
def test_first_day_of_the_market(days, name, value):
    assert measured(days["MARKET"][0], name) == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize(("name", "market", "stock"), [
    ("realised_variance", 0.00160433251237, 0.00352528459121),
    ("bipower_variation", 0.00146917855512, 0.00332834777868),
    ("med_rv", 0.001451676499, 0.003387052289), ("min_rv", 0.001438168861, 0.003344205602),
    ("tripower_quarticity", 1.84826899005e-07, 1.10944025881e-06)])
def test_sums_over_22_days(days, name, market, stock):
    sums = [sum(measured(prices, name) for prices in days[asset]) for asset in ("MARKET", "STOCK")]
    assert sums == pytest.approx([market, stock], rel=5e-10)


@pytest.fixture
def ticks(kit_data):
    """Times and prices of sampleTData by day: R's serialisation holds them as its first and second 7,168 doubles."""
    raw = gzip.decompress((kit_data / "reference/highfrequency/sampleTData.rda").read_bytes())
    vectors, at = [], 0
    while len(vectors) < 2:
        at = raw.index(b"\x0e\x00\x00\x1c\x00", at) + 5
        vectors.append(np.frombuffer(raw[at:at + 8 * 7168], ">f8").astype(float))
    seconds, prices = vectors
    return [(seconds[at] % 86400, prices[at]) for at in (seconds < 1514937600, seconds >= 1514937600)]


def test_bns_of_two_days_of_trades(ticks):
    """MinRV, MedRQ, linear; two-sided, as printed."""
    found = []
    for _, prices in ticks:
        n = len(prices)
        frame = bars(np.concatenate([prices[:1], prices]))
        rv = compute(frame, "realised_variance", window=f"{n}d").iloc[-1, 0]
        robust = compute(frame, "min_rv", window=f"{n - 1}d").iloc[-1, 0] * n / (n - 1)
        quarticity = compute(frame, "med_rq", window=f"{n - 2}d").iloc[-1, 0] * (n / (n - 2)) ** 2
        z = jumps.bns(rv, robust, quarticity, n, jumps.THETA["min_rv"], "linear")
        found.append(2 * stats.norm.sf(abs(z)))
    assert found == pytest.approx([0.1322998188, 2.816329921e-05], rel=5e-10)


def test_aj_of_two_days_of_trades(ticks):
    """5 s, p 2, k 3; its variance is of returns over one second, of the prices after those that moved too far."""
    found = []
    for seconds, prices in ticks:
        grid = np.arange(14.5 * 3600, 21 * 3600 + 1)
        x = np.log(prices[np.maximum(np.searchsorted(seconds, grid, side="right") - 1, 0)])
        n = len(x) - 1
        moved = np.abs(np.diff(x, prepend=x[0]))
        kept = moved < 4 * math.sqrt((np.diff(x[::5]) ** 2).sum()) * n**-0.47
        slow = x[0:n:5]
        triples = slow[:3 * ((len(slow) - 1) // 3) + 1]
        ratio = (np.diff(x[0:n:15]) ** 2).sum() / (np.diff(slow) ** 2).sum()
        assert ratio == pytest.approx(jumps.power_ratio(np.diff(triples), 3, 2), rel=0.01)
        found.append((ratio - 1) / math.sqrt(jumps.ratio_variance(np.diff(x[kept]), 3, 2)))
    assert found == pytest.approx([-0.63154307241, -0.03660544638], rel=5e-10)


@pytest.mark.parametrize(("name", "last", "mean", "hundredth"), [
    ("rv", 0.0918330613801, 0.208497387474, 0.137073177402),
    ("garman_klass", 0.150626056572, 0.248603303822, 0.17620183655),
    ("parkinson", 0.136137905592, 0.232401126295, 0.158555783415),
    ("rogers_satchell", 0.1493459596, 0.251314524294, 0.182324994455),
    ("garman_klass_yang_zhang", 0.155349359181, 0.259646624916, 0.20869817271),
    ("yang_zhang", 0.148531223372, 0.254833255631, 0.205937534181)])
def test_volatilities_of_ttr(kit_data, name, last, mean, hundredth):
    """volatility(n=10, N=260), where days are taken for those of a year of 365; that of closes has nine returns.

    The kit has no window that reaches to the beginning of the data: ranges get one more day in front.
    """
    table = pd.read_csv(kit_data / "reference/spread-vpin/ttr_ttrc.csv")
    lead = int(name in ("parkinson", "garman_klass", "rogers_satchell"))
    table = table.iloc[[0] * lead + list(range(len(table)))]
    frame = bars(table["Close"], open=table["Open"], high=table["High"], low=table["Low"])
    found = compute(frame, name, window="9d" if name == "rv" else "10d")[name].iloc[lead:] * math.sqrt(260 / 365)
    values = [found.iloc[-1], found.mean(), found.iloc[99]]
    assert values == pytest.approx([last, mean, hundredth], rel=5e-11)
