"""Signatures as text: known topics and selectors, every number back to the bit, nothing taken for another's."""

import eth_abi
import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from kit.sources.ethereum import decode, lending, liquidity, reserves, swap_calls, swap_logs, transfers
from kit.sources.ethereum.abi import Event, Function
from tests.sources.ethereum.written import OTHER, POOL, call, log, moved

TOPICS = {
    "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef": transfers.TRANSFER,
    "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822": swap_logs.V2_SWAP,
    "0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1": swap_logs.V2_SYNC,
    "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67": swap_logs.V3_SWAP,
    "0x908fb5ee8f16c6bc9bc3690973819f32a4d4b10188134543c88706e0e1d43378": swap_logs.BALANCER_V1,
    "0x7a53080ba414158be7ec69b987b5fb7d07dee101fe85488f0853ae16239d0bde": liquidity.V3_MINT,
    "0x0c396cd989a39f4459b5fa1aed6a9a8dcdbc45908acfd67e028cd568da98982c": liquidity.V3_BURN,
    "0xe413a321e8681d831f4dbccbca790d2952b56f977908e45be37335533e005286": lending.AAVE_V2,
    "0x298637f684da70674f26509b10f07ec2fbc77a335ab1e7d6215a4b2484d8bb52": lending.COMPOUND,
}

SELECTORS = {"0xa9059cbb": transfers.SEND, "0x23b872dd": transfers.PULL, "0x022c0d9f": reserves.SWAP,
             "0x0902f1ac": reserves.RESERVES, "0x128acb08": swap_calls.V3_SWAP, "0x8201aa3f": swap_calls.BALANCER_IN,
             "0x3df02124": swap_calls.CURVE, "0x00a718a9": lending.AAVE, "0xf5e3c462": lending.OF_TOKEN}

SWAP = Event("Swap(address indexed sender,int256 change,uint256 amount,bytes32 indexed pool,bytes note)")
PLAIN = Event("Swap(address indexed sender,int256 change,uint256 amount)")
SIGNED, UNSIGNED = st.integers(-2**255, 2**255 - 1), st.integers(0, 2**256 - 1)
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda each: "0x" + each.hex())


@pytest.mark.parametrize("topic", TOPICS)
def test_topics_are_those_on_chain(topic):
    assert TOPICS[topic].topic == topic


@pytest.mark.parametrize("selector", SELECTORS)
def test_selectors_are_those_on_chain(selector):
    assert SELECTORS[selector].selector == selector


def test_no_two_events_or_functions_that_are_read_share_a_name_with_another_reader():
    tables = [swap_logs.READERS, liquidity.LOGS, lending.LOGS]
    assert sum(map(len, tables)) == len(decode._LOGS)
    calls = [swap_calls.READERS, liquidity.CALLS, lending.CALLS]
    assert sum(map(len, calls)) == len(decode._CALLS)


@given(ADDRESSES, SIGNED, UNSIGNED, st.binary(min_size=32, max_size=32), st.binary(max_size=70))
def test_every_value_of_an_event_comes_back_to_the_bit(sender, change, amount, pool, note):
    written = log(0, POOL, "Swap(address,int256,uint256,bytes32,bytes)", [("address", sender), ("bytes32", pool)],
                  [("int256", change), ("uint256", amount), ("bytes", note)])
    assert SWAP.read(written) == (sender, pool, change, amount, note)


@given(SIGNED, UNSIGNED, st.booleans())
def test_every_value_of_a_call_comes_back_to_the_bit(change, amount, flag):
    trade = Function("trade((int256,bool) what,uint256 amount) returns (int256 change)")
    made = call((), OTHER, POOL, "trade((int256,bool),uint256)", [(change, flag), amount], [("int256", change)])
    assert trade.read(made) == ((change, flag), amount, change)


def test_an_amount_of_the_highest_bit_is_no_negative_number():
    assert transfers.logged(moved(0, POOL, OTHER, POOL, 2**255)).amount == 2**255


GOOD = log(0, POOL, "Swap(address,int256,uint256)", [("address", OTHER)], [("int256", -1), ("uint256", 2)])


@pytest.mark.parametrize("fault", [
    {"data": GOOD.data[:-2]}, {"data": "0x"}, {"data": GOOD.data + "00" * 32}, {"topics": GOOD.topics[:1]},
    {"topics": (*GOOD.topics, GOOD.topics[1])}, {"topics": ()}, {"topics": ("0x" + "11" * 32, GOOD.topics[1])},
    {"topics": (GOOD.topics[0], "0x" + "ff" * 32)}], ids=[
    "a byte is missing", "no data", "a word too much", "a topic is missing", "a topic too much", "anonymous",
    "another topic", "no address"])
def test_what_does_not_fit_is_no_such_event(fault):
    assert PLAIN.read(GOOD) == (OTHER, -1, 2)
    assert PLAIN.read(GOOD._replace(**fault)) is None


def test_a_call_that_is_too_short_or_answers_too_little_is_another_s():
    burn = Function("burn(address to) returns (uint256 amount0,uint256 amount1)")
    good = call((), OTHER, POOL, "burn(address)", [OTHER], [("uint256", 1), ("uint256", 2)])
    assert burn.read(good) == (OTHER, 1, 2)
    assert burn.read(good._replace(input=good.input + "ff")) == (OTHER, 1, 2), "contracts allow more bytes"
    assert burn.read(good._replace(input=good.input[:-2])) is None
    assert burn.read(good._replace(output=good.output[:-64])) is None
    assert burn.read(good._replace(input="0x12345678" + good.input[10:])) is None


def test_a_parameter_without_a_name_need_not_be_proper():
    named, unnamed = Function("swap(uint256 out,bytes data)"), Function("swap(uint256 out,bytes)")
    loose = "0x" + (keccak(text="swap(uint256,bytes)")[:4] + eth_abi.encode(["uint256", "uint256"], [7, 2**200])).hex()
    made = call((), OTHER, POOL)._replace(input=loose)
    assert named.selector == unnamed.selector
    assert named.read(made) is None and unnamed.read(made) == (7,)
