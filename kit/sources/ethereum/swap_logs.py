"""Swaps as logs tell them: Uniswap v2, v3 and what descends from them, Balancer, Curve, 0x, Bancor.

Amounts are what the pool says that it gained and gave: exact, fees that a token takes on its way included.
"""

from __future__ import annotations

from kit.events import Swap
from kit.sources.ethereum.abi import Event

V2_SWAP = Event("Swap(address indexed sender,uint256 amount0_in,uint256 amount1_in,"
                "uint256 amount0_out,uint256 amount1_out,address indexed to)")
V2_SYNC = Event("Sync(uint112 reserve0,uint112 reserve1)")
V3_SWAP = Event("Swap(address indexed sender,address indexed recipient,int256 amount0,int256 amount1,"
                "uint160 sqrt_price,uint128 liquidity,int24 tick)")
BALANCER_V1 = Event("LOG_SWAP(address indexed caller,address indexed sold,address indexed bought,"
                    "uint256 amount_in,uint256 amount_out)")
BALANCER_V2 = Event("Swap(bytes32 indexed pool_id,address indexed sold,address indexed bought,"
                    "uint256 amount_in,uint256 amount_out)")
CURVE = Event("TokenExchange(address indexed buyer,int128 sold,uint256 amount_in,int128 bought,uint256 amount_out)")
CURVE_CRYPTO = Event("TokenExchange(address indexed buyer,uint256 sold,uint256 amount_in,"
                     "uint256 bought,uint256 amount_out)")
FILL_V2 = Event("Fill(address indexed maker,address indexed fee_recipient,address taker,address sender,"
                "uint256 made,uint256 taken,uint256 maker_fee,uint256 taker_fee,bytes32 indexed order,"
                "bytes maker_asset,bytes taker_asset)")
FILL_V3 = Event("Fill(address indexed maker,address indexed fee_recipient,bytes maker_asset,bytes taker_asset,"
                "bytes maker_fee_asset,bytes taker_fee_asset,bytes32 indexed order,address taker,address sender,"
                "uint256 made,uint256 taken,uint256 maker_fee,uint256 taker_fee,uint256 protocol_fee)")
FILL_LIMIT = Event("LimitOrderFilled(bytes32 order,address maker,address taker,address fee_recipient,"
                   "address maker_token,address taker_token,uint128 taken,uint128 made,uint128 taker_fee,"
                   "uint256 protocol_fee,bytes32 pool)")
FILL_RFQ = Event("RfqOrderFilled(bytes32 order,address maker,address taker,address maker_token,address taker_token,"
                 "uint128 taken,uint128 made,bytes32 pool)")
FILL_OTC = Event("OtcOrderFilled(bytes32 order,address maker,address taker,address maker_token,address taker_token,"
                 "uint128 made,uint128 taken)")
BANCOR = Event("Conversion(address indexed anchor,address indexed sold,address indexed bought,"
               "uint256 amount_in,uint256 amount_out,address trader)")

ERC20_ASSET = bytes.fromhex("f47261b0")
"""How 0x v2 and v3 begin the name of a token that is worth its amount."""


def changes_v2(said) -> tuple[int, int]:
    """What went into the pool of the one token, and out of it of the other.

    - What was lent of the token that came in is deducted.
    - What a token hands back to its holders on the way is not deducted from what went out.
    """
    came = (said.amount0_in - said.amount0_out, said.amount1_in - said.amount1_out)
    gone = (-said.amount0_out, -said.amount1_out)
    return tuple(change if change > 0 else out for change, out in zip(came, gone, strict=True))


def changes_v3(said) -> tuple[int, int]:
    return said.amount0, said.amount1


TWO_SIDED = {V2_SWAP.topic: (V2_SWAP, changes_v2), V3_SWAP.topic: (V3_SWAP, changes_v3)}
"""Events that do not name their tokens: how to read them, and what their pool gained."""


