"""Others' rules: what each finds and what fools it, on chains of a few swaps; the table of who disagrees."""

import pytest

from kit.chain import rules
from kit.chain.sandwich import sandwiches
from tests.chain.pools import ETH, UNISWAP_V2, sandwich, swap, transaction

GWEI = 10**9


def bids(swaps, *gwei):
    return [transaction(its, gas_price=price * GWEI) for its, price in zip(swaps, gwei, strict=True)]


def pairs(found):
    return [(its.front.index, its.back.index) for its in found]


def test_all_find_the_plain_case():
    swaps = sandwich()
    front, victim, back = swaps
    for found in (rules.mev_inspect(swaps), rules.qin(swaps), rules.torres(swaps, bids(swaps, 30, 20, 20)),
                  rules.weintraub(swaps, bids(swaps, 0, 0, 0))):
        assert found == [rules.Pair(1, front, (victim,), back, 100)]
    assert pairs(rules.dune(swaps)) == pairs(rules.allium(swaps)) == [(0, 2)]


def test_mev_inspect_asks_for_the_account_alone():
    front, victim, back = sandwich()
    assert not rules.mev_inspect([front._replace(recipient="0xcold wallet"), victim, back])
    strangers = [front._replace(origin="joe", sender="0xagg", recipient="0xagg"), victim,
                 back._replace(origin="sue", sender="0xagg", amount_in=77)]
    assert not rules.mev_inspect([*strangers[:2], strangers[2]._replace(payer="sue")])
    assert rules.mev_inspect(strangers) and not sandwiches([its._replace(target=UNISWAP_V2) for its in strangers])
    assert not rules.mev_inspect([its._replace(sender=UNISWAP_V2, recipient=UNISWAP_V2) for its in strangers])


def test_mev_inspect_reports_a_shared_back_twice():
    front, victim, back = sandwich()
    second = swap(1, "eve", "buy", 1_000, 4_000)
    swaps = [front, second, victim._replace(index=2), back._replace(index=3, amount_in=9_000, amount_out=2_200)]
    assert pairs(rules.mev_inspect(swaps)) == [(0, 3), (1, 3)] and len(sandwiches(swaps)) == 1


def test_mev_inspect_takes_all_that_was_sold_for_gain_unless_prorated():
    front, victim, back = sandwich()
    heavy = [front, victim, back._replace(amount_in=20_000, amount_out=4_400)]
    assert [its.profit for its in rules.mev_inspect(heavy)] == [3_400]
    assert [its.profit for its in rules.mev_inspect(heavy, prorated=True)] == [100]


def test_legs_of_nothing_have_no_common_part_to_value():
    nothing = swap(0, "eve", "buy", 10, 0), swap(1, "ann", "buy", 5, 9), swap(2, "eve", "sell", 0, 4)
    assert [its.profit for its in rules.mev_inspect(nothing, prorated=True)] == [0]
    assert rules.qin(nothing) == []


def test_qin_asks_for_nine_to_eleven_tenths():
    front, victim, back = sandwich()
    for sold, found in {4_499: 0, 4_500: 1, 5_500: 1, 5_501: 0}.items():
        assert len(rules.qin([front, victim, back._replace(amount_in=sold)])) == found


def test_contracts_that_are_not_known_are_none_in_common():
    front, victim, back = (its._replace(target=None) for its in sandwich())
    assert rules.qin([front, victim, back]) and not rules.qin([front, victim, back._replace(origin="sue")])


def test_qin_uses_each_swap_once():
    front, victim, back = sandwich()
    swaps = [front, swap(1, "eve", "buy", 1_000, 5_000), victim._replace(index=2), back._replace(index=3)]
    assert pairs(rules.qin(swaps)) == [(0, 3)]


@pytest.mark.parametrize(("gwei", "found"), [((30, 20, 20), 1), ((30, 20, 10), 1), ((20, 20, 20), 0), ((30, 20, 25), 0),
                                             ((0, 0, 0), 0)])
def test_torres_asks_for_an_auction_by_gas(gwei, found):
    swaps = sandwich()
    assert len(rules.torres(swaps, bids(swaps, *gwei))) == found
    assert len(rules.weintraub(swaps, bids(swaps, *gwei))) == 1  # neighbours
    apart = [*swaps[:2], swaps[2]._replace(index=7)]
    assert len(rules.weintraub(apart, bids(apart, *gwei))) == found


def test_gas_that_is_unknown_is_no_bid():
    swaps = sandwich()
    unknown = [transaction(its, gas_price=None) for its in swaps]
    assert not rules.torres(swaps, unknown) and not rules.torres(swaps, [])


def test_amounts_of_torres_agree_to_one_per_cent_of_the_larger():
    front, victim, back = sandwich()
    prices = bids((front, victim, back), 30, 20, 20)
    assert rules.torres([front, victim, back._replace(amount_in=4_950)], prices)
    assert not rules.torres([front, victim, back._replace(amount_in=4_949)], prices)
    assert not rules.torres([front, victim._replace(origin="eve"), back], prices)


def test_dune_and_allium_need_no_victim():
    front, _, back = sandwich()
    assert rules.dune([front, back]) and rules.allium([front, back]) and not sandwiches([front, back])
    assert not rules.dune([front, back._replace(amount_in=4_999)])
    assert not rules.dune([front, back._replace(index=1)])
    assert not rules.dune([its._replace(target=UNISWAP_V2) for its in (front, back)])


def test_the_table_says_who_found_what():
    swaps = sandwich() + [its._replace(amount_in=6_000) if its.index == 5 else its for its in sandwich(3, block=2)]
    table = rules.disagreement({"kit": sandwiches(swaps), "qin": rules.qin(swaps), "nobody": []})
    assert table.columns.tolist() == ["block", "front", "back", "kit", "qin", "nobody"]
    assert table["block"].tolist() == [1, 2] and table["front"].tolist() == [swaps[0].hash, swaps[3].hash]
    assert table[["kit", "qin", "nobody"]].to_numpy().tolist() == [[True, True, False], [True, False, False]]
    assert len(rules.disagreement({"nobody": []})) == 0


def test_the_frameworks_first_rule_is_kept_as_it_stands():
    values = (ETH, 6 * ETH, ETH)
    before, here, after = (transaction(its, value=value) for its, value in zip(sandwich(), values, strict=True))
    assert rules.framework_sandwich([before._replace(to="sue"), here, after._replace(sender="sue")]) == [True]
    assert rules.framework_sandwich([before._replace(to="sue"), here, after._replace(sender="eve")]) == [False]
    assert rules.framework_sandwich([before._replace(to="sue"), here._replace(value=5 * ETH),
                                     after._replace(sender="sue")]) == [False]
    assert rules.framework_sandwich([before, here]) == []


def test_the_frameworks_second_rule_is_kept_as_it_stands():
    first, second, _ = (transaction(its, to=UNISWAP_V2, gas_price=price)
                        for its, price in zip(sandwich(), (30, 20, 10), strict=True))
    assert rules.framework_front_running([first, second]) == [True]
    for other in ({"to": "0xelse"}, {"gas_price": 30}, {"gas_price": None}, {"value": 10**16}):
        assert rules.framework_front_running([first, second._replace(**other)]) == [False]


def test_the_frameworks_pairs_stand_around_what_it_flags():
    swaps = sandwich()
    before, here, after = (transaction(its, value=value) for its, value in zip(swaps, (0, 10, 1), strict=True))
    after = after._replace(sender=before.to)
    assert rules.framework_pairs([before, here, after]) == [(1, (before.hash, after.hash))]
    assert rules.framework_pairs([before, here._replace(value=5), after]) == []
