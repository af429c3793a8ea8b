"""The sandwich detector: each clause on a chain whose answer is known, what would fool it, and laws."""

import re
import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain.jit_sandwich import jit_sandwiches
from kit.chain.masters import masters
from kit.chain.routers import ROUTERS
from kit.chain.sandwich import sandwiches
from kit.events import WETH, Liquidity
from tests.chain.pools import ETH, TOKEN, UNISWAP_V2, Pool, sandwich, swap


def only(found):
    assert len(found) == 1
    return found[0]


def test_front_victim_and_back_are_a_strict_sandwich():
    front, victim, back = sandwich()
    its = only(sandwiches([front, victim, back]))
    assert (its.fronts, its.victims, its.backs) == ((front,), (victim,), (back,))
    assert (its.block, its.pool, its.attacker, its.pair) == (1, "0xpool", "eve_bot", (front.hash, back.hash))
    assert (its.token_in, its.paid, its.got) == (WETH, 1_000, 1_100)
    assert (its.token_out, its.bought, its.sold, its.ratio) == (TOKEN, 5_000, 5_000, 1)
    assert (its.token, its.profit, its.legs, its.tier, its.adjacent) == (WETH, 100, "equal", "strict", True)
    assert its.own == (front.hash, back.hash) and its.harmed == (victim.hash,) and its.pools == ("0xpool",)


def test_it_may_begin_with_the_token():
    its = only(sandwiches([swap(0, "eve", "sell", 5_000, 1_000), swap(1, "ann", "sell", 900, 150),
                           swap(2, "eve", "buy", 1_000, 5_200)]))
    assert (its.token, its.profit, its.tier) == (TOKEN, 200, "strict")


def test_several_victims():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "bob", "buy", 400, 1_500), swap(4, "cat", "buy", 300, 1_000),
                           swap(5, "eve", "sell", 5_000, 1_300)]))
    assert its.harmed == ("0xt1", "0xt2", "0xt4") and its.profit == 300 and not its.adjacent


def test_several_fronts_share_one_back_and_are_one_attack():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "buy", 1_000, 4_000), swap(3, "bob", "buy", 500, 1_800),
                           swap(4, "eve", "sell", 9_000, 2_250)]))
    assert its.own == ("0xt0", "0xt2", "0xt4") and its.harmed == ("0xt1", "0xt3")
    assert (its.profit, its.tier) == (250, "strict")


def test_several_backs_are_one_attack():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 3_000, 700), swap(3, "eve", "sell", 2_000, 420)]))
    assert [its.sold, its.got, its.profit, its.tier] == [5_000, 1_120, 120, "strict"]


def test_victims_between_backs_count():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 3_000, 700), swap(3, "bob", "buy", 100, 380),
                           swap(4, "eve", "sell", 2_000, 420), swap(5, "cat", "buy", 100, 300)]))
    assert its.harmed == ("0xt1", "0xt3")


def test_back_heavy_legs_are_valued_on_what_was_bought():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 20_000, 4_400)]))
    assert (its.legs, its.tier, its.token) == ("back-heavy", "loose", WETH)
    assert its.profit == 4_400 * 5_000 // 20_000 - 1_000 == 100


def test_front_heavy_legs_are_valued_on_what_was_sold():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 4_000, 900)]))
    assert (its.legs, its.tier, its.token) == ("front-heavy", "loose", WETH)
    assert its.profit == 900 - 1_000 * 4_000 // 5_000 == 100


def test_profit_is_exact_beyond_doubles_and_rounds_down():
    paid, bought, sold, got = 188147969924812013568, 751864283801, 1957841600000, 488799232410434891247
    its = only(sandwiches([swap(0, "eve", "buy", paid, bought), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", sold, got)]))
    assert its.profit == -435805264121293550
    assert its.profit * sold <= got * bought - paid * sold < (its.profit + 1) * sold
    assert int(got * (bought / sold)) - paid == -435805264121298944  # what doubles make of it


def test_gain_in_the_other_token_is_seen_where_the_input_only_comes_back():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 4_600, 1_000)]))
    assert (its.token, its.profit, its.tier) == (TOKEN, 400, "loose")


