"""Blocks by what happened in them: the table that the factors of MEV, builders and gas are made of."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.chain import gas
from kit.chain.builders import GWEI, identity
from kit.refusal import Refusal
from kit.sources.ethereum.mevboost import SLOT

FEES = {"tip": "tip", "tip_dispersion": "gini", "top_share": "top_share", "fee_order": "order", "payments": "payments"}
"""Columns of the table, and the measures of `kit.chain.gas.Fees` that they are."""

MILLISECONDS = 1000


def table(blocks, transactions=None, *, swaps=None, sandwiches=None, displacements=None, arbitrages=None,
          liquidations=None, jits=None, extracted=None, lost=None, builders=None, by="name", local=False,
          bids=False) -> pd.DataFrame:
    """A row a block, of what is known: what is not given is missing, what was looked for and not found is 0.

    Parameters
    ----------
    blocks : list of Block
        In order, each with its timestamp.
    transactions : list of Transaction, optional
        All of these blocks'.
    swaps, sandwiches, displacements, arbitrages, liquidations, jits : iterable, optional
        Events, and what detectors found, each with its `block`; what lies in other blocks is left out.
    extracted, lost : iterable of (int, int), optional
        Block and wei: net profits of what was found (`kit.chain.costs`), and what victims would have kept
        (`kit.chain.loss`). Amounts of one block are added; None is unknown, and so is then their sum.
    builders : pandas.DataFrame, optional
        Kind ``builder_blocks``: who built them, what was paid for it and when it was bid.
    by, local
        Who counts as one builder; see `kit.chain.builders.identity`, among whose categories ``builder`` is the place.
    bids : bool
        Whether direct payments to the producer count as part of a transaction's fee.

    Returns
    -------
    pandas.DataFrame
        Columns of `kit.columns.Blocks`, and ``block``, its number. Prices in wei per gas, amounts in wei.
    """
    numbers = [block.block for block in blocks]
    counted = {"n_txs": transactions, "n_swaps": swaps, "sandwiches": sandwiches, "displaced": displacements,
               "arbitrages": arbitrages, "liquidations": liquidations, "jits": jits}
    made = {"block": numbers} | _headers(blocks) | _fees(blocks, transactions, bids)
    made |= {name: _sums(numbers, _ones(found)) for name, found in counted.items()}
    made |= {"victims": _sums(numbers, _victims(sandwiches)), "extracted": _sums(numbers, extracted),
             "lost": _sums(numbers, lost)}
    made |= _built(numbers, builders, by, local, made["n_txs"])
    return pd.DataFrame(made)


def _headers(blocks):
    """Times, and what headers say of gas."""
    for row, block in enumerate(blocks):
        if block.timestamp is None:
            raise Refusal("a block without time", file="blocks", column="timestamp", row=row,
                          remedy="take its header from a node")
    time = np.array([block.timestamp for block in blocks], dtype=np.int64) * clock.SECOND
    return {"time": clock.utc(time)} | {name: np.array([getattr(block, name) for block in blocks], dtype=np.float64)
                                        for name in ("base_fee", "gas_used", "gas_limit")}


def _fees(blocks, transactions, bids):
    """How each block's transactions pay."""
    told = None if transactions is None else gas.by_block(blocks, transactions, bids=bids)
    return {name: np.array([getattr(one, of) for one in told]) if told is not None else np.full(len(blocks), np.nan)
            for name, of in FEES.items()}


def _ones(found):
    return None if found is None else [(one.block, 1) for one in found]


def _victims(sandwiches):
    """Transactions that were sandwiched, each once."""
    if sandwiches is None:
        return None
    return [(block, 1) for block, _ in {(s.block, swap.hash) for s in sandwiches for swap in s.victims}]


def _sums(numbers, pairs):
    """Sums by block of pairs of block and amount; missing where there are no such pairs to know of."""
    if pairs is None:
        return np.full(len(numbers), np.nan)
    found = Counter()
    for block, amount in pairs:
        found[block] += np.nan if amount is None else amount
    return np.array([float(found[number]) for number in numbers])


def _built(numbers, builders, by, local, n_txs):
    """Who built each block, what was paid for it and when it was bid, and `n_txs`, where that is not known by count."""
    if builders is None:
        nothing = np.full(len(numbers), np.nan)
        return {"builder": np.full(len(numbers), -1), "value": nothing, "bid_time": nothing}
    rows = backend.release(builders)
    twice = rows["block"].duplicated()
    if twice.any():
        raise Refusal("is there twice", file="builder_blocks", column="block", row=int(twice.argmax()),
                      remedy="make each block one row: kit.sources.ethereum.mevboost.once")
    which, there = identity(rows, by, local).cat.codes.to_numpy(np.int64), pd.Index(rows["block"]).get_indexer(numbers)
    said = [rows[name].to_numpy(np.float64, na_value=np.nan) for name in ("value_gwei", "slot_ms", "n_txs")]
    value, bid, counted = (np.where(there >= 0, column[there], np.nan) for column in said)
    return {"builder": np.where(there >= 0, which[there], -1), "value": value * GWEI,
            "bid_time": bid / MILLISECONDS - SLOT, "n_txs": np.where(np.isnan(n_txs), counted, n_txs)}
