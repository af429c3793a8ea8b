"""What results are worth: performance, inference, leakage, and how well the whole pipeline is calibrated."""
