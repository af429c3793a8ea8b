"""Agreement with labels: precision and recall with Wilson's intervals, and the clause behind every difference."""

import math

import pandas as pd
import pytest

from kit.chain.sandwich import sandwiches
from kit.events import Label
from kit.survey.agreement import agreement, mcnemar
from tests.chain.pools import UNISWAP_V2, sandwich, swap, transaction


def label(front, back, kind="sandwich"):
    return Label(kind, front.block, (front.hash, back.hash), (), None, None, "a test", "")


def reasons(swaps, labels, **fields):
    return [its.reason for its in agreement(sandwiches(swaps), labels, swaps, **fields).differences]


def test_what_both_have_is_no_difference():
    swaps = sandwich()
    its = agreement(sandwiches(swaps), [label(swaps[0], swaps[2])] * 2, swaps)
    assert (its.precision.value, its.recall.value, its.recall.n, its.differences) == (1, 1, 1, [])


def test_intervals_are_wilsons():
    """21 of 22: 0.9545 [0.7820, 0.9919], by hand from Wilson (1927) with z = 1.95996."""
    swaps = [its for i in range(22) for its in sandwich(block=i)]
    labels = [label(swaps[3 * i], swaps[3 * i + 2]) for i in range(22)]
    found = agreement(sandwiches(swaps[3:]), labels, swaps)
    assert (found.recall.value, found.precision.value, found.precision.high) == (21 / 22, 1, 1)
    z, p, n = 1.959963984540054, 21 / 22, 22
    middle, half = (p + z * z / 2 / n), z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    assert (found.recall.low, found.recall.high) == pytest.approx(((middle - half) / (1 + z * z / n),
                                                                   (middle + half) / (1 + z * z / n)))
    assert [its[:4] for its in found.differences] == [(0, "label", swaps[0].hash, swaps[2].hash)]


def test_nothing_to_count_is_no_number():
    its = agreement([], [], [])
    assert its.precision.n == its.recall.n == 0 and math.isnan(its.precision.value) and math.isnan(its.recall.low)


def test_other_kinds_of_labels_are_not_asked():
    swaps = sandwich()
    assert agreement(sandwiches(swaps), [label(swaps[0], swaps[2], "decoy_sandwich")], swaps).recall.n == 0


def test_any_front_with_any_back_agrees():
    swaps = [swap(0, "eve", "buy", 1_000, 5_000), swap(1, "eve", "buy", 1_000, 4_000),
             swap(2, "ann", "buy", 500, 2_000), swap(3, "eve", "sell", 9_000, 2_250)]
    its = agreement(sandwiches(swaps), [label(swaps[1], swaps[3])], swaps)
    assert its.precision.value == its.recall.value == 1


def test_every_missed_label_has_the_clause_that_it_breaks():
    front, victim, back = sandwich()
    routed = [leg._replace(target=UNISWAP_V2, sender=UNISWAP_V2) for leg in (front, back)]
    cases = {
        "no swap was read": [front],
        "no pool is traded both ways": [front, victim, back._replace(token_in="0xother")],
        "nothing but a router in common": [routed[0], victim, routed[1]._replace(origin="sue")],
        "nothing in common": [front, victim, back._replace(origin="sue", target="0xsue", sender="0xsue")],
        "no victim in between": [front, back],
        "the victim is the attacker": [front, victim._replace(origin="eve"), back],
        "its legs belong to another attack": [front, swap(3, "eve", "sell", 5_000, 900), victim._replace(index=4),
                                              back._replace(index=5)],
    }
    for reason, swaps in cases.items():
        assert reasons(swaps, [label(front, back)]) == [reason]
    assert reasons([victim], [label(front, back)], transactions=[transaction(front, success=False)]) == ["failed"]


def test_what_no_label_names_says_what_sets_it_apart():
    front, victim, back = sandwich()
    cases = {
        "strict, and nothing sets it apart": back,
        "unequal legs, ratio 0.800": back._replace(amount_in=4_000),
        "gain in the other token, unequal legs, ratio 0.920": back._replace(amount_in=4_600, amount_out=1_000),
        "loss": back._replace(amount_out=900),
        "two signers of one contract": back._replace(origin="sue"),
    }
    for reason, last in cases.items():
        assert reasons([front, victim, last], []) == [reason]
    more = [swap(2, "eve", "buy", 1_000, 4_000), back._replace(index=3), swap(4, "eve", "sell", 4_000, 999)]
    assert reasons([front, victim, *more], []) == ["several fronts, several backs"]


def test_rules_that_differ_in_one_direction_differ_by_more_than_chance():
    """McNemar's exact test is a coin's: six of six heads have a two-sided chance of 2 / 64."""
    table = pd.DataFrame({"one": [True] * 16, "other": [True] * 10 + [False] * 6, "third": [False] * 6 + [True] * 10})
    assert mcnemar(table, "one", "other") == pytest.approx(2 / 64)
    assert mcnemar(table, "other", "third") == mcnemar(table, "one", "one") == 1
