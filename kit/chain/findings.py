"""What a survey found, in tables: how often, how much, who has it, and who paid. Money in ether."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice

import numpy as np
import pandas as pd

from kit import bootstrap
from kit.bootstrap import Bootstrap
from kit.chain.agreement import share
from kit.chain.blocks import table
from kit.chain.jit import fees
from kit.chain.worth import Prices
from kit.clock import SECOND
from kit.sources.ethereum.mevboost import SLOT

WEI = 1e18
BLOCKS = Bootstrap(horizon=f"{SLOT // 2}s", block=f"{SLOT}s")
"""A block of the chain is a block of the bootstrap; runs of them are as long as their memory."""
VALUED = ("strict sandwich", "loose sandwich", "arbitrage", "back-run", "liquidation")
"""Kinds that share nothing: a back-run is no longer an arbitrage."""


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


def by_kind(survey) -> pd.DataFrame:
    """How often each kind of attack was found: ``found``, ``per_block`` and ``blocks``, the share of blocks with any.

    Rates have intervals by the stationary bootstrap over blocks, shares of blocks Wilson's. What was not asked has no
    row.
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
    rates = {"per_block": bootstrap.mean(per_block, _place(survey), BLOCKS),
             "blocks": share(len(inside), len(survey.blocks))}
    return {"found": len(found), **bootstrap.in_columns(rates)}


def _place(survey):
    """Where blocks stand, as nanoseconds: a slot each."""
    return np.array([block.block for block in survey.blocks], dtype=np.int64) * SLOT * SECOND


def sandwiched(survey):
    """Share of swaps that were a victim's, with its interval over blocks."""
    victims, swaps = (Counter(one.block for one in them) for them in (
        {swap for attack in survey.sandwiches for swap in attack.victims}, survey.swaps))
    numbers = [block.block for block in survey.blocks]
    return bootstrap.quotient([float(victims[n]) for n in numbers], [float(swaps[n]) for n in numbers],
                              _place(survey), BLOCKS)


def takings(survey) -> pd.DataFrame:
    """What each attack brought: a row per sandwich, arbitrage and liquidation, in order of kind and block.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (of `VALUED`), ``block``, ``account``, ``hash`` of its last transaction; ``gross``, ``gas``,
        ``payments`` to the producer and ``net``; ``lost`` by its victims, where all their trades can be replayed. Ether;
        missing where something is not known. A gain in another token is worth what that was exchanged for in its block
        before the attack, or else in the attack's own first swap.
    """
    behind, prices = {one.arbitrage for one in survey.backruns}, Prices(survey.swaps)
    losses = iter(survey.losses)
    rows = [_sandwich(attack, prices, list(islice(losses, len(attack.victims)))) for attack in survey.sandwiches]
    rows += [("back-run" if one in behind else "arbitrage", one.block, one.account, one.hash,
              prices.worth(one.token, one.profit, one.swaps[0]), None) for one in survey.arbitrages]
    rows += [("liquidation", one.block, one.liquidation.liquidator, one.liquidation.hash, one.profit, None)
             for one in survey.bonuses]
    told = pd.DataFrame(rows, columns=["kind", "block", "account", "hash", "gross", "lost"])
    told = told.assign(gas=[cost.gas for cost in survey.costs], payments=[cost.payments for cost in survey.costs])
    money = {name: told[name].astype(object).map(_ether) for name in ("gross", "gas", "payments", "lost")}
    told = told.assign(**{name: column.astype(float) for name, column in money.items()})
    return told.assign(net=told["gross"] - told["gas"] - told["payments"])


def _sandwich(attack, prices, losses):
    lost = [loss.ether for loss in losses]
    return (f"{attack.tier} sandwich", attack.block, attack.attacker, attack.pair[1],
            prices.worth(attack.token, attack.profit, attack.fronts[0]), None if None in lost else sum(lost))


def _ether(wei):
    return float("nan") if wei is None else wei / WEI


def money(taken) -> pd.DataFrame:
    """Sums of `takings` by kind, each with the number of attacks of which it is known; missing where that is none."""
    columns = ["gross", "gas", "payments", "net", "lost"]
    kinds = taken.groupby("kind")[columns]
    sums, numbers = kinds.sum(min_count=1), kinds.count().add_prefix("n_")
    order = [name for column in columns for name in (column, f"n_{column}")]
    return sums.join(numbers)[order].reindex([kind for kind in VALUED if kind in sums.index])


def gainers(taken, largest=8) -> pd.DataFrame:
    """Accounts by gross gain, with the number of their attacks and what is known of their costs, in ether."""
    by = taken.groupby("account")
    sums = by[["gross", "net"]].sum(min_count=1).assign(attacks=by.size(), kinds=by["kind"].agg(_names))
    return sums.nlargest(largest, "gross")[["attacks", "kinds", "gross", "net"]]


def _names(kinds):
    return ", ".join(sorted(set(kinds)))


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


def _total(prices, tokens, amounts, event):
    worth = [prices.worth(token, amount, event) for token, amount in zip(tokens, amounts, strict=True)]
    return float("nan") if None in worth else sum(worth) / WEI


def blocks(survey, taken) -> pd.DataFrame:
    """The table of blocks that factors are computed from, of those that have a time; see `kit.chain.blocks.table`."""
    timed = [block for block in survey.blocks if block.timestamp is not None]
    priced = all(block.base_fee is not None for block in timed)
    found = {"displacement": survey.displacements, "arbitrage": survey.arbitrages, "liquidation": survey.bonuses,
             "JIT liquidity": survey.jits}
    displaced, loops, liquidated, just_in_time = (None if name in survey.unasked else its for name, its in found.items())
    net = zip(taken["block"], (None if math.isnan(net) else int(net * WEI) for net in taken["net"]), strict=True)
    return table(timed, survey.transactions if priced else None, swaps=survey.swaps, sandwiches=survey.sandwiches,
                 displacements=displaced, arbitrages=loops, liquidations=liquidated, jits=just_in_time, extracted=net,
                 lost=[(loss.block, loss.ether) for loss in survey.losses])
