"""A model and the search that it was chosen from: every trial, what each criterion chose, and how that did inside."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kit.model.archive import Archive
from kit.model.criteria import CRITERIA, known
from kit.model.trees import Fitted
from kit.refusal import Refusal


@dataclass(frozen=True, eq=False)
class Search:
    """Trials inside one training window, and what the criteria chose among them.

    - ``trials`` has a row a trial: its settings; by criterion (``gmadl``, ``r2``) the value pooled over inner folds,
      ``<criterion>_se`` its standard error, ``<criterion>_trees`` the number of trees that is best by it,
      ``<criterion>_0`` … the inner folds' own values, and ``<criterion>_chosen``.
    - ``inner``, by criterion, has a row for each inner validation row: ``time`` (int64 ns), ``inner_fold``, ``actual``
      and ``predicted`` (returns), forecast by the chosen settings' model of that inner fold.
    - ``fitted``, by criterion, is the model of the chosen settings learned from the whole window.
    """

    trials: pd.DataFrame
    inner: dict[str, pd.DataFrame]
    fitted: dict[str, Fitted]

    def choice(self, criterion) -> Choice:
        """The model that a criterion chose."""
        model = self.fitted[known(criterion)]
        return Choice(model.trees, model.model, criterion, self)


@dataclass(frozen=True)
class Choice(Fitted):
    """A model whose settings were chosen."""

    criterion: str
    search: Search

    def by(self, criterion) -> Choice:
        """What another criterion chose among the same trials."""
        return self.search.choice(criterion)


def pack(model) -> Archive:
    """What is to be kept of a model: itself, or the search that it was chosen from.

    Raises
    ------
    Refusal
        It is not one of the kit's trees.
    """
    if isinstance(model, Choice):
        inner = {f"inner-{name}": table for name, table in model.search.inner.items()}
        return Archive({"criterion": model.criterion}, {"trials": model.search.trials} | inner, model.search.fitted)
    if not isinstance(model, Fitted):
        raise Refusal(f"a {type(model).__name__} cannot be kept", remedy="walk with kit.model.Trees or Tuned")
    return Archive({}, {}, {"model": model})


def unpack(kept) -> Fitted:
    """The model that `pack` was given."""
    if not kept.facts:
        return kept.models["model"]
    inner = {name: kept.tables[f"inner-{name}"] for name in CRITERIA}
    return Search(kept.tables["trials"], inner, kept.models).choice(kept.facts["criterion"])
