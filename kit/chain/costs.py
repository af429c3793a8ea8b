"""What an attack paid for its place in the block, and what it kept."""

from __future__ import annotations

from typing import NamedTuple

from kit.chain.sandwich import Sandwich
from kit.events import ETHER, WETH, Amount


class Cost(NamedTuple):
    """Costs of an attack in wei; None is unknown, never 0."""

    block: int
    attack: Sandwich
    gas: Amount | None  #: gas used times what was paid for it, base fee included
    payments: Amount | None  #: that its transactions made to the producer besides
    net: Amount | None  #: profit less both; None too where the profit is not in ether


def costs(attacks, transactions) -> list[Cost]:
    """Costs of attacks, in their order.

    Parameters
    ----------
    attacks : iterable of Sandwich
    transactions : iterable of kit.events.Transaction
        Of the same blocks; those that are missing are unknown.

    Notes
    -----
    - Front and back are paid for by the attacker, and nothing else: attempts that failed elsewhere are not counted.
    - A transaction that serves several attacks is paid for by the first of them, so that sums count it once.
    - What goes to the producer through a chain of other accounts is not seen.
    """
    known = {transaction.hash: transaction for transaction in transactions}
    paid, result = set(), []
    for attack in attacks:
        own = [known.get(name) for name in attack.own if name not in paid]
        paid.update(attack.own)
        gas, payments = _total(own, _fee), _total(own, lambda transaction: transaction.coinbase)
        unknown = attack.token not in (WETH, ETHER) or gas is None or payments is None
        result.append(Cost(attack.block, attack, gas, payments, None if unknown else attack.profit - gas - payments))
    return result


def _fee(transaction):
    unknown = transaction.gas_used is None or transaction.gas_price is None
    return None if unknown else transaction.gas_used * transaction.gas_price


def _total(transactions, amount):
    """Sum of amounts; None where a transaction or its amount is not known."""
    amounts = [None if transaction is None else amount(transaction) for transaction in transactions]
    return None if None in amounts else sum(amounts)
