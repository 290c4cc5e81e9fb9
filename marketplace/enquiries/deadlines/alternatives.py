"""What else fits the wish that an enquiry was about, for when it came to nothing."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

import numpy as np
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.enquiries.models import Enquiry, EnquiryState
from marketplace.matching.nearer import for_the_same_wish
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.matching.ranking import Ranking, rank
from marketplace.matching.result import Match
from marketplace.offers.models import Offer, OfferTheme
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart
from marketplace.people.profile.parts import answers_shown
from marketplace.people.saved.alerts import Matching
from marketplace.people.saved.models import Keeping, SavedMatch

log = structlog.get_logger(__name__)

MOST_ALTERNATIVES = 5


def alternatives(session: Session, enquiry: Enquiry, matching: Matching, *, today: date) -> tuple[Match, ...]:
    """Public offers of other providers for the same wish, best first, with their reasons; at most five.

    Supporters read them as well, so parts that the person hides play no part. What the person asked
    about already, or does not want to see, is left out. Where nothing serves the same wish, what else
    fits is given. A page passes ``Matching(catalogue=current_catalogue, home=home_of)``.
    """
    person = session.get_one(Person, enquiry.person_id)
    hidden = session.scalars(select(HiddenPart.part).where(HiddenPart.person_id == person.id))
    answers = dict(answers_shown(person.answers, frozenset(hidden)))
    if not answers.get("goals"):
        themes = session.scalars(
            select(OfferTheme.theme).where(OfferTheme.offer_id == enquiry.offer_id).order_by(OfferTheme.theme)
        )
        answers["goals"] = [{"theme": theme.value} for theme in themes]
    if not answers["goals"]:
        return ()
    try:
        needs = parse_needs(answers)
    except NeedsError as error:
        log.warning("needs_not_readable", person=str(person.id), problems=len(error.problems))
        return ()
    ranking = rank(needs, matching.catalogue(session), home=matching.home(needs), today=today)
    left_out = _left_out(session, enquiry)
    same = _same_wish(ranking, enquiry.offer_id).without(left_out)
    best = (same if len(same) else ranking.without(left_out)).kinds_mixed()
    return best.matches(0, MOST_ALTERNATIVES)


def _same_wish(ranking: Ranking, offer_id: uuid.UUID) -> Ranking:
    row = ranking.catalogue.row_of.get(offer_id)
    if row is None:
        return ranking
    at = np.flatnonzero(ranking.found.rows == row).tolist()
    return replace(ranking, order=for_the_same_wish(ranking, at[0])) if at else ranking


def _left_out(session: Session, enquiry: Enquiry) -> set[uuid.UUID]:
    theirs = select(Offer.id).where(Offer.provider_id == enquiry.provider_id)
    unwanted = select(SavedMatch.offer_id).where(
        SavedMatch.person_id == enquiry.person_id, SavedMatch.keeping == Keeping.HIDDEN
    )
    asked = select(Enquiry.offer_id).where(
        Enquiry.person_id == enquiry.person_id, Enquiry.state != EnquiryState.WITHDRAWN
    )
    return set(session.scalars(theirs.union(unwanted, asked)))
