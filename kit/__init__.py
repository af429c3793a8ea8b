"""Crypto microstructure research: tick factors on GPU or CPU, explained models, honest reports."""

from kit.columns import Bars, Blocks, Curve, Depth, Matched, Quotes, Seconds, Trades, Venues
from kit.factor import compute, factor, registry
from kit.features import PAPER
from kit.sampling import grid

from kit import factors  # isort: skip  # last, so that the families can import from kit

__all__ = ["PAPER", "Bars", "Blocks", "Curve", "Depth", "Matched", "Quotes", "Seconds", "Trades", "Venues", "compute",
           "factor", "factors", "grid", "registry"]
