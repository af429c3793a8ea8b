"""MEV-Boost: what relays delivered to proposers, who built it, and what was paid for it.

- A block that several relays delivered is one block: `once` makes it one row.
- A relay's bid time counts from the start of the slot before: 12,000 ms is when the block was due.
- A block that bears a builder's key but that no relay says it delivered is not counted as relayed (461 of 220,000).
- Labels are what builders write of themselves, and can be forged; locally built blocks bear their client's.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa

from kit import clock
from kit.refusal import Refusal
from kit.sources import tables
from kit.sources.ethereum.record import Record

GENESIS, SLOT = 1_606_824_023, 12
"""Second of the beacon chain's first slot, and the length of one in seconds."""
GWEI = 10**9
HOUR = 3600

NUMBERS = {"block": "block_number", "base_fee": "base_fee_per_gas", "gas_used": "gas_used", "gas_limit": "gas_limit",
           "n_txs": "num_tx", "value_gwei": "value_gwei", "slot_ms": "slot_time_ms"}
NAMES = {"label": "builder_label", "pubkey": "builder_pubkey", "fee_recipient": "builder_fee_recipient",
         "extra_data": "extra_data", "proposer": "proposer_recipient", "relays": "relays"}
PARTLY = ("n_txs", "value_gwei", "slot_ms")
"""Not known of every block."""


def blocks(path, owners=None) -> pd.DataFrame:
    """Consecutive blocks with who built them, a row each.

    Parameters
    ----------
    path : path-like
        Parquet with the columns of `NUMBERS` and `NAMES`, ``timestamp`` (seconds) and ``mev_boost``.
    owners : dict of str to str, optional
        Name by public key; see `owners`.

    Returns
    -------
    pandas.DataFrame
        ``time`` (UTC, when the block was due), those of `NUMBERS` (integers, missing where not known), of `NAMES`
        (categories, missing where empty), ``mev_boost`` (delivered by a relay) and ``owner``.
    """
    types = dict.fromkeys((*NUMBERS.values(), "timestamp"), tables.INTEGER)
    types |= dict.fromkeys(NAMES.values(), tables.TEXT) | {"mev_boost": tables.FLAG}
    read = pa.concat_tables(block.table for block in tables.blocks(path, types))
    made = {"time": clock.utc(read["timestamp"].to_numpy() * clock.SECOND)}
    made |= {name: _numbers(read[column], name in PARTLY) for name, column in NUMBERS.items()}
    made |= {name: _names(read[column]) for name, column in NAMES.items()}
    made["mev_boost"] = read["mev_boost"].to_numpy()
    made["owner"] = made["pubkey"].map(owners or {}).astype("category")
    return pd.DataFrame(made)


def _numbers(column, partly):
    return column.to_pandas(types_mapper={tables.INTEGER: pd.Int64Dtype()}.get) if partly else column.to_numpy()


def _names(column):
    coded = column.combine_chunks().dictionary_encode().to_pandas()
    return coded.cat.set_categories([name for name in coded.cat.categories if name])


def owners(path) -> dict[str, str]:
    """Name by public key, of a CSV with ``pubkey`` and ``name``."""
    types = dict.fromkeys(("pubkey", "name"), tables.TEXT)
    read = pa.concat_tables(block.table for block in tables.blocks(path, types))
    return dict(zip(read["pubkey"].to_pylist(), read["name"].to_pylist(), strict=True))


def hours(path) -> pd.DataFrame:
    """Blocks and ether by hour and label, a row each.

    Returns
    -------
    pandas.DataFrame
        ``time`` (UTC, when the hour is over), ``label`` (missing where empty), ``blocks``, and ``value``: what
        proposers were paid, ETH.
    """
    types = {"hour": tables.INTEGER, "builder_label": tables.TEXT, "blocks": tables.INTEGER, "eth": tables.NUMBER}
    read = pa.concat_tables(block.table for block in tables.blocks(path, types))
    return pd.DataFrame({"time": _over(read["hour"]), "label": _names(read["builder_label"]),
                         "blocks": read["blocks"].to_numpy(), "value": read["eth"].to_numpy()})


