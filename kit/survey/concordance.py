"""What was found beside labels of every kind, and rules beside each other."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from kit.bootstrap import Score, in_columns
from kit.survey.agreement import agreement, share

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
    return _frame(kept, ["source", "kind"])


def _frame(rows, names):
    index = pd.MultiIndex.from_tuples(rows, names=names)
    columns = ["found", "labels", *(name + end for name in ("precision", "recall") for end in ("", "_low", "_high"))]
    return pd.DataFrame(rows.values(), index=index, columns=columns)


def _row(precision, recall, source):
    nothing = Score(float("nan"), float("nan"), float("nan"), precision.n, "examples")
    precision = nothing if source in EXAMPLES else precision
    return {"found": precision.n, "labels": recall.n, **in_columns({"precision": precision, "recall": recall})}


def _sources(survey):
    """Labels that name a transaction, by who says so."""
    return {source: [label for label in survey.labels if label.source == source and label.hashes]
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
    said = _described(survey)
    rows = [(label.source, label.kind, label.block, "label", "", "", "names no transaction, only a profit")
            for label in survey.labels if not label.hashes]
    decoys = {one: f"; labelled {label.kind}" for label in survey.labels if label.kind.startswith("decoy_")
              for one in label.hashes}
    for source, labels in _sources(survey).items():
        its = agreement(survey.sandwiches, labels, survey.swaps, transactions=survey.transactions)
        rows += [(source, "sandwich", *one) for one in its.differences if its.recall.n]
        for kind, (found, labelled) in _keys(survey, labels).items():
            if labelled and kind != "JIT, one signer":
                rows += [(source, kind, found[key], "found", key[0], key[-1], said.get((kind, key), "not labelled"))
                         for key in found.keys() - labelled.keys()]
                rows += [(source, kind, labelled[key], "label", key[0], key[-1], _unseen(survey, key))
                         for key in labelled.keys() - found.keys()]
    rows = [(*row[:-1], row[-1] + decoys.get(row[4], "")) for row in rows
            if row[3] == "label" or row[0] not in EXAMPLES]
    return pd.DataFrame(sorted(rows), columns=["source", "kind", "block", "side", "first", "last", "reason"])


def reasons(differences) -> pd.DataFrame:
    """How many differences have each reason."""
    by = ["source", "kind", "side", "reason"]
    return differences.groupby(by, sort=False).size().to_frame("number").reset_index()[["number", *by]]


def _described(survey):
    """What can be said of attacks that no label names, by kind and key."""
    others = {one.hash: rule for rule, loops in survey.loops_by_rule.items() if rule != "kit" for one in loops}
    said = {("arbitrage", (one.hash,)): f"a loop of {len(one.swaps)} at {_venues(one)}, "
            + ("seen by others' rules" if one.hash in others else "by no other rule") for one in survey.arbitrages}
    said |= {("liquidation", (one.liquidation.hash,)): f"of {one.liquidation.protocol}" for one in survey.bonuses}
    return said | {("JIT liquidity", (one.mint.hash, one.burn.hash)):
                   "two signers of one owner" if one.same_signer is False else "one signer" for one in survey.jits}


def _venues(loop):
    return ", ".join(dict.fromkeys(swap.protocol for swap in loop.swaps))


def _unseen(survey, key):
    """Why a labelled attack was not found, as far as its transactions tell."""
    failed = {call.hash for call in survey.transactions if call.success is False}
    read = {event.hash for events in (survey.swaps, survey.liquidity, survey.liquidations) for event in events}
    if failed & set(key):
        return "failed"
    return "its events are read, and break the rule" if read & set(key) else "no event of it was read"


def shared(table) -> pd.DataFrame:
    """How many pairs each two rules both found, from `kit.chain.rules.disagreement`; a rule's own on the diagonal."""
    found = table.drop(columns=["block", "front", "back"]).astype(int)
    return found.T @ found


def patterns(table) -> pd.DataFrame:
    """Pairs by which rules found them, from `kit.chain.rules.disagreement`, commonest first.

    Returns
    -------
    pandas.DataFrame
        ``pairs``, the rules that ``found`` them and those that did not (``silent``), ``block`` of the first and
        how its hashes begin.
    """
    names = list(table.columns[3:])
    groups = [(len(pairs), _which(names, said, True), _which(names, said, False), pairs["block"].iloc[0],
               f"{pairs['front'].iloc[0][:8]}… {pairs['back'].iloc[0][:8]}…")
              for said, pairs in table.groupby(names, sort=False)]
    return pd.DataFrame(sorted(groups, key=lambda one: -one[0]),
                        columns=["pairs", "found", "silent", "block", "front and back"])


def _which(names, said, is_so):
    return ", ".join(name for name, its in zip(names, said, strict=True) if its == is_so)


def rules_by_source(survey) -> pd.DataFrame:
    """Every rule for sandwiches against each source of labels, as `by_source` has it, indexed by ``source``, ``rule``.

    A rule's attack agrees with a label that names one of its fronts and one of its backs.
    """
    rows = {(source, rule): _row(*_against(found, labels), source)
            for source, them in _sources(survey).items() if (labels := [its for its in them if its.kind == "sandwich"])
            for rule, found in survey.by_rule.items()}
    return _frame(rows, ["source", "rule"])


def _against(found, labels):
    """Precision and recall of attacks, each a front and a back at least."""
    named = {(label.block, pair): label.hashes for label in labels for pair in combinations(label.hashes, 2)}
    agreed = [{named[one.block, pair] for pair in _pairs(one) if (one.block, pair) in named} for one in found]
    distinct = {label.hashes for label in labels}
    return share(sum(map(bool, agreed)), len(found)), share(len(set().union(*agreed)), len(distinct))


def _pairs(attack):
    """Hashes of its fronts, each with each of its backs'."""
    fronts = getattr(attack, "fronts", None)
    return {(front.hash, back.hash) for front in fronts for back in attack.backs} if fronts else {attack.pair}
