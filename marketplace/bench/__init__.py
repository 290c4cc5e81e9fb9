"""Measures how fast and how well matching works, beside what else could do the same work."""
