"""Matching: what fits a person, why, what to ask, and what would help. Knows no web and no database."""
