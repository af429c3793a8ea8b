"""Options: what they cost, what they imply about volatility at every maturity, and what is paid above what comes."""