def test_legs_that_are_equal_within_tolerance_still_tell_where_the_gain_is():
    whole = [*sandwich()[:2], swap(2, "eve", "sell", 4_960, 1_000)]
    its = only(sandwiches(whole))
    assert (its.legs, its.token, its.profit, its.tier) == ("equal", TOKEN, 40, "loose")
    its = only(sandwiches([*whole[:2], whole[2]._replace(amount_out=1_005)]))
    assert (its.token, its.profit, its.tier) == (WETH, 1_005 - 1_000 * 4_960 // 5_000, "strict")


def test_a_loss_is_a_sandwich_but_not_a_strict_one():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 5_000, 950)]))
    assert (its.profit, its.tier) == (-50, "loose")


def test_more_got_for_more_sold_is_no_gain():
    """Within tolerance, half a per cent more is sold than was bought, at a worse price."""
    its = only(sandwiches([swap(0, "eve", "buy", 100_000, 500_000), swap(1, "ann", "buy", 500, 2_000),
                           swap(2, "eve", "sell", 502_500, 100_400)]))
    assert its.legs == "equal" and its.got > its.paid and its.profit < 0 and its.tier == "loose"


@pytest.mark.parametrize(("sold", "legs"), [(4_950, "equal"), (5_050, "equal"), (4_949, "front-heavy"),
                                            (5_051, "back-heavy")])
def test_tolerance_is_met_exactly_at_its_edge(sold, legs):
    swaps = [*sandwich()[:2], swap(2, "eve", "sell", sold, 1_200)]
    assert only(sandwiches(swaps)).legs == legs
    assert only(sandwiches(swaps, tolerance=0.1)).legs == "equal"


def test_retail_round_trips_are_loose():
    """Who buys and sells a little more in one block, at the market, around strangers: ratio 1.02 to 1.06."""
    its = only(sandwiches([swap(0, "joe", "buy", 1_000, 5_000, target=UNISWAP_V2), swap(1, "ann", "buy", 500, 2_490),
                           swap(2, "joe", "sell", 5_200, 1_045, target=UNISWAP_V2)]))
    assert (its.legs, its.tier) == ("back-heavy", "loose")


def test_neither_pool_nor_block_nor_pair_may_differ():
    for leg in range(3):
        for change in ({"block": 2}, {"pool": "0xother"}):
            swaps = sandwich()
            swaps[leg] = swaps[leg]._replace(**change)
            assert not sandwiches(swaps)
    front, victim, back = sandwich()
    assert not sandwiches([front, victim._replace(token_out="0xthird"), back])
    assert not sandwiches([front, victim, back._replace(token_in="0xthird")])


def test_order_of_trades_in_the_block_matters():
    front, victim, back = sandwich()
    for order in permutations(range(3)):
        swaps = [its._replace(index=i) for its, i in zip((front, victim, back), order, strict=True)]
        assert bool(sandwiches(swaps)) == (order == (0, 1, 2))


def test_a_trade_the_other_way_is_no_victim():
    front, victim, back = sandwich()
    assert not sandwiches([front, swap(1, "ann", "sell", 8_000, 2_000), back])


@pytest.mark.parametrize("own", [{"origin": "eve"}, {"target": "eve_bot"}, {"sender": "eve_bot"}])
def test_nobody_is_their_own_victim(own):
    front, victim, back = sandwich()
    assert not sandwiches([front, victim._replace(**own), back])


def test_one_signer_by_two_contracts_is_one_attacker():
    front, victim, back = sandwich()
    its = only(sandwiches([front, victim, back._replace(target="0xnew", sender="0xnew", recipient="0xnew")]))
    assert its.attacker == "eve"


def test_two_signers_of_one_contract_are_one_attacker():
    front, victim, back = sandwich()
    assert only(sandwiches([front, victim, back._replace(origin="eve's other key")])).attacker == "eve_bot"


