"""What a flash crash does: to prices and trades as recorded, to strategies, and under other rules of the market."""
