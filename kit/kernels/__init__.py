"""What array code cannot say fast: rolling windows, seconds, as-of joins; one scalar source for CPU and CUDA."""
