"""Chains of a few swaps whose answer is known: bare swaps, and a pool that keeps its constant product."""

from kit.chain.loss import amount_out
from kit.events import WETH, Swap, Transaction

TOKEN = "0x" + "70" * 20
ETH = 10**18
UNISWAP_V2 = "0x7a250d5630b4cf539739df2c5dacb4c659f2488d"


def swap(index, who, way, paid, got, **fields):
    """A swap: `way` is "buy" (ether for the token) or "sell". Everyone calls a contract of their own."""
    tokens = (WETH, TOKEN) if way == "buy" else (TOKEN, WETH)
    its = {"block": 1, "index": index, "hash": f"0xt{index}", "place": (0,), "pool": "0xpool", "protocol": "uniswap_v2",
           "origin": who, "target": f"{who}_bot", "sender": f"{who}_bot", "recipient": f"{who}_bot",
           "token_in": tokens[0], "amount_in": paid, "token_out": tokens[1], "amount_out": got,
           "reserve_in": None, "reserve_out": None}
    return Swap(**its | fields)


def sandwich(first=0, block=1, pool="0xpool", **fields):
    """A front, one victim and a back, all in a row: 1,000 paid, 1,100 got, 5,000 tokens bought and sold."""
    legs = [swap(first, "eve", "buy", 1_000, 5_000), swap(first + 1, "ann", "buy", 2_000, 8_000),
            swap(first + 2, "eve", "sell", 5_000, 1_100)]
    named = [leg._replace(block=block, pool=pool, hash=f"0x{block}.{pool}.{leg.index}", **fields) for leg in legs]
    return named


class Pool:
    """A constant-product pool of ether and a token that records what it does."""

    def __init__(self, ether=100 * ETH, tokens=200_000 * ETH, name="0xpool", fee=30):
        self.held, self.name, self.kept, self.swaps = {WETH: ether, TOKEN: tokens}, name, 10_000 - fee, []

    def trade(self, index, who, way, paid, **fields):
        token_in, token_out = (WETH, TOKEN) if way == "buy" else (TOKEN, WETH)
        got = amount_out(paid, self.held[token_in], self.held[token_out], self.kept)
        self.held[token_in] += paid
        self.held[token_out] -= got
        self.swaps.append(swap(index, who, way, paid, got, pool=self.name, reserve_in=self.held[token_in],
                               reserve_out=self.held[token_out], **fields))
        return got


def transaction(its, gas_price=50 * 10**9, gas_used=100_000, coinbase=0, **fields):
    """Of a swap."""
    about = {"block": its.block, "index": its.index, "hash": its.hash, "sender": its.origin, "to": its.target,
             "value": 0, "gas_price": gas_price, "gas_used": gas_used, "gas_limit": 200_000, "coinbase": coinbase,
             "input": None, "success": True}
    return Transaction(**about | fields)
