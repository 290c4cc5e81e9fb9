"""Moderation: what is checked before it is public, and what is stopped at once."""
