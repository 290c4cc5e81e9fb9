"""What else fits, for the page of an enquiry that came to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.directory.cards import Card, card
from marketplace.enquiries.deadlines.alternatives import alternatives
from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.matching.result import Match
from marketplace.offers.queries import offers_in_order
from marketplace.people.matches import GOOD_REASON, current_catalogue, home_of
from marketplace.people.saved.alerts import Matching
from marketplace.people.spoken import say
from marketplace.vocabulary import Part

MOST_REASONS = 2
CAME_TO_NOTHING = frozenset({EnquiryState.DECLINED, EnquiryState.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class Alternative:
    """An offer that serves the same wish."""

    card: Card
    reasons: tuple[str, ...]


def what_else(
    session: Session, enquiry: Enquiry, *, today: date, tells_reasons: bool
) -> tuple[Alternative, ...]:
    """What else fits, best first; nothing while the enquiry may still come to something.

    Reasons are made from the profile: a reader who may not see all of it is not told them.
    """
    if enquiry.state not in CAME_TO_NOTHING:
        return ()
    matching = Matching(catalogue=current_catalogue, home=home_of)
    found = {match.offer: match for match in alternatives(session, enquiry, matching, today=today)}
    return tuple(
        Alternative(
            card(offer, number=number, point=None, km=None, today=today),
            _reasons(found[offer.id]) if tells_reasons else (),
        )
        for number, offer in enumerate(offers_in_order(session, list(found)), start=1)
    )


def _reasons(match: Match) -> tuple[str, ...]:
    best = sorted(match.parts, key=lambda part: (part.part is not Part.GOALS, -part.score * part.weight))
    good = [part for part in best if part.score >= GOOD_REASON]
    return tuple(say(part.reason) for part in good[:MOST_REASONS])
