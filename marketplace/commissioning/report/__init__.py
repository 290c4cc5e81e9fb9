"""The gap report: made in the background, kept, and read."""
