"""Blocks as nodes, archives and relays tell of them, and what contracts did in them."""
