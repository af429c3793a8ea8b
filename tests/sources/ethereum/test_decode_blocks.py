"""Real blocks: what their logs tell, what their calls tell, and what mev-inspect tells agree, or differ by name."""

import collections
import json

import pytest

from kit.sources.ethereum import inspect, liquidity, node, swap_logs, transfers
from kit.sources.ethereum.decode import decode

pytestmark = pytest.mark.recordings

UNKNOWN = {"balancer_v2", "0x", "bancor", "curve"}
"""Families of which mev-inspect knows no contract, or only some."""

FAILED_WITHIN = {
    "0x23a4dc7044666d3d4cc2d394a8017fc9d6b87018c20390d35266cea1af783e8a": 3,
    "0x3c28c5befa4544f620620d0d306e4d598f1c735b2f0e1a03c0541a3106fff414": 2}
"""Transactions that did not fail around a call that did, in which mev-inspect counts swaps without an error."""

OTHER_EVENT = "0x2586c5fb67c2ccb9393dc58a8692be66ecccc7b353bd67fd44ad4f5f439522e7"
"""Its Balancer pool is of a fork that tells swaps by an event of its own: calls show it, logs do not."""

LOOSE = {"0x610cee4bf66c3a190521e8c129d2f126dcc1e4635237f7e7944bd3fdeca9cf34": 1,
         "0x3fa965ce5c01c33881a6b9b92cc0e39edfc4ad68c1ae1beb2bb1b813d4642470": 2,
         "0xb7b6192174289b765f318d18ad8dbd2e51a55fa359fd580ffa59d9e4693a4b9f": 2,
         "0x67346b32cf7fe7225253a8d24ac2339ac4d1295cb33d57c9cd1b65d5ddeefd0f": 2,
         "0x995149c029dc173d1a8e5ac266e1e3fc3d3f1a2430f4391e6744e0fc6d45696e": 1,
         "0x218979024338448263e47ce8ed925a71fbd68d6327faf020481d7a6505e0dc87": 1,
         "0x9055af156e1585614eaa845b638b858e29ad5c5af4864e574f5e72fba1981c38": 1,
         "0x79fa828c222c3b21c002c7939d8cd613e7476c90bba26622da6790ed05d59ba2": 2,
         "0x438fb9e5a9fa80524661a9f8292fe238cf74e6397717ef277bbccb8e8c337558": 3,
         "0x29fca501f654200b2fbf861e92cf0e0687c3cc455d2f95eadd22f0a91800baaf": 1}
"""Swaps whose calldata ends before the last word does, by transaction: mev-inspect cannot decode it, pools need not."""

UNPAID = {"0xd02b3e5286e7f474e59ba7f71c921812ac2f1bfd469feaa803d5ee66b1c9aa56": 1,
          "0x67f82fbaf163669835d51983c76151db16eab2ab463326fcb26f7f8034dc9fe9": 1}
"""Swaps that were paid without a transfer's call, of which mev-inspect makes none."""

IN_TRANSFER = {"0xc9a6476716a894af85b47ad85716e8566e86a089379ac69f02f71ab2b8826b94": 1,
               "0xc743e0ac321d282949626227a079379ab037c8bcb3b8881ebde243939b31148e": 1,
               "0x3439e5e548b2b8445b92d710e2ba7866c15c3bcde76e4fd099bcebb1818ababd": 1}
"""Swaps by which a token sells its fees within its own transfer, where mev-inspect looks at no other transfer."""


@pytest.fixture(scope="module")
def folder(kit_data):
    return kit_data / "onchain/eth-blocks-mev-inspect"


@pytest.fixture(scope="module")
def blocks(folder):
    """Blocks by number; where two files hold one, that with its logs."""
    told = {}
    for path in sorted(folder.glob("raw_*/*.json.gz")):
        raw = node.read(path)
        told.setdefault(raw["blocks"][0].block, raw)
    return told


@pytest.fixture(scope="module")
def logged(blocks):
    """What logs tell of the 15 blocks that have them."""
    return {number: decode(raw) for number, raw in blocks.items() if raw["logs"]}


@pytest.fixture(scope="module")
def called(blocks):
    """What calls tell of all blocks."""
    return {number: decode(raw | {"logs": []}) for number, raw in blocks.items()}


@pytest.fixture(scope="module")
def theirs(folder):
    """mev-inspect's swaps in transactions that did not fail, by transaction and call."""
    return {(each.hash, each.place): each for each in inspect.swaps(folder)}


@pytest.fixture(scope="module")
def asserted(folder):
    return json.loads((folder / "labels_asserted_by_tests.json").read_text())


def every(told, kind):
    return [each for block in told.values() for each in block[kind]]


def where(swap):
    return swap.hash, swap.pool, swap.token_in, swap.token_out


def test_there_are_44_blocks_15_of_them_with_logs(blocks, logged):
    assert (len(blocks), len(logged)) == (44, 15)


