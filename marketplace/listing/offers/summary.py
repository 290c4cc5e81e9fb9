"""What a document says to each question, in the words that the public page uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.listing.offers.lists import Item
from marketplace.listing.offers.steps import (
    ACCESS_FEATURES,
    LISTED,
    QUESTIONS,
    STEPS_OF,
    SUPPORT_FEATURES,
    Group,
    OfferStep,
    steps_for,
)
from marketplace.offers import words
from marketplace.offers.document import (
    CostSaid,
    OfferDocument,
    PauseSaid,
    SessionSaid,
    cost_columns,
    session_columns,
)
from marketplace.offers.models import Cost, Offer, Session
from marketplace.vocabulary import BankHolidayRule, Feature, PlaceKind, Repeats, SupportLevel, Vacancy, Word
from marketplace.web.templating import day_words

_CHOICE_LABELS = {
    step: {choice.value: choice.label for choice in QUESTIONS[step].choices}
    for step in (OfferStep.PLACE, OfferStep.VACANCY, OfferStep.BANK_HOLIDAYS, OfferStep.FUNDING)
}


@dataclass(frozen=True)
class Row:
    """One question with its answer; without lines it was not answered."""

    step: OfferStep
    lines: tuple[str, ...]
    problem: str = ""
    """What must still be said before the offer can be sent."""

    @property
    def picture(self) -> str:
        return QUESTIONS[self.step].picture


@dataclass(frozen=True)
class RowGroup:
    group: Group
    rows: tuple[Row, ...]


def row_groups(
    document: OfferDocument, shown: Offer, *, problems: dict[OfferStep, str], today: date
) -> tuple[RowGroup, ...]:
    """Every question that makes sense, in groups. *shown* is the document as an offer that is shown."""
    asked = set(steps_for(document))
    return tuple(
        RowGroup(
            group,
            tuple(
                Row(step, lines_of(step, document, shown, today=today), problems.get(step, ""))
                for step in steps
                if step in asked
            ),
        )
        for group, steps in STEPS_OF.items()
    )


def lines_of(step: OfferStep, document: OfferDocument, shown: Offer, *, today: date) -> tuple[str, ...]:
    """The answer to one question in words; nothing where it was not answered."""
    if step in LISTED:
        return tuple(item_words(item, today=today) for item in _items(step, document))
    return tuple(line for line in _LINES[step](document, shown) if line)


def item_words(item: Item, *, today: date) -> str:
    """A time, a break or a price in one line."""
    if isinstance(item, SessionSaid):
        return _time(item, today=today)
    if isinstance(item, CostSaid):
        return words.price_with_note(Cost(**cost_columns(item)))
    return pause_words(item)


def pause_words(pause: PauseSaid) -> str:
    """'Not on from 4 to 28 August 2027: summer holidays'."""
    days = words.not_on(pause.first_date, pause.last_date)
    return f"{days}: {pause.reason}" if pause.reason else days


def time_words(session: SessionSaid) -> str:
    """'Tuesday, 10am to 1pm', or the date of a single one; without what is special about it."""
    times = words.times(Session(**session_columns(session)))
    if session.repeats is Repeats.DATED and session.first_date:
        return f"{day_words(session.first_date)}, {times}"
    return f"{_(session.day.label)}, {times}"


def _time(session: SessionSaid, *, today: date) -> str:
    """A time with everything that is special about it, also one that is over."""
    notes = [] if session.repeats in (Repeats.WEEKLY, Repeats.DATED) else [_(session.repeats.label)]
    if session.repeats is not Repeats.DATED and session.first_date:
        notes.append(_("from %(date)s", date=day_words(session.first_date)))
    if session.last_date:
        notes.append(_("until %(date)s", date=day_words(session.last_date)))
    if session.places is not None:
        notes.append(ngettext("%(num)d place", "%(num)d places", session.places))
    if session.places_left is not None:
        notes.append(_("%(number)s left", number=session.places_left))
    ended = session.last_date or (session.first_date if session.repeats is Repeats.DATED else None)
    if ended is not None and ended < today:
        notes.append(_("this is over"))
    return ", ".join((time_words(session), *notes))


def _items(step: OfferStep, document: OfferDocument) -> tuple[Item, ...]:
    if step is OfferStep.TIMES:
        return document.sessions
    return document.pauses if step is OfferStep.PAUSES else document.costs


def _labels(members: Iterable[Word]) -> tuple[str, ...]:
    return tuple(_(member.label) for member in members)


def _levels(document: OfferDocument) -> tuple[str, ...]:
    lines = []
    for level in SupportLevel:
        if level in document.levels:
            text = _("Made for: %(who)s") if document.levels[level] else _("Can come too: %(who)s")
            lines.append(text % {"who": _(level.explanation)})
    return tuple(lines)


def _chosen(step: OfferStep, value: str | None) -> tuple[str, ...]:
    """The words of the choice that was made; nothing for none."""
    label = _CHOICE_LABELS[step].get(value or "")
    return (_(label),) if label else ()


def _vacancy(document: OfferDocument) -> tuple[str, ...]:
    is_said = document.vacancy is not Vacancy.NOT_KNOWN
    return _chosen(OfferStep.VACANCY, document.vacancy.value) if is_said else ()


def _bank_holidays(document: OfferDocument) -> tuple[str, ...]:
    return () if document.bank_holidays is BankHolidayRule.ASK else _labels((document.bank_holidays,))


def _address(document: OfferDocument, shown: Offer) -> tuple[str, ...]:
    place = document.place
    if place is None or not (place.postcode or place.town):
        return ()
    if place.kind is PlaceKind.EXACT:
        return tuple(line for line in (place.name, place.street, place.town, place.postcode) if line)
    return (words.where(shown.place), _("Not shown: %(postcode)s", postcode=place.postcode or place.town))


def _visits(document: OfferDocument) -> tuple[str, ...]:
    lines = [_("You can come for part of the time.")] if document.flexible else []
    if document.shortest_visit_minutes:
        length = words.visit_length(document.shortest_visit_minutes)
        lines.append(_("The shortest visit is %(time)s.", time=length))
    return tuple(lines)


def _features(document: OfferDocument, features: Iterable[Feature]) -> tuple[str, ...]:
    known = [feature for feature in features if feature in document.features]
    there = [_(feature.label) for feature in known if document.features[feature]]
    missing = [_(feature.label) for feature in known if not document.features[feature]]
    lines = []
    if there:
        lines.append(_("Yes: %(what)s", what=", ".join(there)))
    if missing:
        lines.append(_("No: %(what)s", what=", ".join(missing)))
    return tuple(lines)


def _group(document: OfferDocument) -> tuple[str, ...]:
    lines = []
    if document.group_size:
        lines.append(ngettext("%(num)d person", "%(num)d people", document.group_size))
    if document.staff_ratio:
        lines.append(_("Staff to people: %(ratio)s", ratio=document.staff_ratio))
    return tuple(lines)


_LINES: Mapping[OfferStep, Callable[[OfferDocument, Offer], Iterable[str | None]]] = {
    OfferStep.KIND: lambda document, _shown: _labels((document.kind,)),
    OfferStep.FORM: lambda document, _shown: _labels(filter(None, (document.shared_lives_form,))),
    OfferStep.NAME: lambda document, _shown: (document.name,),
    OfferStep.SUMMARY: lambda document, _shown: (document.summary,),
    OfferStep.DESCRIPTION: lambda document, _shown: document.description.splitlines(),
    OfferStep.THEMES: lambda document, _shown: _labels(document.themes),
    OfferStep.LEVELS: lambda document, _shown: _levels(document),
    OfferStep.AGES: lambda _document, shown: (words.ages(shown),),
    OfferStep.PLACE: lambda document, _shown: _chosen(
        OfferStep.PLACE, document.place.kind.value if document.place else None
    ),
    OfferStep.ADDRESS: _address,
    OfferStep.SETTINGS: lambda document, _shown: _labels(document.settings),
    OfferStep.BANK_HOLIDAYS: lambda document, _shown: _bank_holidays(document),
    OfferStep.VISITS: lambda document, _shown: _visits(document),
    OfferStep.ACCESS: lambda document, _shown: _features(document, ACCESS_FEATURES),
    OfferStep.SUPPORT: lambda document, _shown: _features(document, SUPPORT_FEATURES),
    OfferStep.TRANSPORT: lambda document, shown: (
        () if document.transport_offered is None else (words.transport(shown),)
    ),
    OfferStep.FUNDING: lambda document, _shown: _labels(document.funding),
    OfferStep.VACANCY: lambda document, _shown: _vacancy(document),
    OfferStep.GROUP: lambda document, _shown: _group(document),
    OfferStep.LANGUAGES: lambda document, _shown: (", ".join(document.languages),),
}
