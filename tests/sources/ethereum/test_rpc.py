"""Blocks come from a node that is busy, cuts, forgets and refuses: what is kept is whole, and is asked for once."""

import gzip
import json
import socket
import time

import pytest
from typer.testing import CliRunner

from kit import cli
from kit.refusal import Refusal
from kit.sources.ethereum import node, rpc
from tests.sources.ethereum import evm, node_server

LAST = 8


@pytest.fixture(scope="module")
def chain():
    """Eight blocks of payments, one to three in each."""
    chain = evm.Chain()
    for number in range(1, LAST + 1):
        for payer in range(1 + number % 3):
            chain.pay(chain.people[payer], chain.people[-1], number * evm.ETHER + payer)
        assert chain.mine() == number
    return chain


@pytest.fixture
def server(chain):
    with node_server.serving(chain.answer) as server:
        yield server


@pytest.fixture
def fetch(server, tmp_path):
    """Fetch blocks into one folder, with short pauses."""
    return lambda first=0, last=LAST, **how: rpc.fetch(server.url, first, last, tmp_path,
                                                       **{"pause": 0.001, "tries": 3, "batch": 4} | how)


def paid(paths):
    return [(t.block, t.index, t.value, t.success) for path in paths for t in node.read(path)["transactions"]]


PAID = [(number, payer, number * evm.ETHER + payer, True)
        for number in range(1, LAST + 1) for payer in range(1 + number % 3)]


def visible(folder):
    """Numbers of the blocks that a reader would find."""
    return sorted(int(path.name.split(".")[0]) for path in folder.glob("*.json.gz"))


def test_blocks_are_what_was_mined(chain, fetch, tmp_path, capsys):
    paths = fetch()
    assert paths == [tmp_path / f"{number}.json.gz" for number in range(LAST + 1)]
    assert paid(paths) == PAID
    found = node.read(paths[5])["transactions"][0]
    told = chain.web3.eth.get_transaction(found.hash)
    assert (found.sender, found.to) == (told["from"].lower(), told["to"].lower())
    assert (found.gas_used, found.gas_price, found.gas_limit) == (21_000, told["gasPrice"], evm.GAS)
    assert found.coinbase is None, "nobody traced it"
    assert capsys.readouterr().err == "", "no progress where nobody watches"


def test_what_is_there_is_not_asked_for_again(server, fetch):
    fetch(2, 5)
    server.asked.clear()
    fetch(2, 5)
    assert server.asked == []
    fetch(1, 7)
    assert sorted(what for method, what in server.asked if method == "eth_getBlockByNumber") == ["0x1", "0x6", "0x7"]


@pytest.mark.parametrize("mischief", ["busy", "drop", "cut", "limit", "busy drop fair cut limit",
                                      "limit limit fair limit"])
def test_a_node_that_fails_for_the_moment_is_asked_again(server, fetch, mischief):
    server.mischief = mischief.split()
    assert paid(fetch()) == PAID
    assert server.mischief == []


def test_of_a_batch_only_what_was_refused_is_asked_again(server, fetch):
    server.mischief = ["limit"]
    fetch(1, 4)
    asked = [what for method, what in server.asked if method == "eth_getBlockByNumber"]
    assert asked == ["0x1", "0x2", "0x3", "0x4", "0x1", "0x3"]


def test_pauses_grow_from_failure_to_failure(server, fetch):
    server.mischief = ["busy"] * 3
    start = time.monotonic()
    fetch(1, 2, tries=4, pause=0.1)
    assert time.monotonic() - start >= 0.5 * (0.1 + 0.2 + 0.4)


def test_when_it_gives_up_whole_blocks_stay_and_the_next_call_goes_on(server, fetch, tmp_path):
    server.mischief = ["fair"] * 4 + ["drop", "busy", "busy"]
    with pytest.raises(Refusal, match="127.0.0.1: given up after 3 failures in a row, the last: .*503"):
        fetch(1, 8, batch=3)
    held = visible(tmp_path)
    assert held == [1, 2, 3]
    server.asked.clear()
    assert paid(fetch(1, 8)) == PAID
    assert not {hex(number) for number in held} & {what for method, what in server.asked if "Block" in method}


def test_what_another_call_left_half_written_is_no_block(fetch, tmp_path):
    (tmp_path / "3.json.gz.part").write_bytes(b"half")
    assert paid(fetch()) == PAID
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.json.gz" for n in range(LAST + 1))


def test_a_held_file_that_is_garbled_is_refused_by_name(fetch, tmp_path):
    (tmp_path / "3.json.gz").write_bytes(b"garbled")
    with pytest.raises(Refusal, match="3.json.gz: truncated or corrupt JSON"):
        fetch(traces=True)


def test_nobody_listens(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Refusal, match="given up after 2 failures.*ConnectionError.*Remedy: see that a node listens"):
        rpc.fetch(address, 1, 2, tmp_path, tries=2, pause=0.001)


def test_a_node_that_knows_no_such_key_is_not_pressed_and_the_key_not_told(server, tmp_path):
    server.mischief = ["refuse"]
    with pytest.raises(Refusal, match="answers 401.*see whether the address, and the key") as refused:
        rpc.fetch(f"{server.url}/v3/SECRET", 1, 2, tmp_path)
    assert server.posts == 1 and "SECRET" not in str(refused.value)


def test_a_block_that_is_not_there_is_named(fetch, tmp_path):
    with pytest.raises(Refusal, match="eth_getBlockByNumber 0x9: there is none. Remedy: ask for blocks up to the n"):
        fetch(5, 12)
    assert visible(tmp_path) == [5, 6, 7, 8]


