"""Where prices are made: cointegration and information shares, lead and lag on ticks, edges that could be traded."""
