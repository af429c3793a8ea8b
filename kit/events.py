"""What happens on a chain: the events that readers make of it and detectors take, named once.

A table of events is a frame at the border and a list of named tuples in the middle, in order of block, transaction and
place in it. Amounts are Python integers in the smallest unit (wei), exact at any size: in a frame they stand as decimal
text. Addresses and hashes are lower-case text that begins with ``0x``.
"""

from __future__ import annotations

import json
import typing
from typing import NamedTuple, NewType

import pandas as pd

from kit.refusal import Refusal

Amount = NewType("Amount", int)
Place = tuple[int, ...]
"""Where in its transaction an event lies: the log's number in the block, or the path of the call in the trace."""

ETHER = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
"""Stands for the chain's own coin where a token is named."""

WETH = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"


class Block(NamedTuple):
    """A block's header."""

    block: int  #: number
    timestamp: int | None  #: seconds since the epoch
    producer: str | None  #: address to which fees are paid
    base_fee: int | None  #: wei per gas, burnt; 0 before EIP-1559
    gas_limit: int | None
    gas_used: int | None
    extra_data: str | None  #: what the producer wrote, as text


class Transaction(NamedTuple):
    """A transaction in its block."""

    block: int
    index: int
    hash: str
    sender: str  #: who signed it
    to: str | None  #: None where it creates a contract
    value: Amount  #: wei
    gas_price: int | None  #: wei per gas that was paid, base fee included
    gas_used: int | None
    gas_limit: int | None
    coinbase: Amount | None  #: wei that its calls paid to the producer; None without traces
    input: str | None  #: calldata
    success: bool | None


class Log(NamedTuple):
    """An event that a contract wrote down. Calls that fail leave none."""

    block: int
    index: int  #: of the transaction
    hash: str  #: of the transaction
    place: Place
    address: str  #: who wrote it
    topics: tuple[str, ...]
    data: str


class Trace(NamedTuple):
    """A call within a transaction."""

    block: int
    index: int
    hash: str
    place: Place
    kind: str  #: call, callcode, delegatecall, staticcall, create, suicide
    sender: str
    to: str | None
    value: Amount
    input: str
    output: str
    success: bool  #: neither it nor any call around it failed


class Transfer(NamedTuple):
    """A token, or ether, that changed hands."""

    block: int
    index: int
    hash: str
    place: Place
    token: str
    sender: str
    receiver: str
    amount: Amount


class Swap(NamedTuple):
    """An exchange of one token for another at a pool, in a transaction that did not fail."""

    block: int
    index: int
    hash: str
    place: Place
    pool: str
    protocol: str
    origin: str | None  #: who signed the transaction
    target: str | None  #: whom the transaction calls
    sender: str  #: who asked the pool
    recipient: str  #: whom the pool paid
    token_in: str
    amount_in: Amount
    token_out: str
    amount_out: Amount
    reserve_in: Amount | None  #: that the pool holds after the swap, where it says so
    reserve_out: Amount | None
    payer: str | None = None  #: who paid the pool, where that is known


class Liquidity(NamedTuple):
    """Tokens put into a pool, or taken out of it."""

    block: int
    index: int
    hash: str
    place: Place
    pool: str
    protocol: str
    change: int  #: +1 put in, -1 taken out
    origin: str | None  #: who signed the transaction
    target: str | None  #: whom the transaction calls
    owner: str  #: whose position it is
    lower: int | None  #: first tick of the range, where the pool has ranges
    upper: int | None
    liquidity: Amount | None
    tokens: tuple[str, ...]
    amounts: tuple[int, ...]


class Liquidation(NamedTuple):
    """A debt that another repaid for the borrower's collateral."""

    block: int
    index: int
    hash: str
    place: Place
    protocol: str
    liquidator: str
    borrower: str
    debt_token: str
    debt: Amount
    collateral_token: str
    collateral: Amount


