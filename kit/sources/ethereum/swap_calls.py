"""Swaps as calls tell them, for blocks of which there are no logs.

Public detectors take for what a pool was paid the last transfer that was asked of a token; here it is what the pool's
reserves show, which is less where a token keeps a fee. They name a swap's pool and tokens by lists of known contracts;
here every contract counts that answers and moves tokens as such a pool must.
"""

from __future__ import annotations

from kit.events import Swap
from kit.sources.ethereum import reserves, swap_logs
from kit.sources.ethereum.abi import Function
from kit.sources.ethereum.scene import end

V3_SWAP = Function("swap(address recipient,bool zero_for_one,int256 wanted,uint160 limit,bytes)"
                   " returns (int256 amount0,int256 amount1)")
BALANCER_IN = Function("swapExactAmountIn(address sold,uint256 amount_in,address bought,uint256 least,uint256 limit)"
                       " returns (uint256 amount_out,uint256 price)")
BALANCER_OUT = Function("swapExactAmountOut(address sold,uint256 most,address bought,uint256 amount_out,uint256 limit)"
                        " returns (uint256 amount_in,uint256 price)")
_REQUEST = "(uint8,address,address,uint256,bytes32,uint256,address,address,bytes) request"
VAULT_PAIR = Function(f"onSwap({_REQUEST},uint256 held_in,uint256 held_out) returns (uint256 amount)")
VAULT_MANY = Function(f"onSwap({_REQUEST},uint256[] held,uint256 sold,uint256 bought) returns (uint256 amount)")
CURVE = Function("exchange(int128 sold,int128 bought,uint256 amount_in,uint256 least)")
CURVE_CRYPTO = Function("exchange(uint256 sold,uint256 bought,uint256 amount_in,uint256 least)")
_LIMIT = ("(address,address,uint128,uint128,uint128,address,address,address,address,bytes32,uint64,uint256) order,"
          "(uint8,uint8,bytes32,bytes32) signature,uint128 amount")
_RFQ = ("(address,address,uint128,uint128,address,address,address,bytes32,uint64,uint256) order,"
        "(uint8,uint8,bytes32,bytes32) signature,uint128 amount")
_OTC = ("(address,address,uint128,uint128,address,address,address,uint256) order,"
        "(uint8,uint8,bytes32,bytes32) signature,uint128 amount")
_FILLED = " returns (uint128 taken,uint128 made)"
FILLS = (Function(f"fillLimitOrder({_LIMIT}){_FILLED}"), Function(f"fillRfqOrder({_RFQ}){_FILLED}"),
         Function(f"fillOtcOrder({_OTC}){_FILLED}"),
         Function(f"_fillLimitOrder({_LIMIT},address taker,address sender){_FILLED}"),
         Function(f"_fillRfqOrder({_RFQ},address taker,bool self,address recipient){_FILLED}"),
         Function(f"_fillOtcOrder({_OTC},address taker,bool self,address recipient){_FILLED}"),
         Function(f"fillOrKillLimitOrder({_LIMIT}) returns (uint128 made)"),
         Function(f"fillOrKillRfqOrder({_RFQ}) returns (uint128 made)"))
"""Of 0x v4; whoever fills all or nothing fills the amount that he asks."""
BANCOR = Function("convertByPath(address[] path,uint256 amount_in,uint256 least,address beneficiary,address affiliate,"
                  "uint256 fee) returns (uint256 amount_out)")

VAULT = "0xba12222222228d8ba445958a75a0704d566bf2c8"
"""Of Balancer v2: it alone may ask its pools."""


