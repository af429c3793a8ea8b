"""Volatility measured, tested and forecast: what is no factor row by row, since it is fitted or looks at whole days."""
