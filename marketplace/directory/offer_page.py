"""What the page of an offer and the page of a provider show, put together once and typed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.directory import words
from marketplace.directory.check_words import CheckLine, check_lines
from marketplace.directory.told_facts import (
    AssistantFacts,
    Fact,
    assistant_facts,
    household_facts,
    kind_words,
)
from marketplace.matching.questions import FEATURE_QUESTIONS
from marketplace.offers.models import Offer, OfferFeature
from marketplace.providers.models import Provider
from marketplace.vocabulary import (
    Answer,
    CheckKind,
    CqcRating,
    Feature,
    FundingRoute,
    OfferKind,
    Origin,
    PlaceKind,
    Setting,
    SharedLivesForm,
    SupportLevel,
    Theme,
    Vacancy,
)


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """Access or support: what is known, and the question where nothing is."""

    feature: Feature
    answer: Answer
    question: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """What anyone may know of a provider. A Personal Assistant has no contact here."""

    id: uuid.UUID
    name: str
    is_individual: bool
    about: str
    legal_form: str
    phone: str | None
    email: str | None
    website: str | None
    cqc_id: str | None
    cqc_rating: CqcRating | None
    """As the provider says; None where a check with its date says it."""
    held: tuple[CheckLine, ...]
    lapsed: tuple[CheckLine, ...]
    assistant: AssistantFacts | None
    closes_on: date | None
    """The last day of a provider that is going to close."""

    @property
    def has_contact(self) -> bool:
        return bool(self.phone or self.email or self.website)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    id: uuid.UUID
    name: str
    kind: OfferKind
    form: SharedLivesForm | None
    summary: str
    paragraphs: tuple[str, ...]
    provider: ProviderFacts
    vacancy: Vacancy
    confirmed: str
    is_stale: bool
    not_told: bool
    """The provider did not answer when it was asked if this is still right: said first of all."""
    themes: tuple[Theme, ...]
    suggested: tuple[Theme, ...]
    """Themes that only its description suggests."""
    settings: tuple[Setting, ...]
    place_kind: PlaceKind | None
    where: str
    address: tuple[str, ...]
    week: tuple[words.DayTimes, ...]
    breaks: tuple[str, ...]
    time_notes: tuple[str, ...]
    when_short: str
    costs: tuple[str, ...]
    cost_short: str
    transport: str
    funding: tuple[FundingRoute, ...]
    made_for: tuple[SupportLevel, ...]
    also_serves: tuple[SupportLevel, ...]
    place_features: tuple[FeatureLine, ...]
    support_features: tuple[FeatureLine, ...]
    facts: tuple[Fact, ...]
    household: tuple[Fact, ...]
    """Of a Shared Lives home."""
    contact_in_words: bool
    """The provider gave no contact, and something in the description looks like one."""


def offer_page(offer: Offer, *, today: date, long_ago: timedelta = words.LONG_AGO) -> OfferPage:
    """The page of a public offer, all of whose parts are loaded. What nobody confirmed for *long_ago* says so."""
    lines = feature_lines(offer.features, has_place=_has_place(offer))
    provider = provider_facts(offer.provider, today=today)
    return OfferPage(
        id=offer.id,
        name=offer.name,
        kind=offer.kind,
        form=offer.shared_lives_form,
        summary=offer.summary,
        paragraphs=tuple(line.strip() for line in offer.description.splitlines() if line.strip()),
        provider=provider,
        vacancy=offer.vacancy,
        confirmed=words.confirmed(
            offer.confirmed_on,
            today=today,
            misses=offer.misses,
            long_ago=long_ago,
            brought_in=words.brought_in_on(offer),
        ),
        is_stale=words.is_stale(offer.confirmed_on, today=today),
        not_told=words.has_not_told(offer.misses),
        themes=_in_order(Theme, (row.theme for row in offer.themes if row.origin is Origin.STATED)),
        suggested=_in_order(Theme, (row.theme for row in offer.themes if row.origin is Origin.SUGGESTED)),
        settings=_in_order(Setting, (row.setting for row in offer.settings)),
        place_kind=offer.place.kind if offer.place else None,
        where=words.where(offer.place),
        address=words.address_lines(offer.place) if offer.place else (),
        week=words.week_of(offer.sessions, today=today),
        breaks=words.breaks(offer.pauses, today=today),
        time_notes=_time_notes(offer),
        when_short=words.when_with_break(offer, today=today),
        costs=tuple(words.price_with_note(cost) for cost in offer.costs),
        cost_short=words.cost_in_short(offer),
        transport=words.transport(offer),
        funding=_in_order(FundingRoute, (row.route for row in offer.funding)),
        made_for=tuple(SupportLevel(row.level) for row in offer.levels if row.made_for),
        also_serves=tuple(SupportLevel(row.level) for row in offer.levels if not row.made_for),
        place_features=tuple(line for line in lines if not line.feature.is_support),
        support_features=tuple(line for line in lines if line.feature.is_support),
        facts=_facts(offer),
        household=household_facts(offer, today=today),
        contact_in_words=not provider.has_contact
        and words.may_name_contact(offer.summary, offer.description),
    )


def provider_facts(provider: Provider, *, today: date) -> ProviderFacts:
    """The public side of a provider whose checks are loaded."""
    alone = provider.is_individual
    held, lapsed = check_lines(provider.checks, today=today)
    is_dated = any(check.kind is CheckKind.CQC_RATING and check.outcome for check in provider.checks)
    return ProviderFacts(
        id=provider.id,
        name=words.public_name(provider),
        is_individual=alone,
        about=provider.about,
        legal_form=kind_words(provider),
        phone=None if alone else provider.phone,
        email=None if alone else provider.email,
        website=None if alone else _web_address(provider.website),
        cqc_id=provider.cqc_id,
        cqc_rating=None if is_dated else provider.cqc_rating,
        held=held,
        lapsed=lapsed,
        assistant=assistant_facts(provider),
        closes_on=provider.last_day,
    )


def feature_lines(features: Iterable[OfferFeature], *, has_place: bool) -> tuple[FeatureLine, ...]:
    """Every feature: yes, no, or not known with its question; yes first.

    Where there is no place to go to, what is not known about a place is not asked.
    """
    known = {row.feature: row.present for row in features}
    lines = []
    for feature in Feature:
        if feature in known:
            lines.append(FeatureLine(feature, Answer.YES if known[feature] else Answer.NO, None))
        elif has_place or feature.is_support or feature not in _OF_A_BUILDING:
            lines.append(FeatureLine(feature, Answer.NOT_KNOWN, _(FEATURE_QUESTIONS[feature])))
    return tuple(sorted(lines, key=lambda line: line.answer.position))


_OF_A_BUILDING = frozenset(
    {
        Feature.STEP_FREE,
        Feature.WHEELCHAIR_SPACE,
        Feature.ACCESSIBLE_TOILET,
        Feature.CHANGING_PLACES,
        Feature.HEARING_LOOP,
        Feature.QUIET_SPACE,
        Feature.SMALL_GROUP,
    }
)


def _has_place(offer: Offer) -> bool:
    return offer.place is None or offer.place.kind in (PlaceKind.EXACT, PlaceKind.MASKED)


def _in_order(kind: type[words.Member], members: Iterable[words.Member]) -> tuple[words.Member, ...]:
    present = set(members)
    return tuple(member for member in kind if member in present)


def _time_notes(offer: Offer) -> tuple[str, ...]:
    notes = []
    if offer.sessions:
        if offer.flexible:
            notes.append(_("You can come for part of the time."))
        if offer.shortest_visit_minutes:
            notes.append(
                _("The shortest visit is %(time)s.", time=words.visit_length(offer.shortest_visit_minutes))
            )
    notes.append(_("%(rule)s.", rule=_(offer.bank_holidays.label)))
    return tuple(notes)


def _facts(offer: Offer) -> tuple[Fact, ...]:
    found = []
    if offer.shared_lives_form:
        found.append(Fact(_("Kind of Shared Lives"), _(offer.shared_lives_form.label)))
    age = words.ages(offer)
    if age:
        found.append(Fact(_("Age"), age))
    if offer.group_size:
        size = ngettext("%(num)d person", "%(num)d people", offer.group_size)
        found.append(Fact(_("Size of the group"), size))
    if offer.staff_ratio:
        found.append(Fact(_("Staff to people"), offer.staff_ratio))
    if offer.languages:
        found.append(Fact(_("Languages besides English"), offer.languages))
    return tuple(found)


def _web_address(address: str | None) -> str | None:
    """Only an address that a browser opens as a page; anything else is not shown."""
    return address if address and address.startswith(("https://", "http://")) else None
