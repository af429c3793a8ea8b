"""Units that are no time: the basis point."""

BP = 1e4
"""Basis points in a return of 1."""