def uniswap_v2(log, scene) -> Swap | None:
    """A swap of a constant-product pair; its reserves are those of the Sync before it."""
    said = V2_SWAP.read(log)
    return said and scene.two_sided(log, log.address, "uniswap_v2", said.sender, said.to, changes_v2(said),
                                    until=log.place, reserves=scene.held.get(log.address, (None, None)))


def uniswap_v3(log, scene) -> Swap | None:
    said = V3_SWAP.read(log)
    return said and scene.two_sided(log, log.address, "uniswap_v3", said.sender, said.recipient, changes_v3(said),
                                    until=log.place)


def balancer_v1(log, scene) -> Swap | None:
    said = BALANCER_V1.read(log)
    return said and scene.swap(log, log.address, "balancer_v1", said.caller, said.caller, (said.sold, said.amount_in),
                               (said.bought, said.amount_out), payer=said.caller)


def balancer_v2(log, scene) -> Swap | None:
    """A swap of a pool of the vault, which pays for all of them and nets what it pays.

    Whom it served is not in the event: the transaction's target stands for it.
    """
    said = BALANCER_V2.read(log)
    if said is None or scene.target is None:
        return None
    return scene.swap(log, "0x" + said.pool_id[:20].hex(), "balancer_v2", scene.target, scene.target,
                      (said.sold, said.amount_in), (said.bought, said.amount_out))


def curve(log, scene) -> Swap | None:
    """A swap at a pool that numbers its coins: they are those of which just these amounts moved before the event.

    None where no coin's transfer has the amount, or the transfers of several have: a pool of ether, or a coin that
    keeps a fee.
    """
    said = CURVE.read(log) or CURVE_CRYPTO.read(log)
    if said is None:
        return None
    sold = {each.token for each in scene.moved(log.place, receiver=log.address, amount=said.amount_in)}
    bought = {each.token for each in scene.moved(log.place, sender=log.address, amount=said.amount_out)} - sold
    if len(sold) != 1 or len(bought) != 1:
        return None
    return scene.swap(log, log.address, "curve", said.buyer, said.buyer, (sold.pop(), said.amount_in),
                      (bought.pop(), said.amount_out), until=log.place)


def _order(log, scene, said, paid, given):
    """An order that its taker filled: who pays what the taker gives stands where a pool would."""
    if not said.taken or not said.made or paid is None or given is None:
        return None
    return scene.swap(log, log.address, "0x", said.taker, said.taker, (paid, said.taken), (given, said.made),
                      payer=said.taker)


def filled(log, scene) -> Swap | None:
    """An order of 0x: the exchange stands for the pool, the maker's token is the one that comes out."""
    said = FILL_V2.read(log) or FILL_V3.read(log)
    return said and _order(log, scene, said, _asset(said.taker_asset), _asset(said.maker_asset))


def filled_natively(log, scene) -> Swap | None:
    """An order of 0x v4."""
    said = FILL_LIMIT.read(log) or FILL_RFQ.read(log) or FILL_OTC.read(log)
    return said and _order(log, scene, said, said.taker_token, said.maker_token)


def _asset(data):
    """Token that 0x v2 and v3 name; None of what is no ERC-20 token."""
    return "0x" + data[16:36].hex() if data[:4] == ERC20_ASSET and len(data) >= 36 else None


def bancor(log, scene) -> Swap | None:
    """One conversion, of which a path may have several; the pool's anchor stands for the pool."""
    said = BANCOR.read(log)
    return said and scene.swap(log, said.anchor, "bancor", said.trader, said.trader, (said.sold, said.amount_in),
                               (said.bought, said.amount_out))


READERS = {V2_SWAP.topic: uniswap_v2, V3_SWAP.topic: uniswap_v3, BALANCER_V1.topic: balancer_v1,
           BALANCER_V2.topic: balancer_v2, CURVE.topic: curve, CURVE_CRYPTO.topic: curve, FILL_V2.topic: filled,
           FILL_V3.topic: filled, FILL_LIMIT.topic: filled_natively, FILL_RFQ.topic: filled_natively,
           FILL_OTC.topic: filled_natively, BANCOR.topic: bancor}
