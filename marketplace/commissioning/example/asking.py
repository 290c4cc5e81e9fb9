"""Invented enquiries of invented people in the last year: answered, agreed, started, declined, left unanswered.

All of them are over or agreed, so nobody is reminded of them, and none goes to a provider of an example account.
The same every time for the same day; they are written once.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from marketplace.enquiries.agreements.models import Agreement, AgreementEnd, HowItGoes
from marketplace.enquiries.models import (
    DeclineReason,
    Enquiry,
    EnquiryMove,
    EnquiryState,
    Mood,
    Side,
)
from marketplace.offers.models import Offer, OfferLevel, OfferTheme, Place
from marketplace.offers.queries import public_offers
from marketplace.people.caseload.models import Case
from marketplace.people.models import Person
from marketplace.providers.examples import example_id
from marketplace.providers.models import Provider, ProviderMember
from marketplace.settings import LONDON
from marketplace.vocabulary import FundingRoute, OfferKind, Theme

TOKEN = "example-year"  # noqa: S105 (of a form, not of anybody)
_LONGEST_AGO, _LATEST = 330, 45
"""Days ago between which people asked."""
_ASK, _EMPLOY, _DECLINED = 0.45, 0.5, 0.25
"""Share of people who asked somebody; of those with a direct payment who found an assistant; of those for whom
nothing fits who were declined."""
_ENDS = (
    (EnquiryState.AGREED, 0.62),
    (EnquiryState.DECLINED, 0.18),
    (EnquiryState.NO_ANSWER, 0.12),
    (EnquiryState.WITHDRAWN, 0.08),
)
_PAYS_DIRECTLY = {FundingRoute.DIRECT_PAYMENT.value, FundingRoute.MIXED.value}
_NOTHING_FITS = "GA-"
"""How references of people begin for whom something is missing."""
_SIDE = {
    EnquiryState.AGREED: Side.SITE,
    EnquiryState.DECLINED: Side.PROVIDER,
    EnquiryState.NO_ANSWER: Side.SITE,
    EnquiryState.WITHDRAWN: Side.PERSON,
}


class Somebody(NamedTuple):
    """A person who can have asked."""

    id: uuid.UUID
    reference: str
    first_name: str
    district_code: str
    level: int | None
    funding: str | None
    themes: tuple[Theme, ...]


class Asked(NamedTuple):
    """An offer that somebody can have asked about."""

    id: uuid.UUID
    provider_id: uuid.UUID


@dataclass
class Rows:
    """Rows to write, by table."""

    enquiries: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    agreements: list[dict[str, Any]] = field(default_factory=list)
    moods: list[dict[str, Any]] = field(default_factory=list)

    def write(self, session: Session) -> None:
        tables = (
            (Enquiry, self.enquiries),
            (EnquiryMove, self.moves),
            (Agreement, self.agreements),
            (HowItGoes, self.moods),
        )
        for model, rows in tables:
            if rows:
                session.execute(insert(model), rows)


def load_example_enquiries(session: Session, *, today: date) -> int:
    """How many were written."""
    known = select(Enquiry.id).where(Enquiry.form_token.startswith(TOKEN)).limit(1)
    if session.scalar(known) is not None:
        return 0
    rows, choice = Rows(), _choice(session, today)
    for person in people(session):
        chance = Random(f"{person.reference} year")  # noqa: S311 (invented, no secret)
        for number, (offer, state, paid_by) in enumerate(_asks(person, choice, chance)):
            days = chance.randint(_LATEST, _LONGEST_AGO)
            add_enquiry(
                rows,
                person,
                offer,
                token=f"{TOKEN}-{number}",
                state=state,
                sent=_office_hour(today - timedelta(days=days), chance),
                today=today,
                chance=chance,
                paid_by=paid_by,
            )
    rows.write(session)
    return len(rows.enquiries)


def people(session: Session) -> list[Somebody]:
    """Example people who agreed to be counted, without those in whose name somebody signs in."""
    found = session.execute(
        select(
            Person.id,
            Person.reference,
            Person.first_name,
            Person.district_code,
            Person.support_level,
            Person.answers,
        )
        .where(
            Person.is_example,
            Person.counts_in_gaps,
            Person.account_id.is_(None),
            Person.district_code.is_not(None),
            Person.id.not_in(select(Case.person_id)),
        )
        .order_by(Person.reference)
    )
    return [
        Somebody(
            person_id,
            reference,
            first_name,
            district_code,
            level,
            answers.get("funding"),
            tuple(Theme(goal["theme"]) for goal in answers.get("goals", ()) if "theme" in goal),
        )
        for person_id, reference, first_name, district_code, level, answers in found
    ]


def add_enquiry(
    rows: Rows,
    person: Somebody,
    offer: Asked,
    *,
    token: str,
    state: EnquiryState,
    sent: datetime,
    today: date,
    chance: Random,
    paid_by: FundingRoute | None = None,
    leaves: bool = False,
) -> None:
    """One enquiry with its steps; where it was agreed the agreement, how it goes, and its end if the person
    *leaves* within twelve weeks."""
    token = f"{token}-{person.reference}"
    enquiry_id = example_id("enquiry", token)
    seen = sent + timedelta(hours=chance.uniform(0.5, 30))
    answered = seen + timedelta(hours=chance.choice((2, 4, 20, 26, 45, 70, 120)))
    ended = answered + timedelta(days=chance.uniform(1, 12))
    answers = state in {EnquiryState.AGREED, EnquiryState.DECLINED}
    last = {
        EnquiryState.AGREED: ended,
        EnquiryState.DECLINED: answered,
        EnquiryState.NO_ANSWER: sent + timedelta(days=28),
        EnquiryState.WITHDRAWN: seen + timedelta(hours=1),
    }[state]
    rows.enquiries.append(
        {
            "id": enquiry_id,
            "person_id": person.id,
            "offer_id": offer.id,
            "provider_id": offer.provider_id,
            "form_token": token,
            "state": state,
            "state_since": last,
            "decline_reason": _reason(chance) if state is EnquiryState.DECLINED else None,
            "sent_at": sent,
            "sent_by_id": None,
            "seen_at": seen,
            "answered_at": answered if answers else None,
            "name_shared": person.first_name,
        }
    )
    steps = [(EnquiryState.SENT, Side.PERSON, sent), (EnquiryState.SEEN, Side.PROVIDER, seen)]
    if state is EnquiryState.AGREED:
        steps.append((EnquiryState.MEETING, Side.PROVIDER, answered))
    for which, side, at in (*steps, (state, _SIDE[state], last)):
        rows.moves.append(
            {
                "enquiry_id": enquiry_id,
                "state": which,
                "side": side,
                "by_id": None,
                "made_at": at,
                "words": "",
            }
        )
    if state is EnquiryState.AGREED:
        _agree(
            rows,
            person,
            offer,
            enquiry_id=enquiry_id,
            agreed=ended,
            today=today,
            chance=chance,
            paid_by=paid_by,
            leaves=leaves,
        )


def _agree(
    rows: Rows,
    person: Somebody,
    offer: Asked,
    *,
    enquiry_id: uuid.UUID,
    agreed: datetime,
    today: date,
    chance: Random,
    paid_by: FundingRoute | None,
    leaves: bool,
) -> None:
    began = agreed + timedelta(days=chance.uniform(3, 14))
    first_day = began.astimezone(LONDON).date()
    until = first_day + timedelta(days=chance.randint(20, 70))
    is_over = leaves and until < today
    agreement_id = example_id("agreement", str(enquiry_id))
    rows.agreements.append(
        {
            "id": agreement_id,
            "enquiry_id": enquiry_id,
            "person_id": person.id,
            "offer_id": offer.id,
            "provider_id": offer.provider_id,
            "starts_on": first_day,
            "paid_by": paid_by,
            "person_agreed_at": agreed - timedelta(hours=2),
            "provider_agreed_at": agreed,
            "started_at": began,
            "ended_on": until if is_over else None,
            "ended_at": _at(until, 16) if is_over else None,
            "ended_side": Side.PERSON if is_over else None,
            "end_reason": chance.choice((AgreementEnd.NOT_RIGHT, AgreementEnd.MOVED_ON, AgreementEnd.HEALTH))
            if is_over
            else None,
            "asked_how": 3,  # nobody is asked about what was invented
        }
    )
    said = _at(first_day + timedelta(days=chance.randint(14, 42)), 18)
    if said.date() < today and chance.random() < 0.7:
        rows.moods.append(
            {
                "agreement_id": agreement_id,
                "side": Side.PERSON,
                "mood": chance.choices(list(Mood), weights=(0, 3, 2) if is_over else (7, 2, 1))[0],
                "said_at": said,
            }
        )


_Choice = Mapping[tuple[str, Theme | OfferKind], Sequence[tuple[Asked, frozenset[int]]]]


def _asks(
    person: Somebody, choice: _Choice, chance: Random
) -> Iterator[tuple[Asked, EnquiryState, FundingRoute | None]]:
    """Which offers somebody asks about, and how it ends."""
    pays = FundingRoute(person.funding) if person.funding else None
    if person.reference.startswith(_NOTHING_FITS):
        offer = _one(person, choice, person.themes[:1], chance)
        if offer is not None and chance.random() < _DECLINED:
            yield offer, EnquiryState.DECLINED, None
    elif chance.random() < _ASK:
        offer = _one(person, choice, person.themes, chance)
        if offer is not None:
            state = chance.choices([one for one, _ in _ENDS], weights=[share for _, share in _ENDS])[0]
            yield offer, state, pays
    if person.funding in _PAYS_DIRECTLY and chance.random() < _EMPLOY:
        assistant = _one(person, choice, (OfferKind.PERSONAL_ASSISTANT,), chance)
        if assistant is not None:
            yield assistant, EnquiryState.AGREED, pays


def _one(
    person: Somebody, choice: _Choice, wants: Sequence[Theme | OfferKind], chance: Random
) -> Asked | None:
    """An offer in the person's district about one of these, of their level."""
    for want in chance.sample(wants, len(wants)):
        fitting = [
            offer
            for offer, levels in choice.get((person.district_code, want), ())
            if person.level is None or person.level in levels
        ]
        if fitting:
            return chance.choice(fitting)
    return None


