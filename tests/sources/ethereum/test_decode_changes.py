"""Liquidity and liquidations that were written by hand decode to the numbers and the parties that were written."""

import pytest

from kit.events import ETHER
from kit.sources.ethereum.decode import decode
from tests.sources.ethereum.written import FIRST, ORIGIN, OTHER, POOL, SECOND, TARGET, THIRD, block, call, log, moved

HUGE = 2**255
NOBODY = "0x" + "00" * 20


def only(events):
    assert len(events) == 1
    return events[0]


RANGE = [("address", OTHER), ("int24", -60), ("int24", 60)]


def test_a_burn_takes_out_liquidity_which_neither_collecting_does_nor_a_burn_of_nothing():
    burnt = log(1, POOL, "Burn(address,int24,int24,uint128,uint256,uint256)", RANGE,
                [("uint128", 2**127), ("uint256", HUGE), ("uint256", 3)])
    poke = burnt._replace(place=(2,), data="0x" + "00" * 96)
    collected = log(5, POOL, "Collect(address,address,int24,int24,uint128,uint128)", RANGE,
                    [("address", OTHER), ("uint128", 7), ("uint128", 8)])
    paid = [moved(3, FIRST, POOL, OTHER, 7), moved(4, SECOND, POOL, OTHER, 8)]
    made = decode(block([burnt, poke, *paid, collected]))
    assert [each[4:] for each in made["liquidity"]] == [
        (POOL, "uniswap_v3", -1, ORIGIN, TARGET, OTHER, -60, 60, 2**127, (FIRST, SECOND), (HUGE, 3))]
    assert made["misfits"] == []


def test_a_pair_s_shares_tell_whose_liquidity_it_is():
    minted = [moved(1, FIRST, ORIGIN, POOL, 7), moved(2, SECOND, ORIGIN, POOL, 8), moved(3, POOL, NOBODY, OTHER, HUGE),
              log(4, POOL, "Mint(address,uint256,uint256)", [("address", TARGET)], [("uint256", 7), ("uint256", 8)])]
    burnt = [moved(5, POOL, OTHER, POOL, 9), moved(6, POOL, POOL, NOBODY, 9), moved(7, FIRST, POOL, THIRD, 1),
             moved(8, SECOND, POOL, THIRD, 2),
             log(9, POOL, "Burn(address,uint256,uint256,address)", [("address", TARGET), ("address", THIRD)],
                 [("uint256", 1), ("uint256", 2)])]
    put, taken = decode(block(minted + burnt))["liquidity"]
    assert (put.change, put.owner, put.liquidity, put.tokens, put.amounts) == (1, OTHER, HUGE, (FIRST, SECOND), (7, 8))
    assert (taken.change, taken.owner, taken.liquidity, taken.amounts) == (-1, OTHER, 9, (1, 2))


def test_a_deposit_token_s_mint_is_no_pool_s():
    deposit = log(4, FIRST, "Mint(address,uint256,uint256)", [("address", TARGET)], [("uint256", 7), ("uint256", 8)])
    made = decode(block([moved(1, FIRST, NOBODY, TARGET, 7), deposit]))
    assert made["liquidity"] == [] and made["misfits"] == [deposit]


def test_balancer_tells_both_ways():
    joined = log(1, POOL, "LOG_JOIN(address,address,uint256)", [("address", OTHER), ("address", FIRST)],
                 [("uint256", HUGE)])
    left = log(2, OTHER, "PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])",
               [("bytes32", bytes.fromhex(POOL[2:]) + b"2" * 12), ("address", OTHER)],
               [("address[]", [FIRST, SECOND]), ("int256[]", [-5, -(2**255)]), ("uint256[]", [0, 0])])
    told = [each[4:7] + each[-2:] for each in decode(block([joined, left]))["liquidity"]]
    assert told == [(POOL, "balancer_v1", 1, (FIRST,), (HUGE,)),
                    (POOL, "balancer_v2", -1, (FIRST, SECOND), (5, 2**255))]


def test_a_vault_that_names_fewer_amounts_than_tokens_is_a_misfit():
    said = log(2, OTHER, "PoolBalanceChanged(bytes32,address,address[],int256[],uint256[])",
               [("bytes32", bytes.fromhex(POOL[2:]) + b"2" * 12), ("address", OTHER)],
               [("address[]", [FIRST, SECOND]), ("int256[]", [-5]), ("uint256[]", [])])
    made = decode(block([said]))
    assert (made["liquidity"], made["misfits"]) == ([], [said])


@pytest.mark.parametrize("keeps", [True, False])
def test_aave_s_liquidator_gets_the_collateral_or_its_deposit_token(keeps):
    call = log(3, POOL, "LiquidationCall(address,address,address,uint256,uint256,address,bool)",
               [("address", FIRST), ("address", SECOND), ("address", OTHER)],
               [("uint256", HUGE), ("uint256", 9), ("address", TARGET), ("bool", keeps)])
    made = decode(block([moved(1, THIRD, OTHER, TARGET, 9), call]))
    assert only(made["liquidations"])[4:] == ("aave", TARGET, OTHER, SECOND, HUGE, THIRD if keeps else FIRST, 9)


def test_a_debt_of_compound_that_no_token_repaid_is_ether():
    called = log(3, POOL, "LiquidateBorrow(address,address,uint256,address,uint256)", (),
                 [("address", TARGET), ("address", OTHER), ("uint256", HUGE), ("address", THIRD), ("uint256", 9)])
    assert only(decode(block([called]))["liquidations"])[4:] == (
        "compound_v2", TARGET, OTHER, ETHER, HUGE, THIRD, 9)
    paid = moved(1, FIRST, TARGET, POOL, HUGE)
    assert only(decode(block([paid, called]))["liquidations"]).debt_token == FIRST


@pytest.mark.parametrize("error, found", [(0, 1), (3, 0)])
def test_a_market_that_answers_with_an_error_has_liquidated_nobody(error, found):
    calls = [call((0,), TARGET, POOL, "liquidateBorrow(address,uint256,address)", [OTHER, 8, THIRD],
                  [("uint256", error)]),
             call((0, 0), POOL, FIRST, "transferFrom(address,address,uint256)", [TARGET, POOL, 8], [("bool", True)]),
             call((0, 1), POOL, OTHER, "liquidateCalculateSeizeTokens(address,address,uint256)", [POOL, THIRD, 8],
                  [("uint256", 0), ("uint256", HUGE)], kind="staticcall")]
    made = decode(block(calls=calls))["liquidations"]
    assert [each[4:] for each in made] == [("compound_v2", TARGET, OTHER, FIRST, 8, THIRD, HUGE)][:found]