def uniswap_v2(call, scene) -> Swap | None:
    """A swap of a constant-product pair: it gave what was asked of it, and was paid what its reserves show.

    Where nobody in the block asked for its reserves before, it was paid what transfers say since its last change.
    """
    asked = reserves.SWAP.read(call)
    state = scene.held.get((call.hash, call.place))
    if asked is None or state is None or state.after is None:
        return None
    gave = (asked.amount0_out, asked.amount1_out)
    if state.before is None:
        came = [sum(each.amount for each in scene.moved(end(call.place), state.since, token=token, receiver=call.to))
                for token in scene.pairs[call.to]]
    else:
        came = [now - (was - out) for now, was, out in zip(state.after, state.before, gave, strict=True)]
    said = swap_logs.V2_SWAP.Values(call.sender, asked.to, *came, *gave)
    return scene.two_sided(call, call.to, "uniswap_v2", call.sender, asked.to, swap_logs.changes_v2(said),
                           until=end(call.place), reserves=state.after)


def uniswap_v3(call, scene) -> Swap | None:
    said = V3_SWAP.read(call)
    return said and scene.two_sided(call, call.to, "uniswap_v3", call.sender, said.recipient,
                                    swap_logs.changes_v3(said), until=end(call.place))


def balancer_v1(call, scene) -> Swap | None:
    said = BALANCER_IN.read(call) or BALANCER_OUT.read(call)
    return said and scene.swap(call, call.to, "balancer_v1", call.sender, call.sender, (said.sold, said.amount_in),
                               (said.bought, said.amount_out), payer=call.sender)


def balancer_v2(call, scene) -> Swap | None:
    """A swap of a pool of the vault, which asks the pool for the amount that was not given."""
    said = VAULT_PAIR.read(call) or VAULT_MANY.read(call)
    if said is None or call.sender != VAULT:
        return None
    bought_is_wanted, sold, bought, given, _, _, sender, recipient, _ = said.request
    amounts = (said.amount, given) if bought_is_wanted else (given, said.amount)
    return scene.swap(call, call.to, "balancer_v2", sender, recipient, (sold, amounts[0]), (bought, amounts[1]),
                      payer=sender)


def curve(call, scene) -> Swap | None:
    """A swap at a pool that numbers its coins: they are those that moved within the call, one each way."""
    said = CURVE.read(call) or CURVE_CRYPTO.read(call)
    if said is None:
        return None
    until = end(call.place)
    sold = scene.moved(until, call.place, receiver=call.to, amount=said.amount_in)
    bought = scene.moved(until, call.place, sender=call.to, receiver=call.sender)
    if len(sold) != 1 or len(bought) != 1:
        return None
    return scene.swap(call, call.to, "curve", call.sender, call.sender, (sold[0].token, sold[0].amount),
                      (bought[0].token, bought[0].amount), until=until)


def filled(call, scene) -> Swap | None:
    """An order of 0x v4: the exchange stands for the pool."""
    for function in FILLS:
        said = function.read(call)
        if said is not None:
            taker, paid, given = getattr(said, "taker", call.sender), said.order[1], said.order[0]
            taken = getattr(said, "taken", said.amount)
            return scene.swap(call, call.to, "0x", taker, getattr(said, "recipient", taker), (paid, taken),
                              (given, said.made), payer=taker) if taken and said.made else None
    return None


def bancor(call, scene) -> Swap | None:
    """A whole path, as one swap of its first token for its last: the network stands for the pool."""
    said = BANCOR.read(call)
    if said is None or len(said.path) < 2:
        return None
    recipient = call.sender if int(said.beneficiary, 16) == 0 else said.beneficiary
    return scene.swap(call, call.to, "bancor", call.sender, recipient, (said.path[0], said.amount_in),
                      (said.path[-1], said.amount_out), until=end(call.place))


READERS = ({reserves.SWAP.selector: uniswap_v2, V3_SWAP.selector: uniswap_v3, BALANCER_IN.selector: balancer_v1,
            BALANCER_OUT.selector: balancer_v1, VAULT_PAIR.selector: balancer_v2, VAULT_MANY.selector: balancer_v2,
            CURVE.selector: curve, CURVE_CRYPTO.selector: curve, BANCOR.selector: bancor}
           | {function.selector: filled for function in FILLS})
