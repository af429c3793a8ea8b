"""What a survey found, in tables: what was asked, how often it was answered, and the blocks for factors."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from kit import bootstrap
from kit.bootstrap import Bootstrap
from kit.chain import rules
from kit.chain.blocks import table
from kit.chain.jit import fees
from kit.chain.worth import Prices
from kit.clock import SECOND
from kit.sources.ethereum.mevboost import SLOT
from kit.survey.agreement import share

WEI = 1e18
BLOCKS = Bootstrap(horizon=f"{SLOT // 2}s", block=f"{SLOT}s")
"""A block of the chain is a block of the bootstrap; runs of them are as long as their memory."""


def known(survey) -> pd.Series:
    """Share of what was recorded of which a field is known, that some question needs."""
    asked = {"time of block": (survey.blocks, "timestamp"), "base fee of block": (survey.blocks, "base_fee"),
             "gas price": (survey.transactions, "gas_price"), "gas used": (survey.transactions, "gas_used"),
             "gas limit of transaction": (survey.transactions, "gas_limit"),
             "payment to producer": (survey.transactions, "coinbase"), "calldata": (survey.transactions, "input"),
             "contract called": (survey.swaps, "target"), "who paid the pool": (survey.swaps, "payer"),
             "reserves of pool": (survey.swaps, "reserve_in")}
    return pd.Series({name: share(sum(getattr(one, of) is not None for one in them), len(them)).value
                      for name, (them, of) in asked.items()})


def asked(survey) -> list[tuple[str, str]]:
    """Questions, and how many answers there are, or why there can be none."""
    replayed = Counter(loss.reason or "made again" for loss in survey.losses)
    said_by = Counter(label.source for label in survey.labels)
    answers = {
        "sandwich": f"{len(survey.sandwiches):,} found, {len(survey.strict):,} of them strict",
        "victims' trades without the front": _listed(replayed) or "no victim",
        "arbitrage": f"{len(survey.arbitrages):,} found, {len(survey.backruns):,} of them back-runs",
        "displacement": f"{len(survey.displacements):,} found",
        "suppression": f"{len(survey.suppressions):,} blocks found",
        "liquidation": f"{len(survey.bonuses):,} found",
        "JIT liquidity": f"{len(survey.jits):,} found",
        "labels": _listed(said_by),
    }
    return [(question, f"not asked: {survey.unasked[question]}" if question in survey.unasked else answer)
            for question, answer in answers.items()]


def _listed(counted):
    return "; ".join(f"{number:,} {what}" for what, number in counted.items())


def by_kind(survey) -> pd.DataFrame:
    """How often each kind of attack was found: ``found``, ``per_block`` and ``blocks``, the share of blocks with any.

    Rates have intervals by the stationary bootstrap over blocks, which says nothing where nothing was found; shares of
    blocks have Wilson's. What was not asked has no row.
    """
    behind = {one.arbitrage for one in survey.backruns}
    kinds = {"strict sandwich": survey.strict,
             "loose sandwich": [one for one in survey.sandwiches if one.tier == "loose"],
             "arbitrage": [one for one in survey.arbitrages if one not in behind], "back-run": survey.backruns,
             "displacement": survey.displacements, "suppression": survey.suppressions, "liquidation": survey.bonuses,
             "JIT liquidity": survey.jits}
    without = survey.unasked.keys() | ({"back-run"} if "arbitrage" in survey.unasked else set())
    return pd.DataFrame({kind: _often(survey, found) for kind, found in kinds.items() if kind not in without}).T


def _often(survey, found):
    inside = Counter(one.block for one in found)
    per_block = np.array([inside[block.block] for block in survey.blocks], dtype=np.float64)
    rate = bootstrap.mean(per_block, place(survey), BLOCKS)
    rate = rate if found else replace(rate, low=float("nan"), high=float("nan"))
    rates = {"per_block": rate, "blocks": share(len(inside), len(survey.blocks))}
    return {"found": len(found), **bootstrap.in_columns(rates)}


def place(survey):
    """Where blocks stand, as nanoseconds: a slot each."""
    return np.array([block.block for block in survey.blocks], dtype=np.int64) * SLOT * SECOND


def sandwiched(survey):
    """Share of swaps that were a victim's, with its interval over blocks."""
    victims, swaps = (Counter(one.block for one in them) for them in (
        {swap for attack in survey.sandwiches for swap in attack.victims}, survey.swaps))
    numbers = [block.block for block in survey.blocks]
    return bootstrap.quotient([float(victims[n]) for n in numbers], [float(swaps[n]) for n in numbers],
                              place(survey), BLOCKS)


