"""Swaps and transfers that were written by hand decode to the same numbers, and what does not fit is told apart."""

import eth_abi
import pytest

from kit.events import ETHER
from kit.refusal import Refusal
from kit.sources.ethereum.decode import decode
from tests.sources.ethereum.written import FIRST, ORIGIN, OTHER, POOL, SECOND, TARGET, THIRD, block, call, log, moved

HUGE = 2**255
NOBODY = "0x" + "00" * 20
SWAP = "swap(uint256,uint256,address,bytes)"


def v2_swap(place, in0, in1, out0, out1, pool=POOL):
    return log(place, pool, "Swap(address,uint256,uint256,uint256,uint256,address)",
               [("address", TARGET), ("address", OTHER)],
               [("uint256", in0), ("uint256", in1), ("uint256", out0), ("uint256", out1)])


def synced(place, reserve0, reserve1):
    return log(place, POOL, "Sync(uint112,uint112)", (), [("uint112", reserve0), ("uint112", reserve1)])


def told(swap):
    return swap[4:]


def only(events):
    assert len(events) == 1
    return events[0]


def test_a_pair_s_swap_has_its_tokens_amounts_reserves_and_parties():
    made = decode(block([moved(1, FIRST, ORIGIN, POOL, HUGE), moved(2, SECOND, POOL, OTHER, 5),
                         synced(3, 2**111, 70), v2_swap(4, HUGE, 0, 0, 5)]))
    assert only(made["swaps"]).place == (4,)
    assert told(only(made["swaps"])) == (POOL, "uniswap_v2", ORIGIN, TARGET, TARGET, OTHER, FIRST, HUGE, SECOND, 5,
                                         2**111, 70, ORIGIN)
    assert made["misfits"] == []
    assert [each.amount for each in made["transfers"]] == [HUGE, 5]


def test_a_swap_the_other_way_has_its_reserves_the_other_way():
    made = decode(block([moved(1, SECOND, ORIGIN, POOL, 9), moved(2, FIRST, POOL, OTHER, 5), synced(3, 60, 70),
                         v2_swap(4, 0, 9, 5, 0)]))
    assert told(only(made["swaps"]))[6:12] == (SECOND, 9, FIRST, 5, 70, 60)


def test_a_loan_is_deducted_from_what_came_in():
    tokens = [moved(1, FIRST, POOL, OTHER, 100), moved(2, SECOND, POOL, OTHER, 5), moved(3, FIRST, OTHER, POOL, 110)]
    assert told(only(decode(block([*tokens, v2_swap(4, 110, 0, 100, 5)]))["swaps"]))[6:10] == (FIRST, 10, SECOND, 5)


def test_a_loan_that_is_paid_back_in_kind_is_no_swap():
    borrowed = [moved(1, FIRST, POOL, OTHER, 100), moved(2, SECOND, OTHER, POOL, 1), moved(3, FIRST, OTHER, POOL, 101)]
    made = decode(block([*borrowed, v2_swap(4, 101, 0, 100, 0)]))
    assert made["swaps"] == [] and len(made["misfits"]) == 1


def test_of_three_tokens_at_a_pool_the_pair_is_the_one_that_explains_its_swaps():
    spam = moved(0, THIRD, OTHER, POOL, 1)
    logs = [spam, moved(1, FIRST, ORIGIN, POOL, 7), moved(2, SECOND, POOL, OTHER, 5), v2_swap(4, 7, 0, 0, 5)]
    assert told(only(decode(block(logs))["swaps"]))[6:10] == (FIRST, 7, SECOND, 5)


def test_where_two_pairs_explain_a_swap_no_token_is_guessed():
    logs = [moved(1, FIRST, ORIGIN, POOL, 7), moved(2, SECOND, POOL, OTHER, 5), moved(3, THIRD, POOL, OTHER, 5),
            v2_swap(4, 7, 0, 0, 5)]
    made = decode(block(logs))
    assert made["swaps"] == [] and made["misfits"] == [logs[-1]]


def test_a_swap_elsewhere_in_the_block_tells_a_pool_s_tokens():
    logs = [moved(1, FIRST, ORIGIN, POOL, 7), moved(2, SECOND, POOL, OTHER, 5), moved(3, THIRD, POOL, OTHER, 5),
            v2_swap(4, 7, 0, 0, 5), moved(5, FIRST, ORIGIN, POOL, 8), moved(6, SECOND, POOL, OTHER, 6),
            v2_swap(7, 8, 0, 0, 6)]
    assert [each.token_out for each in decode(block(logs))["swaps"]] == [SECOND, SECOND]


@pytest.mark.parametrize("amounts, sold, bought", [((2**255 - 1, -3), FIRST, SECOND), ((-(2**255), 4), SECOND, FIRST)])
def test_a_v3_pool_gains_what_is_above_zero(amounts, sold, bought):
    came, went = max(amounts), -min(amounts)
    swap = log(3, POOL, "Swap(address,address,int256,int256,uint160,uint128,int24)",
               [("address", TARGET), ("address", OTHER)],
               [("int256", amounts[0]), ("int256", amounts[1]), ("uint160", 1), ("uint128", 2), ("int24", -3)])
    made = decode(block([moved(1, bought, POOL, OTHER, went), moved(2, sold, ORIGIN, POOL, came), swap]))
    assert told(only(made["swaps"])) == (POOL, "uniswap_v3", ORIGIN, TARGET, TARGET, OTHER, sold, came, bought, went,
                                         None, None, ORIGIN)


