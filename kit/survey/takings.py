"""What attacks brought, what they paid for their place in the block, who has it, and who lost it. Money in ether."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pandas as pd

from kit import bootstrap
from kit.bootstrap import Score
from kit.chain.worth import Prices
from kit.clock import SECOND
from kit.sources.ethereum.mevboost import SLOT
from kit.survey.findings import BLOCKS, WEI

KINDS = ("strict sandwich", "loose sandwich", "arbitrage", "back-run", "liquidation")
"""A transaction of loops is a back-run where one of them is, else arbitrage, and none where it is a sandwich's leg."""
MONEY = ["gross", "gas", "payments", "net", "lost"]


def each(survey) -> pd.DataFrame:
    """What each attack brought: a row per sandwich, and per transaction of arbitrage or liquidation.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (of `KINDS`), ``block``, ``account``, ``hash`` of its last transaction, ``swaps`` in it; ``gross``,
        ``gas``, ``payments`` to the producer and ``net``; ``lost`` by its victims, where all their trades can be made
        again. Ether; missing where something is not known. A gain in another token is worth what that was exchanged
        for in its block before the attack, or else in the attack's own first swap.
    """
    behind, prices = {one.arbitrage.hash for one in survey.backruns}, Prices(survey.swaps)
    losses = iter(survey.losses)
    rows = [_sandwich(attack, prices, list(islice(losses, len(attack.victims)))) for attack in survey.sandwiches]
    rows += [("back-run" if one.hash in behind else "arbitrage", one.block, one.account, one.hash, len(one.swaps),
              _ether(prices.worth(one.token, one.profit, one.swaps[0])), _ether(None)) for one in survey.loops]
    rows += [("liquidation", one.block, one.liquidation.liquidator, one.liquidation.hash, 0, _ether(one.profit),
              _ether(None)) for one in survey.bonuses]
    told = pd.DataFrame(rows, columns=["kind", "block", "account", "hash", "swaps", "gross", "lost"])
    told = told.assign(gas=[_ether(cost.gas) for cost in survey.costs],
                       payments=[_ether(cost.payments) for cost in survey.costs])
    told = told.assign(net=told["gross"] - told["gas"] - told["payments"])
    apart = np.minimum(np.arange(len(told)), len(survey.sandwiches))
    by = told.groupby([apart, "kind", "block", "account", "hash"], sort=False)
    told = by[["swaps", *MONEY]].agg(lambda amounts: amounts.sum(skipna=False)).droplevel(0)
    return told.reset_index().astype(dict.fromkeys(MONEY, float))


def _sandwich(attack, prices, losses):
    lost, swaps = [loss.ether for loss in losses], len(attack.fronts + attack.victims + attack.backs)
    return (f"{attack.tier} sandwich", attack.block, attack.attacker, attack.pair[1], swaps,
            _ether(prices.worth(attack.token, attack.profit, attack.fronts[0])),
            _ether(None if None in lost else sum(lost)))


def _ether(wei):
    return float("nan") if wei is None else wei / WEI


def by_kind(taken) -> pd.DataFrame:
    """Sums by kind, each with the number of attacks of which it is known; missing where that is none."""
    kinds = taken.groupby("kind")[MONEY]
    sums, numbers = kinds.sum(min_count=1), kinds.count().add_prefix("n_")
    order = [name for column in MONEY for name in (column, f"n_{column}")]
    return sums.join(numbers)[order].reindex([kind for kind in KINDS if kind in sums.index]).rename_axis(None)


def by_account(taken, largest=8) -> pd.DataFrame:
    """Accounts that gained, by gross gain, with the number of their attacks and what is known of their net gain."""
    by = taken.groupby("account")
    sums = by[["gross", "net"]].sum(min_count=1).assign(attacks=by.size(), kinds=by["kind"].agg(_names))
    return sums[sums["gross"] > 0].nlargest(largest, "gross")[["attacks", "kinds", "gross", "net"]].rename_axis(None)


def _names(kinds):
    return ", ".join(sorted(set(kinds)))


def per_loss(taken):
    """What sandwiches gain of what their victims lose, where all their trades can be made again, with its interval."""
    known = taken[taken["lost"].notna() & taken["gross"].notna() & (taken["kind"] == "strict sandwich")]
    place = known["block"].to_numpy(np.int64) * SLOT * SECOND
    if known.empty:
        return Score(float("nan"), float("nan"), float("nan"), 0, "no victim's trade can be made again")
    return bootstrap.quotient(known["gross"], known["lost"], place, BLOCKS)
