"""What a document changes against another one, in words that a moderator and a provider understand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.offers import words
from marketplace.offers.document import OfferDocument, transient
from marketplace.offers.models import Offer
from marketplace.vocabulary import N_, Origin, PlaceKind, SupportLevel, Vacancy, Word
from marketplace.web.templating import explained, label
from marketplace.web.today import london_today

LABELS: Mapping[str, str] = {
    "kind": N_("What kind of offer it is"),
    "shared_lives_form": N_("Kind of Shared Lives"),
    "name": N_("Name"),
    "summary": N_("In a sentence"),
    "description": N_("What happens"),
    "place": N_("Where"),
    "levels": N_("Who it is for"),
    "themes": N_("What it is about"),
    "suggested": N_("What its description sounds like"),
    "settings": N_("Kind of place"),
    "features": N_("Access and support"),
    "funding": N_("How it can be paid"),
    "sessions": N_("Days and times"),
    "pauses": N_("When it is not on"),
    "costs": N_("What it costs"),
    "vacancy": N_("If there is a place"),
    "ages": N_("Ages"),
    "group_size": N_("Size of the group"),
    "staff_ratio": N_("Staff to people"),
    "transport": N_("Help to get there"),
    "flexible": N_("Coming for part of the time"),
    "shortest_visit_minutes": N_("Shortest visit"),
    "bank_holidays": N_("Bank holidays"),
    "languages": N_("Languages"),
    "household_id": N_("Household"),
}
"""What a reader calls each part; ages and transport bring their columns together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part of an offer that says something else now, in whole lines."""

    field: str
    label: str
    before_words: tuple[str, ...]
    """Every line as it is live; empty where it said nothing."""
    after_words: tuple[str, ...]

    @property
    def removed(self) -> tuple[str, ...]:
        """Lines that are not there any more."""
        return tuple(line for line in self.before_words if line not in self.after_words)

    @property
    def added(self) -> tuple[str, ...]:
        return tuple(line for line in self.after_words if line not in self.before_words)


def differences(
    before: OfferDocument | None, after: OfferDocument, *, today: date | None = None
) -> list[Difference]:
    """The parts that differ, in the order in which an offer is read; of a new one all that it says."""
    day = today or london_today()
    old = {} if before is None else _lines(before, day)
    new = _lines(after, day)
    return [
        Difference(field=field, label=_(text), before_words=old.get(field, ()), after_words=new[field])
        for field, text in LABELS.items()
        if old.get(field, ()) != new[field]
    ]


def said_in_words(
    document: OfferDocument, *, today: date | None = None
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every part of a document: its field, what a reader calls it, and its lines (none: not known)."""
    lines = _lines(document, today or london_today())
    return [(field, _(text), lines[field]) for field, text in LABELS.items()]


def _lines(document: OfferDocument, today: date) -> dict[str, tuple[str, ...]]:
    offer = transient(document)
    return {field: tuple(line for line in read(offer, today) if line) for field, read in _READ.items()}


Lines = tuple[str | None, ...]
Read = Callable[[Offer, date], Lines]


def _place(offer: Offer, _today: date) -> Lines:
    place = offer.place
    if place is None:
        return ()
    said = ", ".join(one for one in (place.name, place.street, place.town, place.postcode) if one)
    match place.kind:
        case PlaceKind.EXACT:
            return label(place.kind), said
        case PlaceKind.ONLINE:
            return (label(place.kind),)
        case _:
            hidden = _("Not shown, but for the town and the first half: %(place)s", place=said)
            return label(place.kind), words.where(place), hidden if said else None


def _levels(offer: Offer, _today: date) -> Lines:
    return tuple(
        _("Made for people who say: %(words)s", words=explained(SupportLevel(row.level)))
        if row.made_for
        else _("Also for people who say: %(words)s", words=explained(SupportLevel(row.level)))
        for row in offer.levels
    )


def _features(offer: Offer, _today: date) -> Lines:
    return tuple(
        _("%(feature)s: yes", feature=label(row.feature))
        if row.present
        else _("%(feature)s: no", feature=label(row.feature))
        for row in offer.features
    )


def _sessions(offer: Offer, today: date) -> Lines:
    lines = []
    for day in words.week_of(offer.sessions, today=today):
        for line in day.lines:
            lines.append(", ".join((label(day.day), line.times, *line.notes)))  # noqa: PERF401
    return tuple(lines)


def _size(offer: Offer, _today: date) -> Lines:
    if offer.group_size is None:
        return ()
    return (ngettext("%(num)d person", "%(num)d people", offer.group_size),)


def _vacancy(offer: Offer, _today: date) -> Lines:
    return () if offer.vacancy is Vacancy.NOT_KNOWN else (label(offer.vacancy),)


def _transport(offer: Offer, _today: date) -> Lines:
    return () if offer.transport_offered is None else (words.transport(offer),)


def _shortest(offer: Offer, _today: date) -> Lines:
    minutes = offer.shortest_visit_minutes
    return () if minutes is None else (words.visit_length(minutes),)


def _themes(origin: Origin) -> Read:
    return lambda offer, _today: tuple(label(row.theme) for row in offer.themes if row.origin is origin)


def _label(member: Word | None) -> Lines:
    return () if member is None else (label(member),)


_READ: Mapping[str, Read] = {
    "kind": lambda offer, _today: _label(offer.kind),
    "shared_lives_form": lambda offer, _today: _label(offer.shared_lives_form),
    "name": lambda offer, _today: (offer.name,),
    "summary": lambda offer, _today: (offer.summary,),
    "description": lambda offer, _today: tuple(offer.description.splitlines()),
    "place": _place,
    "levels": _levels,
    "themes": _themes(Origin.STATED),
    "suggested": _themes(Origin.SUGGESTED),
    "settings": lambda offer, _today: tuple(label(row.setting) for row in offer.settings),
    "features": _features,
    "funding": lambda offer, _today: tuple(label(row.route) for row in offer.funding),
    "sessions": _sessions,
    "pauses": lambda offer, today: words.breaks(offer.pauses, today=today),
    "costs": lambda offer, _today: tuple(words.price_with_note(cost) for cost in offer.costs),
    "vacancy": _vacancy,
    "ages": lambda offer, _today: (words.ages(offer),),
    "group_size": _size,
    "staff_ratio": lambda offer, _today: (offer.staff_ratio,),
    "transport": _transport,
    "flexible": lambda offer, _today: (_("You can come for part of the time.") if offer.flexible else None,),
    "shortest_visit_minutes": _shortest,
    "bank_holidays": lambda offer, _today: _label(offer.bank_holidays),
    "languages": lambda offer, _today: (offer.languages,),
    "household_id": lambda offer, _today: (
        _("Of one of the scheme's households") if offer.household_id else None,
    ),
}