def _choice(session: Session, today: date) -> _Choice:
    """Public offers of providers whom nobody signs in for, by district and theme, and assistants."""
    district = func.coalesce(Place.district_code, Provider.district_code)
    offers = session.execute(
        public_offers(today)
        .join(Provider, Provider.id == Offer.provider_id)
        .outerjoin(Place, Place.id == Offer.place_id)
        .where(Offer.provider_id.not_in(select(ProviderMember.provider_id)))
        .with_only_columns(Offer.id, Offer.provider_id, Offer.kind, district)
        .order_by(Offer.source_id, Offer.id)
    ).all()
    levels: dict[uuid.UUID, set[int]] = defaultdict(set)
    for offer_id, level in session.execute(select(OfferLevel.offer_id, OfferLevel.level)):
        levels[offer_id].add(int(level))
    themes: dict[uuid.UUID, list[Theme]] = defaultdict(list)
    for offer_id, theme in session.execute(select(OfferTheme.offer_id, OfferTheme.theme)):
        themes[offer_id].append(theme)
    choice: dict[tuple[str, Theme | OfferKind], list[tuple[Asked, frozenset[int]]]] = defaultdict(list)
    for offer_id, provider_id, kind, code in offers:
        entry = Asked(offer_id, provider_id), frozenset(levels[offer_id])
        about = [kind] if kind is OfferKind.PERSONAL_ASSISTANT else themes[offer_id]
        for one in about:
            choice[code, one].append(entry)
    return choice


def _reason(chance: Random) -> DeclineReason:
    reasons = (DeclineReason.FULL, DeclineReason.CANT_MEET_NEED, DeclineReason.TOO_FAR, DeclineReason.OTHER)
    return chance.choices(reasons, weights=(5, 4, 2, 1))[0]


def _office_hour(day: date, chance: Random) -> datetime:
    return _at(day, chance.randint(9, 16))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), LONDON)
