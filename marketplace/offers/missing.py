"""What an offer must say before it can be sent to be checked, and what it loses by staying silent.

Little must be said: a group that meets in a village hall has to be able to list itself in minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _

from marketplace.offers.document import OfferDocument, PlaceSaid, SessionSaid
from marketplace.vocabulary import (
    Feature,
    LegalForm,
    OfferKind,
    PlaceKind,
    Repeats,
    Vacancy,
)
from marketplace.web.typed import tells_how_to_reach

LONG_BREAK_DAYS = 8 * 7
"""A longer break is better told by pausing the offer."""
_OF_INDIVIDUALS = frozenset({LegalForm.SELF_EMPLOYED_PA, LegalForm.EMPLOYED_PA})
_WITHOUT_TIMES = frozenset({OfferKind.EQUIPMENT, OfferKind.HOUSING_WITH_SUPPORT, OfferKind.SHARED_LIVES})


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that has to be answered first."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 (what it is; the built-in is not used here)
    """What somebody who looks for an offer will not be told, or not find."""

    field: str
    words: str


def missing(document: OfferDocument, legal_form: LegalForm) -> list[Missing]:
    """What has to be said before the offer can be sent, in the order in which it is asked."""
    return list(_missing(document, legal_form))


def _missing(document: OfferDocument, legal_form: LegalForm) -> Iterator[Missing]:
    if document.kind is OfferKind.SHARED_LIVES and document.shared_lives_form is None:
        yield Missing("shared_lives_form", _("Say which kind of Shared Lives it is."))
    if not document.name:
        yield Missing("name", _("Give it a name."))
    if not (document.summary or document.description):
        yield Missing("summary", _("Say in a sentence what happens."))
    if not document.themes:
        yield Missing("themes", _("Choose what it is about."))
    yield from _missing_of_place(document.place, legal_form)
    if any(one.repeats is Repeats.DATED and one.first_date is None for one in document.sessions):
        yield Missing("sessions", _("Say on which date it is on."))
    if legal_form in _OF_INDIVIDUALS:
        for field in _telling_how_to_reach(document):
            yield Missing(field, _("Leave out phone numbers, e-mail and web addresses. People ask here."))


def _telling_how_to_reach(document: OfferDocument) -> Iterator[str]:
    """The fields with a way round the introduction, which protects both sides."""
    texts = {
        "name": [document.name],
        "summary": [document.summary],
        "description": [document.description],
        "place": [document.place.name, document.place.town] if document.place else [],
        "pauses": [one.reason for one in document.pauses],
        "costs": [one.note for one in document.costs],
        "staff_ratio": [document.staff_ratio],
        "languages": document.languages,
    }
    return (field for field, some in texts.items() if any(tells_how_to_reach(text) for text in some))


def _missing_of_place(place: PlaceSaid | None, legal_form: LegalForm) -> Iterator[Missing]:
    if place is None:
        yield Missing("place", _("Say where it is."))
        return
    if place.kind is not PlaceKind.ONLINE and not place.postcode:
        yield Missing("place", _("Give the postcode. For a home only its first half is shown."))
    if place.kind is PlaceKind.TRAVELS_TO_YOU and place.radius_km is None:
        yield Missing("place", _("Say how far you travel."))
    if place.kind is PlaceKind.EXACT and legal_form in _OF_INDIVIDUALS:
        yield Missing("place", _("Say in which area you work. Your own address is not shown."))


def warnings(document: OfferDocument) -> list[Warning]:
    """What stays unknown, and what that means for those who look. None of it stops the offer."""
    return [Warning(field, words) for field, words in _warnings(document)]


def _warnings(document: OfferDocument) -> Iterator[tuple[str, str]]:
    has_a_place = document.place is not None and document.place.kind in (PlaceKind.EXACT, PlaceKind.MASKED)
    if has_a_place and Feature.STEP_FREE not in document.features:
        yield "features", _("You left access blank: people who need step-free will be told to ask.")
    elif has_a_place and Feature.ACCESSIBLE_TOILET not in document.features:
        yield (
            "features",
            _("You did not say if there is an accessible toilet: people who need one will be told to ask."),
        )
    if not any(one.is_support for one in document.features):
        yield (
            "features",
            _("You did not say which support you give: people who need personal care will be told to ask."),
        )
    if not document.levels:
        yield "levels", _("You did not say who it is for: people will be told to ask.")
    if not document.sessions and document.kind not in _WITHOUT_TIMES:
        yield "sessions", _("You gave no days and times: nobody can see whether it fits their week.")
    if not document.costs:
        yield "costs", _("You gave no price: people who watch their money will be told to ask.")
    if not document.funding:
        yield "funding", _("You did not say how it can be paid: people with a direct payment have to ask.")
    if document.vacancy is Vacancy.NOT_KNOWN:
        yield "vacancy", _("You did not say if there is a place: people will be told to ask.")
    if document.transport_offered is None and has_a_place:
        yield "transport_offered", _("You did not say if you fetch people: many cannot come without it.")
    if any(overlap(document.sessions)):
        yield "sessions", _("Two of your times overlap. Check that both are right.")
    if any((one.last_date - one.first_date).days >= LONG_BREAK_DAYS for one in document.pauses):
        yield "pauses", _("You have a break of more than 8 weeks. You could pause the offer instead.")


def overlap(sessions: Iterable[SessionSaid]) -> Iterator[tuple[SessionSaid, SessionSaid]]:
    """Pairs of times every week, on the same day, of which one begins before the other has ended."""
    weekly = sorted(
        (one for one in sessions if one.repeats is Repeats.WEEKLY and one.first_date is None),
        key=lambda one: (one.day.position, one.starts, one.ends),
    )
    for before, after in pairwise(weekly):
        if before.day is after.day and after.starts < before.ends:
            yield before, after
