"""Enquiries: from the first words to an agreement, its places, and what becomes of it."""