class Label(NamedTuple):
    """What somebody says happened: planted in the embedded chain, or told by another detector of a real one."""

    kind: str  #: sandwich, displacement, suppression, arbitrage, backrun, liquidation, jit, or decoy_ of something else
    block: int
    hashes: tuple[str, ...]  #: of the attack's transactions, in order: front, (victims,) back
    victims: tuple[str, ...]
    token: str | None
    profit: Amount | None
    source: str  #: who says so
    note: str


KINDS = {"blocks": Block, "transactions": Transaction, "logs": Log, "traces": Trace, "transfers": Transfer,
         "swaps": Swap, "liquidity": Liquidity, "liquidations": Liquidation, "labels": Label, "misfits": Log}
"""Tables by name. Misfits are logs under the name of an event that the kit reads, which tell of none."""

EXACT = 2**53
"""Beyond it binary numbers leave whole ones out."""

_TYPES = {kind: typing.get_type_hints(event) for kind, event in KINDS.items()}


def frame(events, kind) -> pd.DataFrame:
    """A table of events, a row each: amounts as decimal text, tuples as JSON.

    Parameters
    ----------
    events : iterable of a class of `KINDS`
    kind : str
        Its key.
    """
    columns = list(zip(*events, strict=True)) or [()] * len(_TYPES[kind])
    return pd.DataFrame({name: _column(values, wanted)
                         for (name, wanted), values in zip(_TYPES[kind].items(), columns, strict=True)})


def _column(values, wanted):
    if _holds(wanted, Amount):
        return pd.Series([None if x is None else str(x) for x in values], dtype="str")
    if typing.get_origin(wanted) is tuple:
        return pd.Series([json.dumps(x) for x in values], dtype="str")
    types = {int: "Int64", bool: "boolean", str: "str"}
    return pd.Series(values, dtype=next(dtype for of, dtype in types.items() if _holds(wanted, of)))


def _holds(wanted, of) -> bool:
    return wanted is of or of in typing.get_args(wanted)


def read(table, kind, *, file=None) -> list:
    """Events of a table.

    Parameters
    ----------
    table : pandas.DataFrame
        Has the columns of `kind` by name; more are ignored.
    kind : str
        A key of `KINDS`.
    file : optional
        Named in errors.

    Returns
    -------
    list of the class of `kind`

    Raises
    ------
    Refusal
        Unknown kind, missing column, or a value that is none of its type; names the row.
    """
    place = file if file is not None else kind
    if kind not in KINDS:
        raise Refusal(f"unknown kind {kind!r}", file=file, remedy=f"one of {', '.join(KINDS)}")
    missing = [name for name in _TYPES[kind] if name not in table.columns]
    if missing:
        raise Refusal("missing", file=place, column=missing[0], remedy=f"have {', '.join(map(str, table.columns))}")
    columns = [_values(table[name], name, wanted, place) for name, wanted in _TYPES[kind].items()]
    return list(map(KINDS[kind], *columns))


def _values(column, name, wanted, place):
    """Python values of a column; None what is missing."""
    optional, missing = _holds(wanted, type(None)), column.isna()
    if missing.any() and not optional:
        raise Refusal("is missing", file=place, column=name, row=int(missing.argmax()),
                      remedy="repair it at its source")
    convert = _converter(wanted)
    values = []
    for row, (value, absent) in enumerate(zip(column.tolist(), missing.tolist(), strict=True)):
        try:
            values.append(None if absent else convert(value))
        except (ValueError, TypeError) as error:
            raise Refusal(f"{value!r}: {error}", file=place, column=name, row=row,
                          remedy="amounts are whole numbers of the smallest unit, as text") from error
    return values


def _converter(wanted):
    if typing.get_origin(wanted) is tuple:
        return lambda text: tuple(json.loads(text))
    if _holds(wanted, bool):
        return _flag
    return _whole if _holds(wanted, int) or _holds(wanted, Amount) else str


def _flag(value):
    if value not in (False, True):
        raise ValueError("is neither true nor false")
    return bool(value)


def _whole(value):
    if isinstance(value, float) and not value.is_integer():
        raise ValueError("is not a whole number")
    if isinstance(value, float) and abs(value) > EXACT:
        raise ValueError("is a binary number too large to be exact")
    return int(value)