def test_swaps_from_logs_are_mev_inspect_s_but_for_two_transactions(logged, theirs):
    ours = collections.Counter(where(each) for each in every(logged, "swaps"))
    known = collections.Counter(where(each) for each in theirs.values() if each.block in logged
                                and each.protocol != "bancor")
    missing = collections.Counter(hash for hash, *_ in (known - ours).elements())
    assert missing == {OTHER_EVENT: 1, "0x3c28c5befa4544f620620d0d306e4d598f1c735b2f0e1a03c0541a3106fff414": 2}
    extra = [each for each in every(logged, "swaps") if where(each) in ours - known]
    assert collections.Counter(each.protocol for each in extra) == {"0x": 5, "balancer_v2": 5, "bancor": 5, "curve": 1,
                                                                    "uniswap_v3": 1}
    assert {each.hash for each in extra if each.protocol not in UNKNOWN} <= LOOSE.keys()
    assert sum((ours & known).values()) == 483


def test_logs_and_calls_tell_the_same_swaps_to_the_last_field(logged, called):
    for number, block in logged.items():
        ours, others = ([each._replace(place=()) for each in told["swaps"] if each.protocol not in UNKNOWN - {"curve"}]
                        for told in (block, called[number]))
        others = [each for each in others if each.hash != OTHER_EVENT or each.protocol != "balancer_v1"]
        differ = collections.Counter(ours) - collections.Counter(others)
        assert {each.hash[:12] for each in differ} == ({"0x014ca96951"} if number == 13002906 else set())
    assert differ == {}


def test_a_token_that_sells_its_fees_within_a_transfer_pays_before_it_in_calls_and_after_it_in_logs(logged, called):
    first = [next(each for each in told[13002906]["swaps"] if each.hash.startswith("0x014ca96951") and key(each))
             for told, key in ((logged, lambda each: each.amount_in == 1157900941562583722),
                               (called, lambda each: each.amount_in == 1157900941562583722))]
    assert first[0]._replace(payer=None, place=()) == first[1]._replace(payer=None, place=())


def test_logs_and_calls_tell_the_same_liquidity_and_liquidations(logged, called):
    for number, block in logged.items():
        for kind in ("liquidity", "liquidations"):
            assert collections.Counter(each._replace(place=()) for each in block[kind]) == collections.Counter(
                each._replace(place=()) for each in called[number][kind])


def test_swaps_from_calls_are_mev_inspect_s_but_for_those_that_failed(blocks, called, theirs):
    ours = {(each.hash, each.place): each for each in every(called, "swaps")}
    missing = theirs.keys() - ours.keys()
    assert collections.Counter(hash for hash, _ in missing) == FAILED_WITHIN
    failed = {(each.hash, each.place) for raw in blocks.values() for each in raw["traces"] if not each.success}
    assert missing <= failed
    assert len(ours.keys() & theirs.keys()) == 1323


def test_every_swap_that_mev_inspect_lacks_has_its_reason(called, theirs):
    extra = [each for each in every(called, "swaps") if (each.hash, each.place) not in theirs]
    named = collections.Counter(each.hash for each in extra if each.protocol not in UNKNOWN)
    assert named == LOOSE | UNPAID | IN_TRANSFER
    assert collections.Counter(each.protocol for each in extra if each.protocol in UNKNOWN) == {
        "balancer_v2": 13, "bancor": 5, "curve": 4}


def test_those_reasons_are_true(blocks, called):
    calls = {(each.hash, each.place): each for raw in blocks.values() for each in raw["traces"]}
    swaps = collections.defaultdict(list)
    for each in every(called, "swaps"):
        swaps[each.hash].append(each)
    for hash in LOOSE:
        loose = [each for each in swaps[hash] if (len(calls[hash, each.place].input) - 10) % 64]
        assert len(loose) >= LOOSE[hash]
    for hash in UNPAID:
        assert [each for each in swaps[hash] if each.payer is None]
    for hash in IN_TRANSFER:
        assert [each for each in swaps[hash] for length in range(len(each.place))
                if transfers.called(calls[hash, each.place[:length]])]


def test_amounts_out_are_mev_inspect_s_and_amounts_in_where_the_pool_got_what_was_asked_for(called, theirs):
    differ = collections.Counter()
    for each in every(called, "swaps"):
        other = theirs.get((each.hash, each.place))
        if other is None:
            continue
        assert (each.pool, each.token_in, each.token_out, each.amount_out) == (
            other.pool, other.token_in, other.token_out, other.amount_out)
        if each.amount_in != other.amount_in:
            differ[each.protocol] += 1
    assert differ == {"uniswap_v2": 73, "uniswap_v3": 2}, "fees kept, and more paid than the pool had asked"


def test_where_amounts_in_differ_the_pool_s_own_log_says_ours(logged, called, theirs):
    said = {(*where(each), each.amount_in) for each in every(logged, "swaps")}
    differ = [each for number in logged for each in called[number]["swaps"] if (each.hash, each.place) in theirs
              and each.amount_in != theirs[each.hash, each.place].amount_in]
    assert len(differ) == 19
    assert {(*where(each), each.amount_in) for each in differ} <= said
    assert not {(*where(each), theirs[each.hash, each.place].amount_in) for each in differ} & said


