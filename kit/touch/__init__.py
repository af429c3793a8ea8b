"""The touch: what the queues at the best prices say of the next one, and what the tick makes of it."""
