"""The ledger is whole, its evidence can be computed again from its own words, and no rule is decided beforehand."""

import importlib
import re

import pytest

from kit.claims import PAPER, Evidence, Verdict, judged
from kit.report import Numbers

LEDGER = judged()
OF = {entry.claim.id: entry.verdict for entry in LEDGER.entries}
BY_THE_TABLES = {
    Verdict.REPRODUCED: "T1 T1-edge T2 T3 T3-daily T4 T4-t S-02-taker S-02-maker S-04 S-09 P-10-local P-16",
    Verdict.NOT_REPRODUCED: "S-08 P-02 P-02-BH P-02-taker P-02-sides P-08 P-08-chance",
    Verdict.CONTRADICTED: "T3-once T4-samples S-01 S-03 S-05 S-06 S-07 P-01 P-01-span P-03 P-06 P-07 P-07-size "
                          "P-08-rest P-09 P-10 P-11 P-11-levels P-11-held P-12 P-12-MLD P-12-open P-14 P-14-base"}


def test_every_claim_is_there_once_and_no_problem_is_missing():
    names = [claim.id for claim in PAPER]
    assert len(set(names)) == len(names)
    assert {name[:4] for name in names if name.startswith("P-")} == {f"P-{k:02d}" for k in range(1, 17)}


@pytest.mark.parametrize("verdict", BY_THE_TABLES)
def test_verdicts_that_follow_from_the_paper_alone(verdict):
    assert {name for name, said in OF.items() if said is verdict} == set(BY_THE_TABLES[verdict].split())


@pytest.mark.parametrize("claim", PAPER, ids=lambda claim: claim.id)
def test_a_claim_has_a_rule_with_something_to_measure_or_a_reason_why_not(claim):
    if claim.rule is None:
        assert claim.remark and claim.evidence is None
    else:
        assert claim.measure and claim.evidence and claim.where


@pytest.mark.parametrize("claim", [claim for claim in PAPER if claim.rule], ids=lambda claim: claim.id)
def test_every_rule_can_turn_out_either_way(claim):
    grid = [x / 100 for x in range(-200, 4000)] + list(range(40, 2000, 10)) + list(range(31))
    verdicts = {claim.rule(Evidence(float(x), float(x), float(x))) for x in grid}
    assert Verdict.REPRODUCED in verdicts and verdicts & {Verdict.CONTRADICTED, Verdict.NOT_REPRODUCED}


@pytest.mark.parametrize("entry", [entry for entry in LEDGER.entries if entry.evidence], ids=lambda e: e.claim.id)
def test_evidence_is_made_again_by_the_call_that_it_names(entry):
    for one in entry.evidence:
        module, name, arguments = re.fullmatch(r"([\w.]+)\.(\w+)\((.*)\)", one.source).groups()
        said = eval(f"{name}({arguments})", vars(importlib.import_module(module)))
        assert float(said[0] if isinstance(said, tuple) else said) == one.value
        assert one.low <= one.value <= one.high


def test_numbers_take_every_count_and_all_evidence():
    numbers = Numbers()
    LEDGER.record(numbers)
    assert numbers.rows["contradicted"]["value"] == len(BY_THE_TABLES[Verdict.CONTRADICTED].split())
    assert numbers.rows["P-02"]["value"] == pytest.approx(0.288) and "low" in numbers.rows["S-06 BTC"]
    assert len(numbers.rows) == len(Verdict) + sum(len(entry.evidence) for entry in LEDGER.entries)


def test_findings_are_open_where_no_report_was_rendered():
    assert all(OF[name] is Verdict.NOT_TESTABLE for name in OF if name.startswith("F-"))
