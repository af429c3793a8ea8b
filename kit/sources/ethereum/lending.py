"""Liquidations, as logs or calls tell: Aave v1 to v3, Compound v2 and its forks.

The debt is what the liquidator paid for the borrower, the collateral what was taken for it: of Aave the token itself,
or Aave's own deposit token, as the liquidator chose; of Compound always its deposit token, the share that some markets
keep for their reserves included. A public detector skips a liquidation that lies within another; here both count.
"""

from __future__ import annotations

from kit.events import ETHER, Liquidation
from kit.sources.ethereum.abi import Event, Function
from kit.sources.ethereum.scene import end

AAVE_V1 = Event("LiquidationCall(address indexed collateral,address indexed debt,address indexed borrower,"
                "uint256 repaid,uint256 taken,uint256 interest,address liquidator,bool keeps_deposit,uint256 time)")
AAVE_V2 = Event("LiquidationCall(address indexed collateral,address indexed debt,address indexed borrower,"
                "uint256 repaid,uint256 taken,address liquidator,bool keeps_deposit)")
COMPOUND = Event("LiquidateBorrow(address liquidator,address borrower,uint256 repaid,address collateral,uint256 taken)")

AAVE = Function("liquidationCall(address collateral,address debt,address borrower,uint256 most,bool keeps_deposit)")
OF_TOKEN = Function("liquidateBorrow(address borrower,uint256 repaid,address collateral)")
OF_ETHER = Function("liquidateBorrow(address borrower,address collateral)")
SIZED = Function("liquidateCalculateSeizeTokens(address market,address collateral,uint256 repaid)"
                 " returns (uint256 error,uint256 taken)")

COMPTROLLERS = {"0x3d9819210a31b4961b30ef54be2aed79b9c9cd3b": "compound_v2",
                "0x3d5bc3c8d13dcb8bf317092d84783c2697ae9258": "cream",
                "0xab1c342c7bf5ec5f02adea1c2270670bca144cbb": "ironbank"}
"""Whom the markets of a fork ask how much collateral a debt is worth."""


def aave_logged(log, scene) -> Liquidation | None:
    """Aave's event names the collateral; the deposit token is the one that went to the liquidator in its place."""
    said = AAVE_V1.read(log) or AAVE_V2.read(log)
    if said is None:
        return None
    token = said.collateral
    if said.keeps_deposit:
        moved = scene.moved(log.place, sender=said.borrower, receiver=said.liquidator, amount=said.taken)
        if not moved:
            return None
        token = moved[-1].token
    return Liquidation(*log[:4], "aave", said.liquidator, said.borrower, said.debt, said.repaid, token, said.taken)


def compound_logged(log, scene) -> Liquidation | None:
    """Which fork it is the event does not say; a debt that no token's transfer repaid is one of ether."""
    said = COMPOUND.read(log)
    if said is None:
        return None
    paid = scene.moved(log.place, sender=said.liquidator, receiver=log.address, amount=said.repaid)
    return Liquidation(*log[:4], "compound_v2", said.liquidator, said.borrower, paid[-1].token if paid else ETHER,
                       said.repaid, said.collateral, said.taken)


LOGS = {AAVE_V1.topic: aave_logged, AAVE_V2.topic: aave_logged, COMPOUND.topic: compound_logged}


def aave_called(call, scene) -> Liquidation | None:
    """What went from the liquidator and to it within the call; ether that came back is deducted."""
    said = AAVE.read(call)
    if said is None:
        return None
    within, moved = (end(call.place), call.place), scene.moved
    taken = moved(*within, receiver=call.sender,
                  **({"sender": said.borrower} if said.keeps_deposit else {"token": said.collateral}))
    repaid = moved(*within, token=said.debt, sender=call.sender)
    if said.debt == ETHER:
        debt = call.value - sum(each.amount for each in moved(*within, token=ETHER, receiver=call.sender))
    else:
        debt = repaid[-1].amount if repaid else 0
    if not taken or not debt:
        return None
    return Liquidation(*call[:4], "aave", call.sender, said.borrower, said.debt, debt, taken[0].token, taken[0].amount)


def compound_called(call, scene) -> Liquidation | None:
    """The market asks what the debt that was repaid is worth in collateral: that call tells both amounts."""
    said = OF_TOKEN.read(call) or OF_ETHER.read(call)
    sized = [(each.to, SIZED.read(each)) for each in scene.inside(call) if each.sender == call.to]
    sized = [(to, answer) for to, answer in sized if answer and not answer.error]
    if said is None or not sized or call.output.strip("0x"):
        return None
    comptroller, answer = sized[-1]
    paid = scene.moved(end(call.place), call.place, sender=call.sender, receiver=call.to)
    return Liquidation(*call[:4], COMPTROLLERS.get(comptroller, "compound_v2"), call.sender, said.borrower,
                       paid[-1].token if paid else ETHER, answer.repaid, said.collateral, answer.taken)


CALLS = {AAVE.selector: aave_called, OF_TOKEN.selector: compound_called, OF_ETHER.selector: compound_called}