def fee_hours(path) -> pd.DataFrame:
    """Base fees by the hour, a row each.

    Returns
    -------
    pandas.DataFrame
        ``time`` (UTC, when the hour is over), ``blocks``, ``relayed`` (share of them), ``base_fee`` and
        ``base_fee_std`` (wei per gas, mean and standard deviation), ``gas_used`` and ``value_gwei`` (means).
    """
    names = {"boost": "relayed", "base_fee_mean": "base_fee", "base_fee_std": "base_fee_std",
             "gas_used_mean": "gas_used", "value_gwei_mean": "value_gwei"}
    types = {"hour": tables.INTEGER, "blocks": tables.INTEGER} | dict.fromkeys(names, tables.NUMBER)
    read = pa.concat_tables(block.table for block in tables.blocks(path, types))
    return pd.DataFrame({"time": _over(read["hour"]), "blocks": read["blocks"].to_numpy()}
                        | {name: read[column].to_numpy() for column, name in names.items()})


def _over(hour):
    """When hours are over that began at these seconds."""
    return clock.utc((hour.to_numpy() + HOUR) * clock.SECOND)


def delivered(path, relay) -> pd.DataFrame:
    """Payloads that a relay says it delivered: its answer to ``/relay/v1/data/bidtraces/proposer_payload_delivered``.

    Parameters
    ----------
    path : path-like
        JSON, or JSON in gzip: a list of objects, all of whose values are text.
    relay : str
        Its name.

    Returns
    -------
    pandas.DataFrame
        ``time``, ``slot``, ``block``, ``block_hash``, ``pubkey`` (of the builder), ``proposer`` (to whom it paid),
        ``gas_limit``, ``gas_used``, ``n_txs``, ``value_gwei`` (rounded down), ``relays``.

    Raises
    ------
    Refusal
        A missing field or one that is no number; names the row.
    """
    opened = gzip.open if Path(path).suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        rows = json.load(file)
    return pd.DataFrame([_payload(Record(row, path, "payloads", i), relay) for i, row in enumerate(rows)])


def _payload(row, relay):
    slot = _decimal(row, "slot")
    return {"time": clock.utc([(GENESIS + slot * SLOT) * clock.SECOND])[0], "slot": slot,
            "block": _decimal(row, "block_number"), "block_hash": row.hash("block_hash"),
            "pubkey": row.data("builder_pubkey", length=48), "proposer": row.address("proposer_fee_recipient"),
            "gas_limit": _decimal(row, "gas_limit"), "gas_used": _decimal(row, "gas_used"),
            "n_txs": _decimal(row, "num_tx"), "value_gwei": _decimal(row, "value") // GWEI, "relays": relay}


def _decimal(row, name):
    """A whole number, which relays write as decimal text."""
    text = row.get(name)
    if not isinstance(text, str) or not text.isdecimal():
        raise row.refusal(f"{str(text)[:80]!r} is no number in decimal text", name, "ask the relay again")
    return int(text)


def once(rows, canonical=None) -> pd.DataFrame:
    """Each block once, of rows in which every relay that delivered it reports it.

    Parameters
    ----------
    rows : pandas.DataFrame
        As `delivered` gives them, of any number of relays.
    canonical : set of str, optional
        Hashes of the blocks that are on the chain: the others are left out.

    Returns
    -------
    pandas.DataFrame
        Ordered by block; ``relays`` are joined by ``|``, the rest is that of the first row.

    Raises
    ------
    Refusal
        Two blocks of one number: one of them did not make it onto the chain.
    """
    kept = rows if canonical is None else rows[rows["block_hash"].isin(canonical)]
    relays = kept.groupby("block_hash")["relays"].agg(lambda names: "|".join(sorted(set(names))))
    unique = kept.drop_duplicates("block_hash").sort_values("block", ignore_index=True)
    twice = unique["block"].duplicated()
    if twice.any():
        raise Refusal(f"two blocks of number {unique['block'][twice].iloc[0]}", file="payloads", column="block",
                      row=int(twice.argmax()), remedy="name the hashes that are on the chain: once(rows, canonical)")
    return unique.assign(relays=unique["block_hash"].map(relays))