def test_whom_a_pool_paid_is_mev_inspect_s(called, theirs):
    differ = [each for each in every(called, "swaps") if (each.hash, each.place) in theirs
              and each.recipient != theirs[each.hash, each.place].recipient]
    assert {each.protocol for each in differ} == {"0x"}, "of which it names the exchange"


def test_counts_that_mev_inspect_s_own_tests_assert(folder, called, theirs):
    counts = collections.Counter(each.block for each in inspect.swaps(folder, failed=True))
    assert counts[12914944] == 51 and counts[12775690] == 21
    assert len(called[12775690]["swaps"]) == 21
    assert len(called[12914944]["swaps"]) == 43, "nine fail, and a path of Bancor's is one that it does not know"
    assert sum(each.block == 12914944 for each in theirs.values()) == 42


def terms(entry):
    """What a label says of a liquidation."""
    received = entry.get("received_amount", entry.get("received"))
    return (entry["tx"], entry["protocol"], entry["liquidator"], entry["liquidated"], entry["debt_token"],
            int(entry["debt_amount"]), entry["received_token"], int(received))


def found(liquidation):
    return (liquidation.hash, *liquidation[4:])


def test_all_15_asserted_liquidations_are_found_exactly_and_the_reverted_one_is_not(called, asserted):
    ours = {found(each): each.place for each in every(called, "liquidations")}
    labels = [entry for entry in asserted if entry["kind"] == "liquidation"]
    assert len(labels) == 15
    for entry in labels:
        assert ours[terms(entry)] == tuple(entry["trace_address"])
    reverted = [entry["tx"] for entry in asserted if entry["kind"] == "not_liquidation"]
    assert len(reverted) == 1 and not set(reverted) & {hash for hash, *_ in ours}


def test_all_26_liquidations_of_the_reference_detector_are_found_and_three_more(called, folder):
    labels = json.loads((folder / "labels_reference_detector.json").read_text())
    reference = {terms(entry) for entry in labels if entry["kind"] == "liquidation"}
    ours = {found(each) for each in every(called, "liquidations")}
    assert len(reference) == 26 and reference <= ours
    assert {(hash[:10], protocol) for hash, protocol, *_ in ours - reference} == {
        ("0x1ba93cb9", "aave"),  # a debt in ether, which it cannot parse
        ("0x3fa965ce", "compound_v2"), ("0xb7b61921", "ironbank")}, "markets of forks that it does not list"


def test_liquidations_from_logs_are_those_from_calls_by_the_labels_too(logged, asserted):
    ours = {found(each) for each in every(logged, "liquidations")}
    labels = [terms(entry) for entry in asserted if entry["kind"] == "liquidation" and entry["block_number"] in logged]
    assert len(labels) == 3 and set(labels) <= ours


def test_just_in_time_liquidity_has_its_asserted_amounts(called, asserted):
    labels = [entry for entry in asserted if entry["kind"] == "jit_liquidity"]
    for entry in labels:
        block, pool = called[entry["block_number"]], entry["pool"]
        minted, burnt = (next(each for each in block["liquidity"] if (each.pool, each.hash) == (pool, entry[hash]))
                         for hash in ("mint_tx", "burn_tx"))
        assert (minted.change, burnt.change) == (1, -1) and minted[9:12] == burnt[9:12]
        assert (minted.place, burnt.place) == (tuple(entry["mint_trace"]), tuple(entry["burn_trace"]))
        assert entry["bot"] == minted.target == burnt.target
        assert minted.tokens == burnt.tokens == (entry["token0"], entry["token1"])
        assert minted.amounts == (int(entry["mint_token0"]), int(entry["mint_token1"]))
        collected = {each.token: each.amount for each in block["transfers"]
                     if (each.hash, each.sender) == (burnt.hash, pool)}
        assert collected == {burnt.tokens[0]: int(entry["burn_token0"]), burnt.tokens[1]: int(entry["burn_token1"])}
        assert all(0.99 < burnt.amounts[i] / collected[token] <= 1 for i, token in enumerate(burnt.tokens))
    assert len(labels) == 4


def test_logs_that_tell_of_nothing_are_named(logged):
    misfits = every(logged, "misfits")
    kinds = collections.Counter(each.topics[0] for each in misfits)
    assert kinds == {
        liquidity.V2_MINT.topic: 12,  # of the deposit tokens of Aave and Compound, which share its name
        liquidity.V3_BURN.topic: 2, liquidity.V3_MINT.topic: 1,  # at pools at which not both tokens moved
        transfers.TRANSFER.topic: 1}, "of a cat, whose contract indexes nothing"


def test_no_swap_of_a_full_block_is_a_misfit(logged):
    assert not {each.topics[0] for each in every(logged, "misfits")} & swap_logs.READERS.keys()
