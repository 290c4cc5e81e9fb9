"""What a Personal Assistant has told so far, question by question: for forms, for lists, for conflicts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.directory.words import public_name
from marketplace.listing.assistants.hours import times_of
from marketplace.listing.assistants.questions import (
    ANY,
    REQUIRED,
    SHORTEST_VISITS,
    SKILLS,
    AssistantStep,
    Driving,
    steps_for,
)
from marketplace.listing.offers.values import miles_text, pounds_text
from marketplace.offers import words
from marketplace.offers.document import OfferDocument, document_of, parse_document
from marketplace.offers.drafts import draft_of
from marketplace.offers.models import DraftState, Offer
from marketplace.providers.models import AssistantDetails, Provider, WorksAs
from marketplace.providers.operations import said_of
from marketplace.vocabulary import (
    CostBasis,
    Day,
    Feature,
    FundingRoute,
    OfferKind,
    OfferStatus,
    SupportLevel,
    Theme,
    Vacancy,
    WageBand,
)
from marketplace.web.language import translate
from marketplace.web.templating import clock_words, label, money


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything that was told, in the three places where it is kept."""

    provider: Provider
    details: AssistantDetails
    said: Mapping[str, Any]
    """What the provider says of itself, with what waits to be checked."""
    offer: Offer | None
    document: OfferDocument
    draft_state: DraftState | None

    @property
    def steps(self) -> tuple[AssistantStep, ...]:
        return steps_for(self.details.works_as)

    @property
    def missing(self) -> tuple[AssistantStep, ...]:
        """Questions that need an answer and have none."""
        return tuple(step for step in self.steps if step in REQUIRED and not answer_of(step, self))

    @property
    def waiting(self) -> frozenset[AssistantStep]:
        """Questions whose new words wait to be checked, while the public reads the old ones."""
        live = {
            AssistantStep.NAME: (self.said["name"], self.provider.name),
            AssistantStep.WORKS_AS: (self.said["legal_form"], self.provider.legal_form.value),
            AssistantStep.INTERESTS: (self.said["interests"], self.details.interests),
            AssistantStep.SKILLS: (self.said["skills"], self.details.skills),
        }
        return frozenset(step for step, (new, old) in live.items() if new != old)


def first_document(first_name: str) -> OfferDocument:
    """The offer of a Personal Assistant before anything was told; all of it is true of every one."""
    return OfferDocument(
        kind=OfferKind.PERSONAL_ASSISTANT,
        name=offer_name(first_name),
        features={Feature.ONE_TO_ONE: True},
        funding=(FundingRoute.DIRECT_PAYMENT, FundingRoute.MIXED, FundingRoute.SELF_FUNDER),
        group_size=1,
        vacancy=Vacancy.OPEN,
        flexible=True,
    )


def offer_name(first_name: str) -> str:
    """What the offer is called until it is given another name; like the page it has one name only."""
    return gettext("%(name)s, Personal Assistant", name=(first_name.split() or [first_name])[0])


def told_by(session: Session, provider: Provider) -> Told:
    """Everything that *provider*, a Personal Assistant, has told."""
    details = session.get(AssistantDetails, provider.id)
    if details is None:  # brought in from elsewhere: nothing was asked yet, and reading writes nothing
        details = AssistantDetails(
            provider_id=provider.id, family_name="", street="", interests="", skills=""
        )
    offer = assistant_offer(session, provider)
    draft = draft_of(session, offer.id) if offer is not None else None
    if draft is not None:
        document = parse_document(draft.document)
    elif offer is not None:
        document = document_of(offer)
    else:
        document = first_document(public_name(provider))
    return Told(
        provider=provider,
        details=details,
        said=said_of(session, provider),
        offer=offer,
        document=document,
        draft_state=draft.state if draft is not None else None,
    )


def assistant_offer(session: Session, provider: Provider) -> Offer | None:
    """The offer that the questions are about: the first one. Copies of it are changed on their own pages."""
    return session.scalars(
        select(Offer)
        .where(
            Offer.provider_id == provider.id,
            Offer.kind == OfferKind.PERSONAL_ASSISTANT,
            Offer.status != OfferStatus.CLOSED,
        )
        .order_by(
            Offer.id != first_offer_id(provider),
            Offer.first_public_at.is_(None),
            Offer.first_public_at,
            Offer.id,
        )
        .limit(1)
    ).first()


def first_offer_id(provider: Provider) -> uuid.UUID:
    """The identifier of the offer that a Personal Assistant begins with: one, however often it is begun."""
    return uuid.uuid5(provider.id, "assistant")


