"""Replay traders on recorded markets: latency, queue, fees and fills are stated before any profit."""

from kit.execution.account import Replay
from kit.execution.blend import blend
from kit.execution.fees import Fees, Funding
from kit.execution.latency import Constant
from kit.execution.maker import maker
from kit.execution.market import Market, market
from kit.execution.policies import Adaptive, Gated, Symmetric
from kit.execution.queues import Log, Log2, Power, Power2, Power3, RiskAverse, TradeThrough
from kit.execution.signal import Signal
from kit.execution.sweep import sweep
from kit.execution.taker import taker

__all__ = ["Adaptive", "Constant", "Fees", "Funding", "Gated", "Log", "Log2", "Market", "Power", "Power2", "Power3",
           "Replay", "RiskAverse", "Signal", "Symmetric", "TradeThrough", "blend", "maker",
           "market", "sweep", "taker"]
