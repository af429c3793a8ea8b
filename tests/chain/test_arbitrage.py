"""The arbitrage detector: each clause on swaps whose answer is known, what would fool it, laws, and others' rules."""

import random
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain.arbitrage import arbitrages
from kit.chain.cycles import qin, weintraub
from kit.events import ETHER, WETH, Swap
from tests.chain.pools import TOKEN, UNISWAP_V2

USD = "0x" + "0d" * 20


def trade(place, pool, sold, paid, bought, got, **fields):
    """A swap of transaction 3, which mary signed and in which her bot pays and is paid."""
    its = {"block": 1, "index": 3, "hash": "0xt3", "place": (place,), "pool": pool, "protocol": "uniswap_v2",
           "origin": "mary", "target": "bot", "sender": "bot", "recipient": "bot", "token_in": sold, "amount_in": paid,
           "token_out": bought, "amount_out": got, "reserve_in": None, "reserve_out": None}
    return Swap(**its | fields)


def triangle(**fields):
    """1,000 ether for 5,000 tokens, these for 300 dollars, these for 1,040 ether; the bot is paid in between."""
    return [trade(0, "a", WETH, 1_000, TOKEN, 5_000, **fields), trade(1, "b", TOKEN, 5_000, USD, 300, **fields),
            trade(2, "c", USD, 300, WETH, 1_040, **fields)]


def only(found):
    assert len(found) == 1
    return found[0]


def test_a_loop_of_three_pools():
    its = only(arbitrages(triangle()))
    assert (its.block, its.index, its.hash, its.account, its.own) == (1, 3, "0xt3", "bot", ("0xt3",))
    assert (its.token, its.start, its.end, its.profit) == (WETH, 1_000, 1_040, 40)
    assert its.swaps == tuple(triangle())


def test_pools_pay_one_another():
    first, second, third = triangle()
    loop = [first._replace(recipient="b"), second._replace(sender="a", recipient="c"), third._replace(sender="b")]
    assert only(arbitrages(loop)).profit == 40


def test_who_pays_counts_where_it_is_known_and_not_who_asks():
    first, second, third = triangle(sender="executor")
    loop = [swap._replace(payer="bot") for swap in (first, second, third)]
    assert only(arbitrages(loop)).account == "bot"
    assert arbitrages([swap._replace(payer="vault", target="executor") for swap in loop]) == []


def test_the_contract_that_is_called_may_collect_for_who_pays():
    first, second, third = triangle()
    assert only(arbitrages([first._replace(payer="vault"), second, third])).account == "vault"
    assert arbitrages([first._replace(payer="vault"), second, third._replace(recipient="stranger")]) == []


def test_a_contract_between_pools_may_pass_on_just_what_it_got():
    first, second, third = triangle()
    assert only(arbitrages([first, second._replace(sender="helper", recipient="helper"), third])).profit == 40
    other = second._replace(sender="helper", recipient="helper", amount_in=4_999)
    assert arbitrages([first, other, third]) == []


def test_a_pool_may_pay_the_next_whoever_it_says_that_it_paid():
    first, second, third = triangle()
    assert arbitrages([first._replace(recipient="helper"), second._replace(amount_in=4_990), third]) == []
    paid = second._replace(amount_in=4_990, payer="a")
    assert only(arbitrages([first._replace(recipient="helper"), paid, third])).profit == 40


def test_losses_are_loops_too():
    loop = [trade(0, "a", WETH, 1_000, TOKEN, 5_000), trade(1, "b", TOKEN, 5_000, WETH, 990)]
    assert only(arbitrages(loop)).profit == -10


def test_amounts_are_exact_beyond_floats():
    big = 10**30 + 1
    loop = [trade(0, "a", WETH, big, TOKEN, big), trade(1, "b", TOKEN, big, WETH, big + 1)]
    assert only(arbitrages(loop)).profit == 1


@pytest.mark.parametrize(("arrived", "found"), [(4_951, 1), (4_950, 0), (4_000, 0)])
def test_a_token_may_tax_its_transfers_by_less_than_the_tolerance(arrived, found):
    """5,000 and 4,950 differ by 1.005 % of their mean."""
    loop = [trade(0, "a", WETH, 1_000, TOKEN, 5_000), trade(1, "b", TOKEN, arrived, WETH, 1_100)]
    assert len(arbitrages(loop)) == found
    assert len(arbitrages(loop, tolerance=0.5)) == 1