def asset(token):
    return bytes.fromhex("f47261b0") + eth_abi.encode(["address"], [token])


ORDER = [("bytes32", b"1" * 32), ("address", ORIGIN), ("address", OTHER)]
NAMED = {
    "balancer_v1": log(5, POOL, "LOG_SWAP(address,address,address,uint256,uint256)",
                       [("address", OTHER), ("address", FIRST), ("address", SECOND)],
                       [("uint256", HUGE), ("uint256", 3)]),
    "balancer_v2": log(5, OTHER, "Swap(bytes32,address,address,uint256,uint256)",
                       [("bytes32", bytes.fromhex(POOL[2:]) + b"2" * 12), ("address", FIRST), ("address", SECOND)],
                       [("uint256", HUGE), ("uint256", 3)]),
    "curve": log(5, POOL, "TokenExchange(address,int128,uint256,int128,uint256)", [("address", OTHER)],
                 [("int128", 0), ("uint256", HUGE), ("int128", 1), ("uint256", 3)]),
    "curve crypto": log(5, POOL, "TokenExchange(address,uint256,uint256,uint256,uint256)", [("address", OTHER)],
                        [("uint256", 0), ("uint256", HUGE), ("uint256", 1), ("uint256", 3)]),
    "0x v2": log(5, POOL, "Fill(address,address,address,address,uint256,uint256,uint256,uint256,bytes32,bytes,bytes)",
                 [("address", ORIGIN), ("address", NOBODY), ("bytes32", b"1" * 32)],
                 [("address", OTHER), ("address", OTHER), ("uint256", 3), ("uint256", HUGE), ("uint256", 0),
                  ("uint256", 0), ("bytes", asset(SECOND)), ("bytes", asset(FIRST))]),
    "0x v3": log(5, POOL, "Fill(address,address,bytes,bytes,bytes,bytes,bytes32,address,address,uint256,uint256,"
                 "uint256,uint256,uint256)", [("address", ORIGIN), ("address", NOBODY), ("bytes32", b"1" * 32)],
                 [("bytes", asset(SECOND)), ("bytes", asset(FIRST)), ("bytes", b""), ("bytes", b""),
                  ("address", OTHER), ("address", OTHER), ("uint256", 3), ("uint256", HUGE), ("uint256", 0),
                  ("uint256", 0), ("uint256", 0)]),
    "bancor": log(5, THIRD, "Conversion(address,address,address,uint256,uint256,address)",
                  [("address", POOL), ("address", FIRST), ("address", SECOND)],
                  [("uint256", HUGE), ("uint256", 3), ("address", OTHER)]),
}


@pytest.mark.parametrize("family", NAMED)
def test_every_family_tells_pool_tokens_and_amounts(family):
    paid = [moved(1, FIRST, OTHER, POOL, HUGE), moved(2, SECOND, POOL, OTHER, 3)]
    made = decode(block([*paid, NAMED[family]]))
    swap = only(made["swaps"])
    assert (swap.pool, swap.protocol) == (POOL, family.split(" ")[0])
    assert (swap.token_in, swap.amount_in, swap.token_out, swap.amount_out) == (FIRST, HUGE, SECOND, 3)
    assert swap.recipient == (TARGET if family == "balancer_v2" else OTHER)


@pytest.mark.parametrize("name, order", [
    ("LimitOrderFilled(bytes32,address,address,address,address,address,uint128,uint128,uint128,uint256,bytes32)",
     [*ORDER, ("address", NOBODY), ("address", SECOND), ("address", FIRST), ("uint128", 2**127), ("uint128", 3),
      ("uint128", 0), ("uint256", 0), ("bytes32", b"0" * 32)]),
    ("RfqOrderFilled(bytes32,address,address,address,address,uint128,uint128,bytes32)",
     [*ORDER, ("address", SECOND), ("address", FIRST), ("uint128", 2**127), ("uint128", 3), ("bytes32", b"0" * 32)]),
    ("OtcOrderFilled(bytes32,address,address,address,address,uint128,uint128)",
     [*ORDER, ("address", SECOND), ("address", FIRST), ("uint128", 3), ("uint128", 2**127)])])
def test_a_native_order_gives_the_maker_s_token_for_the_taker_s(name, order):
    assert told(only(decode(block([log(5, POOL, name, (), order)]))["swaps"])) == (
        POOL, "0x", ORIGIN, TARGET, OTHER, OTHER, FIRST, 2**127, SECOND, 3, None, None, OTHER)


def test_an_order_for_a_thing_that_is_one_of_a_kind_is_no_swap():
    other = NAMED["0x v2"]._replace(data=NAMED["0x v2"].data.replace("f47261b0", "02571792"))
    made = decode(block([other]))
    assert made["swaps"] == [] and made["misfits"] == [other]


