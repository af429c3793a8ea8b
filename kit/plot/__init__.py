"""Figures of results. Nothing is computed here but what a picture needs: bins, and where a long tail is cut."""