def test_amounts_that_differ_by_just_the_tolerance_are_two():
    """5,025 and 4,975 differ by one per cent of their mean."""
    loop = [trade(0, "a", WETH, 1_000, TOKEN, 5_025), trade(1, "b", TOKEN, 4_975, WETH, 1_100)]
    assert not arbitrages(loop) and arbitrages(loop, tolerance=0.010001)


def test_the_shortest_of_several_ways_is_taken_and_its_swaps_only_once():
    direct = trade(3, "d", TOKEN, 5_000, WETH, 1_030)
    its = only(arbitrages([*triangle(), direct]))
    assert [swap.pool for swap in its.swaps] == ["a", "d"] and its.profit == 30


def test_two_loops_of_one_transaction_are_two():
    second = [trade(3, "d", WETH, 7_000, USD, 2_000), trade(4, "e", USD, 2_000, WETH, 7_007)]
    assert [its.profit for its in arbitrages([*triangle(), *second])] == [40, 7]


def test_a_pool_that_lends_what_it_sells_and_is_repaid_last_is_the_first_all_the_same():
    """Its log comes last. The loop is of ether: it is there that something is left."""
    sold, lent = trade(0, "b", TOKEN, 5_000, WETH, 1_004), trade(1, "a", WETH, 1_000, TOKEN, 5_000)
    its = only(arbitrages([sold, lent]))
    assert (its.swaps, its.token, its.profit) == ((lent, sold), WETH, 4)
    twice = [swap._replace(place=(swap.place[0] + 2,), pool=swap.pool + "2") for swap in (sold, lent)]
    assert [its.profit for its in arbitrages([sold, lent, *twice])] == [4, 4]


def test_what_passes_through_a_router_is_its_callers():
    first, second, third = triangle()
    loop = [first._replace(sender=UNISWAP_V2), second, third._replace(recipient=UNISWAP_V2)]
    assert only(arbitrages(loop)).account == "bot"
    assert only(arbitrages(loop, routers=())).account == UNISWAP_V2


def test_a_user_who_calls_a_router_is_no_arbitrageur():
    """Two orders that a router settles at once: one buys, the other sells as much elsewhere."""
    settled = [trade(0, "a", WETH, 1_000, TOKEN, 5_000), trade(1, "b", TOKEN, 5_000, WETH, 1_010)]
    through = {"target": UNISWAP_V2, "sender": UNISWAP_V2, "recipient": UNISWAP_V2}
    assert len(arbitrages(settled)) == 1
    assert arbitrages([swap._replace(**through) for swap in settled]) == []


@pytest.mark.parametrize("route", [
    [trade(0, "a", WETH, 1_000, TOKEN, 5_000), trade(1, "b", TOKEN, 5_000, USD, 300)],
    [trade(0, "a", WETH, 600, TOKEN, 3_000), trade(1, "b", WETH, 400, TOKEN, 2_000),
     trade(2, "c", TOKEN, 5_000, USD, 300)],
    [trade(0, "a", WETH, 1_000, TOKEN, 5_000, recipient="user"), trade(1, "b", TOKEN, 5_000, WETH, 1_040,
                                                                       recipient="user")],
], ids=["two pools", "split, then joined", "the user is paid"])
def test_a_users_route_holds_no_loop(route):
    assert arbitrages(route) == []


def test_one_pool_there_and_back_is_wash_trade():
    assert arbitrages([trade(0, "a", WETH, 1_000, TOKEN, 5_000), trade(1, "a", TOKEN, 5_000, WETH, 990)]) == []


def test_a_pool_is_no_account():
    """Liquidity that pools pass round among themselves."""
    assert arbitrages([trade(0, "a", WETH, 1_000, TOKEN, 5_000, sender="b", recipient="b"),
                       trade(1, "b", TOKEN, 5_000, WETH, 1_000, sender="a", recipient="a"),
                       trade(2, "c", TOKEN, 1, USD, 1)]) == []


def test_another_token_comes_back():
    first, second, third = triangle()
    assert arbitrages([first, second, third._replace(token_out=ETHER)]) == []


