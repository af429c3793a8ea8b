"""A rule gives every verdict that it names, and none without an interval or from a market that was made up."""

import math

import pytest

from kit.claims import Claim, Evidence, Verdict
from kit.claims.claim import above, below, covers, differs, exactly, rejects, within

YES, NO, AGAINST, OPEN = Verdict.REPRODUCED, Verdict.NOT_REPRODUCED, Verdict.CONTRADICTED, Verdict.NOT_TESTABLE

CASES = [
    (above(0.5), (0.6, 0.9), YES), (above(0.5), (0.4, 0.6), NO), (above(0.5), (0.1, 0.4), AGAINST),
    (below(0.5), (0.1, 0.4), YES), (below(0.5), (0.4, 0.6), NO), (below(0.5), (0.6, 0.9), AGAINST),
    (above(0.5, against=False), (0.1, 0.4), NO), (below(0.5, against=False), (0.6, 0.9), NO),
    (within(0, 1), (0.2, 0.9), YES), (within(0, 1), (0.5, 1.5), NO), (within(0, 1), (1.1, 1.5), AGAINST),
    (within(0, 1), (-2, -1), AGAINST), (exactly(3), (3, 3), YES), (exactly(3), (2, 2), AGAINST),
    (exactly(3), (2, 4), AGAINST), (covers(0.12), (0.1, 0.13), YES), (covers(0.12), (0.13, 0.2), AGAINST),
    (rejects(), (0.01, 0.04), YES), (rejects(), (0.04, 0.06), NO), (rejects(), (0.2, 0.3), NO),
    (differs(), (0.1, 0.2), YES), (differs(), (-0.2, -0.1), YES), (differs(), (-0.1, 0.1), NO),
]


def evidence(low, high, **more):
    return Evidence((low + high) / 2, low, high, **more)


@pytest.mark.parametrize(("rule", "interval", "verdict"), CASES)
def test_a_rule_is_what_its_words_say(rule, interval, verdict):
    assert rule(evidence(*interval)) is verdict
    assert verdict in rule.words or verdict is AGAINST


@pytest.mark.parametrize("rule", {case[0].words: case[0] for case in CASES}.values(), ids=lambda rule: rule.words[:30])
def test_without_an_interval_there_is_no_verdict(rule):
    assert rule(Evidence(0.5, math.nan, math.nan)) is OPEN


def judged(*found):
    return Claim("X", "here", "said", "x", above(0.5), lambda records: list(found), "why").judged(None)


GOOD, UNSURE, BAD = evidence(0.6, 0.7), evidence(0.4, 0.6), evidence(0.1, 0.2)


def test_of_several_exact_numbers_the_worst_counts():
    assert judged(GOOD, GOOD).verdict is YES
    assert judged(GOOD, UNSURE).verdict is NO
    assert judged(GOOD, UNSURE, BAD).verdict is AGAINST
    assert judged(GOOD, Evidence(0.1, math.nan, math.nan)).verdict is YES


def test_of_many_intervals_one_that_chance_would_misplace_contradicts_nothing():
    """P(one or more of 14 at 2.5 %) is .30, P(two or more) .047; of one interval .025."""
    good, bad = evidence(0.6, 0.7, error=0.025), evidence(0.1, 0.2, error=0.025)
    assert judged(bad).verdict is AGAINST
    assert judged(*[good] * 13, bad).verdict is NO
    assert judged(*[good] * 12, bad, bad).verdict is AGAINST


def test_a_synthetic_market_is_no_evidence_however_clear():
    made_up = evidence(0.6, 0.7, synthetic=True)
    entry = judged(made_up)
    assert entry.verdict is OPEN and entry.evidence == (made_up,) and "it would be reproduced" in entry.because
    assert judged(made_up, evidence(0.1, 0.2)).verdict is AGAINST


def test_what_was_not_rendered_says_so():
    entry = judged()
    assert entry.verdict is OPEN and "Not rendered here" in entry.because and "why" in entry.because


def test_a_claim_that_nothing_can_decide_says_why():
    entry = Claim("X", "here", "said", remark="no data").judged(None)
    assert entry.verdict is OPEN and entry.because == "no data"
