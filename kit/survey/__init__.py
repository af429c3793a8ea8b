"""A whole recording of a chain: what the detectors find in it together, and how far that can be believed."""
