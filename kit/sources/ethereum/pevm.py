"""Headers and transactions of blocks of all of Ethereum's forks, collected for executing them anew in parallel."""

from __future__ import annotations

import pandas as pd

from kit import events
from kit.sources import tables

HEADER = {"block_number": tables.INTEGER, "timestamp": tables.INTEGER, "miner": tables.TEXT, "extra_data": tables.TEXT,
          "base_fee": tables.NUMBER, "gas_used": tables.INTEGER, "gas_limit": tables.INTEGER}

SENT = {"block_number": tables.INTEGER, "tx_index": tables.INTEGER, "tx_hash": tables.TEXT, "from_address": tables.TEXT,
        "to_address": tables.TEXT, "value": tables.TEXT, "gas": tables.INTEGER, "effective_gas_price": tables.INTEGER}

OPTIONAL = {"base_fee", "extra_data", "to_address"}

NAMES = {"block_number": "block", "miner": "producer", "tx_index": "index", "tx_hash": "hash", "from_address": "sender",
         "to_address": "to", "gas": "gas_limit", "effective_gas_price": "gas_price"}


def read(folder) -> dict[str, pd.DataFrame]:
    """Tables ``blocks`` and ``transactions`` (see `kit.events`).

    - Of calldata only the selector is kept there, and nothing of how the transactions went: `input`, `gas_used`,
      `coinbase` and `success` are missing.

    Parameters
    ----------
    folder : path
        Holds ``blocks.csv`` and ``transactions.parquet``.

    Raises
    ------
    Refusal
        As `tables.blocks` and `events.read`.
    """
    headers = _table(folder / "blocks.csv", HEADER).fillna({"base_fee": 0, "extra_data": ""})
    sent = _table(folder / "transactions.parquet", SENT).assign(gas_used=None, coinbase=None, input=None, success=None)
    return {"blocks": _checked(headers, "blocks", folder / "blocks.csv"),
            "transactions": _checked(sent, "transactions", folder / "transactions.parquet")}


def _table(path, types):
    read = list(tables.blocks(path, types))
    for block in read:
        for name in types.keys() - OPTIONAL:
            block.complete(name)
    return pd.concat([block.table.to_pandas() for block in read], ignore_index=True).rename(columns=NAMES)


def _checked(table, kind, path):
    return events.frame(sorted(events.read(table, kind, file=path)), kind)
