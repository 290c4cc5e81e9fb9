"""The people a practitioner works with."""
