"""Offers that a practitioner can pick from, and how a picked one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import segno
from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.current import signed_in_account
from marketplace.directory.cards import Card, card
from marketplace.matching.fit import points_of
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.matching.ranking import rank
from marketplace.offers.models import Offer
from marketplace.offers.queries import offers_in_order
from marketplace.people.access import current_person, current_relation, london_day
from marketplace.people.caseload import queries
from marketplace.people.matches import current_catalogue, home_of
from marketplace.people.profile.blueprint import shown_answers
from marketplace.people.supporters.models import Scope
from marketplace.people.supporters.queries import with_carers_time
from marketplace.web import current_settings

MOST_MATCHES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer to pick, as its card; with the points of the match where it is one."""

    card: Card
    points: int | None
    is_saved: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An offer on a list: its card, its note, its address on paper as a picture. None for one that is gone."""

    offer_id: UUID
    card: Card | None
    note: str
    address: str
    qr: str


def candidates(session: Session, *, more: Sequence[UUID] = ()) -> list[Candidate]:
    """What fits the person of this page best, what they saved, and *more*; each once.

    Nothing fits where the goals are not known, or not for this reader to see.
    """
    person, relation = current_person(), current_relation()
    may_see_all = relation.is_person or relation.reaches(Scope.ACT) or relation.case is not None
    answers, _names = with_carers_time(
        session,
        person=person,
        answers=shown_answers(),
        today=london_day(),
        only_of=None if may_see_all else signed_in_account().id,
    )
    points: dict[UUID, int] = {}
    if answers.get("goals"):
        try:
            needs = parse_needs(answers)
        except NeedsError:  # kept before the rules for answers changed
            needs = None
        if needs is not None:
            ranking = rank(needs, current_catalogue(session), home=home_of(needs), today=london_day())
            best = ranking.kinds_mixed().matches(0, MOST_MATCHES)
            points = {match.offer: points_of(match.score) for match in best}
    saved = queries.saved_offer_ids(session, person.id)
    ids = list(dict.fromkeys([*more, *saved, *points]))
    return [
        Candidate(_card(offer, number), points.get(offer.id), offer.id in saved)
        for number, offer in enumerate(offers_in_order(session, ids), start=1)
    ]


def shown(session: Session, items: Sequence[tuple[UUID, str]], *, with_qr: bool = False) -> list[Shown]:
    """Offers with their notes, in order. One that is no longer public keeps its place and its note."""
    found = {offer.id: offer for offer in offers_in_order(session, [offer_id for offer_id, _ in items])}
    result = []
    for number, (offer_id, note) in enumerate(items, start=1):
        offer = found.get(offer_id)
        address = current_settings().base_url + url_for("directory.offer", offer_id=offer_id)
        qr = segno.make(address, error="m").svg_data_uri(scale=4, border=2) if with_qr and offer else ""
        result.append(Shown(offer_id, _card(offer, number) if offer else None, note, address, qr))
    return result


def cards_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, Card]:
    return {
        offer.id: _card(offer, number)
        for number, offer in enumerate(offers_in_order(session, list(dict.fromkeys(ids))), start=1)
    }


def _card(offer: Offer, number: int) -> Card:
    return card(offer, number=number, point=None, km=None, today=london_day())
