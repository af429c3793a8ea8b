"""Training rows on the host, sorted into bins once for each number of borders, however often they are learned from."""

from __future__ import annotations

import numpy as np
from catboost import Pool

from kit import backend
from kit.model.design import matrix
from kit.refusal import Refusal
from kit.units import BP


class TrainingRows:
    """Rows that many models may learn from.

    - Models see basis points: 1e-4 vanishes in printed precision and tolerances.
    - A model learned from bins is, to the bit, the one that CatBoost learns from the numbers. Beyond 200 000 rows its
      borders still are, but they come from as many rows drawn at random, and the drawing moves its random numbers on.

    Parameters
    ----------
    X : frame (pandas or cuDF), shape (n, features)
        In time order; NaN counts as smaller than every number.
    y : series or array, shape (n,)
        Returns (not bp).

    Attributes
    ----------
    features : tuple of str
    values : array of float32, shape (n, features)
    label : array of float64, shape (n,)
        In basis points.

    Raises
    ------
    Refusal
        A label is missing or infinite, labels do not vary, or a feature is infinite.
    """

    def __init__(self, X, y):
        self.place = f"training rows {X.index[0]} to {X.index[-1]}" if len(X) else "training rows"
        self.label = _known(backend.host(backend.array(y) if hasattr(y, "index") else y), self.place) * BP
        self.values, self.features = matrix(X), tuple(X.columns)
        self._pools = {}

    def pool(self, border_count, task_type) -> Pool:
        """The rows in bins: computed when they are first asked for, then kept.

        Raises
        ------
        catboost.CatBoostError
            No feature varies, or no such number of borders.
        """
        key = border_count, task_type
        if key not in self._pools:
            pool = Pool(self.values, label=self.label, feature_names=list(self.features))
            pool.quantize(border_count=border_count, task_type=task_type)
            self._pools[key] = pool
        return self._pools[key]


def _known(label, place):
    unknown = ~np.isfinite(label)
    if unknown.any():
        raise Refusal("label is missing", file=place, row=int(unknown.argmax()),
                      remedy="kit.model.design drops such rows")
    if not len(label) or np.ptp(label) == 0:
        raise Refusal("the label does not vary", file=place,
                      remedy="leave out dead markets, or train on a longer window")
    return label
