"""The five laws, each a function that raises AssertionError for a factor that breaks it."""

import numpy as np

from kit.factor import apply, evaluate, find
from kit.mirror import mirror as mirrored_table
from kit.past import Past
from kit.values import FEES, PRICES, SIZES
from tests.laws import market


def values(f, tables, **parameters):
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(evaluate(f, tables[f.inputs[0]], **parameters))


def _same_bits(a, b, what):
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape, f"{what}: {a.shape} rows against {b.shape}"
    differ = np.nonzero(~((a == b) | (np.isnan(a) & np.isnan(b))))[0]
    if differ.size:
        first = differ[0]
        raise AssertionError(f"{what}: {differ.size} rows differ, first {first}: {a[first]!r} against {b[first]!r}")


def _pieces(table, edges):
    return [type(table)(*(column[i:j] for column in table)) for i, j in zip(edges[:-1], edges[1:], strict=True)]


def in_pieces(f, table, edges, **parameters):
    past = Past()
    return np.concatenate([np.asarray(apply(f, part, past, **parameters)) for part in _pieces(table, edges)])


def cut(f, tables, seed=0):
    """Law 1. One tick at a time equals the day whole, bit for bit, at every cut; a label knows its horizon, no more."""
    table, n = tables[f.inputs[0]], tables[f.inputs[0]].time.shape[0]
    whole = values(f, tables)
    if f.future:
        return _label_knows_its_horizon_and_no_more(f, tables, whole)
    rng = np.random.default_rng(seed)
    ways = [range(n + 1), [0, 0, n // 3, n // 3, n]] if n < 1000 else []
    ways += [np.concatenate([[0], np.sort(rng.choice(np.arange(1, n), 8, replace=False)), [n]]) for _ in range(6)]
    for edges in ways:
        edges = [int(edge) for edge in edges]
        _same_bits(in_pieces(f, table, edges), whole, f"{f.name} in {len(edges) - 1} pieces")


def _label_knows_its_horizon_and_no_more(f, tables, whole):
    from kit import clock

    table = tables[f.inputs[0]]
    time, horizon = table.time, clock.duration(f.parameters["horizon"])
    for row in (80, 150, 200):
        shorter = type(table)(*(column[:row] for column in table))
        known = time[:row] + horizon <= time[row - 1]
        part = values(f, {f.inputs[0]: shorter})
        expected = np.where(known, whole[:row], np.nan)
        _same_bits(part, expected, f"{f.name} of the first {row} rows")


def library(f, tables, convert):
    """Law 2. Every library agrees, to the bit but for libm, and the answer lives in its input's library."""
    table = tables[f.inputs[0]]
    theirs = evaluate(f, type(table)(*map(convert, table)))
    example = convert(np.zeros(1))
    assert type(theirs) is type(example), f"{f.name}: {type(theirs)} from {type(example)}"
    _same_bits(np.asarray(theirs), values(f, tables), f.name)


def scale(f, tables):
    """Law 3. Prices x 1000 and sizes x 0.01 scale it as its unit says."""
    scaled = {kind: _scaled(table, 1000.0, 0.01) for kind, table in tables.items()}
    price, size = f.powers()
    _close(values(f, scaled), values(f, tables) * 1000.0**price * 0.01**size, f"{f.name} scaled", 1e-6)


def _scaled(table, price, size):
    powers = {"notional": (1, 1), "buy_notional": (1, 1), "sell_notional": (1, 1), "quote_volume": (1, 1),
              "squared_size": (0, 2), "dispersion": (2, 1), "ofi": (0, 1), "resting_spread": (1, 0),
              "payments": (1, 1), "extracted": (1, 1), "lost": (1, 1), "value": (1, 1)}
    powers |= dict.fromkeys(PRICES | FEES, (1, 0)) | dict.fromkeys(SIZES, (0, 1))
    return type(table)(*(column * price ** powers[name][0] * size ** powers[name][1] if name in powers else column
                         for name, column in zip(table._fields, table, strict=True)))


def mirror(f, tables):
    """Law 4. With bid and ask, buys and sells exchanged it becomes what it declares."""
    reflected = {kind: mirrored_table(table, market.ABOUT) for kind, table in tables.items()}
    if isinstance(f.mirror, str):
        partner, sign = find(f.mirror.lstrip("-")), -1.0 if f.mirror.startswith("-") else 1.0
    else:
        partner, sign = f, float(f.mirror)
    mirrored, expected = values(f, reflected), sign * values(partner, tables)
    assert np.nanmax(np.abs(expected)) > 0, f"{f.name} is zero throughout: the mirror cannot tell"
    _close(mirrored, expected, f"{f.name} mirrored", 1e-2)


def _close(a, b, what, tolerance):
    """Within `tolerance` of its own size; what is but rounding of something larger is left out of the size."""
    assert (np.isnan(a) == np.isnan(b)).all(), f"{what}: missing at other rows"
    size = np.nanmax(np.abs(b)) or 1.0
    worst = np.nanmax(np.abs(a - b)) / size
    assert worst <= tolerance, f"{what}: off by {worst:.2g} of its size"


def range_(f, tables):
    """Law 5. It stays in its range; before there is history it is missing, and missing input is missing, never 0."""
    whole = values(f, tables)
    assert np.isfinite(whole[~np.isnan(whole)]).all(), f"{f.name} is infinite"
    assert np.isfinite(whole).any(), f"{f.name} is missing throughout"
    if f.low is not None:
        assert np.nanmin(whole) >= f.low, f"{f.name}: {np.nanmin(whole)} is below {f.low}"
    if f.high is not None:
        assert np.nanmax(whole) <= f.high, f"{f.name}: {np.nanmax(whole)} is above {f.high}"
    if f.past:
        assert np.isnan(whole[0]), f"{f.name} takes past, and is {whole[0]} before there is any"
    if f.future:
        assert np.isnan(whole[-1]), f"{f.name} takes future, and is {whole[-1]} where there is none"
    for name in _missing_columns(f, tables):
        kind, column = name
        holed = dict(tables)
        holed[kind] = tables[kind]._replace(**{column: np.full_like(getattr(tables[kind], column), np.nan)})
        with np.errstate(invalid="ignore"):
            got = values(f, holed)
        used = not np.array_equal(got, whole, equal_nan=True)
        assert not used or np.isnan(got).all(), f"{f.name} is {got[~np.isnan(got)][:1]} though {column} is missing"


def _missing_columns(f, tables):
    """Float columns that it takes; one at a time is taken away."""
    return [(kind, name) for kind in f.inputs for name, column in zip(tables[kind]._fields, tables[kind], strict=True)
            if column.dtype == np.float64]


LAWS = {"cut": cut, "scale": scale, "mirror": mirror, "range": range_}
