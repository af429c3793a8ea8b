"""The sandwich detector on recorded blocks, beside what a public detector, its tests and other rules say of them."""

import json

import pytest

from kit.chain import rules
from kit.chain.costs import costs
from kit.chain.loss import losses
from kit.chain.sandwich import sandwiches
from kit.events import WETH
from kit.sources import datasets
from kit.sources.ethereum import inspect
from kit.survey.agreement import agreement

pytestmark = pytest.mark.recordings

FOUR_VICTIMS, BACK_HEAVY, FRONT_HEAVY = 12775690, 13699765, 14659109


@pytest.fixture(scope="module")
def swaps(ethereum):
    """As the kit decodes them."""
    return ethereum.events("swaps")


@pytest.fixture(scope="module")
def told(folder):
    """As the detector that made the labels decoded them."""
    return inspect.swaps(folder)


@pytest.fixture(scope="module")
def transactions(folder):
    return inspect.transactions(folder)


@pytest.fixture(scope="module")
def labels(folder):
    return [label for label in inspect.labels(folder) if label.kind == "sandwich"]


@pytest.fixture(scope="module")
def found(swaps):
    return sandwiches(swaps)


def by(labels, source):
    return [label for label in labels if label.source == source]


def pairs(items):
    return {its.pair for its in items}


def of_block(found, block):
    return [its for its in found if its.block == block]


def test_the_asserted_sandwich_is_found_with_its_four_victims_and_its_profit(found, labels):
    its, = of_block(found, FOUR_VICTIMS)
    label, = (label for label in by(labels, "asserted by tests") if label.block == FOUR_VICTIMS)
    assert (its.pair, its.harmed) == (label.hashes, label.victims) and len(its.harmed) == 4
    assert (its.token, its.profit) == (label.token, label.profit) and its.profit == 49_991_481_915_322_274
    assert its.attacker == json.loads(label.note)["sandwicher"] and its.adjacent and its.tier == "strict"


def test_the_asserted_profits_of_unequal_legs_are_those_of_doubles(told, labels):
    """Both come out to the wei as the tests' own branch computes them, from its own swaps."""
    asserted = {label.block: label.profit for label in by(labels, "asserted by tests")}
    profits = {its.profit for its in rules.mev_inspect(told, prorated=True)}
    assert asserted[BACK_HEAVY] == -435805264121298944 and asserted[FRONT_HEAVY] == -180511102573164864
    assert {asserted[BACK_HEAVY], asserted[FRONT_HEAVY]} <= profits


def test_the_back_heavy_profit_is_exact_and_a_few_thousand_wei_beside_the_asserted_one(found):
    its, = (its for its in of_block(found, BACK_HEAVY) if its.legs == "back-heavy")
    assert its.profit == -435805264121293550 and its.ratio == pytest.approx(2.604, abs=1e-3)
    assert abs(its.profit + 435805264121298944) < 2**13  # doubles of these sums are 2**16 wei apart


def test_the_asserted_front_heavy_back_is_the_tokens_own_sale_and_not_the_attackers(found, swaps):
    """The token sells 50,000.000000000 of itself through a router while the attacker moves it, and the attacker sells
    after. The label takes the first sale's proceeds for the attacker's: a loss where there was a gain.
    """
    its, = of_block(found, FRONT_HEAVY)
    sales = [swap for swap in swaps if swap.hash == its.pair[1] and swap.pool == its.pool]
    assert [swap.amount_out for swap in sales] == [268990897426831099, 495398494794277993]
    assert sales[0].amount_in == 50_000 * 10**9 and its.backs == (sales[1],)
    assert its.got - its.paid == 22238494794277993 and its.legs == "front-heavy"


def test_every_distinct_reference_sandwich_is_found_and_nothing_else(found, labels, swaps, transactions):
    reference = by(labels, "reference detector")
    assert len(reference) == 23 and len({label.hashes for label in reference}) == 22
    its = agreement(found, reference, swaps, transactions=transactions)
    assert (its.recall.value, its.recall.n, its.precision.value, its.precision.n) == (1, 22, 1, 22)
    assert its.differences == [] and its.recall.low == pytest.approx(0.851, abs=1e-3)


def test_what_the_reference_counts_twice_is_one_attack_along_a_route(found):
    its, = of_block(found, 12914944)
    assert len(its.pools) == 2 and (its.profit, its.tier) == (412712206907851634, "strict")


