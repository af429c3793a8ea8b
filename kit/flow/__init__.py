"""Order flow as it is estimated: who began a trade, how one-sided the buckets are, what an order does to the price."""
