"""Offers: what a person can take up, where, when, for whom and at what cost."""
