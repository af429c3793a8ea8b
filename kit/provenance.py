"""Provenance: what a result was made from (data, parameters, code, libraries, seed) and what ran where."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

import pandas as pd

from kit import backend

MIME = "application/vnd.kit.provenance+json"
LIBRARIES = ("numpy", "pandas", "numba", "pyarrow", "scipy", "scikit-learn", "catboost", "optuna", "shap", "arch",
             "cupy-cuda13x", "cupy-cuda12x", "cudf-cu13", "cudf-cu12", "cuml-cu13", "cuml-cu12")
BANNER = "SYNTHETIC: a simulated market with planted answers. Nothing on this page is evidence about a real market."


@dataclass(frozen=True)
class Provenance:
    """What a report's numbers were made from; shown, and recorded, where it is a notebook cell's last line."""

    parameters: dict
    data: list[dict]  #: per frame: name, rows, first and last time or block, hash
    synthetic: bool
    code: str
    backend: list[str]  #: what ran where, and why
    seed: int | None
    versions: dict

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {MIME: asdict(self), "text/html": self._html(), "text/plain": "\n".join(self.lines())}

    def lines(self) -> list[str]:
        """The first lines of a report."""
        data = [f"{part['name']}: {part['rows']:,} rows, {part['first']} to {part['last']}, hash {part['hash']}"
                for part in self.data]
        chosen = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return [BANNER] * self.synthetic + [*self.backend, *data, f"parameters: {chosen}", f"code: {self.code}"]

    def _html(self):
        banner = f'<p class="synthetic" style="background:#f5b700;font-weight:bold;padding:.5em">{BANNER}</p>'
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.lines()[self.synthetic:])
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (banner * self.synthetic + f'<ul class="provenance">{lines}</ul>'
                f'<details class="provenance"><summary>versions</summary>{escape(versions)}</details>')


def of(parameters, frames) -> Provenance:
    """Provenance of a result.

    Parameters
    ----------
    parameters : dict
        The notebook's parameters as they stood, ``seed`` among them where there is one; JSON values.
    frames : dict of str to frame
        The tables that everything was computed from, by name; synthetic where dataset, symbol or assets say so.
    """
    said = " ".join(str(parameters.get(key)) for key in ("dataset", "symbol", "assets"))
    return Provenance(dict(parameters), [_data(name, frame) for name, frame in frames.items()],
                      "synthetic" in said or "SIM-" in said,
                      code(), backend.chosen().lines(), parameters.get("seed"), versions())


def _data(name, frame):
    first, last = _span(frame)
    return {"name": name, "rows": len(frame), "first": first, "last": last, "hash": fingerprint(frame)}


def _span(frame):
    """First and last time of a table; of a chain's events, which have none, first and last block."""
    if not len(frame):
        return "None", "None"
    if "time" in frame:
        return str(frame["time"].min()), str(frame["time"].max())
    return f"block {frame['block'].min()}", f"block {frame['block'].max()}"


def fingerprint(frame) -> str:
    """Hash of a table's columns: names, kinds and every bit of every value, whatever the order of the columns.

    Text counts by its characters, time by its nanoseconds; pandas and cuDF agree.
    """
    digest = hashlib.blake2b(digest_size=12)
    for name in sorted(frame.columns):
        values = _bits(frame[name])
        digest.update(f"{name} {values.dtype.str} {len(values)}\n".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def _bits(series):
    series = backend.release(series)
    if isinstance(series.dtype, pd.DatetimeTZDtype):
        return series.astype("datetime64[ns, UTC]").astype("int64").to_numpy()
    values = series.to_numpy()
    if values.dtype.kind in "biuf":
        return values
    return pd.util.hash_array(series.astype(object).to_numpy(), categorize=True)


def code() -> str:
    """Version of the kit, and the commit with ``-dirty`` where files differ from it; no commit outside a checkout."""
    version = importlib.metadata.version("kit")
    root = Path(__file__).parents[1]
    if not (root / ".git").exists() or not shutil.which("git"):
        return version
    said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=root, capture_output=True, text=True)
    return f"{version} ({said.stdout.strip() if said.returncode == 0 else 'no commit: ' + said.stderr.strip()})"


def versions() -> dict:
    """Versions of Python and of the libraries that numbers come from, those that are installed."""
    installed = {name: found[0].version for name in LIBRARIES
                 if (found := list(importlib.metadata.distributions(name=name)))}
    return {"python": platform.python_version(), **installed}
