"""Pairs of a displacing transaction and the one that it displaced, as collected by Torres et al. (2021)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kit import events
from kit.events import ETHER, Label, Transaction
from kit.sources import tables
from kit.sources.remark import Remark, remark

SIDES = ("attacker", "victim")

NAMES = {"attacker": {"to": "bot", "from": "attacker"}, "victim": {"to": "victim_to", "from": "victim"}}

TYPES = {f"{side}_{name}": kind for side in SIDES
         for name, kind in {"block": tables.INTEGER, "index": tables.INTEGER, "tx": tables.TEXT,
                            "gas_price": tables.INTEGER, "gas": tables.INTEGER, "value": tables.TEXT,
                            "input": tables.TEXT}.items()} | dict.fromkeys(
    [name for names in NAMES.values() for name in names.values()], tables.TEXT) | {"profit_eth": tables.NUMBER}


def read(folder) -> Iterator[dict[str, pd.DataFrame]]:
    """Tables ``transactions`` and ``labels`` (see `kit.events`).

    - Labels are ``displacement``, and ``decoy_displacement`` for the pairs that the authors set aside: the attacker's
      hash, the victim's hash, and the attacker's profit as a binary number of ether told it, to 16 digits.
    - A transaction that stands in several pairs is listed once. Whether any failed, and the gas they used, is not told.

    Parameters
    ----------
    folder : path-like

    Raises
    ------
    Refusal
        A missing column, or a value that is none of its type.
    """
    found, aside = _found(Path(folder)), _aside(Path(folder))
    sent = {each.hash: each for pair in found + aside for each in pair[:2]}
    said = [_label("displacement", *pair) for pair in found] + [_label("decoy_displacement", *pair) for pair in aside]
    labels = remark(events.frame(said, "labels"), [Remark(
        "info", "profits in ether", len(said), "gas prices are told in wei, profits as binary numbers of ether: these "
        "are exact to 16 digits, and in wei here")])
    yield {"transactions": events.frame(sorted(sent.values(), key=lambda each: each[:3]), "transactions"),
           "labels": labels}


def _found(folder):
    """Attacker, victim and profit of the pairs that the authors report."""
    blocks = tables.blocks(folder / "displacement_attacks.parquet", TYPES)
    rows = (row for block in blocks for row in block.table.to_pylist())
    return [(*(_listed(row, side) for side in SIDES), row["profit_eth"]) for row in rows]


def _listed(row, side):
    told = {name: row[f"{side}_{name}"] for name in ("block", "index", "tx", "value", "gas_price", "gas", "input")}
    return _transaction(*(row[NAMES[side][name]] for name in ("from", "to")), *told.values())


def _aside(folder):
    """Those of the pairs that they set aside."""
    with gzip.open(folder / "displacement_bad_results.json.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    return [(*(_answered(row[f"{side}_transaction"]) for side in SIDES), row["profit_eth"]) for row in rows]


def _answered(told):
    return _transaction(*(told[name] for name in ("from", "to", "blockNumber", "transactionIndex", "hash", "value",
                                                  "gasPrice", "gas", "input")))


def _transaction(sender, to, block, index, hash, value, gas_price, gas, data):
    return Transaction(block, index, hash.lower(), sender.lower(), to.lower(), int(value), gas_price, None, gas, None,
                       data.lower(), None)


def _label(kind, attacker, victim, profit):
    return Label(kind, attacker.block, (attacker.hash,), (victim.hash,), ETHER,
                 int(Decimal(repr(profit)).scaleb(18).to_integral_value()), "Torres et al. (2021)", "")
