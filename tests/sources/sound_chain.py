"""A small chain in which nothing is wrong: what its blocks, builders and dealers tell agrees in every table."""

import pandas as pd

from kit import clock, events
from kit.events import WETH, Block, Log, Swap, Trace, Transaction
from kit.sources.ethereum.base_fee import next_base_fee

FIRST, GENESIS, GWEI = 1000, 1_700_000_000, 10**9
GAS = (50_000, 100_000, 150_000, 60_000, 90_000, 30_000)
FAILED = 3
"""The transaction of each block that fails: it swaps nothing, and leaves no log."""


def name(kind, *numbers, size=64):
    """A hash or an address, another for other numbers."""
    return f"0x{kind}" + "".join(f"{number:07x}" for number in numbers).rjust(size - 1, "0")


def chain(blocks=12):
    """Headers whose base fees follow from one another, and what happened in each block, as lists of events."""
    made = {kind: [] for kind in ("blocks", "transactions", "logs", "traces", "swaps")}
    for i in range(blocks):
        used = GAS[:4 + i % 3]
        fee = next_base_fee(made["blocks"][-1]) if i else 20 * GWEI
        producer = name("e", i % 3, size=40)
        made["blocks"].append(Block(FIRST + i, GENESIS + 12 * i, producer, fee, 800_000, sum(used), ""))
        for index, gas in enumerate(used):
            for kind, event in _happened(FIRST + i, index, gas, fee):
                made[kind].append(event)
    return made


def _happened(block, index, gas, fee):
    hash, sender = name("a", block, index), name("b", index, size=40)
    pool, token = name("c", 1, size=40), name("d", 1, size=40)
    went_well = index != FAILED
    yield "transactions", Transaction(block, index, hash, sender, pool, 0, fee + GWEI, gas, 200_000, 0, "0x022c0d9f",
                                      went_well)
    yield "traces", Trace(block, index, hash, (), "call", sender, pool, 0, "0x022c0d9f", "0x", went_well)
    if went_well:
        yield "logs", Log(block, index, hash, (index,), pool, (name("f", 7),), "0x")
        yield "swaps", Swap(block, index, hash, (index,), pool, "uniswap_v2", sender, pool, sender, sender,
                            WETH, 10**18, token, 10**9, None, None)


def recording(blocks=12):
    """Its tables, with those of builders and of deals."""
    made = chain(blocks)
    return {kind: events.frame(each, kind) for kind, each in made.items()} | {
        "builder_blocks": _built(made["blocks"]), "builder_hours": _hours(), "deals": _deals()}


def _built(headers):
    """Every fourth block is built at home; the others by two builders, who keep to their keys."""
    keys = [None if i % 4 == 3 else f"key{i % 4 % 2}" for i in range(len(headers))]
    who = [key and f"builder{key[-1]}" for key in keys]
    return pd.DataFrame({
        "time": clock.utc([each.timestamp * clock.SECOND for each in headers]),
        **{name: [getattr(each, name) for each in headers] for name in ("block", "base_fee", "gas_used", "gas_limit")},
        "label": pd.Categorical(["geth" if one is None else one for one in who]), "pubkey": pd.Categorical(keys),
        "owner": pd.Categorical(who), "relays": pd.Categorical([key and "one|two" for key in keys]),
        "mev_boost": [key is not None for key in keys],
        "value_gwei": pd.array([key and 10**7 for key in keys], dtype="Int64"),
        "slot_ms": pd.array([key and 12_400 for key in keys], dtype="Int64")})


def _hours(hours=6):
    begun = GENESIS // 3600 * 3600
    return pd.DataFrame({"time": clock.utc([(begun + 3600 * i) * clock.SECOND for i in range(hours)]),
                         "label": pd.Categorical(["builder0"] * hours), "blocks": 300, "value": 12.5})


def _deals(deals=40):
    parties = [name("9", i % 7, size=40) for i in range(deals + 1)]
    prices = [1.5 + i for i in range(deals)]
    return pd.DataFrame({"time": clock.utc([(GENESIS + 61 * i) * clock.SECOND for i in range(deals)]),
                         "seller": parties[:-1], "buyer": parties[1:], "volume": prices, "price": prices,
                         "asset": "thing"})


def put(frame, rows, **values):
    """A copy with other values in some rows."""
    frame = frame.copy()
    for column, value in values.items():
        frame[column] = frame[column].astype(object) if frame[column].dtype == "category" else frame[column]
        frame.loc[rows, column] = value
    return frame
