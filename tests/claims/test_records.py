"""Numbers of reports become evidence: with the interval that was recorded, and the market that they are of."""

import json
import math

import pytest

from kit.claims import Records, Verdict, judged
from kit.claims.findings import FINDINGS
from kit.report import Numbers


def report(folder, notebook, parameters, numbers, synthetic=False):
    record = {"report": f"{notebook}-x", "notebook": f"../notebooks/{notebook}.ipynb",
              "rendered": "2026-01-01T00:00:00Z",
              "provenance": {"parameters": parameters, "synthetic": synthetic}, "numbers": numbers.rows}
    (folder / f"{notebook}-{len(list(folder.iterdir()))}.json").write_text(json.dumps(record))


@pytest.fixture
def numbers():
    import pandas as pd

    made = Numbers()
    made.add("r2", 0.1, low=0.05, high=0.15)
    made.add("p", 0.04)
    made.table("shape", pd.DataFrame({"value": [1.0], "low": [0.5], "high": [1.5]}, index=["BTC slope"]))
    distance = {"distance": [0.3], "distance_low": [0.1], "distance_high": [0.4]}
    made.table("likeness", pd.DataFrame(distance, index=["a b"]))
    return made


def test_intervals_are_found_where_they_were_recorded(tmp_path, numbers):
    report(tmp_path, "asset", {"dataset": "hyperliquid"}, numbers)
    records = Records.read(tmp_path)
    one, = records.find("asset", "r2")
    assert (one.value, one.low, one.high, one.of, one.synthetic) == (0.1, 0.05, 0.15, "asset-x", False)
    one, = records.find("asset", r"shape\[(.+) slope, value\]")
    assert (one.value, one.low, one.high, one.of) == (1.0, 0.5, 1.5, "BTC")
    one, = records.find("asset", r"likeness\[(.+), distance\]")
    assert (one.low, one.high, one.of) == (0.1, 0.4, "a b")
    assert "python -m kit reports --notebooks asset" in one.source and "asset-x.json" in one.source


def test_a_number_without_interval_has_none_unless_it_is_exact(tmp_path, numbers):
    report(tmp_path, "asset", {"dataset": "hyperliquid"}, numbers)
    one, = Records.read(tmp_path).find("asset", "p")
    assert math.isnan(one.low)
    one, = Records.read(tmp_path).find("asset", "p", exact=True)
    assert (one.low, one.high) == (0.04, 0.04)


def test_a_name_must_fit_wholly_and_in_its_own_notebook(tmp_path, numbers):
    report(tmp_path, "asset", {"dataset": "hyperliquid"}, numbers)
    assert Records.read(tmp_path).find("asset", "r") == [] == Records.read(tmp_path).find("execution", "r2")


def test_the_embedded_market_is_known_by_parameters_or_provenance(tmp_path, numbers):
    report(tmp_path, "universality", {"assets": "hyperliquid/BTC synthetic/SIM-BTC"}, numbers)
    report(tmp_path, "tick_size", {"assets": "synthetic/SIM-BTC", "spot": "binance-spot/BTCUSDT"}, numbers)
    report(tmp_path, "asset", {"dataset": "unnamed"}, numbers, synthetic=True)
    records = Records.read(tmp_path)
    assert [records.find(name, "r2")[0].synthetic for name in ("universality", "tick_size", "asset")] == [True] * 3
    assert not records.find("tick_size", "r2", about=("spot",))[0].synthetic


def test_failed_reports_and_missing_folders_hold_no_numbers(tmp_path):
    (tmp_path / "asset.failed.json").write_text("{}")
    assert Records.read(tmp_path).reports == Records.read(tmp_path / "none").reports == ()
    assert len(Records().table()) == 0


def found(folder, notebook, numbers, name):
    report(folder, notebook, {"dataset": "hyperliquid"}, numbers)
    return next(entry for entry in judged(FINDINGS, folder).entries if entry.claim.id == name).verdict


@pytest.mark.parametrize(("slope", "verdict"), [((0.5, 1.5), Verdict.REPRODUCED), ((-1.5, -0.5), Verdict.NOT_TESTABLE),
                                                ((-0.5, 1.5), Verdict.NOT_TESTABLE)])
def test_a_tail_is_judged_only_where_the_middle_slopes_upwards(tmp_path, slope, verdict):
    """Of a middle that slopes downwards, a tail three times as steep upwards has the ratio -3: below 1, not concave."""
    import pandas as pd

    made, tail = Numbers(), (0.1, 0.4) if verdict is Verdict.REPRODUCED else (-4.0, -2.0)
    rows = {"BTC slope": slope, "BTC left tail": tail, "BTC right tail": tail}
    made.table("shape", pd.DataFrame({"value": {name: sum(ends) / 2 for name, ends in rows.items()},
                                      "low": {name: ends[0] for name, ends in rows.items()},
                                      "high": {name: ends[1] for name, ends in rows.items()}}))
    assert found(tmp_path, "universality", made, "F-05") is verdict


def test_an_event_like_any_other_time_is_not_called_a_crash(tmp_path):
    """Of 4200 ordinary seconds the largest is beyond the 99.9 % quantile 98 times in 100; a thousandth of them are."""
    import numpy as np

    from kit.bootstrap import mean

    rng = np.random.default_rng(0)
    before, inside = (np.abs(rng.normal(size=n)) for n in (10_000, 4_200))
    usual = np.quantile(before, 0.999)
    made = Numbers()
    made.add("largest forecast in the event", inside.max() / usual)
    made.add("seconds of the event beyond that quantile", mean(inside > usual, 10**18 + np.arange(4_200) * 10**9))
    assert inside.max() > usual and found(tmp_path, "flash_crash", made, "F-19") is not Verdict.REPRODUCED
