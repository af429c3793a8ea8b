"""A day of one Uniswap v3 pool, USDC against WETH, as an indexer of its events tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kit import events
from kit.events import WETH, Block, Label, Liquidity, Swap, Transaction
from kit.sources import tables
from kit.sources.remark import Remark, remark

POOL = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"
USDC = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48"
DECIMALS = {USDC: 6, WETH: 18}

SWAPS = {"block_number": tables.INTEGER, "timestamp": tables.INTEGER, "log_index": tables.INTEGER,
         "tx_hash": tables.TEXT, "origin": tables.TEXT, "usdc_trader": tables.NUMBER, "weth_trader": tables.NUMBER,
         "gas_used": tables.INTEGER, "gas_price_wei": tables.INTEGER}

CHANGES = {"block_number": tables.INTEGER, "timestamp": tables.INTEGER, "logIndex": tables.INTEGER,
           "tx_hash": tables.TEXT, "origin": tables.TEXT, "sender": tables.TEXT, "kind": tables.TEXT,
           "amount0": tables.NUMBER, "amount1": tables.NUMBER, "tickLower": tables.INTEGER,
           "tickUpper": tables.INTEGER, "gasUsed": tables.INTEGER, "gasPrice": tables.INTEGER}

NAMES = {"logIndex": "log_index", "gasUsed": "gas_used", "gasPrice": "gas_price_wei"}


def read(folder) -> Iterator[dict[str, pd.DataFrame]]:
    """Tables ``swaps``, ``blocks``, ``transactions``, ``liquidity`` and ``labels`` (see `kit.events`).

    - Where transactions stand in their block is not told: `index` counts those of the pool, in the order of their first
      log, from 0. That two follow each other here does not say that none stood between.
    - Amounts are told as binary numbers of whole tokens. They are taken as the shortest decimal text that is that
      number, in the smallest unit: exact of USDC, of WETH to 16 digits.
    - Whom a swap's transaction called, and whom the pool paid, is not told: its signer stands for sender and recipient.
    - Of blocks number and time are known, of transactions signer and gas.

    Parameters
    ----------
    folder : path-like

    Yields
    ------
    dict of str to pandas.DataFrame

    Raises
    ------
    Refusal
        A missing column, or a value that is none of its type.
    """
    folder = Path(folder)
    traded, changed = _table(folder / "swaps.parquet", SWAPS), _table(folder / "liquidity_events.parquet", CHANGES)
    rows = pd.concat([traded, changed]).sort_values(["block_number", "log_index"], kind="stable")
    index = rows.drop_duplicates("tx_hash").groupby("block_number").cumcount()
    seen = rows.drop_duplicates("tx_hash").assign(index=index)
    place = dict(zip(seen["tx_hash"], seen["index"], strict=True))
    told = {"swaps": [_swap(row, place) for row in traded.itertuples()],
            "blocks": [Block(row.block_number, row.timestamp, None, None, None, None, None)
                       for row in seen.drop_duplicates("block_number").itertuples()],
            "transactions": [Transaction(row.block_number, row.index, row.tx_hash, row.origin, None, 0,
                                         row.gas_price_wei, row.gas_used, None, None, None, True)
                             for row in seen.itertuples(index=False)],
            "liquidity": [_change(row, place) for row in changed.itertuples()], "labels": labels(folder)}
    made = {kind: events.frame(each, kind) for kind, each in told.items()}
    remark(made["transactions"], [Remark(
        "warning", "no transaction index", len(made["transactions"]), "where transactions stand in their block is not "
        "told: they are numbered as the pool saw them, and others may have stood between two that follow each other")])
    yield made


def _table(path, types):
    table = pd.concat([block.table.to_pandas() for block in tables.blocks(path, types)]).rename(columns=NAMES)
    return table.sort_values(["block_number", "log_index"], kind="stable", ignore_index=True)


def units(amount, token) -> int:
    """Smallest units of a token in a binary number of whole ones, by its shortest decimal text."""
    return int((Decimal(repr(float(amount))) * 10 ** DECIMALS[token]).to_integral_value())


def _swap(row, place):
    """What the trader gave went in, what it got came out."""
    got = {USDC: units(row.usdc_trader, USDC), WETH: units(row.weth_trader, WETH)}
    sold, bought = sorted(got, key=got.get)
    return Swap(row.block_number, place[row.tx_hash], row.tx_hash, (row.log_index,), POOL, "uniswap_v3", row.origin,
                None, row.origin, row.origin, sold, -got[sold], bought, got[bought], None, None)


def _change(row, place):
    return Liquidity(row.block_number, place[row.tx_hash], row.tx_hash, (row.log_index,), POOL, "uniswap_v3",
                     {"mint": 1, "burn": -1}[row.kind], row.origin, None, row.sender, row.tickLower, row.tickUpper,
                     None, (USDC, WETH), (units(row.amount0, USDC), units(row.amount1, WETH)))


def labels(folder) -> list[Label]:
    """Candidates that another rule found: sandwiches by one signer, and liquidity for the sake of one swap.

    `hashes` are front and back, mint and burn; `note` is the source's entry, as JSON.
    """
    kinds = {"candidate_sandwiches_same_origin.json": ("sandwich", "front", "back"),
             "candidate_jit.json": ("jit", "mint", "burn")}
    return [Label(kind, entry["block"], (entry[first], entry[last]), tuple(entry["victims"]), None, None,
                  "same-origin candidates", json.dumps(entry))
            for name, (kind, first, last) in kinds.items() for entry in json.loads((Path(folder) / name).read_text())]
