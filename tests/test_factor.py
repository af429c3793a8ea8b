"""The registry and `compute`: what they say, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit import Depth, Quotes, Trades, clock
from kit.factor import Factor, evaluate, registry
from kit.refusal import Refusal
from tests.laws import market

TABLES = market.tables()


def frame(kind):
    table = TABLES[kind]
    return pd.DataFrame({**table._asdict(), "time": clock.utc(table.time)})


def unregistered(function, unit="1", **law):
    return Factor(function, unit, law.get("mirror", 1), law.get("low"), law.get("high"), law.get("off", {}))


def test_every_factor_says_what_it_is():
    for name, f in registry().items():
        described = f.describe()
        assert described["title"].endswith("."), f"{name}: no sentence: {described['title']!r}"
        assert described["formula"], f"{name} states no formula"
        assert described["inputs"], f"{name} takes no table"
        f.powers()
        for law, reason in f.off.items():
            assert len(reason) > 20, f"{name} is off the law of {law} without a reason"


def test_the_paper_s_ten_are_registered_once_each():
    assert len(set(kit.PAPER)) == 10
    assert set(kit.PAPER) <= set(registry())


def test_inputs_memory_and_foresight_are_read_off_the_signature():
    f = registry()
    assert f["l1_imbalance"].inputs == ("quotes",) and not f["l1_imbalance"].past
    assert f["net_order_flow"].inputs == ("seconds",) and f["net_order_flow"].past
    assert f["log_return"].future and f["log_return"].describe()["kind"] == "label"
    assert f["volatility"].parameters == {"vol": "60s"}


UNITS = {"1": (0, 0), "price": (1, 0), "price*size": (1, 1), "bp^2": (0, 0), "price^2*size^-1": (2, -1)}


@pytest.mark.parametrize(("unit", "powers"), UNITS.items())
def test_units_are_products_of_powers(unit, powers):
    assert unregistered(lambda q: q, unit).powers() == powers


def test_a_unit_nobody_knows_is_refused():
    with pytest.raises(Refusal, match="unit 'furlong'"):
        unregistered(lambda q: q, "furlong")


def test_a_law_nobody_knows_cannot_be_switched_off():
    with pytest.raises(Refusal, match="no law is called gravity"):
        unregistered(lambda q: q, off={"gravity": "it does not apply to this one"})


def test_a_name_taken_elsewhere_is_refused():
    with pytest.raises(Refusal, match="'spread' is already defined in kit.features"):
        @kit.factor()
        def spread(q: Quotes):
            return q.bid


def test_compute_answers_in_pandas_indexed_by_utc():
    out = kit.compute(frame("quotes"), "spread", "l1_imbalance")
    assert list(out.columns) == ["spread", "l1_imbalance"]
    assert str(out.index.dtype) == "datetime64[ns, UTC]" and out.index.name == "time"
    assert isinstance(out, pd.DataFrame) and len(out) == len(TABLES["quotes"].time)


@pytest.mark.gpu
def test_compute_answers_in_cudf():
    cudf = pytest.importorskip("cudf", reason="no cuDF here")
    out = kit.compute(cudf.from_pandas(frame("seconds")), *kit.PAPER)
    assert isinstance(out, cudf.DataFrame)
    ours = kit.compute(frame("seconds"), *kit.PAPER)
    pd.testing.assert_frame_equal(out.to_pandas(), ours, rtol=1e-9, check_freq=False)


def test_a_grid_serves_for_quotes():
    out = kit.compute(frame("seconds"), "spread", "n_trades")
    s = TABLES["seconds"]
    np.testing.assert_array_equal(out["spread"], (s.ask - s.bid) / ((s.bid + s.ask) / 2))


def test_a_depth_table_does_not_pass_for_quotes():
    assert not set(Quotes._fields) <= set(Depth._fields)


def test_a_missing_table_is_refused_by_name():
    with pytest.raises(Refusal, match="n_trades takes seconds, which is missing"):
        kit.compute({"trades": frame("trades")}, "n_trades")


def test_an_unknown_factor_is_refused_with_what_there_is():
    with pytest.raises(Refusal, match="no factor is called 'alpha'.*l1_imbalance"):
        kit.compute(frame("quotes"), "alpha")


def test_a_frame_of_no_kind_is_refused():
    with pytest.raises(Refusal, match="those of no table"):
        kit.compute(pd.DataFrame({"time": [], "x": []}), "spread")


def test_factors_on_different_clocks_are_refused():
    def count(t: Trades):
        return t.size

    with pytest.raises(Refusal, match="count is on another clock than spread"):
        kit.compute({"quotes": frame("quotes"), "trades": frame("trades")}, "spread", unregistered(count))


def test_a_factor_that_loses_rows_is_refused():
    def change(q: Quotes):
        return np.diff(q.bid)

    with pytest.raises(Refusal, match="change answers .239,. to 240 rows"):
        kit.compute(frame("quotes"), unregistered(change))


def test_a_factor_of_no_table_or_two_is_refused():
    def nothing(q):
        return q

    def two(q: Quotes, t: Trades) -> Quotes:
        return q.bid

    for function, count in ((nothing, 0), (two, 2)):
        with pytest.raises(Refusal, match=f"takes {count} tables"):
            kit.compute(frame("quotes"), unregistered(function))


def test_compute_without_names_is_refused():
    with pytest.raises(Refusal, match="no factor is named"):
        kit.compute(frame("quotes"))


def test_a_law_is_not_switched_off_without_a_reason():
    with pytest.raises(Refusal, match="off without a reason"):
        unregistered(lambda q: q, off={"cut": ""})


def test_a_label_says_how_far_it_looks():
    with pytest.raises(Refusal, match="has no parameter horizon"):
        unregistered(lambda q, future, ahead="3s": q)


def test_a_gap_ends_memory():
    f, q = registry()["volatility"], TABLES["quotes"]
    gap = int(np.argmax(np.diff(q.time))) + 1
    cut = evaluate(f, q, gap="60s", vol="5s")
    tail = evaluate(f, Quotes(*(column[gap:] for column in q)), vol="5s")
    np.testing.assert_array_equal(cut[gap:], tail)
    assert np.isnan(cut[gap]) and not np.array_equal(cut, evaluate(f, q, vol="5s"), equal_nan=True)


def test_a_label_does_not_look_over_a_gap():
    f, q = registry()["log_return"], TABLES["quotes"]
    gap = int(np.argmax(np.diff(q.time))) + 1
    assert np.isnan(evaluate(f, q, gap="60s", horizon="1s")[gap - 1])


@pytest.fixture
def named():
    """A formula under several names, and one for every pair of venues; forgotten again afterwards."""
    before = registry()

    @kit.factor(unit="1", also={"gap_of_three": {"rows": 3}})
    def gap_of(v: kit.Venues, past, rows=1):
        "Change of the first venue's log price."
        return past.diff(np.log(v.price[:, 0]), rows)

    @kit.factor(unit="price", each="difference_{a}_{b}")
    def difference(v: kit.Venues, a=0, b=1):
        "One venue's price less another's."
        return v.price[:, a] - v.price[:, b]

    yield
    for name in set(registry()) - set(before):
        del kit.factor.__globals__["_registry"][name]


def venues():
    n = 5
    columns = {f"{name}_{venue}": np.full(n, value + np.arange(n)) for name in ("price", "bid", "ask", "volume", "age")
               for venue, value in (("x", 10.0), ("y", 20.0), ("z", 40.0))}
    return pd.DataFrame({"time": clock.utc(np.arange(n) * clock.SECOND), **columns})


def test_a_formula_has_the_parameters_of_the_name_it_is_called_by(named):
    known = registry()
    assert known["gap_of"].parameters == {"rows": 1} and known["gap_of_three"].parameters == {"rows": 3}
    assert known["gap_of_three"].describe()["function"] == "gap_of"
    got = kit.compute(venues(), "gap_of", "gap_of_three")
    np.testing.assert_allclose(got["gap_of_three"].iloc[3:], np.log([13, 14]) - np.log([10, 11]))
    assert got["gap_of"].notna().sum() == 4
    assert kit.compute(venues(), "gap_of_three", rows=2)["gap_of_three"].notna().sum() == 3


def test_a_name_with_fields_is_every_pair_of_venues(named):
    got = kit.compute(venues(), "difference_{a}_{b}")
    assert list(got) == ["difference_x_y", "difference_x_z", "difference_y_z"]
    assert got.iloc[0].tolist() == [-10.0, -30.0, -20.0]
    one = kit.compute(venues(), "difference_x_z", "gap_of")
    assert one["difference_x_z"].tolist() == got["difference_x_z"].tolist()
    with pytest.raises(Refusal, match="no factor is called 'difference_x_w'"):
        kit.compute(venues(), "difference_x_w")


def test_a_name_with_parameters_that_its_function_lacks_is_refused():
    with pytest.raises(Refusal, match="narrow has no parameter window"):
        kit.factor(also={"narrow_20d": {"window": "20d"}})(narrow)
    with pytest.raises(Refusal, match="narrow has no parameter a"):
        kit.factor(each="narrow_{a}")(narrow)


def narrow(q: Quotes):
    "Ask less bid."
    return q.ask - q.bid
