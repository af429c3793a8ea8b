"""What there is to render: every notebook says by its parameters what one report of it is about."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from kit.refusal import Refusal
from kit.sources import datasets

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def programme(assets, chosen=(), folder=NOTEBOOKS, whole=True, into="reports") -> list[tuple[Path, dict]]:
    """Notebooks and the parameters to render them with, in the order in which they need each other.

    A notebook whose parameters have

    - ``assets`` is rendered once for the synthetic assets and once for the real ones, where there are two at least;
    - ``symbol`` is rendered for every asset, unless the dataset it has by default is an extra one;
      both leave out assets that lack a table which the notebook's own have: a notebook on bars is not about ticks;
    - neither, or an extra dataset, is rendered as it stands;
    - ``reports`` reads the other reports, in `into`, and comes last.

    Parameters
    ----------
    assets : list of (dataset, symbol)
        What reports are wanted of.
    chosen : sequence of str
        Names of notebooks; all those of the folder where none is given.
    folder : path
        Where the notebooks lie.
    whole : bool
        Whether to render what is not about `assets`, too.
    into : path
        Folder of the reports.

    Raises
    ------
    Refusal
        No such notebook.
    """
    there = {path.stem: path for path in sorted(Path(folder).glob("*.ipynb"))}
    missing = [name for name in chosen if name not in there]
    if missing:
        raise Refusal(f"no notebook {missing[0]!r}", file=folder, remedy=f"choose from {', '.join(there)}")
    wanted = [(there[name], _defaults(there[name])) for name in chosen or there]
    wanted.sort(key=lambda one: "reports" in one[1])
    whole = whole or bool(chosen)
    return [(path, about) for path, defaults in wanted for about in _about(defaults, assets, whole, into)]


def _defaults(path):
    """A notebook's parameters as it has them."""
    cells = json.loads(path.read_text())["cells"]
    source = next(("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])), "")
    lines = [line for line in ast.parse(source).body if isinstance(line, ast.Assign)]
    return {line.targets[0].id: ast.literal_eval(line.value) for line in lines}


def _about(defaults, assets, whole, into):
    """Parameters of each report of one notebook."""
    home = defaults.get("dataset") or defaults.get("assets", "").partition("/")[0]
    assets = [asset for asset in assets if not home or _alike(asset[0], home)]
    if "assets" in defaults:
        groups = [[asset for asset in assets if datasets.find(asset[0]).synthetic is kind] for kind in (True, False)]
        return [{"assets": " ".join("/".join(asset) for asset in group)} for group in groups if len(group) > 1]
    if "symbol" in defaults and not datasets.find(defaults["dataset"]).extra:
        return [{"dataset": dataset, "symbol": symbol} for dataset, symbol in assets]
    if "reports" in defaults:
        return [{"reports": str(into)}]
    return [{}] if whole else []


def _alike(dataset, home) -> bool:
    """Whether a dataset has every kind of table that another has."""
    return set(datasets.find(home).kinds) <= set(datasets.find(dataset).kinds)
