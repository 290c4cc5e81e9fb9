"""The pages that stand under a person's page, in the order in which they are listed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import gettext

from marketplace.db import get_session
from marketplace.people.access import (
    Relation,
    Standing,
    current_person,
    current_relation,
    london_day,
    unseen_parts,
)
from marketplace.people.models import Person
from marketplace.people.profile.models import CommunicationRecord, ProfilePart
from marketplace.people.profile.page import due_reviews
from marketplace.people.profile.queries import communication_of
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import N_


@dataclass(frozen=True)
class Place:
    """One page of a person; shown where it exists and to those who may open it."""

    endpoint: str
    words: str
    picture: str
    only_the_person: bool = False
    scope: Scope = Scope.LOOK
    or_practitioner: bool = False
    only_practitioner: bool = False
    rooms: tuple[str, ...] = ()
    """Blueprints whose pages all belong to it."""


PLACES = (
    Place("profile.person", N_("My page"), "home"),
    Place("profile.profile", N_("Profile"), "one_to_one"),
    Place("saved.matches", N_("What fits"), "goals"),
    Place("saved.saved", N_("Saved"), "matters"),
    Place(
        "enquiries.of_person",
        N_("Enquiries"),
        "letter",
        rooms=("enquiries", "meetings", "places", "agreements", "concerns"),
    ),
    Place("help.of_person", N_("Help wanted"), "help", rooms=("help",)),
    Place("caseload.shortlists", N_("Lists"), "answers", scope=Scope.ACT, or_practitioner=True),
    Place("supporters.supporters", N_("Who helps"), "buddy", scope=Scope.ACT, or_practitioner=True),
    Place("caseload.notes", N_("Notes"), "write", only_practitioner=True),
    Place("rights.holds", N_("Keeping the record"), "time", scope=Scope.HELP, only_practitioner=True),
    Place("rights.who_looked", N_("Who looked"), "eye", only_the_person=True),
    Place("rights.data", N_("My data"), "privacy", scope=Scope.ACT),
)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands at the top of every page of a person."""

    person: Person
    relation: Relation
    links: tuple[tuple[str, str, str, str], ...]
    """Address, words, picture, and 'page' where it is this page, 'true' where this page belongs to it."""
    communication: tuple[CommunicationRecord, ...]
    """For others than the person: how to talk with them."""
    has_due_review: bool

    @property
    def is_supporter(self) -> bool:
        return self.relation.standing is Standing.SUPPORTER


def _is_here(place: Place) -> str:
    if place.endpoint == request.endpoint:
        return "page"
    return "true" if request.blueprint in place.rooms else ""


def place_url(endpoint: str, **values: Any) -> str:
    """The address of a page of this person, '' where the page is not there or not for this reader."""
    place = next((one for one in PLACES if one.endpoint == endpoint), Place(endpoint, "", ""))
    return _address(place, **values) if _may_open(place, current_relation()) else ""


def person_frame() -> Frame | None:
    """The frame of this request's page; None where the page is no person's."""
    if "relation" not in g:
        return None
    if "person_frame" not in g:
        g.person_frame = _frame()
    frame: Frame = g.person_frame
    return frame


def _frame() -> Frame:
    person, relation = current_person(), current_relation()
    told: tuple[CommunicationRecord, ...] = ()
    if not relation.is_person and ProfilePart.COMMUNICATION not in unseen_parts():
        told = tuple(communication_of(get_session(), person.id))
    shown = [place for place in PLACES if _may_open(place, relation)]
    return Frame(
        person=person,
        relation=relation,
        links=tuple(
            (_address(place), gettext(place.words), place.picture, _is_here(place))
            for place in shown
            if _address(place)
        ),
        communication=told,
        has_due_review=bool(due_reviews(told, london_day())),
    )


def _may_open(place: Place, relation: Relation) -> bool:
    is_practitioner = relation.standing is Standing.PRACTITIONER
    if place.only_practitioner:
        return is_practitioner and relation.reaches(place.scope)
    if relation.is_person or (is_practitioner and place.or_practitioner and relation.reaches(Scope.HELP)):
        return True
    return not place.only_the_person and relation.reaches(place.scope)


def _address(place: Place, **values: Any) -> str:
    if place.endpoint not in current_app.view_functions:
        return ""
    return url_for(place.endpoint, person_id=current_person().id, **values)
