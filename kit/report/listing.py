"""The registry as its reader sees it: formulas with all their names, in Markdown, and as plain values."""

from __future__ import annotations

from kit.factor import Factor, registry


def formulas() -> dict[str, list[Factor]]:
    """Factors and labels of one function together, under the first name that it was registered with."""
    found = {}
    for factor in registry().values():
        found.setdefault(factor.function, []).append(factor)
    return {of_one[0].name: of_one for of_one in found.values()}


def markdown() -> str:
    """One row a formula with all of its names: the table of README."""
    rows = ["| names | family | unit | range | from | what |", "|---|---|---|---|---|---|"]
    for alike in formulas().values():
        first = alike[0]
        names = ", ".join(f"`{one.name}`" for one in alike)
        rows.append(f"| {names} | {first.family} | {first.unit} | {span(first)} | {first.inputs[0]} | {first.title} |")
    return "\n".join(rows)


def span(factor) -> str:
    """The range of a factor in words; nothing where it has none."""
    low, high = factor.low, factor.high
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"≥ {low:g}" if low is not None else f"≤ {high:g}" if high is not None else ""
