"""How many people near an offer ask for what it says, in a sentence for the page of a draft."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.geo.postcodes import PostcodeDirectoryMissingError
from marketplace.listing.wanted.reach import reach, reach_words
from marketplace.offers.document import OfferDocument


def who_can_find(session: Session, document: OfferDocument) -> str:
    """A sentence about people of the district, never about few of them; '' where nothing can be said."""
    try:
        found = reach(session, document)
    except PostcodeDirectoryMissingError:
        return ""
    return "" if found is None else reach_words(found)