def test_two_contracts_before_one_vault_are_one_attacker():
    """No signer and no called contract in common: what asks the pool is one."""
    front, victim, back = sandwich()
    assert sandwiches([front._replace(origin="k1", target="0xa", sender="0xvault"), victim,
                       back._replace(origin="k2", target="0xb", sender="0xvault")])


def test_who_buys_for_the_one_who_sells_is_the_same_attacker():
    """Two keys at a public router, and tokens that go from the one to the other on the way out of the pool."""
    front, victim, back = (leg._replace(target=UNISWAP_V2, sender=UNISWAP_V2, recipient="0xelse") for leg in sandwich())
    assert sandwiches([front._replace(origin="k1", recipient="k2"), victim, back._replace(origin="k2")])
    next_pool = [leg._replace(origin=key, recipient="0xnext pool") for leg, key in ((front, "k1"), (back, "k2"))]
    assert not sandwiches([next_pool[0], victim, next_pool[1]])


def test_strangers_at_one_router_are_no_attacker():
    front, victim, back = sandwich()
    legs = [leg._replace(target=UNISWAP_V2, sender=UNISWAP_V2, recipient=UNISWAP_V2) for leg in (front, back)]
    assert not sandwiches([legs[0]._replace(origin="joe"), victim, legs[1]._replace(origin="sue")])
    assert sandwiches([legs[0], victim, legs[1]])  # one signer behind a router is
    unlisted = [leg._replace(target="0xnew router", sender="0xnew router") for leg in (front, back)]
    strangers = [unlisted[0]._replace(origin="joe"), victim, unlisted[1]._replace(origin="sue")]
    assert sandwiches(strangers) and not sandwiches(strangers, routers=frozenset({"0xnew router"}))


def test_routers_are_addresses_in_lower_case():
    assert len(ROUTERS) == 45 and all(re.fullmatch("0x[0-9a-f]{40}", address) for address in ROUTERS)


@pytest.mark.parametrize("entry", ["0x5ff137d4b0fdcd49dca30c7cf57e578a026d2789",
                                   "0x0000000071727de22e5e9d8baf0edac6f37da032"])
def test_smart_accounts_behind_one_entry_point_are_strangers(entry):
    front, victim, back = sandwich()
    front, back = front._replace(origin="bundler", target=entry), back._replace(origin="another", target=entry)
    assert not sandwiches([front._replace(sender="0xjoe"), victim, back._replace(sender="0xsue")])


def test_strangers_behind_a_router_do_not_share_the_adapter_that_it_calls():
    front, victim, back = sandwich()
    front, back = (leg._replace(target=UNISWAP_V2, sender="0xadapter", recipient="0xadapter") for leg in (front, back))
    assert not sandwiches([front._replace(origin="joe"), victim, back._replace(origin="sue")])


def test_unknown_names_are_nobodys():
    unknown = {"origin": None, "target": None, "sender": "", "recipient": ""}
    front, victim, back = sandwich()
    assert not sandwiches([front._replace(**unknown), victim, back._replace(**unknown)])
    blank = {"origin": "", "sender": ""}
    assert not sandwiches([front._replace(target="0xa", **blank), victim, back._replace(target="0xb", **blank)])


def test_strangers_do_not_share_the_token_that_asks_the_pool():
    front, victim, back = sandwich()
    assert not sandwiches([front._replace(origin="joe", target="0xa", sender=TOKEN), victim,
                           back._replace(origin="sue", target="0xb", sender=TOKEN)])


def test_masters_are_those_who_share_a_name_whatever_the_order():
    a = swap(0, "k1", "buy", 1, 1, target="0xa", sender="0xa")
    b = swap(1, "k2", "buy", 1, 1, target="0xb", sender="0xb")
    joins = swap(2, "k1", "buy", 1, 1, target="0xb", sender="0xc")
    for order in permutations((a, b, joins)):
        assert len(set(masters(order))) == 1
    assert len(set(masters([a, b]))) == 2


