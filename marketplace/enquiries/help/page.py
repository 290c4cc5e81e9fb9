"""What stands on the pages of requests for help: typed, nothing left to look up in a template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.directory.cards import Card, card
from marketplace.directory.offer_page import ProviderFacts, provider_facts
from marketplace.enquiries.help import queries
from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.said import ALL_SLOTS, Slot, slots_of, slots_said, when_of, wish_in
from marketplace.enquiries.help.suiting import candidates
from marketplace.enquiries.models import Enquiry
from marketplace.enquiries.queries import offers_asked
from marketplace.geo.districts import District, district_name
from marketplace.matching.explain import explain
from marketplace.matching.fit import Fit, fit_of
from marketplace.matching.meaning import meaning_of
from marketplace.matching.needs import NeedsError, parse_needs
from marketplace.matching.result import Match, Say
from marketplace.matching.thesaurus import Thesaurus
from marketplace.people.answers import Answers
from marketplace.people.matches import GOOD_REASON
from marketplace.people.saved.alerts import Matching
from marketplace.people.spoken import say
from marketplace.vocabulary import N_, Day, Part, Stop, Theme
from marketplace.web.templating import clock_words, label

MOST_REASONS = 3
_FROM_THE_PROFILE = (
    "age",
    "support_level",
    "postcode",
    "travel",
    "must_have",
    "would_like",
    "funding",
    "weekly_budget",
)
"""What a request takes from a profile besides its own words: whether somebody can help at all."""

PICTURES: Mapping[HelpState, str] = {
    HelpState.OPEN: "letter",
    HelpState.FOUND: "tick",
    HelpState.TAKEN_BACK: "clear",
    HelpState.OVER: "time",
}

_BUT: Mapping[Stop, str] = {
    Stop.GOALS: N_("Their page does not name this. Ask them if they like to do it."),
    Stop.TIMES: N_("Their page gives other times. Ask them about yours."),
    Stop.KIND: N_("Their page does not say all that you asked for. Ask them about it."),
}


@dataclass(frozen=True, slots=True)
class AsRead:
    """All that a provider reads of a request."""

    words: str
    themes: tuple[Theme, ...]
    times: tuple[str, ...]
    """Empty where any time is fine."""
    where: str
    """The district; '' where it is not known."""


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """Somebody who can help, as the person reads it."""

    told: HelpTold
    card: Card
    provider: ProviderFacts
    fit: Fit | None
    reasons: tuple[str, ...]
    but: str
    """What does not fit by what is listed, though they said that they can help; '' where all fits."""
    enquiry: Enquiry | None
    """What the person has asked them by now."""


def themes_meant(text: str, thesaurus: Thesaurus) -> tuple[Theme, ...]:
    """The themes that the words are taken to mean, as the list of matches reads them."""
    meaning = meaning_of(thesaurus, wish_in(text))
    return tuple(theme for theme in Theme if theme in meaning.themes or theme in meaning.kin)


def slots_proposed(text: str, answers: Answers, *, evening: time) -> tuple[str, ...]:
    """The times in the words; else those of the profile; as a form sends them."""
    found = slots_said(text, evening=evening) or slots_of(answers.get("when", {}), evening=evening)
    return tuple(slot.value for slot in ALL_SLOTS if slot in found)


def needs_of(
    answers: Answers,
    *,
    words: str,
    themes: Collection[Theme],
    meant: Collection[Theme],
    slots: Collection[str],
    evening: time,
) -> dict[str, Any]:
    """The needs document of a request: *themes* were chosen, *meant* are those that the words suggest."""
    not_meant = [theme.value for theme in meant if theme not in themes]
    chosen_themes = [theme.value for theme in Theme if theme in themes]
    goal: dict[str, Any] = {"text": wish_in(words)}
    if not_meant:
        goal["not_themes"] = not_meant
    if chosen_themes:  # with the words, so that one thing is not given as two reasons
        goal["theme"] = chosen_themes[0]
    needs: dict[str, Any] = {"goals": [goal, *({"theme": theme} for theme in chosen_themes[1:])]}
    needs |= {name: answers[name] for name in _FROM_THE_PROFILE if name in answers}
    chosen = frozenset(slot for slot in ALL_SLOTS if slot.value in slots)
    when = _when(chosen, answers, evening=evening)
    return {**needs, "when": when} if when else needs


def _when(chosen: frozenset[Slot], answers: Answers, *, evening: time) -> Mapping[str, Any]:
    own = answers.get("when", {})
    # The profile knows its hours more closely than parts of the day do.
    return own if chosen and slots_of(own, evening=evening) == chosen else when_of(chosen, evening=evening)


def as_read(
    *, words: str, needs: Mapping[str, Any], district_code: str | None, districts: Mapping[str, District]
) -> AsRead:
    """What providers read of a request; nothing else of it leaves."""
    return AsRead(
        words=words,
        themes=tuple(Theme(goal["theme"]) for goal in needs.get("goals", ()) if goal.get("theme")),
        times=tuple(_times(needs.get("when", {}))),
        where=district_name(district_code, districts) if district_code else "",
    )


def as_read_of(wanted: HelpWanted, districts: Mapping[str, District]) -> AsRead:
    return as_read(
        words=wanted.words, needs=wanted.needs, district_code=wanted.district_code, districts=districts
    )


def answers_shown(
    session: Session, wanted: HelpWanted, matching: Matching, *, today: date, tells_reasons: bool
) -> tuple[AnswerShown, ...]:
    """Who can help: who fits in everything first, then by the score of the match, with its reasons.

    Reasons are made from the profile: a reader who may not see all of it is not told them.
    """
    found = queries.answers_to(session, wanted, today=today)
    if not found:
        return ()
    matches = _matches(session, wanted, {one.offer.id for one in found}, matching, today=today)
    asked = offers_asked(session, wanted.person_id, [one.offer.id for one in found], today=today)
    fits = {one.offer.id: matches.get(one.offer.id, (None, Stop.KIND)) for one in found}
    ordered = sorted(found, key=lambda one: (fits[one.offer.id][1] is not None, -(one.told.score or 0.0)))
    return tuple(
        AnswerShown(
            told=one.told,
            card=card(one.offer, number=number, point=None, km=None, today=today),
            provider=provider_facts(one.offer.provider, today=today),
            fit=fit_of(match.score) if match is not None and stop is None and tells_reasons else None,
            reasons=() if match is None or not tells_reasons else _reasons(match),
            but="" if stop is None else say(Say(_BUT[stop])),
            enquiry=asked.get(one.offer.id),
        )
        for number, one in enumerate(ordered, start=1)
        for match, stop in [fits[one.offer.id]]
    )


def _matches(
    session: Session, wanted: HelpWanted, offers: Collection[UUID], matching: Matching, *, today: date
) -> dict[UUID, tuple[Match | None, Stop | None]]:
    """The match of each of *offers* that is a candidate today, and what of it does not fit."""
    try:
        found = candidates(parse_needs(wanted.needs), matching, session, today=today)
    except NeedsError:
        return {}
    ranking = found.ranking
    return {
        offer: (explain(ranking.query, ranking.catalogue, ranking.found, at), stop)
        for offer, at, stop in zip(found.offers, found.positions, found.stops, strict=True)
        if offer in offers
    }


def _reasons(match: Match) -> tuple[str, ...]:
    best = sorted(match.parts, key=lambda part: (part.part is not Part.GOALS, -part.score * part.weight))
    good = [part for part in best if part.score >= GOOD_REASON]
    return tuple(say(part.reason) for part in good[:MOST_REASONS])


def _times(when: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """'Monday, Tuesday: 9am to midday': days with the same times stand together."""
    by_times: dict[tuple[str, ...], list[Day]] = {}
    for day in Day:
        if when.get(day.value):
            by_times.setdefault(tuple(when[day.value]), []).append(day)
    for ranges, days in by_times.items():
        hours = ", ".join(
            gettext("%(start)s to %(end)s", start=clock_words(start), end=clock_words(end))
            for start, _, end in (text.partition("-") for text in ranges)
        )
        yield f"{', '.join(label(day) for day in days)}: {hours}"
