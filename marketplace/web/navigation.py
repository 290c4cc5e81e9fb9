"""The main places of the site, in the order in which the header shows them."""

from __future__ import annotations

from marketplace.vocabulary import N_

NAVIGATION: tuple[tuple[str, str, str], ...] = (
    ("find.start", N_("Find"), "goals"),
    ("directory.browse", N_("Browse"), "search"),
    ("directory.matching", N_("How matching works"), "how_it_works"),
    ("pages.help_choosing", N_("Help"), "help"),
)
"""Endpoint, words, picture."""
