"""The laws are themselves tested: each planted mistake must be caught by the law that is there for it."""

import array_api_strict
import numpy as np
import pytest

from kit import backend
from kit.columns import Quotes, Seconds, Trades
from kit.factor import Factor
from kit.features import mid
from tests.laws import laws, market

TABLES = market.tables()


def mutant(unit="1", mirror=1, low=None, high=None):
    """A factor that is not registered."""
    return lambda function: Factor(function, unit, mirror, low, high, {})


@mutant(mirror=-1)
def uses_the_next_tick(q: Quotes):
    return np.append(np.log(mid(q)[1:] / mid(q)[:-1]), np.nan)


@mutant(mirror=-1)
def whole_day_z_score(q: Quotes):
    x = q.bid_size - q.ask_size
    return (x - np.nanmean(x)) / np.nanstd(x)


@mutant(unit="price", low=0)
def window_cold_at_each_chunk(q: Quotes):
    import pandas as pd

    return pd.Series(mid(q)).rolling(20).std().to_numpy()


@mutant(unit="price", low=0)
def running_difference(q: Quotes, past):
    total = past.last(np.cumsum(q.bid), np.ones(q.bid.shape[0], bool))
    return total - past.lag(total, 10)


@mutant(mirror=-1, low=-1, high=1)
def filled_from_the_next_tick(q: Quotes):
    x = np.divide(q.bid_size - q.ask_size, q.bid_size + q.ask_size, out=np.full(len(q.bid), np.nan),
                  where=q.bid_size + q.ask_size > 0)
    return np.where(np.isnan(x), np.append(x[1:], np.nan), x)


@mutant(mirror=-1)
def unknown_side_from_the_next_trade(t: Trades):
    return np.where(t.side == 0, np.append(t.side[1:], 0), t.side).astype(float)


@mutant(mirror=-1)
def crossed_quotes_repaired_by_what_follows(q: Quotes):
    return np.where(q.ask <= q.bid, np.sign(np.append(np.diff(mid(q)), 0.0)), 0.0)


@mutant(unit="size", low=0)
def another_factor_on_long_days(q: Quotes):
    return q.bid_size / (q.bid_size.max() if len(q.bid) > 1000 else 1.0)


@mutant(mirror=1)
def wrong_sign(q: Quotes):
    return (q.bid_size - q.ask_size) / (q.bid_size + q.ask_size)


@mutant(mirror=1, low=0)
def wrong_unit(q: Quotes):
    return q.ask - q.bid


@mutant(unit="size", low=0)
def wrong_power(s: Seconds, past):
    return past.sum(s.squared_size, 10)


@mutant(unit="1", mirror=1, low=0, high=1)
def out_of_range(s: Seconds, past):
    return past.sum(s.squared_size, 10) / past.sum(s.volume, 10)


@mutant(unit="size", low=0)
def missing_is_zero(q: Quotes):
    return np.nan_to_num(q.bid_size + q.ask_size)


@mutant(unit="size", low=0)
def zero_before_there_is_history(s: Seconds, past):
    return np.nan_to_num(past.sum(s.volume, 10))


@mutant(unit="price", low=0)
def leaves_its_library(q: Quotes):
    return np.asarray(q.ask) - np.asarray(q.bid)


@mutant(mirror=-1)
def label_past_its_horizon(q: Quotes, future, horizon="3s"):
    value = np.log(mid(q))
    return future.at(value, "4s") - value


@mutant(mirror=-1)
def label_at_the_end_is_zero(q: Quotes, future, horizon="3s"):
    value = np.log(mid(q))
    return np.nan_to_num(future.at(value, horizon) - value)


CAUGHT = [(uses_the_next_tick, "cut"), (whole_day_z_score, "cut"), (window_cold_at_each_chunk, "cut"),
          (running_difference, "cut"), (filled_from_the_next_tick, "cut"), (unknown_side_from_the_next_trade, "cut"),
          (crossed_quotes_repaired_by_what_follows, "cut"), (wrong_sign, "mirror"), (wrong_unit, "scale"),
          (wrong_power, "scale"),
          (out_of_range, "range"), (missing_is_zero, "range"), (zero_before_there_is_history, "range"),
          (label_past_its_horizon, "cut"), (label_at_the_end_is_zero, "range")]


@pytest.mark.parametrize(("planted", "law"), CAUGHT, ids=lambda x: getattr(x, "name", x))
def test_mutant_is_caught(planted, law):
    with pytest.raises(AssertionError):
        laws.LAWS[law](planted, TABLES)


def test_mutant_that_waits_for_a_long_day_is_caught():
    with pytest.raises(AssertionError):
        laws.cut(another_factor_on_long_days, market.tables(n=4000))


def test_mutant_that_leaves_its_library_is_caught():
    with pytest.raises(AssertionError):
        laws.library(leaves_its_library, TABLES, array_api_strict.asarray)


def test_mutant_whose_library_disagrees_is_caught():
    @mutant(unit="price", low=0)
    def another_answer_elsewhere(q: Quotes):
        return (q.ask - q.bid) * (1.0 if backend.namespace(q.bid) is np else 1.0 + 1e-15)

    with pytest.raises(AssertionError):
        laws.library(another_answer_elsewhere, TABLES, array_api_strict.asarray)
