"""Crypto microstructure research: tick factors on GPU or CPU, explained models, honest reports."""

from kit.columns import Bars, Depth, Quotes, Seconds, Trades
from kit.factor import compute, factor, registry
from kit.features import PAPER
from kit.sampling import grid

from kit import factors  # isort: skip  # last, so that the families can import from kit

__all__ = ["PAPER", "Bars", "Depth", "Quotes", "Seconds", "Trades", "compute", "factor", "factors", "grid", "registry"]
