"""Places: exact, however many ask at once."""