def test_a_malformed_event_is_kept_apart_and_nothing_else_is_lost():
    good = v2_swap(4, 7, 0, 0, 5)
    bad = [good._replace(place=(5,), data=good.data[:-64]), good._replace(place=(6,), topics=good.topics[:2]),
           moved(7, FIRST, ORIGIN, POOL, 1)._replace(data="0x"), synced(8, 1, 2)._replace(data="0x00")]
    made = decode(block([moved(1, FIRST, ORIGIN, POOL, 7), moved(2, SECOND, POOL, OTHER, 5), good, *bad]))
    assert len(made["swaps"]) == 1 and len(made["transfers"]) == 2
    assert made["misfits"] == bad


def test_a_thing_that_is_one_of_a_kind_is_neither_amount_nor_misfit():
    thing = log(1, FIRST, "Transfer(address,address,uint256)",
                [("address", ORIGIN), ("address", OTHER), ("uint256", 12)])
    made = decode(block([thing]))
    assert made["transfers"] == [] and made["misfits"] == []


def test_what_a_transaction_did_that_is_not_listed_is_refused():
    with pytest.raises(Refusal, match="not the transaction"):
        decode(block([moved(1, FIRST, ORIGIN, POOL, 7)]) | {"transactions": []})


def test_an_event_without_a_topic_is_nobody_s():
    anonymous = v2_swap(1, 7, 0, 0, 5)._replace(topics=())
    assert decode(block([anonymous]))["misfits"] == []


def pair_called(place=(0,), out=5, **how):
    """A pair pays out of its second token and asks for both balances; it held 1000 of each."""
    return [call(place, TARGET, POOL, SWAP, [0, out, OTHER, b""], **how),
            call((*place, 0), POOL, SECOND, "transfer(address,uint256)", [OTHER, out], [("bool", True)], **how),
            call((*place, 1), POOL, FIRST, "balanceOf(address)", [POOL], [("uint256", 1007)], kind="staticcall", **how),
            call((*place, 2), POOL, SECOND, "balanceOf(address)", [POOL], [("uint256", 1000 - out)], kind="staticcall",
                 **how)]


ASKED = call((0,), TARGET, POOL, "getReserves()", (), [("uint112", 1000), ("uint112", 1000), ("uint32", 1)],
             kind="staticcall")
PAID = call((1,), TARGET, FIRST, "transfer(address,uint256)", [POOL, 8], [("bool", True)])


def test_a_pair_that_is_called_was_paid_what_its_reserves_show_where_the_token_kept_a_fee():
    made = decode(block(calls=[ASKED, PAID, *pair_called((2,))]))
    assert told(only(made["swaps"])) == (POOL, "uniswap_v2", ORIGIN, TARGET, TARGET, OTHER, FIRST, 7, SECOND, 5, 1007,
                                         995, TARGET)


def test_a_pair_whose_reserves_nobody_asked_was_paid_what_transfers_say():
    assert told(only(decode(block(calls=[PAID, *pair_called((2,))]))["swaps"]))[6:10] == (FIRST, 8, SECOND, 5)


def test_what_fails_never_counts():
    made = decode(block(calls=[ASKED, PAID, *pair_called((2,), success=False)]))
    assert made["swaps"] == [] and [each.amount for each in made["transfers"]] == [8]


def test_a_contract_that_only_looks_like_a_pair_is_none():
    alone = pair_called((2,))[:2]
    assert decode(block(calls=[ASKED, PAID, *alone]))["swaps"] == []


def test_a_v3_pool_that_is_called_tells_its_amounts():
    calls = [call((0,), TARGET, POOL, "swap(address,bool,int256,uint160,bytes)", [OTHER, False, 1, 2, b"x"],
                  [("int256", -(2**255)), ("int256", 4)]),
             call((0, 0), POOL, FIRST, "transfer(address,uint256)", [OTHER, 2**255], [("bool", True)]),
             call((0, 1), POOL, SECOND, "balanceOf(address)", [POOL], [("uint256", 9)], kind="staticcall")]
    assert told(only(decode(block(calls=calls))["swaps"]))[5:10] == (OTHER, SECOND, 4, FIRST, 2**255)


def test_a_token_that_answers_false_or_passes_on_moves_once_or_not_at_all():
    refused = call((0,), TARGET, FIRST, "transfer(address,uint256)", [POOL, 8], [("bool", False)])
    books = "0x" + "7" * 40
    passed = call((1, 0), FIRST, books, "transfer(address,uint256)", [POOL, 8], [("bool", True)])
    assert [each.token for each in decode(block(calls=[refused, PAID, passed]))["transfers"]] == [FIRST]


def test_ether_moves_by_calls_that_hand_it_over():
    calls = [call((0,), ORIGIN, POOL, value=HUGE), call((1,), ORIGIN, POOL, value=2, kind="delegatecall"),
             call((2,), ORIGIN, POOL, value=3, success=False), call((3,), POOL, OTHER, value=4, kind="suicide")]
    moves = decode(block(calls=calls))["transfers"]
    assert [(each.token, each.amount) for each in moves] == [(ETHER, HUGE), (ETHER, 4)]
