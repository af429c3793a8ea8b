"""Crypto microstructure research: tick factors on GPU or CPU, explained models, honest reports."""

from kit.columns import Bars, Depth, Quotes, Seconds, Trades
from kit.factor import compute, factor, registry
from kit.features import features, grid

__all__ = ["Bars", "Depth", "Quotes", "Seconds", "Trades", "compute", "factor", "features", "grid", "registry"]
