"""The house stands: a room imports only what stands below it, and every room has its place."""

import ast
from pathlib import Path

import pytest

KIT = Path(__file__).parents[1] / "kit"
ROOMS = [
    "refusal", "units", "clock", "backend", "provenance",
    "kernels", "values", "columns", "mirror", "events", "memory", "past", "future", "factor", "features", "factors",
    "sampling", "bootstrap", "sources", "model", "explain", "execution",
    "study", "touch", "evaluate",
    "universality", "robustness", "backtest", "crash",
    "volatility", "options", "discovery", "flow", "liquidity", "ticks", "chain", "survey", "network",
    "quality", "claims", "plot", "report", "cli",
]
"""From the ground up."""


def imports(path):
    """Rooms of the kit that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "kit":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kit."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("kit."))


def files(room):
    return [KIT / f"{room}.py"] if (KIT / f"{room}.py").is_file() else sorted((KIT / room).rglob("*.py"))


def test_every_room_has_its_place():
    there = {path.stem for path in KIT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert there - {"__init__", "__main__"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_stands_below_it(room):
    below = set(ROOMS[:ROOMS.index(room) + 1])
    above = {(path.relative_to(KIT).as_posix(), name) for path in files(room) for name in imports(path)
             if name in ROOMS and name not in below}
    assert not above
