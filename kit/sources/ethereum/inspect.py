"""Tables that mev-inspect makes of blocks, and what detectors and their tests say of them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa

from kit import events
from kit.events import Label, Swap, Transaction, Transfer
from kit.refusal import Refusal
from kit.sources import tables

SWAPS = {"block_number": "block", "tx_index": "index", "tx_hash": "hash", "trace_address": "place", "pool": "pool",
         "protocol": "protocol", "from_address": "payer", "to_address": "recipient", "token_in": "token_in",
         "amount_in": "amount_in", "token_out": "token_out", "amount_out": "amount_out"}

TRANSACTIONS = {"block_number": "block", "tx_index": "index", "tx_hash": "hash", "from_address": "sender",
                "to_address": "to", "value_wei": "value", "gas_used": "gas_used", "effective_gas_price": "gas_price",
                "coinbase_transfer_wei": "coinbase", "success": "success"}

TRANSFERS = {"block_number": "block", "tx_hash": "hash", "trace_address": "place", "from_address": "sender",
             "to_address": "receiver", "token": "token", "amount": "amount"}

NUMBERS = ("block_number", "tx_index", "gas_used", "effective_gas_price")

SOURCES = {"labels_asserted_by_tests.json": "asserted by tests", "labels_reference_detector.json": "reference detector",
           "labels_strict_consensus.json": "strict consensus"}
"""What is said, by file, and who says so: tests of a detector, a detector, several rules that agree."""

KINDS = {"not_liquidation": "decoy_liquidation", "jit_liquidity": "jit"}


def transactions(folder) -> list[Transaction]:
    """Transactions of the tables, those that failed among them; calldata and gas limits are not told."""
    table = _table(Path(folder) / "txs.parquet", TRANSACTIONS).assign(gas_limit=None, input=None)
    return sorted(events.read(table, "transactions", file=Path(folder) / "txs.parquet"))


def swaps(folder, *, failed=False) -> list[Swap]:
    """Swaps of the tables.

    - `sender` is who paid the pool: the tables do not tell who asked it. Reserves are not told.
    - A call that failed with one around it, in a transaction that did not fail, is not marked as such: it is kept.

    Parameters
    ----------
    folder : path-like
    failed : bool
        Keep swaps that failed, or whose transaction did, as the detector does.

    Raises
    ------
    Refusal
        A missing column, a value that is none of its type, or a transaction that the tables lack.
    """
    path = Path(folder) / "swaps.parquet"
    table, signed = _table(path, SWAPS | {"error": "error"}), {each.hash: each for each in transactions(folder)}
    unknown = ~table["hash"].isin(signed.keys())
    if unknown.any():
        raise Refusal("is no transaction of txs.parquet", file=path, column="tx_hash", row=int(unknown.argmax()),
                      remedy="take both tables from one run")
    if not failed:
        sound = table["hash"].map({hash: each.success for hash, each in signed.items()}).astype(bool)
        table = table[sound & table["error"].isna()]
    table = table.assign(origin=table["hash"].map({hash: each.sender for hash, each in signed.items()}),
                         target=table["hash"].map({hash: each.to for hash, each in signed.items()}),
                         pool=table["pool"].str.lower(), sender=table["payer"], reserve_in=None, reserve_out=None)
    return sorted(events.read(table, "swaps", file=path), key=_order)


def transfers(folder) -> list[Transfer]:
    """Transfers of tokens and ether by their calls."""
    path = Path(folder) / "transfers.parquet"
    table = _table(path, TRANSFERS)
    table["index"] = table["hash"].map({each.hash: each.index for each in transactions(folder)})
    return sorted(events.read(table, "transfers", file=path), key=_order)


def sales(folder) -> pd.DataFrame:
    """Sales of things that are one of a kind, those that failed or whose transaction did left out.

    Returns
    -------
    pandas.DataFrame
        block, index, hash, seller, buyer, token and payment (decimal text, its smallest unit), collection, thing.
    """
    names = {"block_number": "block", "tx_index": "index", "tx_hash": "hash", "seller": "seller", "buyer": "buyer",
             "payment_token": "token", "payment_amount": "payment", "collection": "collection", "token_id": "thing"}
    table = _table(Path(folder) / "nft_trades.csv", names | {"error": "error"})
    sound = {each.hash for each in transactions(folder) if each.success}
    kept = table[table["hash"].isin(sound) & (table["error"].isna() | (table["error"] == ""))]
    return kept.drop(columns="error").sort_values(["block", "index"], kind="stable", ignore_index=True)


def _order(event):
    return event.block, event.index, event.place


def _table(path, names):
    """Columns by the names that the kit gives them."""
    types = {name: tables.INTEGER if name in NUMBERS else tables.FLAG if name == "success" else tables.TEXT
             for name in names}
    blocks = [block.table for block in tables.blocks(path, types)]
    return pa.concat_tables(blocks).to_pandas(types_mapper=pd.ArrowDtype).rename(columns=names)


def labels(folder) -> list[Label]:
    """What is said of the blocks, by the files of `SOURCES`.

    - `hashes` are the attack's own: front and back, mint and burn, or the one transaction; none where the source names
      none. `victims` are transactions.
    - What must not be found is a decoy: a liquidation that was reverted, and an arbitrage that was, which the detector
      keeps with its error.
    - `note` is the source's entry, as JSON.

    Raises
    ------
    Refusal
        A file that is missing or is no list of entries.
    """
    return [_label(entry, source) for name, source in SOURCES.items() for entry in _entries(Path(folder) / name)]


def _entries(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refusal(f"cannot be read: {error}", file=path, remedy="fetch the recording again") from error


def _label(entry, source):
    kind = KINDS.get(entry.get("kind", "sandwich"), entry.get("kind", "sandwich"))
    if entry.get("error") and kind == "arbitrage":
        kind = "decoy_arbitrage"
    names = ("frontrun_tx", "mint_tx", "tx", "backrun_tx", "burn_tx")
    profit = next((entry[name] for name in ("profit_wei", "profit", "profit_front_token_raw") if name in entry), None)
    return Label(kind, entry["block_number"] if "block_number" in entry else entry["block"],
                 tuple(entry[name] for name in names if name in entry), tuple(entry.get("victim_txs", ())),
                 entry.get("profit_token"), None if profit is None else int(profit), source, json.dumps(entry))