def test_a_node_without_traces_says_so(fetch):
    with pytest.raises(Refusal, match=r"trace_block 0x1: .*\(-32601\). Remedy: ask a node that traces calls"):
        fetch(1, 2, traces=True)


def test_a_node_that_has_pruned_its_receipts_says_so(chain, tmp_path):
    def pruned(method, params):
        return {"result": None} if "Receipt" in method else chain.answer(method, params)

    with node_server.serving(pruned) as server, pytest.raises(Refusal, match="Receipts 0x1.*ask an archive node"):
        rpc.fetch(server.url, 1, 2, tmp_path)


def test_a_node_that_takes_no_batches_is_asked_one_by_one(server, fetch):
    server.mischief = ["single"]
    with pytest.raises(Refusal, match="takes no 4 requests together.*in smaller batches"):
        fetch()
    server.asked.clear()
    assert paid(fetch(batch=1)) == PAID


def receipts_by_block(chain, method, params):
    """The chain's answers, receipts block by block."""
    if method != "eth_getBlockReceipts":
        return chain.answer(method, params)
    block = chain.answer("eth_getBlockByNumber", [params[0], True])["result"]
    return {"result": [chain.answer("eth_getTransactionReceipt", [each["hash"]])["result"]
                       for each in block["transactions"]]}


def test_receipts_come_by_the_block_where_the_node_can(chain, tmp_path):
    with node_server.serving(lambda method, params: receipts_by_block(chain, method, params)) as server:
        assert paid(rpc.fetch(server.url, 0, LAST, tmp_path)) == PAID
        assert not [method for method, _ in server.asked if method == "eth_getTransactionReceipt"]


@pytest.mark.parametrize("error", [
    {"code": -32000, "message": "the method eth_getBlockReceipts does not exist/is not available"},
    {"code": -32600, "message": "Unsupported method: eth_getBlockReceipts"}])
def test_a_node_that_knows_no_receipts_by_the_block_is_asked_by_the_transaction(chain, tmp_path, error):
    def old(method, params):
        return {"error": error} if method == "eth_getBlockReceipts" else chain.answer(method, params)

    with node_server.serving(old) as server:
        assert paid(rpc.fetch(server.url, 0, LAST, tmp_path, batch=3)) == PAID
        assert sum(method == "eth_getBlockReceipts" for method, _ in server.asked) == 3, "asked once only"


def test_a_block_that_changes_under_the_questions_is_asked_for_anew(chain, tmp_path):
    changes = ["0x3"]

    def changing(method, params):
        told = receipts_by_block(chain, method, params)
        if method == "eth_getBlockReceipts" and params[0] in changes:
            changes.remove(params[0])
            told["result"][0] |= {"blockHash": "0x" + "11" * 32}
        return told

    with node_server.serving(changing) as server:
        assert paid(rpc.fetch(server.url, 0, LAST, tmp_path)) == PAID
        assert server.asked.count(("eth_getBlockByNumber", "0x3")) == 2
        changes += ["0x3"] * 5
        with pytest.raises(Refusal, match="block 3 changed 5 times.*Remedy: ask for blocks that are final"):
            rpc.fetch(server.url, 3, 3, tmp_path / "other")


def test_a_range_that_is_none_is_refused(tmp_path):
    with pytest.raises(Refusal, match="no blocks from 5 to 4"):
        rpc.fetch("http://localhost", 5, 4, tmp_path)
    with pytest.raises(Refusal, match="is not an address"):
        rpc.fetch("localhost:8545", 4, 5, tmp_path)


def test_the_command_asks_for_the_same(server, tmp_path):
    asked = CliRunner().invoke(cli.app, ["chain", server.url, "1", "3", "--into", str(tmp_path)])
    assert asked.exit_code == 0 and f"{tmp_path}: 3 blocks" in asked.output
    assert visible(tmp_path) == [1, 2, 3]


@pytest.fixture
def recorded(kit_data):
    """A mainnet block as its node told it, calls among them, under the methods that ask for it."""
    path = kit_data / "onchain/eth-blocks-mev-inspect/raw_fulllogs/13002906.json.gz"
    told = json.loads(gzip.decompress(path.read_bytes()))
    camel = {"block_hash": "blockHash", "trace_address": "traceAddress", "transaction_hash": "transactionHash",
             "transaction_position": "transactionPosition", "block_number": "blockNumber"}
    traces = [{camel.get(key, key): value for key, value in trace.items()} for trace in told["traces"]]
    answers = {"eth_getBlockByNumber": told["data"], "eth_getBlockReceipts": told["receipts"]["result"],
               "trace_block": traces}
    with node_server.serving(lambda method, params: {"result": answers[method]}) as server:
        yield path, server


@pytest.mark.recordings
def test_a_block_of_mainnet_comes_through_as_it_was_recorded(recorded, tmp_path):
    path, server = recorded
    found, = rpc.fetch(server.url, 13002906, 13002906, tmp_path, traces=True)
    assert node.read(found) == node.read(path)


@pytest.mark.recordings
def test_a_block_held_without_traces_is_asked_for_again_where_traces_are_wanted(recorded, tmp_path):
    _, server = recorded
    for traces, posts in ((False, 2), (True, 5), (True, 5), (False, 5)):
        found, = rpc.fetch(server.url, 13002906, 13002906, tmp_path, traces)
        assert server.posts == posts
    assert node.read(found)["traces"]
