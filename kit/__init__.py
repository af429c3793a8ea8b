"""Crypto microstructure research: tick factors on GPU or CPU, explained models, honest reports."""

from kit import factors
from kit.columns import Bars, Depth, Quotes, Seconds, Trades
from kit.factor import compute, factor, registry
from kit.features import PAPER, grid

__all__ = ["PAPER", "Bars", "Depth", "Quotes", "Seconds", "Trades", "compute", "factor", "factors", "grid", "registry"]