def test_a_loop_over_two_transactions_is_none():
    first, second, third = triangle()
    assert arbitrages([first, second, third._replace(index=4, hash="0xt4")]) == []
    assert arbitrages([first, second, third._replace(block=2)]) == []


def test_a_lone_swap_and_nothing():
    assert arbitrages(triangle()[:1]) == arbitrages([]) == []


def test_the_order_in_which_swaps_are_given_does_not_matter():
    swaps = [swap._replace(block=block, hash=f"0x{block}") for block in range(5) for swap in triangle()]
    mixed = random.Random(5).sample(swaps, len(swaps))
    assert arbitrages(mixed) == arbitrages(swaps) and len(arbitrages(swaps)) == 5


@st.composite
def transactions(draw):
    """Swaps of one transaction among few pools, tokens, amounts and accounts."""
    ways = st.sampled_from([(WETH, TOKEN), (TOKEN, WETH), (TOKEN, USD), (USD, WETH)])
    amounts, accounts = st.sampled_from([100, 100, 101, 98]), st.sampled_from(["bot", "bot", "bot", "a", "b"])
    few = draw(st.lists(st.tuples(st.sampled_from("abc"), ways, amounts, amounts, accounts, accounts), max_size=7))
    return [trade(place, pool, sold, paid, bought, got, sender=sender, recipient=recipient)
            for place, (pool, (sold, bought), paid, got, sender, recipient) in enumerate(few)]


@given(transactions(), st.randoms())
def test_every_loop_is_closed_and_no_swap_is_in_two(swaps, order):
    found = arbitrages(swaps)
    assert arbitrages(order.sample(swaps, len(swaps))) == found
    used = [swap for its in found for swap in its.swaps]
    assert len(used) == len(set(used))
    for its in found:
        assert its.swaps[0].token_in == its.swaps[-1].token_out == its.token
        assert its.swaps[0].pool != its.swaps[-1].pool and its.account not in {swap.pool for swap in swaps}
        assert all(one.token_out == other.token_in for one, other in pairwise(its.swaps))
        assert its.profit == its.swaps[-1].amount_out - its.swaps[0].amount_in == its.end - its.start


def is_loop(way, pools):
    """The definition, for swaps that their sender pays."""
    first, last = way[0], way[-1]
    closed = last.token_out == first.token_in and last.recipient in (first.sender, first.target)
    return closed and first.pool != last.pool and first.sender not in pools and all(
        one.token_out == other.token_in and (one.recipient in (other.pool, other.sender) or one.pool == other.sender
                                             or one.amount_out == other.amount_in)
        and 200 * abs(one.amount_out - other.amount_in) < one.amount_out + other.amount_in
        for one, other in pairwise(way))


@given(transactions().filter(lambda swaps: len(swaps) < 6))
def test_a_loop_is_found_where_there_is_one(swaps):
    pools = {swap.pool for swap in swaps}
    ways = [way for length in range(2, len(swaps) + 1) for way in permutations(swaps, length) if is_loop(way, pools)]
    found = arbitrages(swaps)
    assert bool(found) == bool(ways)
    assert {its.swaps for its in found} <= set(ways)


def test_others_ask_for_one_cycle_of_tokens_and_not_whose_it_is():
    first, second, third = triangle(recipient="user")
    assert arbitrages([first, second, third]) == []
    assert only(weintraub([third, first, second])).profit == only(qin([first, second, third])).profit == 40
    assert weintraub([first, third._replace(place=(1,)), second._replace(place=(2,))]) == []
    assert weintraub([first, second]) == [] == weintraub([first])
    assert only(weintraub([first, second, third._replace(token_out=ETHER)])).profit == 40


def test_qin_wants_each_swap_to_pay_with_no_more_than_the_last_one_bought():
    first, second, third = triangle()
    assert qin([first, second._replace(amount_in=5_001), third]) == []
    assert len(weintraub([first, second._replace(amount_in=5_001), third])) == 1


def test_theirs_break_where_another_swap_is_inside():
    swaps = [*triangle(), trade(3, "d", USD, 5, TOKEN, 90)]
    assert weintraub(swaps) == [] and len(arbitrages(swaps)) == 1
