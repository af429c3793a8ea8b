"""Addresses, hashes and calldata of the embedded chain: digests of what they stand for."""

from __future__ import annotations

import hashlib

from kit.events import WETH

ROUTER = "0x7a250d5630b4cf539739df2c5dacb4c659f2488d"
"""Uniswap's router: everybody's, so that who calls it is nobody in particular."""
AGGREGATOR = "0x1111111254eeb25477b68fb85ed929f73a960582"
"""1inch, shared by strangers as well."""
POSITIONS = "0xc36442b4a4522e871399cd717abdd847ab11fe88"
"""Uniswap's manager of positions: their owner at the pool, whoever's they are."""


def address(*parts) -> str:
    """The address of what `parts` name."""
    return _digest(parts, 20)


def digest(*parts) -> str:
    """A hash, of 32 bytes, as transactions have them."""
    return _digest(parts, 32)


def pubkey(*parts) -> str:
    """A builder's public key, of 48 bytes."""
    return _digest(parts, 48)


def calldata(function, *words) -> str:
    """A call of `function`: its selector, and a word of 32 bytes for each of `words`, numbers or addresses."""
    numbers = (int(word, 16) if isinstance(word, str) else word for word in words)
    return _digest(("function", function), 4) + "".join(f"{number:064x}" for number in numbers)


def _digest(parts, size):
    return "0x" + hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=size).hexdigest()


USD, ALPHA, BETA, GAMMA, DELTA = (address("token", name) for name in ("usd", "alpha", "beta", "gamma", "delta"))
TOKENS = (WETH, USD, ALPHA, BETA, GAMMA, DELTA)
