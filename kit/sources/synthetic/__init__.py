"""The embedded market with known answers: five perpetuals whose imbalance predicts the next move."""

from kit.sources.synthetic.day import Crash
from kit.sources.synthetic.market import MARKETS, SYMBOLS, Market, market
from kit.sources.synthetic.planted import Planted, planted
from kit.sources.synthetic.policy import Levers
from kit.sources.synthetic.recording import batches, generate

__all__ = ["MARKETS", "SYMBOLS", "Crash", "Levers", "Market", "Planted", "batches", "generate", "market", "planted"]