def test_strangers_are_told_apart_at_a_cost_that_grows_with_them_and_not_with_their_pairs():
    crowd, took = [swap(i, f"u{i}", "buy" if i % 2 else "sell", 1_000, 1_000) for i in range(12_800)], {}
    for n in (1_600, 12_800):
        began = time.process_time()
        assert masters(crowd[:n]) == list(range(n))
        took[n] = time.process_time() - began
    assert took[12_800] < 24 * took[1_600]


def test_a_long_chain_of_acquaintances_is_one_master():
    chain = [swap(i, f"u{i // 2}", "buy", 1, 1, target=f"0x{(i + 1) // 2}", sender="") for i in range(5_000)]
    assert set(masters(chain)) == {0} and len(set(masters(chain[:100] + chain[101:]))) == 2


def test_orders_that_are_filled_are_moved_by_nobody():
    assert not sandwiches([its._replace(protocol="0x") for its in sandwich()])


def test_a_round_trip_around_nobody_does_not_make_the_next_sale_an_attack():
    """A market maker is out before the stranger comes, and sells again after."""
    assert not sandwiches([swap(0, "mm", "buy", 1_000, 5_000), swap(1, "mm", "sell", 5_000, 990),
                           swap(2, "ann", "buy", 500, 2_000), swap(3, "mm", "sell", 5_000, 1_100)])


def test_innocent_market_makers_are_left_alone():
    """They trade against strangers, first the one way and then the other, and earn the spread."""
    assert not sandwiches([swap(0, "mm", "sell", 5_000, 1_000), swap(1, "ann", "buy", 1_000, 4_900),
                           swap(2, "mm", "buy", 990, 5_000), swap(3, "bob", "sell", 4_000, 790),
                           swap(4, "mm", "sell", 5_000, 1_005), swap(5, "cat", "buy", 1_000, 4_800)])


def test_dust_sold_before_the_victim_does_not_hide_the_attack():
    its = only(sandwiches([swap(0, "eve", "buy", 1_000, 5_000), swap(1, "eve", "sell", 1, 0),
                           swap(2, "ann", "buy", 500, 2_000), swap(3, "eve", "sell", 4_999, 1_100)]))
    assert its.tier == "strict" and its.own == ("0xt0", "0xt1", "0xt3")


def test_what_is_sold_after_the_position_is_gone_does_not_spoil_it():
    swaps = [*sandwich(), swap(5, "bob", "buy", 100, 400), swap(6, "eve", "sell", 90_000, 15_000)]
    its = only(sandwiches(swaps))
    assert (its.sold, its.tier, its.harmed) == (5_000, "strict", ("0x1.0xpool.1",))


def test_two_attacks_in_a_pool_are_two():
    assert [its.fronts[0].index for its in sandwiches(sandwich(0) + sandwich(3))] == [0, 3]
    nested = [swap(0, "eve", "buy", 1_000, 5_000), swap(1, "mal", "buy", 1_000, 4_000),
              swap(2, "ann", "buy", 500, 2_000), swap(3, "mal", "sell", 4_000, 1_100),
              swap(4, "eve", "sell", 5_000, 1_050)]
    found = sandwiches(nested)
    assert [its.attacker for its in found] == ["eve_bot", "mal_bot"] and found[0].harmed == ("0xt1", "0xt2")


def test_a_front_after_a_sold_position_begins_the_next_attack_though_dust_was_left():
    dusty = sandwich(0)[:2] + [swap(2, "eve", "sell", 4_999, 1_100)]
    assert len(sandwiches(dusty + sandwich(3))) == 2


@pytest.mark.parametrize(("sold", "got"), [(5_000, 900), (4_600, 1_000)])
def test_a_position_ends_when_it_is_sold_at_a_loss_or_has_brought_back_its_cost(sold, got):
    swaps = [its._replace(amount_in=sold, amount_out=got) if its.token_in == TOKEN else its
             for its in sandwich(0) + sandwich(3)]
    assert [its.fronts[0].index for its in sandwiches(swaps)] == [0, 3]


