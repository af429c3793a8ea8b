"""What happens on a chain besides trade: attacks, arbitrage, builders and the auction for gas."""
