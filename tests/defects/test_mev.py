"""D-32 and D-33: the framework's two rules on transactions, where the answer is known, beside the kit's on swaps."""

import pandas as pd

from kit.chain.displacement import displacements
from kit.chain.rules import framework_front_running, framework_sandwich
from kit.chain.sandwich import sandwiches
from tests.chain.pools import ETH, UNISWAP_V2, Pool, transaction

GWEI = 10**9


def sketched_sandwiches(txs):
    sandwich_signals = []
    for i in range(1, len(txs) - 1):
        if (txs.iloc[i]["value"] > txs.iloc[i - 1]["value"] * 5 and
                txs.iloc[i]["value"] > txs.iloc[i + 1]["value"] * 5 and
                txs.iloc[i - 1]["to"] == txs.iloc[i + 1]["from"]):
            sandwich_signals.append(1)
        else:
            sandwich_signals.append(0)
    return sandwich_signals


def sketched_front_running(txs):
    front_running_signals = []
    for i in range(len(txs) - 1):
        if (txs.iloc[i]["to"] == txs.iloc[i + 1]["to"] and
                txs.iloc[i]["gas_price"] > txs.iloc[i + 1]["gas_price"] and
                abs(txs.iloc[i]["value"] - txs.iloc[i + 1]["value"]) < 0.01):
            front_running_signals.append(1)
        else:
            front_running_signals.append(0)
    return front_running_signals


def frame(transactions):
    """As the sketches read it: value in ether."""
    return pd.DataFrame({"from": [its.sender for its in transactions], "to": [its.to for its in transactions],
                         "value": [its.value / ETH for its in transactions],
                         "gas_price": [its.gas_price for its in transactions]})


def attacked():
    """Swaps and transactions of a block with one attack. The attacker holds its ether in a contract, as they do."""
    pool = Pool()
    tokens = pool.trade(0, "eve", "buy", 5 * ETH)
    pool.trade(1, "ann", "buy", 10 * ETH, target=UNISWAP_V2, sender=UNISWAP_V2, recipient="ann")
    pool.trade(2, "eve", "sell", tokens)
    values = (0, 10 * ETH, 0)
    return pool.swaps, [transaction(its, value=value) for its, value in zip(pool.swaps, values, strict=True)]


def test_d32_the_sketch_misses_a_sandwich_that_the_kit_finds():
    swaps, transactions = attacked()
    assert sketched_sandwiches(frame(transactions)) == [0] and framework_sandwich(transactions) == [False]
    its, = sandwiches(swaps)
    assert its.tier == "strict" and its.harmed == ("0xt1",)


def test_d32_the_sketch_finds_one_where_three_strangers_paid_each_other():
    """A payment, a large purchase at another place in another block, and a payment by whom the first one paid."""
    pool = Pool()
    pool.trade(1, "ann", "buy", 10 * ETH)
    buys = transaction(pool.swaps[0], value=10 * ETH)
    pays = buys._replace(block=0, sender="joe", to="sue", value=ETH)
    spends = buys._replace(block=2, sender="sue", to="shop", value=ETH // 2)
    three = [pays, buys, spends]
    assert sketched_sandwiches(frame(three)) == [1] and framework_sandwich(three) == [True]
    assert sandwiches(pool.swaps) == []


def test_d32_the_sketch_changes_with_the_order_of_the_rows_and_the_kit_does_not():
    swaps, transactions = attacked()
    sent = transactions[0]._replace(sender="joe", to="sue", index=0, value=ETH)
    spent = sent._replace(sender="sue", to="shop", index=2)
    rows = [sent, transactions[1], spent]
    assert sketched_sandwiches(frame(rows)) == [1] and sketched_sandwiches(frame(rows[::-1])) == [0]
    assert sandwiches(swaps[::-1]) == sandwiches(swaps)


def crowd(n=20):
    """Strangers at a router in one block, ordered by what they pay for gas, as all blocks were; no calldata alike."""
    pool = Pool()
    for i in range(n):
        pool.trade(i, f"user{i}", "buy" if i % 2 else "sell", ETH // 100, target=UNISWAP_V2)
    return pool.swaps, [transaction(its, gas_price=(100 - i) * GWEI, input="0x7ff36ab5" + f"{i:064x}" * 4)
                        for i, its in enumerate(pool.swaps)]


def test_d33_the_sketch_takes_every_row_of_ordinary_traffic_at_a_router_for_front_running():
    swaps, transactions = crowd()
    assert sketched_front_running(frame(transactions)) == [1] * 19 and all(framework_front_running(transactions))
    assert displacements(transactions) == [] and sandwiches(swaps) == []


def test_d33_the_sketch_misses_a_copied_call_that_the_kit_finds():
    """The victim's calldata is carried whole to another contract, for more gas, three places before it."""
    _, transactions = crowd(4)
    victim = transactions[3]._replace(to="0xtarget", input="0xabcdef01" + "5a" * 64)
    copy = transactions[0]._replace(sender="mal", to="0xmal", input="0x11111111" + victim.input[2:])
    block = [copy, *transactions[1:3], victim]
    flagged = sketched_front_running(frame(block))
    assert flagged[0] == 0 and framework_front_running(block) == [bool(flag) for flag in flagged]
    its, = displacements(block)
    assert its.attacker.hash == copy.hash and its.victim.hash == victim.hash


def test_the_named_baselines_are_the_sketches():
    for transactions in (attacked()[1], crowd()[1], crowd()[1][::-1]):
        assert framework_sandwich(transactions) == [bool(x) for x in sketched_sandwiches(frame(transactions))]
        assert framework_front_running(transactions) == [bool(x) for x in sketched_front_running(frame(transactions))]
