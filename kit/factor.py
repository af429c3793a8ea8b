"""The registry: what a factor's function cannot say about itself, and how a table becomes a table of factors.

A factor's name is its function's, its family the module, its inputs the annotations, its memory taking `past`, its
foresight taking `future` (then it is a label), its parameters the keywords, and its title, formula and source the
docstring. One formula may be known under further names, each with parameters of its own (`rv_20d`), or once for every
venue, or pair of venues, of a table (`spread_{a}_{b}`).
"""

from __future__ import annotations

import functools
import inspect
import itertools
import re
import typing

from kit import backend, clock, columns
from kit.future import Future
from kit.past import Past
from kit.refusal import Refusal

LAWS = ("cut", "library", "scale", "mirror", "range")
PURE = ("1", "bp", "count")
"""Units that stay what they are when prices and sizes are counted otherwise."""

_registry: dict[str, Factor] = {}


class Factor:
    """A function of columns, with what it cannot say itself. Call it as the function it is.

    Attributes
    ----------
    unit : str
        Product of powers of ``price``, ``size`` and pure units (`PURE`): ``"1"``, ``"price*size"``, ``"bp^2"``.
    mirror : int or str
        What it becomes when bid and ask, buys and sells change places: itself (1), its negative (-1), or another factor
        (its name, with a minus for its negative).
    low, high : float or None
        Bounds of its values.
    off : dict of str to str
        Laws that do not apply, each with the reason.
    name : str, optional
        That of the function, if not another. One with fields, ``spread_{a}_{b}``, is a name for every venue or pair of
        venues: the fields are parameters of the function, columns of the table's arrays.
    parameters : dict, optional
        Defaults under this name, where they are not those of the function.
    """

    def __init__(self, function, unit, mirror, low, high, off, name=None, parameters=None):
        self.function, self.unit, self.mirror, self.low, self.high, self.off = function, unit, mirror, low, high, off
        functools.update_wrapper(self, function)
        self.name, self.family = name or function.__name__, function.__module__.rsplit(".", 1)[-1]
        signature = inspect.signature(function)
        self.past, self.future = "past" in signature.parameters, "future" in signature.parameters
        own = {k: p.default for k, p in signature.parameters.items() if p.default is not p.empty}
        self._chosen = parameters or {}
        self.parameters = own | self._chosen
        self.fields = tuple(re.findall(r"{(\w+)}", self.name))
        self.doc = inspect.getdoc(function) or ""
        self._check(set(self.parameters) - set(own) | set(self.fields) - set(own))

    def _check(self, strange):
        """Refuse a declaration that could not be held to the laws."""
        if strange:
            raise Refusal(f"{self.name}: {self.function.__name__} has no parameter {', '.join(sorted(strange))}",
                          remedy="name keywords that it takes")
        unknown = set(self.off) - set(LAWS)
        if unknown:
            raise Refusal(f"{self.name}: no law is called {', '.join(unknown)}",
                          remedy=f"the laws are {', '.join(LAWS)}")
        if not all(self.off.values()):
            raise Refusal(f"{self.name}: a law is off without a reason", remedy="say why it does not apply")
        if self.future and "horizon" not in self.parameters:
            raise Refusal(f"{self.name} takes future but has no parameter horizon", remedy="say how far it looks ahead")
        self.powers()

    def __call__(self, *args, **kwargs):
        return self.function(*args, **(self._chosen | kwargs))

    @functools.cached_property
    def inputs(self) -> tuple[str, ...]:
        """Kind of the table that it takes."""
        hints = typing.get_type_hints(self.function)
        kinds = {table: kind for kind, table in columns.KINDS.items()}
        found = tuple(kinds[hint] for name, hint in hints.items() if hint in kinds and name != "return")
        if len(found) != 1:
            raise Refusal(f"{self.name} takes {len(found)} tables", remedy="annotate one argument with a table of "
                          "kit.columns; put several tables on one grid first")
        return found

    @property
    def title(self) -> str:
        """First line of the docstring."""
        return self.doc.split("\n", 1)[0]

    @property
    def formula(self) -> str:
        """The docstring's formula, in TeX."""
        found = re.search(r"\.\. math::\s*(.+?)(?:\n\s*\n|\Z)", self.doc, re.S)
        return " ".join(found[1].split()) if found else ""

    @property
    def reference(self) -> str:
        """The docstring's source."""
        found = re.search(r"References\n-+\n(.+)\Z", self.doc, re.S)
        return " ".join(found[1].split()) if found else ""

    def powers(self) -> tuple[int, int]:
        """Powers of price and of size in the unit."""
        found = {"price": 0, "size": 0}
        for part in self.unit.split("*"):
            name, _, power = part.partition("^")
            if name in found:
                found[name] += float(power or 1)
            elif name not in PURE:
                raise Refusal(f"{self.name}: unit {self.unit!r}",
                              remedy=f"multiply powers of price, size, {', '.join(PURE)}, as in 'price^2*size'")
        return found["price"], found["size"]

    def describe(self) -> dict:
        """Everything that the registry knows, as plain values."""
        return {"name": self.name, "function": self.function.__name__, "family": self.family,
                "kind": "label" if self.future else "factor",
                "title": self.title, "inputs": list(self.inputs), "unit": self.unit,
                "parameters": self.parameters, "memory": self.past, "mirror": self.mirror, "low": self.low,
                "high": self.high, "formula": self.formula, "reference": self.reference, "off": self.off}