def test_one_transaction_may_end_an_attack_and_begin_the_next():
    """In which order is told by the places within it, not by the order of the input."""
    swaps = [swap(0, "eve", "buy", 1_000, 5_000), swap(1, "ann", "buy", 500, 2_000),
             swap(2, "eve", "sell", 5_000, 1_100, place=(0, 9)), swap(2, "eve", "buy", 1_000, 4_000, place=(0, 10)),
             swap(3, "bob", "buy", 500, 1_500), swap(4, "eve", "sell", 4_000, 1_050)]
    assert [its.harmed for its in sandwiches(swaps[::-1])] == [("0xt1",), ("0xt3",)]


def test_an_attack_along_a_route_is_one():
    """Ether for dollars in one pool, dollars for the token in the next; the back returns the same way."""
    hop = {"token_in": WETH, "token_out": "0xusd", "pool": "0xfirst"}
    last = {"token_in": "0xusd", "token_out": TOKEN, "pool": "0xsecond"}
    back, home = ({"token_in": leg["token_out"], "token_out": leg["token_in"], "pool": leg["pool"]}
                  for leg in (last, hop))
    rows = [(0, "eve", 1_000, 2_280, hop), (0, "eve", 2_280, 1_134, last), (1, "ann", 2_200, 5_016, hop),
            (1, "ann", 5_016, 1_873, last), (2, "eve", 1_134, 3_240, back), (2, "eve", 3_240, 1_412, home)]
    swaps = [swap(index, who, "buy", paid, got, place=(i,), **leg)
             for i, (index, who, paid, got, leg) in enumerate(rows)]
    its = only(sandwiches(swaps))
    assert (its.token, its.profit, its.tier, its.pools) == (WETH, 412, "strict", ("0xfirst", "0xsecond"))
    assert its.harmed == ("0xt1",) and len(its.victims) == 2


def test_a_token_that_sells_its_own_fees_in_the_back_is_no_leg():
    """Moving such a token makes its contract trade in the same pool, the same way, in the same transaction."""
    front, victim, back = sandwich()
    fees = back._replace(place=(0, 1, 3), sender=UNISWAP_V2, recipient=UNISWAP_V2, amount_in=2_500, amount_out=700)
    its = only(sandwiches([front, victim, fees, back._replace(place=(1,))]))
    assert (its.sold, its.profit, its.tier) == (5_000, 100, "strict")


def test_nothing_is_made_of_amounts_that_are_nothing():
    for leg in range(3):
        swaps = sandwich()
        swaps[leg] = swaps[leg]._replace(amount_in=0, amount_out=0)
        assert len(sandwiches(swaps)) == (leg == 1)
    assert sandwiches([]) == []


TRADERS = st.sampled_from(["eve", "eve", "mal", "ann", "bob"])
SWAPS = st.lists(st.tuples(TRADERS, st.sampled_from(["buy", "sell"]), st.integers(1, 5), st.integers(1, 5),
                           st.sampled_from(["0xpool", "0xother"]), st.sampled_from([1, 2])), max_size=14)


def chain(rows):
    return [swap(i, who, way, paid * 1_000, got * 1_000, pool=pool, block=block)
            for i, (who, way, paid, got, pool, block) in enumerate(rows)]


