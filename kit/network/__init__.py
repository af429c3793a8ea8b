"""Who trades with whom, and which market moves which: directed weighted graphs and what they say of their nodes."""
