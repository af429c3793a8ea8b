"""From the EVM to the detector: a sandwich staged in one block of a real chain is found with its exact amounts."""

from types import SimpleNamespace

import pytest

from kit.chain.sandwich import sandwiches
from kit.sources import datasets
from kit.sources.ethereum import decode, node, rpc
from tests.sources.ethereum import contracts, evm, node_server

PAID, FIRST, SECOND, ROUND = (ether * evm.ETHER for ether in (20, 50, 30, 5))


@pytest.fixture(scope="module")
def staged():
    """An attack on two, a purchase that fails among them, and a round trip around nobody: one block."""
    exchange = evm.Exchange(contracts.uniswap())
    _, attacker, alice, bob, pauper, innocent, *_ = exchange.people
    ether, tokens = exchange.reserves()
    wealth = exchange.wealth(attacker)
    bought = evm.out(PAID, ether, tokens)
    after = [ether + PAID, tokens - bought]
    sent = {"front": exchange.buy(attacker, PAID, tip=9), "alice": exchange.buy(alice, FIRST),
            "failed": exchange.buy(pauper, evm.ETHER, least=tokens), "bob": exchange.buy(bob, SECOND)}
    for paid in (FIRST, SECOND):
        after = [after[0] + paid, after[1] - evm.out(paid, *after)]
    sent["back"] = exchange.sell(attacker, bought, tip=1)
    got = evm.out(bought, after[1], after[0])
    after = [after[0] - got, after[1] + bought]
    sent |= {"there": exchange.buy(innocent, ROUND), "back again": exchange.sell(innocent, evm.out(ROUND, *after))}
    block = exchange.mine()
    gain, left = (now - before for now, before in zip(exchange.wealth(attacker), wealth, strict=True))
    return SimpleNamespace(exchange=exchange, attacker=attacker, block=block, sent=sent, bought=bought, got=got,
                           gain=gain + exchange.fees(sent["front"], sent["back"]), left=left)


@pytest.fixture(scope="module")
def folder(staged, tmp_path_factory):
    """All blocks of the chain, fetched from a node that drops a connection and is busy once."""
    into = tmp_path_factory.mktemp("chain")
    with node_server.serving(staged.exchange.answer) as server:
        server.mischief = ["drop", "fair", "busy"]
        rpc.fetch(server.url, 0, staged.block, into, pause=0.001)
    return into


@pytest.fixture(scope="module")
def told(staged, folder):
    return decode.decode(node.read(folder / f"{staged.block}.json.gz"))


def test_the_block_holds_what_was_sent_in_its_order_and_says_who_failed(staged, told):
    assert {t.hash: t.success for t in told["transactions"]} == {
        digest: name != "failed" for name, digest in staged.sent.items()}
    assert [t.hash for t in told["transactions"]] == list(staged.sent.values())


def test_swaps_are_those_that_the_pool_s_formula_gives(staged, told):
    names = {digest: name for name, digest in staged.sent.items()}
    assert [names[swap.hash] for swap in told["swaps"]] == [name for name in names.values() if name != "failed"]
    reserves = {}
    for swap in told["swaps"]:
        before = reserves or {swap.token_in: 1000 * evm.ETHER, swap.token_out: 2_000_000 * evm.ETHER}
        assert swap.amount_out == evm.out(swap.amount_in, before[swap.token_in], before[swap.token_out])
        reserves = {swap.token_in: before[swap.token_in] + swap.amount_in,
                    swap.token_out: before[swap.token_out] - swap.amount_out}
        assert (swap.reserve_in, swap.reserve_out) == (reserves[swap.token_in], reserves[swap.token_out])
    weth, token = (contract.address.lower() for contract in (staged.exchange.weth, staged.exchange.token))
    assert (reserves[weth], reserves[token]) == staged.exchange.reserves()


def test_the_sandwich_is_found_with_its_hashes_amounts_and_the_gain_of_its_attacker(staged, told):
    router = staged.exchange.router.address.lower()
    attack, = sandwiches(told["swaps"], routers={router})
    assert attack.block == staged.block and attack.pool == staged.exchange.pair.address.lower()
    assert [swap.hash for swap in attack.fronts] == [staged.sent["front"]]
    assert [swap.hash for swap in attack.victims] == [staged.sent["alice"], staged.sent["bob"]]
    assert [swap.hash for swap in attack.backs] == [staged.sent["back"]]
    assert (attack.paid, attack.bought, attack.sold, attack.got) == (PAID, staged.bought, staged.bought, staged.got)
    assert {swap.origin for swap in attack.fronts + attack.backs} == {staged.attacker.lower()}
    assert (attack.token, attack.tier, attack.legs) == (staged.exchange.weth.address.lower(), "strict", "equal")
    assert attack.profit == staged.gain > 3 * evm.ETHER and staged.left == 0


def test_the_folder_is_a_dataset(staged, told, folder, monkeypatch):
    monkeypatch.setenv("KIT_CHAIN", str(folder))
    assert "chain" in datasets.available()
    recording = datasets.load("chain", "EVM")
    assert recording.events("swaps") == told["swaps"]
    assert recording.events("transactions")[-len(staged.sent):] == told["transactions"]
    assert [block.block for block in recording.events("blocks")] == list(range(staged.block + 1))
