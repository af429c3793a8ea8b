"""What was found beside labels of every kind, and rules beside each other."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from kit.bootstrap import Score, in_columns
from kit.chain.agreement import agreement, share

EXAMPLES = ("asserted by tests",)
"""Sources that name examples and not all there is: what they do not name is no mistake, so no precision."""
KINDS = {"arbitrage": ("arbitrage", "backrun"), "back-run": ("backrun",), "displacement": ("displacement",),
         "suppression": ("suppression",), "liquidation": ("liquidation",), "JIT liquidity": ("jit",),
         "JIT, one signer": ("jit",)}
"""What the kit finds besides sandwiches, and the labels that name it."""


def by_source(survey) -> pd.DataFrame:
    """Precision and recall against each source of labels, by kind, with Wilson's intervals.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``source`` and ``kind``: ``found``, ``labels``, ``precision`` and ``recall`` with their intervals.
        Kinds that a source has no label of are left out.
    """
    rows = {}
    for source, labels in _sources(survey).items():
        for tier, found in (("sandwich", survey.sandwiches), ("strict sandwich", survey.strict)):
            its = agreement(found, labels, survey.swaps)
            rows[source, tier] = (its.precision, its.recall)
        for kind, (found, labelled) in _keys(survey, labels).items():
            both = len(found.keys() & labelled.keys())
            rows[source, kind] = (share(both, len(found)), share(both, len(labelled)))
    kept = {key: _row(*pair, key[0]) for key, pair in rows.items() if pair[1].n}
    return pd.DataFrame.from_dict(kept, orient="index").rename_axis("source, kind")


def _row(precision, recall, source):
    nothing = Score(float("nan"), float("nan"), float("nan"), precision.n, "examples")
    precision = nothing if source in EXAMPLES else precision
    return {"found": precision.n, "labels": recall.n, **in_columns({"precision": precision, "recall": recall})}


def _sources(survey):
    return {source: [label for label in survey.labels if label.source == source]
            for source in dict.fromkeys(label.source for label in survey.labels)}


def _keys(survey, labels):
    """By kind, what was found and what is labelled: hashes that name an attack, and its block."""
    single = [one for one in survey.jits if one.same_signer is not False]
    found = {
        "arbitrage": {(one.hash,): one.block for one in survey.arbitrages},
        "back-run": {(one.arbitrage.hash,): one.block for one in survey.backruns},
        "displacement": {(one.attacker.hash, one.victim.hash): one.block for one in survey.displacements},
        "suppression": {(call.hash,): call.block for one in survey.suppressions for call in one.transactions},
        "liquidation": {(one.liquidation.hash,): one.block for one in survey.bonuses},
        "JIT liquidity": {(one.mint.hash, one.burn.hash): one.block for one in survey.jits},
        "JIT, one signer": {(one.mint.hash, one.burn.hash): one.block for one in single},
    }
    return {kind: (found[kind], {key: label.block for label in labels if label.kind in names
                                 for key in _named(kind, label)})
            for kind, names in KINDS.items()}


def _named(kind, label):
    """Hashes by which a label's attack is known."""
    if kind == "suppression":
        return [(one,) for one in label.hashes]
    return [(label.hashes[0], label.victims[0]) if kind == "displacement"
            else label.hashes if kind.startswith("JIT") else label.hashes[:1]]


def differences(survey) -> pd.DataFrame:
    """Whatever only one side has: ``source``, ``kind``, ``block``, ``side`` (found or label), ``first`` and ``last``
    hash, and the ``reason``. Sources of examples have no side of what was found.
    """
    decoys = {one: label.kind for label in survey.labels if label.kind.startswith("decoy_") for one in label.hashes}
    rows = []
    for source, labels in _sources(survey).items():
        its = agreement(survey.sandwiches, labels, survey.swaps, transactions=survey.transactions)
        rows += [(source, "sandwich", *one) for one in its.differences if its.recall.n]
        for kind, (found, labelled) in _keys(survey, labels).items():
            if labelled and kind != "JIT, one signer":
                rows += [(source, kind, found[key], "found", key[0], key[-1], "no label names it")
                         for key in found.keys() - labelled.keys()]
                rows += [(source, kind, labelled[key], "label", key[0], key[-1], _unseen(survey, key))
                         for key in labelled.keys() - found.keys()]
    table = pd.DataFrame(rows, columns=["source", "kind", "block", "side", "first", "last", "reason"])
    table = table[(table["side"] == "label") | ~table["source"].isin(EXAMPLES)]
    named = table["first"].map(decoys)
    reason = table["reason"].where(named.isna(), table["reason"] + "; labelled " + named.fillna(""))
    return table.assign(reason=reason).sort_values(["source", "kind", "block"], ignore_index=True)


def _unseen(survey, key):
    """Why a labelled attack was not found, as far as its transactions tell."""
    failed = {call.hash for call in survey.transactions if call.success is False}
    read = {event.hash for events in (survey.swaps, survey.liquidity, survey.liquidations) for event in events}
    if failed & set(key):
        return "failed"
    return "its events are read, and break the rule" if read & set(key) else "no event of it was read"


def shared(table) -> pd.DataFrame:
    """How many pairs each two rules both found, from `kit.chain.rules.disagreement`; on the diagonal each rule's own."""
    found = table.drop(columns=["block", "front", "back"]).astype(int)
    return found.T @ found


def against(by_rule, labels) -> pd.DataFrame:
    """Rules against labels of sandwiches: ``found``, ``precision`` and ``recall`` with Wilson's intervals.

    A rule's attack agrees with a label that names one of its fronts and one of its backs.

    Parameters
    ----------
    by_rule : dict of str to list
    labels : list of kit.events.Label
    """
    named = {(label.block, pair): label for label in labels for pair in combinations(label.hashes, 2)}
    rows = {}
    for rule, found in by_rule.items():
        agreed = [[named[one.block, pair] for pair in _pairs(one) if (one.block, pair) in named] for one in found]
        distinct = {(label.block, label.hashes) for its in agreed for label in its}
        scores = {"precision": share(sum(map(bool, agreed)), len(found)),
                  "recall": share(len(distinct), len({(label.block, label.hashes) for label in labels}))}
        rows[rule] = {"found": len(found), **in_columns(scores)}
    return pd.DataFrame.from_dict(rows, orient="index")


def _pairs(attack):
    """Hashes of its fronts, each with each of its backs'."""
    fronts = getattr(attack, "fronts", None)
    return {(front.hash, back.hash) for front in fronts for back in attack.backs} if fronts else {attack.pair}
