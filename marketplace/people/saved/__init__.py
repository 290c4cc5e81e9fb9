"""Matches that a person keeps, hides, compares and shares."""
