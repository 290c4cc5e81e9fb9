"""Shared Lives: the households of a scheme, and what each offers."""