def positions(survey) -> pd.DataFrame:
    """Just-in-time positions, a row each.

    Returns
    -------
    pandas.DataFrame
        ``block``, ``mint`` and ``burn`` (hashes), ``width`` in ticks, ``victims``, ``same_signer``, ``adjacent``;
        in ether what was ``put_in``, the victims' ``volume`` and the ``fees`` that the position earned, missing where
        transfers are not recorded or a price is not known.
    """
    prices = Prices(survey.swaps)
    rows = [(one.block, one.mint.hash, one.burn.hash, one.width, len(one.victims), one.same_signer, one.adjacent,
             _total(prices, one.mint.tokens, one.mint.amounts, one.victims[0]),
             _total(prices, *zip(*((s.token_in, s.amount_in) for s in one.victims), strict=True), one.victims[0]),
             _total(prices, one.mint.tokens, fees(one, survey.transfers), one.victims[0])
             if survey.transfers else float("nan")) for one in survey.jits]
    return pd.DataFrame(rows, columns=["block", "mint", "burn", "width", "victims", "same_signer", "adjacent",
                                       "put_in", "volume", "fees"])


def by_width(positions) -> pd.DataFrame:
    """Positions by the width of their range: how many, how many with one signer, victims in all, and medians."""
    positions = positions.sort_values("width")
    names = positions["width"].map(lambda width: "no range" if pd.isna(width) else f"{width:.0f} ticks")
    widths = positions.groupby(names.rename(None), sort=False)
    medians = widths[["put_in", "volume", "fees"]].median()
    return pd.concat([widths.agg(positions=("block", "size"), one_signer=("same_signer", "sum"),
                                 victims=("victims", "sum")), medians], axis=1)


def copied(survey) -> pd.DataFrame:
    """Displacements, the neighbours that the framework's rule takes for front-running, and what both have; a row."""
    calls, unasked = survey.transactions, {"displacement", "framework"} & survey.unasked.keys()
    flagged = {(here.hash, after.hash) for here, after, is_one
               in zip(calls, calls[1:], rules.framework_front_running(calls), strict=False) if is_one}
    found = {(one.attacker.hash, one.victim.hash) for one in survey.displacements}
    numbers = {"calls copied and outbid": len(found), "flagged by the framework's rule": len(flagged),
               "both": len(found & flagged)}
    return pd.DataFrame({name: [float("nan") if unasked else float(n)] for name, n in numbers.items()})


def _total(prices, tokens, amounts, event):
    worth = [prices.worth(token, amount, event) for token, amount in zip(tokens, amounts, strict=True)]
    return float("nan") if None in worth else sum(worth) / WEI


def blocks(survey, taken) -> pd.DataFrame:
    """The table of blocks that factors are computed from, of those that have a time; see `kit.chain.blocks.table`."""
    timed = [block for block in survey.blocks if block.timestamp is not None]
    priced = all(block.base_fee is not None for block in timed)
    found = {"displacement": survey.displacements, "arbitrage": survey.arbitrages, "liquidation": survey.bonuses,
             "JIT liquidity": survey.jits}
    displaced, loops, liquidated, late = (None if name in survey.unasked else its for name, its in found.items())
    net = zip(taken["block"], (None if math.isnan(net) else int(net * WEI) for net in taken["net"]), strict=True)
    lost = [(loss.block, loss.ether) for loss in survey.losses]
    return table(timed, survey.transactions if priced else None, swaps=survey.swaps, sandwiches=survey.sandwiches,
                 displacements=displaced, arbitrages=loops, liquidations=liquidated, jits=late,
                 extracted=_unless_unknown(list(net)), lost=_unless_unknown(lost))


def _unless_unknown(amounts):
    """Pairs of block and amount; None where there are some, and none of them is known."""
    return None if amounts and all(amount is None for _, amount in amounts) else amounts
