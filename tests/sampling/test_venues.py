"""Venues side by side: what each last said, how long ago, and nothing before it spoke."""

import numpy as np
import pytest

from kit import columns
from kit.refusal import Refusal
from kit.sampling import venues
from tests.test_features import at, quotes, trades

ONE = {"quotes": quotes((0.2, 99.0, 1.0, 101.0, 1.0), (2.5, 100.0, 1.0, 102.0, 1.0), (4.0, 100.0, 1.0, 102.0, 1.0)),
       "trades": trades((0.3, 101.0, 2.0, 1), (3.0, 102.0, 1.0, 1), (3.5, 102.0, 4.0, 1))}
OTHER = {"trades": trades((1.5, 100.5, 1.0, 1), (1.9, 100.0, 1.0, -1), (4.2, 103.0, 1.0, 1))}


def test_each_venue_says_what_it_last_knew():
    got = venues({"one": ONE, "other": OTHER})
    assert got["time"].tolist() == list(at(2, 3)), "from where all are heard of to where the first ends"
    assert got["price_one"].tolist() == [100.0, 101.0] and got["price_other"].tolist() == [100.0, 100.0]
    assert got["ask_one"].tolist() == [101.0, 102.0] and got["ask_other"].isna().all()
    assert got["volume_one"].tolist() == [0.0, 1.0] and got["volume_other"].tolist() == [2.0, 0.0]
    np.testing.assert_allclose(got["age_one"], [1.7, 0.0])
    np.testing.assert_allclose(got["age_other"], [0.1, 1.1])
    assert columns.labels(got, "venues") == ("one", "other")
    assert columns.read(got, "venues").price.shape == (2, 2)


def test_before_a_venue_has_spoken_it_is_missing():
    got = venues({"one": ONE, "other": OTHER}, start=at(0)[0], end=at(2)[0])
    assert got["price_other"].isna().tolist() == [True, True, False]
    assert got["age_other"].isna().tolist() == [True, True, False]


def test_venues_that_never_meet_are_refused():
    with pytest.raises(Refusal, match="no time at which all"):
        venues({"one": {"trades": trades((1, 1.0, 1.0, 1), (2, 1.0, 1.0, 1))},
                "other": {"trades": trades((8, 1.0, 1.0, 1), (9, 1.0, 1.0, 1))}})
    with pytest.raises(Refusal, match="no venue"):
        venues({})
    with pytest.raises(Refusal, match="silent: neither quotes nor trades"):
        venues({"one": ONE, "silent": {}})