def factor(unit="1", mirror=1, low=None, high=None, off=None, also=None, each=None):
    """Register a function of columns as a factor; see `Factor` for the arguments.

    Parameters
    ----------
    also : dict of str to dict, optional
        Further names of the same formula, each with the parameters that it has under that name.
    each : str, optional
        The factor's name, with fields for the columns that it is to be computed of, once for each venue
        (``"leadership_{a}"``) or pair of venues (``"spread_{a}_{b}"``).

    Examples
    --------
    >>> from kit import Quotes, factor
    >>> @factor(unit="price", low=0)
    ... def quoted_spread(q: Quotes):
    ...     "Ask less bid."
    ...     return q.ask - q.bid
    """
    def register(function):
        names = {each or function.__name__: {}, **(also or {})}
        made = [Factor(function, unit, mirror, low, high, off or {}, *named) for named in names.items()]
        for one in made:
            known = _registry.get(one.name)
            if known is not None and known.function.__module__ != function.__module__:
                raise Refusal(f"factor {one.name!r} is already defined in {known.function.__module__}",
                              remedy="choose another name")
            _registry[one.name] = one
        return made[0]
    return register


def registry() -> dict[str, Factor]:
    """All factors and labels by name: the kit's own, and those defined since."""
    return dict(_registry)


def find(name) -> Factor:
    """A factor by its name, or the factor itself.

    Raises
    ------
    Refusal
        No factor has that name.
    """
    if isinstance(name, Factor):
        return name
    known = registry()
    if name not in known:
        raise Refusal(f"no factor is called {name!r}", remedy=f"choose from {', '.join(sorted(known))}")
    return known[name]


def compute(tables, *names, gap=None, **parameters):
    """Factors of one or more tables.

    Parameters
    ----------
    tables : frame, or dict of str to frame
        By kind (see `kit.columns.KINDS`); a frame alone is taken for the kind whose columns it has. A table also serves
        for a kind whose columns are among its own: the 1-second grid has quotes.
    *names : str or Factor
        What to compute; all on one clock. Of a name with fields, ``"spread_{a}_{b}"``, every venue or pair of venues;
        ``"spread_kraken_gemini"`` is one of them.
    gap : str, optional
        A silence longer than this (``"60s"``) ends memory: what comes after it starts anew.
    **parameters
        For the factors that have a parameter of that name.

    Returns
    -------
    frame
        One column a factor, indexed by UTC time, in the library of the input: pandas from pandas, cuDF from cuDF.

    Raises
    ------
    Refusal
        A table or a factor is missing or malformed, or a parameter is known to none of the factors.
    """
    tables = dict(tables) if isinstance(tables, dict) else {_kind(tables): tables}
    if not names:
        raise Refusal("no factor is named", remedy="name some, as in compute(quotes, 'spread')")
    marks = {kind: columns.labels(table, kind) for kind, table in tables.items() if kind in columns.WIDE}
    wanted = [one for name in names for one in _columns_of(name, marks)]
    unused = set(parameters) - {key for _, f, _ in wanted for key in f.parameters}
    if unused:
        raise Refusal(f"no factor asked for has the parameter {', '.join(sorted(unused))}",
                      remedy="see Factor.parameters")
    read = {kind: columns.read(table, kind) for kind, table in tables.items()}
    sources = [_serving(f.inputs[0], read, f.name) for _, f, _ in wanted]
    for (_, f, _), source in zip(wanted, sources, strict=True):
        if not _same(source.time, sources[0].time):
            raise Refusal(f"{f.name} is on another clock than {wanted[0][0]}",
                          remedy="compute those of each table by themselves, or put the tables on one grid")
    out = {name: evaluate(f, source, gap, **{k: v for k, v in parameters.items() if k in f.parameters} | which)
           for (name, f, which), source in zip(wanted, sources, strict=True)}
    return backend.frame(out, sources[0].time, like=next(iter(tables.values())))


