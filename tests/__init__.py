"""Tests, by the rooms of ``marketplace``."""