def test_the_consensus_of_strict_rules_is_strict_and_nothing_else_is(found, labels):
    strict = {its.pair: its for its in found if its.tier == "strict"}
    consensus = {label.hashes: label.profit for label in by(labels, "strict consensus")}
    assert strict.keys() == consensus.keys() and len(strict) == 16
    for pair, its in strict.items():
        assert its.got - its.paid == consensus[pair] or len(its.pools) == 2


@pytest.mark.parametrize("source", ["told", "swaps"])
def test_rules_find_as_many_as_they_are_known_to(source, told, labels, transactions, request):
    """Counts of the rules on the reference's 22 pairs: nobody finds a pair that mev-inspect-py has not, which alone
    asks who paid the pool and so is given its own tables.
    """
    swaps = request.getfixturevalue(source)
    equal = rules.qin(swaps, low=0.99, high=1.01)
    by_rule = {"mev_inspect": rules.mev_inspect(told), "qin": rules.qin(swaps), "equal": equal,
               "gain": [its for its in equal if its.profit > 0], "weintraub": rules.weintraub(swaps, transactions),
               "torres": rules.torres(swaps, transactions), "kit": sandwiches(swaps)}
    table = rules.disagreement(by_rule)
    reference = {label.hashes for label in by(labels, "reference detector")}
    assert {(row.front, row.back) for row in table.itertuples()} == reference
    assert table[list(by_rule)].sum().to_dict() == {"mev_inspect": 22, "qin": 21, "equal": 18, "gain": 16,
                                                    "weintraub": 18, "torres": 3, "kit": 22}


def test_rules_that_ask_for_no_victim_find_no_other_pairs_here(swaps, found):
    dune, allium = rules.dune(swaps), rules.allium(swaps)
    assert len(pairs(dune)) == 9 and len(pairs(allium)) == 21 and pairs(dune) | pairs(allium) <= pairs(found)


def test_whoever_lost_a_replayed_trade_lost_something(found, swaps):
    """18 trades of victims on constant-product pools are recomputed to the unit; the rest say why not."""
    its = losses(found, swaps)
    assert [sum(loss.reason == reason for loss in its) for reason in (None, "liquidity changed in between")] == [18, 1]
    assert all(loss.loss > 0 for loss in its if loss.loss is not None)
    first = next(loss for loss in its if loss.block == FOUR_VICTIMS)
    assert (first.received, first.loss) == (60 * 10**18, 238042840814283360)


def test_attackers_gain_less_than_their_victims_lose(found, swaps):
    """In ether, where all victims of an attack on one pool can be replayed: between a third and nearly all of it."""
    parts = []
    for its in (its for its in found if its.tier == "strict" and its.token == WETH and len(its.pools) == 1):
        lost = [loss.ether for loss in losses([its], swaps)]
        parts += [] if None in lost else [its.profit / sum(lost)]
    assert len(parts) == 8 and min(parts) > 0.3 and max(parts) < 1


def test_costs_leave_less_than_the_profit_and_gas_that_is_unknown_stays_so(found, transactions):
    its = costs(found, transactions)
    known = [cost for cost in its if cost.net is not None]
    assert all(cost.net <= cost.attack.profit for cost in known)
    four, = (cost for cost in its if cost.block == FOUR_VICTIMS)
    assert (four.gas, four.payments, four.net) == (214985, 31720597566128908, 18270884348978381)
    assert sum(cost.gas is None for cost in its) == 6


def test_strict_attacks_pay_for_themselves(found, transactions):
    net = [cost.net for cost in costs(found, transactions) if cost.net is not None and cost.attack.tier == "strict"]
    assert len(net) >= 9 and min(net) > 0


def test_a_day_of_one_pool_has_eighteen_and_tells_three_retail_round_trips_apart(kit_data):
    day = datasets.load("uniswap-usdcweth", "USDC-WETH")
    swaps = day.events("swaps")
    found = sandwiches(swaps)
    candidates = {label.hashes: json.loads(label.note) for label in day.events("labels") if label.kind == "sandwich"}
    assert len(swaps) == 9_883 and len(found) == 18 and pairs(found) == candidates.keys()
    retail = [its for its in found if its.tier == "loose"]
    assert len(retail) == 3 and all(1.01 < its.ratio < 1.06 and its.profit < 0 for its in retail)
    assert all(abs(candidates[its.pair]["f0"]) < 2_000 for its in retail)
    assert all(its.legs == "equal" and its.profit > 0 for its in found if its.tier == "strict")