def _columns_of(name, marks):
    """Columns that a name asks for, each with its factor and the values of the name's fields.

    `marks` are the labels of each wide table. Pairs are taken in the order of the table's columns.
    """
    known = registry()
    if not isinstance(name, Factor) and name not in known:
        spelled = [one for f in known.values() if f.fields for one in _columns_of(f, marks) if one[0] == name]
        return spelled or [(name, find(name), {})]
    f = find(name)
    if not f.fields:
        return [(f.name, f, {})]
    of = marks.get(f.inputs[0], ())
    chosen = itertools.combinations(range(len(of)), len(f.fields))
    return [(f.name.format(**{k: of[i] for k, i in zip(f.fields, which, strict=True)}), f,
             dict(zip(f.fields, which, strict=True))) for which in chosen]


def _same(a, b) -> bool:
    return a is b or (a.shape == b.shape and bool((a == b).all()))


def evaluate(f, table, gap=None, **parameters):
    """A factor's values over whole columns: one fresh memory for each uninterrupted stretch.

    Parameters
    ----------
    f : Factor
    table : NamedTuple of arrays
        As the factor takes it.
    gap : str, optional
        A silence that ends memory.
    """
    time, xp = table.time, backend.namespace(table.time)
    if gap is None or not (f.past or f.future):
        return apply(f, table, Past(), **parameters)
    edges = [0, *(int(i) + 1 for i in xp.nonzero(time[1:] - time[:-1] > clock.duration(gap))[0]), time.shape[0]]
    parts = [type(table)(*(column[i:j] for column in table)) for i, j in zip(edges[:-1], edges[1:], strict=True)]
    return xp.concat([apply(f, part, Past(), **parameters) for part in parts])


def apply(f, table, past, **parameters):
    """A factor's values over the next chunk of columns, given the memory of those before.

    Raises
    ------
    Refusal
        The factor answers with another number of rows than it was asked about.
    """
    if f.past:
        parameters["past"] = past.at(table.time)
    if f.future:
        parameters["future"] = Future(table.time)
    values = f(table, **parameters)
    if values.shape != table.time.shape:
        raise Refusal(f"{f.name} answers {values.shape} to {table.time.shape[0]} rows",
                      remedy="give one value a row; take differences with past.diff")
    return values


def _kind(frame) -> str:
    """The kind of which a frame has the columns; the richest where there are several."""
    have = set(frame.columns)
    for kind, table in sorted(columns.KINDS.items(), key=lambda item: -len(item[1]._fields)):
        if set(table._fields) <= have:
            return kind
    for kind in columns.WIDE:
        if columns.labels(frame, kind):
            return kind
    raise Refusal(f"columns {', '.join(map(str, frame.columns))} are those of no table",
                  remedy="name the kind, as in compute({'trades': frame}, ...)")


def _serving(kind, read, name):
    """The table of a kind, or one that has its columns."""
    for table in (read.get(kind), *read.values()):
        if table is not None and set(columns.KINDS[kind]._fields) <= set(table._fields):
            return columns.KINDS[kind](*(getattr(table, field) for field in columns.KINDS[kind]._fields))
    raise Refusal(f"{name} takes {kind}, which is missing", remedy=f"have {', '.join(read)}")
