"""Asking for help to be found, without a name."""