def answer_of(step: AssistantStep, told: Told) -> dict[str, Any]:  # noqa: C901, PLR0912 (a table of questions)
    """The answer as the fields of the question's form hold it; empty where there is none."""
    details, document = told.details, told.document
    found: dict[str, Any] = {}
    match step:
        case AssistantStep.NAME:
            if details.family_name:
                found = {"first_name": told.said["name"], "family_name": details.family_name}
        case AssistantStep.AREA:
            if told.said["postcode"]:
                found = {
                    "postcode": told.said["postcode"],
                    "town": told.said["town"],
                    "street": details.street,
                }
        case AssistantStep.WORKS_AS:
            found = {"answer": details.works_as.value} if details.works_as else {}
        case AssistantStep.AGE:
            found = {"answer": details.wage_band.value} if details.wage_band else {}
        case AssistantStep.PAY:
            hourly = [cost for cost in document.costs if cost.basis is CostBasis.HOUR]
            found = {"pay": pounds_text(hourly[0].amount), "note": hourly[0].note} if hourly else {}
        case AssistantStep.INTERESTS:
            found = _ticks([theme.value for theme in document.themes], told.said["interests"])
        case AssistantStep.TRAVEL:
            radius = document.place.radius_km if document.place else None
            found = {"radius": miles_text(radius)} if radius is not None else {}
        case AssistantStep.HOURS:
            found = {"times": times_of(document.sessions)} if document.sessions else {}
        case AssistantStep.SHORTEST:
            shortest = document.shortest_visit_minutes
            found = {"answer": str(shortest)} if shortest is not None else {}
        case AssistantStep.DRIVING:
            driving = _driving(details)
            found = {"answer": driving.value} if driving else {}
        case AssistantStep.SKILLS:
            able = [skill.value for skill in SKILLS if document.features.get(skill)]
            found = _ticks(able, told.said["skills"])
        case AssistantStep.LEVELS:
            found = {"answer": [str(int(level)) for level in document.levels]} if document.levels else {}
        case AssistantStep.LANGUAGES:
            found = {"languages": ", ".join(document.languages)} if document.languages else {}
        case AssistantStep.SUMMARY:
            found = {"summary": document.summary} if document.summary else {}
    return found


def lines_of(step: AssistantStep, told: Told) -> tuple[str, ...]:  # noqa: C901, PLR0912 (a table of questions)
    """The answer in words, as its reader said it."""
    answer = answer_of(step, told)
    if not answer:
        return ()
    match step:
        case AssistantStep.NAME:
            return (f"{answer['first_name']} {answer['family_name']}",)
        case AssistantStep.AREA:
            return tuple(filter(None, (answer["street"], answer["town"], answer["postcode"])))
        case AssistantStep.WORKS_AS:
            return (label(WorksAs(answer["answer"])),)
        case AssistantStep.AGE:
            return (label(WageBand(answer["answer"])),)
        case AssistantStep.PAY:
            hourly = next(cost for cost in told.document.costs if cost.basis is CostBasis.HOUR)
            price = f"{money(hourly.amount)} {label(CostBasis.HOUR)}"
            return tuple(filter(None, (price, hourly.note)))
        case AssistantStep.INTERESTS:
            return _listed(Theme, answer)
        case AssistantStep.TRAVEL:
            return (gettext("Up to %(miles)s", miles=words.miles(_radius(told))),)
        case AssistantStep.HOURS:
            return tuple(_hours_lines(answer["times"]))
        case AssistantStep.SHORTEST:
            return (_shortest_words(answer["answer"]),)
        case AssistantStep.DRIVING:
            return (label(Driving(answer["answer"])),)
        case AssistantStep.SKILLS:
            return _listed(Feature, answer)
        case AssistantStep.LEVELS:
            return tuple(label(SupportLevel(int(value))) for value in answer["answer"])
        case AssistantStep.LANGUAGES:
            return (answer["languages"],)
        case AssistantStep.SUMMARY:
            return (answer["summary"],)


def _ticks(ticked: list[str], own_words: str) -> dict[str, Any]:
    return {"answer": ticked, "own_words": own_words} if ticked or own_words else {}


def _listed(kind: type[Theme] | type[Feature], answer: Mapping[str, Any]) -> tuple[str, ...]:
    named = ", ".join(label(kind(value)) for value in answer["answer"])
    return tuple(filter(None, (named, *answer["own_words"].splitlines())))


def _driving(details: AssistantDetails) -> Driving | None:
    if details.can_drive is None:
        return None
    if not details.can_drive:
        return Driving.NO
    return Driving.OWN_CAR if details.has_car else Driving.NO_CAR


def _radius(told: Told) -> float:
    return (told.document.place.radius_km if told.document.place else None) or 0.0


def _shortest_words(minutes: str) -> str:
    if minutes == ANY:
        return gettext("It does not matter")
    known = SHORTEST_VISITS.get(int(minutes))
    return translate(known) if known else words.visit_length(int(minutes))


def _hours_lines(times: Mapping[str, list[str]]) -> list[str]:
    """'Monday to Friday: 9am to 5pm': days with the same hours together."""
    days: dict[tuple[str, ...], list[Day]] = {}
    for day in words.DAYS:
        if times.get(day.value):
            days.setdefault(tuple(times[day.value]), []).append(day)
    return [
        f"{words.day_list(same)}: {', '.join(_span_words(span) for span in spans)}"
        for spans, same in days.items()
    ]


def _span_words(span: str) -> str:
    start, end = span.split("-")
    return gettext("%(start)s to %(end)s", start=clock_words(start), end=clock_words(end))
