"""Agreements: what both sides said yes to, and what becomes of it."""
