"""What a factor is worth: what it says of what follows, how steadily, and what is left of it after costs."""
