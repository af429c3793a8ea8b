"""Blocks and transactions of which only the gas matters."""

import pandas as pd

from kit import clock
from kit.events import Block, Transaction

GWEI = 10**9
BEGAN = 1_706_746_955


def block(number=1, base_fee=20 * GWEI, gas_used=15_000_000, gas_limit=30_000_000, **other):
    return Block(number, BEGAN + 12 * number, "0xfee", base_fee, gas_limit, gas_used, "")._replace(**other)


def paying(*tips, of=None, gas_used=100_000, direct=0):
    """Transactions of a block that pay these priority fees, in gwei, in their order."""
    of = of or block()
    return [Transaction(of.block, i, f"0x{of.block}{i}", f"0xa{i}", "0xb", 0, of.base_fee + int(tip * GWEI), gas_used,
                        2 * gas_used, direct, "0x", True) for i, tip in enumerate(tips)]


def built(labels, every="12s", **columns):
    """Blocks by these builders, as MEV-Boost tells of them; None is built locally."""
    n, length = len(labels), clock.duration(every)
    frame = pd.DataFrame({"time": clock.utc([BEGAN * clock.SECOND + length * i for i in range(n)]),
                          "block": range(100, 100 + n), "label": labels, "pubkey": [f"0x{i}" for i in range(n)],
                          "fee_recipient": labels, "extra_data": labels, "owner": labels,
                          "mev_boost": [label is not None for label in labels], "value_gwei": 10**8,
                          "base_fee": 20 * GWEI, "gas_used": 15_000_000, "gas_limit": 30_000_000, "n_txs": 150,
                          "slot_ms": 12_500})
    return frame.assign(**columns)