@given(SWAPS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(rows, chance):
    swaps = chain(rows)
    shuffled = chance.sample(swaps, len(swaps))
    assert sandwiches(shuffled) == sandwiches(swaps)


@given(SWAPS)
def test_what_is_found_is_a_sandwich_by_the_letter(rows):
    for its in sandwiches(chain(rows)):
        everyone = its.fronts + its.victims + its.backs
        assert len({(swap.block, swap.pool) for swap in everyone}) == 1
        assert {(s.token_in, s.token_out) for s in its.fronts + its.victims} == {(its.token_in, its.token_out)}
        assert {(s.token_in, s.token_out) for s in its.backs} == {(its.token_out, its.token_in)}
        assert len({swap.origin for swap in its.fronts + its.backs}) == 1
        assert its.fronts[0].origin not in {victim.origin for victim in its.victims}
        assert all(its.fronts[0].index < victim.index < its.backs[-1].index for victim in its.victims)
        assert (its.profit >= 0) == (its.got * its.bought >= its.paid * its.sold)


@given(st.lists(st.tuples(st.sampled_from(["ann", "bob", "cat"]), st.sampled_from(["buy", "sell"]), st.integers(1, 5),
                          st.integers(1, 5), st.integers(0, 29)), max_size=10))
def test_strangers_cannot_hide_an_attack(rows):
    """Whatever else is traded before, between and after its legs."""
    front, victim, back = (leg._replace(index=10 * (leg.index + 1)) for leg in sandwich())
    noise = [swap(index, who, way, paid * 100, got * 100, hash=f"0xnoise{i}", place=(i + 1,))
             for i, (who, way, paid, got, index) in enumerate(rows)]
    own = [its for its in sandwiches([front, victim, back, *noise]) if its.attacker == "eve_bot"]
    its = only(own)
    assert (its.fronts, its.backs, its.profit, its.tier) == ((front,), (back,), 100, "strict") and victim in its.victims


@given(SWAPS)
def test_blocks_and_markets_do_not_know_of_each_other(rows):
    swaps = chain(rows)
    markets = {(swap.block, swap.pool) for swap in swaps}
    alone = [its for key in markets for its in sandwiches([s for s in swaps if (s.block, s.pool) == key])]
    assert set(alone) == set(sandwiches(swaps))


@given(SWAPS)
def test_no_swap_is_in_the_same_role_of_two_attacks_of_one_attacker(rows):
    found = sandwiches(chain(rows))
    for role in ("fronts", "backs"):
        used = [(its.token_in, swap) for its in found for swap in getattr(its, role)]
        assert len(used) == len(set(used))


def test_on_a_real_curve_the_attack_gains_and_without_a_victim_it_would_lose():
    pool = Pool()
    tokens = pool.trade(0, "eve", "buy", 5 * ETH)
    pool.trade(1, "ann", "buy", 10 * ETH)
    pool.trade(2, "eve", "sell", tokens)
    assert only(sandwiches(pool.swaps)).tier == "strict"
    alone = Pool()
    assert alone.trade(1, "eve", "sell", alone.trade(0, "eve", "buy", 5 * ETH)) < 5 * ETH
    assert not sandwiches(alone.swaps)


def change(index, sign, **fields):
    its = {"block": 1, "index": index, "hash": f"0xl{index}", "place": (0,), "pool": "0xpool", "protocol": "uniswap_v3",
           "change": sign, "origin": "eve", "target": "eve_bot", "owner": "eve_bot", "lower": 10, "upper": 20,
           "liquidity": 1, "tokens": (), "amounts": ()}
    return Liquidity(**its | fields)


def test_a_sandwich_within_its_own_liquidity_is_told_apart():
    attacks = sandwiches(sandwich(10))
    mint, burn = change(10, 1), change(12, -1)
    found = only(jit_sandwiches(attacks, [burn, mint]))
    assert (found.sandwich, found.mint, found.burn) == (attacks[0], mint, burn)
    for other in ({"index": 12}, {"owner": "0xann"}, {"lower": 0}, {"pool": "0xp2"}, {"block": 2}, {"change": -1},
                  {"origin": "ann", "target": "ann_bot"}):
        assert not jit_sandwiches(attacks, [mint._replace(**other), burn])
    manager = {"origin": "ann", "target": "0xmanager"}
    attacker = [its._replace(target="0xmanager") for its in (sandwich(10)[0], sandwich(10)[2])]
    through = sandwiches([attacker[0], sandwich(10)[1], attacker[1]])
    strangers = [change(10, 1, **manager), change(12, -1, **manager)]
    assert jit_sandwiches(through, strangers) and not jit_sandwiches(through, strangers, routers={"0xmanager"})
