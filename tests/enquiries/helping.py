"""Somebody who asks for help, helpers who could give it, and what they do, for tests."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.enquiries.help import operations
from marketplace.enquiries.help.models import HelpWanted
from marketplace.enquiries.help.suiting import suited
from marketplace.matching.needs import parse_needs
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import MemberRole, ProviderMember
from marketplace.settings import ManySettings, Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import Day, LegalForm, OfferKind, PlaceKind, Role, Theme
from tests.directory.factories import offer, place, provider, times
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_person

BASE = "https://days.example"
NOW = datetime.now(UTC)
WORDS = "Someone to take me swimming on Thursday evenings"
NEEDS = {
    "goals": [{"text": "swimming", "theme": "swimming"}],
    "postcode": "NG18 1AB",
    "when": {"thu": ["17:00-21:00"]},
}


def person_who_asks(session: Session) -> Person:
    account = make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
    return make_person(
        session,
        account=account,
        family_name="Zellaby",
        answers={"postcode": "NG18 1AB", "goals": [{"text": "cook my tea"}]},
        counts_in_gaps=True,
    )


def ranking(settings: Settings, database: Database) -> Matching:
    return Work(replace(settings, uses_sentence_model=False), database).matching


def helper(session: Session, name: str, **fields: object) -> Offer:
    """An assistant who comes to Mansfield on Thursday evenings and likes swimming, and who reads here."""
    own = {
        "kind": OfferKind.PERSONAL_ASSISTANT,
        "themes": [Theme.SWIMMING],
        "sessions": times([Day.THU], 17, 21),
        **fields,
    }
    by = own.pop("by", None) or provider(
        session, name=name, legal_form=LegalForm.SELF_EMPLOYED_PA, created_at=NOW - timedelta(days=400)
    )
    made = offer(session, name, by=by, at=place(PlaceKind.TRAVELS_TO_YOU, radius_km=10), **own)
    account = make_account(session, roles=[Role.PROVIDER_STAFF], name=f"{name} at work")
    session.add(
        ProviderMember(
            provider_id=made.provider_id,
            account_id=account.id,
            email=account.email,
            role=MemberRole.OWNER,
            invited_at=NOW,
            accepted_at=NOW,
        )
    )
    session.commit()
    return made


def who_acts(session: Session, made: Offer) -> Account:
    return session.scalars(
        select(Account)
        .join(ProviderMember, ProviderMember.account_id == Account.id)
        .where(ProviderMember.provider_id == made.provider_id)
    ).one()


def client_of(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    sign_in(client, account)
    return client


def posted(session: Session, jo: Person, matching: Matching, **fields: object) -> HelpWanted:
    assert jo.account_id is not None
    found = suited(session, jo.id, parse_needs(NEEDS), matching, today=TODAY)
    wanted = operations.post_help(
        session,
        **{
            "person": jo,
            "request": operations.Request(words=WORDS, needs=NEEDS, district_code="E07000174"),
            "suited": found,
            "once": uuid.uuid4(),
            "by": Doer(account=session.get_one(Account, jo.account_id), role=Role.PERSON),
            "now": NOW,
            "today": TODAY,
            "base_url": BASE,
            **fields,
        },
    )
    session.commit()
    return wanted


def say_yes(
    session: Session, wanted: HelpWanted, made: Offer, words: str = "I swim", **fields: object
) -> None:
    operations.answer_help(
        session,
        wanted,
        made,
        **{
            "can_help": True,
            "words": words,
            "account": who_acts(session, made),
            "now": NOW,
            "today": TODAY,
            "many": ManySettings(),
            "base_url": BASE,
            **fields,
        },
    )
    session.commit()


def mails(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.scalars(select(OutboxMessage.recipient)))
