"""One asset's way from ticks to explained forecasts, walked once and kept: what the notebooks talk about."""

from __future__ import annotations

import functools
import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import catboost
import optuna

from kit import backend, clock, provenance
from kit.explain import Explanation, out_of_fold_shap
from kit.explain.monitors import with_noise
from kit.factor import compute
from kit.features import PAPER
from kit.model import Design, Forest, OutOfFold, PurgedWalkForward, Trees, Tuned, design, walk_forward
from kit.refusal import Refusal
from kit.sampling import grid
from kit.sources import datasets


@dataclass(frozen=True)
class Settings:
    """What a study may choose; the same settings of the same data give the same study.

    Parameters
    ----------
    horizon : str
        How far the label looks ahead.
    flow, vol : str
        Windows of the trade features and of the volatility.
    folds : int
        Test windows, one after the other.
    train_share : float
        Share of the recording that each training takes.
    iterations : int
        Trees; the most of them where they are tuned.
    trials : int
        Settings tried inside each training window (`kit.model.Tuned`); 0 takes the usual ones.
    seed : int
        Of models and of the embedded market.
    forest : int
        Trees of a random forest (`kit.model.Forest`) in place of boosted ones; 0 boosts. Forests are not kept.
    noise : bool
        Give the models a feature that knows nothing as well (`kit.explain.monitors.with_noise`): a negative control.
    """

    horizon: str = "3s"
    flow: str = "10s"
    vol: str = "60s"
    folds: int = 5
    train_share: float = 0.5
    iterations: int = 300
    trials: int = 0
    seed: int = 0
    forest: int = 0
    noise: bool = False


@dataclass(frozen=True)
class Study:
    """A recording, its features on the 1-second grid, and forecasts of rows that their model has not seen."""

    name: str  #: dataset/symbol
    settings: Settings
    recording: datasets.Recording
    grid: Any  #: frame indexed by UTC second: quotes and what was traded, as `kit.grid` makes it
    features: Any  #: pandas.DataFrame, the paper's ten on the grid
    label: Any  #: pandas.Series, log return of the mid over the next `horizon`
    rows: Design  #: those that can be learned from
    oof: OutOfFold

    @property
    def X(self):
        return self.rows.X

    @property
    def y(self):
        return self.rows.y

    @functools.cached_property
    def explanation(self) -> Explanation:
        """SHAP values of the forecasts."""
        return out_of_fold_shap(self.oof, self.X, seed=self.settings.seed)


def study(dataset, symbol, start=None, end=None, **settings) -> Study:
    """Ticks to features to purged walk-forward forecasts.

    Parameters
    ----------
    dataset, symbol, start, end
        As `kit.sources.datasets.load` takes them.
    **settings
        Those of `Settings`.
    """
    chosen = Settings(**settings)
    recording = datasets.load(dataset, symbol, start, end, chosen.seed)
    seconds = grid(recording.quotes, recording.trades, stale=recording.stale, heard=recording.heard)
    features = backend.release(compute(seconds, *PAPER, flow=chosen.flow, vol=chosen.vol))
    features = with_noise(features, chosen.seed) if chosen.noise else features
    return _walked(f"{dataset}/{symbol}", chosen, recording, seconds, features)


def again(study, **settings) -> Study:
    """The same recording and features, walked with other settings: another horizon, other folds, tuned or not.

    Raises
    ------
    Refusal
        A setting that features or recording follow from.
    """
    fixed = {"flow", "vol", "seed", "noise"} & set(settings)
    if fixed:
        raise Refusal(f"{fixed.pop()} cannot be changed here", remedy="make a study of its own")
    return _walked(study.name, replace(study.settings, **settings), study.recording, study.grid, study.features)


def _walked(name, chosen, recording, seconds, features):
    label = backend.release(compute(seconds, "log_return", horizon=chosen.horizon))["log_return"]
    rows = design(features, label)
    return Study(name, chosen, recording, seconds, features, label, rows, _walk(name, rows, chosen))


def studies(assets, start=None, end=None, **settings) -> dict[str, Study]:
    """A study of each asset.

    Parameters
    ----------
    assets : str
        ``dataset/symbol`` of each, separated by spaces.
    start, end, **settings
        As `study` takes them.

    Returns
    -------
    dict of str to Study
        By name, in the order given.

    Raises
    ------
    Refusal
        A word is no ``dataset/symbol``.
    """
    words = assets.split()
    for word in words:
        if "/" not in word:
            raise Refusal(f"{word!r} names no asset", column="assets", remedy="write hyperliquid/BTC, as an example")
    return {word: study(*word.split("/", 1), start, end, **settings) for word in words}


def _walk(name, rows, chosen):
    """Out-of-fold forecasts: those kept of the same rows, settings and code, or new ones, which are then kept."""
    kept = shelf() / f"{name.replace('/', '-')}-{_key(rows, chosen)}"
    if kept.is_dir():
        return OutOfFold.load(kept)
    memory = clock.longest(chosen.flow, chosen.vol)
    splitter = PurgedWalkForward.for_span(rows.X.index[-1] - rows.X.index[0], folds=chosen.folds,
                                          train_share=chosen.train_share, memory=memory, horizon=chosen.horizon)
    walked = walk_forward(rows.X, rows.y, splitter, _learner(chosen, memory))
    if not chosen.forest:
        walked.save(kept)
    return walked


def _learner(chosen, memory):
    if chosen.forest:
        return Forest(chosen.forest, random_seed=chosen.seed)
    if not chosen.trials:
        return Trees(iterations=chosen.iterations, random_seed=chosen.seed)
    return Tuned(chosen.trials, iterations=chosen.iterations, seed=chosen.seed, memory=memory, horizon=chosen.horizon)


def shelf() -> Path:
    """Folder in which walks are kept: the one that KIT_MODELS names, or one among the user's caches."""
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("KIT_MODELS", caches / "kit" / "models"))


def _key(rows, chosen) -> str:
    """What a walk follows from: rows, settings, the code of models, and who runs it."""
    table = rows.X.assign(time=rows.X.index, label=rows.y)
    home = Path(__file__).parent
    sources = [*sorted((home / "model").rglob("*.py")), home / "bootstrap.py", home / "clock.py"]
    said = [provenance.fingerprint(table), chosen, catboost.__version__, optuna.__version__, backend.chosen().gpu]
    digest = hashlib.blake2b(repr(said).encode(), digest_size=8)
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
