"""Tokens and ether that changed hands, from logs or from calls."""

from __future__ import annotations

from collections.abc import Iterator

from kit.events import ETHER, Log, Trace, Transfer
from kit.sources.ethereum.abi import WORD, Event, Function

TRANSFER = Event("Transfer(address indexed sender,address indexed receiver,uint256 amount)")
NFT = Event("Transfer(address indexed sender,address indexed receiver,uint256 indexed token)")
"""Has the same topic: what it names is one of a kind, no amount."""

SEND = Function("transfer(address receiver,uint256 amount)")
PULL = Function("transferFrom(address sender,address receiver,uint256 amount)")
SEIZED = Function("transferOnLiquidation(address sender,address receiver,uint256 amount)")
"""Aave hands over the collateral's own deposit token by it."""

NOBODY = "0x" + "00" * 20
"""Sender of what is made, receiver of what is destroyed."""


def logged(log) -> Transfer | None:
    """The transfer of a token that a log tells; None where it tells none."""
    said = TRANSFER.read(log)
    return said and Transfer(*log[:4], log.address, *said)


def called(call) -> Transfer | None:
    """The transfer of a token that a call asked for; None where it asked for none.

    - A call that answers false has moved nothing.
    - What the token keeps for itself on the way is not known: the amount is what was asked.
    - A thing that is one of a kind is asked for in the same words: calls cannot tell it from an amount.
    """
    if call.kind != "call" or call.output == "0x" + "00" * WORD:
        return None
    for function in (SEND, PULL, SEIZED):
        asked = function.read(call)
        if asked is not None:
            return Transfer(*call[:4], call.to, getattr(asked, "sender", call.sender), asked.receiver, asked.amount)
    return None


def ether(call) -> Transfer | None:
    """Ether that a call, a contract's making or its end handed over; None where there was none."""
    if call.kind not in ("call", "create", "suicide") or not call.value or call.to is None:
        return None
    return Transfer(*call[:4], ETHER, call.sender, call.to, call.value)


def by_logs(logs: list[Log]) -> Iterator[Transfer]:
    """Transfers of tokens that logs tell."""
    return filter(None, map(logged, logs))


def by_calls(calls: list[Trace]) -> Iterator[Transfer]:
    """Transfers of tokens that calls asked for, those that failed left out.

    A token may pass the request on to a contract that keeps its books: the outer call alone counts.
    """
    last = None
    for transfer in filter(None, (called(call) for call in calls if call.success)):
        if last is None or not _within(transfer, last):
            last = transfer
            yield transfer


def _within(transfer, outer):
    """Whether it is a request passed on."""
    return (transfer.hash == outer.hash and transfer.place[:len(outer.place)] == outer.place
            and (transfer.receiver, transfer.amount) == (outer.receiver, outer.amount))


def of_ether(calls: list[Trace]) -> Iterator[Transfer]:
    """Transfers of ether by calls that did not fail."""
    return filter(None, (ether(call) for call in calls if call.success))
