"""Logs and calls written by hand: encoded by eth_abi and keccak alone, without the kit's own declarations."""

import eth_abi
from eth_utils import keccak

from kit.events import Log, Trace, Transaction

HASH = "0x" + "aa" * 32
ORIGIN, TARGET, POOL, OTHER = ("0x" + digit * 40 for digit in "1234")
FIRST, SECOND, THIRD = ("0x" + digit * 40 for digit in "abc")
"""Tokens, the lower address first."""


def log(place, address, signature, indexed=(), plain=()) -> Log:
    """A log; its values come as (type, value), indexed ones apart."""
    topics = tuple("0x" + eth_abi.encode([kind], [value]).hex() for kind, value in indexed)
    data = eth_abi.encode([kind for kind, _ in plain], [value for _, value in plain])
    return Log(1, 0, HASH, (place,), address, ("0x" + keccak(text=signature).hex(), *topics), "0x" + data.hex())


def moved(place, token, sender, receiver, amount) -> Log:
    return log(place, token, "Transfer(address,address,uint256)", [("address", sender), ("address", receiver)],
               [("uint256", amount)])


def call(place, sender, to, signature="", values=(), returns=(), *, kind="call", value=0, success=True) -> Trace:
    """A call; what it takes is in the signature, what it returns comes as (type, value)."""
    data = keccak(text=signature)[:4] + eth_abi.encode(_types(signature), values) if signature else b""
    output = eth_abi.encode([kind for kind, _ in returns], [value for _, value in returns])
    return Trace(1, 0, HASH, place, kind, sender, to, value, "0x" + data.hex(), "0x" + output.hex(), success)


def _types(signature):
    inside = signature[signature.index("("):]
    return [] if inside == "()" else [part.to_type_str() for part in eth_abi.grammar.parse(inside).components]


def block(logs=(), calls=()) -> dict:
    """A block of one transaction."""
    signed = Transaction(1, 0, HASH, ORIGIN, TARGET, 0, 1, 1, 1, None, "0x", True)
    return {"blocks": [], "transactions": [signed], "logs": list(logs), "traces": list(calls)}
