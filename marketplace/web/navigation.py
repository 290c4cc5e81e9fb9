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

_SECTIONS = {"find": "find.start", "directory": "directory.browse"}
_IN_NO_SECTION = frozenset({"find.home", "directory.matching"})


def section_of(endpoint: str) -> str:
    """The main place that a page belongs to, '' where it belongs to none."""
    return "" if endpoint in _IN_NO_SECTION else _SECTIONS.get(endpoint.partition(".")[0], "")
