"""Every page that anybody reaches, with offers hidden in every way there is: none of them shows.

Pages are found in the application's own list of routes, so that a new one is in this test without
anybody having to remember.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.db import Database
from marketplace.offers.catalogue import mark_changed
from marketplace.offers.document import document_of
from marketplace.offers.drafts import change_draft, draft_for
from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.standing import MISSES_TO_HIDE, stand
from marketplace.outbox.models import OutboxMessage
from marketplace.people.caseload.models import Alternative, Choice, Shortlist, ShortlistItem
from marketplace.people.matches import current_catalogue
from marketplace.people.models import Person
from marketplace.people.saved.models import Keeping, NewMatchAlert, Rhythm, SavedMatch
from marketplace.providers.models import ProviderStatus
from marketplace.settings import Settings
from marketplace.upkeep.jobs import Work, tell_of_new_matches
from marketplace.vocabulary import CheckKind, Day, Feature, LegalForm, OfferStatus, Role, Theme
from marketplace.web.today import london_today
from tests.directory import factories as make
from tests.find.journeys import near_me
from tests.fixtures.accounts import make_account, sign_in
from tests.offers.documents import demand, give_check
from tests.people.factories import make_case, make_person

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")

STATUSES = [status for status in OfferStatus if status is not OfferStatus.PUBLIC]
HELD = [status for status in ProviderStatus if status is not ProviderStatus.ACTIVE]
WORDS = re.compile(r"Secret|Hush|Veiled|98\.76|Hidden Row")
FACTS = re.compile(r"Hush|Veiled|98\.76|Hidden Row")
"""A person's own lists go on naming what was saved or chosen; nothing else of it is told."""
OPEN_ROOMS = re.compile(r"/(?!people/|caseload|moderation|provide/|account|static)")
OWN_ROOMS = re.compile(r"/people/|/caseload")
NAMED_IN = ("saved.", "caseload.", "moderation.closure", "rights.", "profile.person")


def an_offer(session: Session, name: str, **fields: object) -> Offer:
    """One that fits the person of the factories, of a provider of its own."""
    by = make.provider(session, name=f"Veiled people {name}", legal_form=LegalForm.COMMUNITY_GROUP)
    return make.offer(
        session,
        name,
        by=by,
        summary=f"Hush: {name}",
        description=f"Hush: {name}",
        at=make.place(street="9 Hidden Row"),
        themes=[Theme.COOKERY],
        levels={2: True},
        features={Feature.STEP_FREE: True},
        sessions=make.times([Day.SAT], 10, 12),
        costs=[make.price("98.76")],
        **fields,
    )


def every_way_of_being_hidden(session: Session) -> list[Offer]:
    """Offers that were public and are no more, or never were."""
    yesterday = london_today() - timedelta(days=1)
    made = [an_offer(session, f"Secret {status.value} supper", status=status) for status in STATUSES]
    for status in HELD:
        held = an_offer(session, f"Secret {status.value} dinner")
        held.provider.status = status
        made.append(held)
    stale = an_offer(session, "Secret stale lunch", misses=MISSES_TO_HIDE)
    unchecked = an_offer(session, "Secret unchecked tea")
    lapsed = an_offer(session, "Secret lapsed brunch")
    for offer in (unchecked, lapsed):
        offer.provider.legal_form = LegalForm.COOPERATIVE
    demand(session, CheckKind.INSURANCE, of=LegalForm.COOPERATIVE)
    give_check(session, lapsed.provider, CheckKind.INSURANCE, last_day=yesterday)
    stand(session, today=yesterday)  # nothing has run since midnight
    made += [stale, unchecked, lapsed]
    session.expire_all()
    assert {offer.hold for offer in made} == {None, *OfferHold}
    assert (lapsed.hold, lapsed.shown_until) == (None, yesterday)
    return made


@pytest.fixture
def shown(session: Session) -> Offer:
    """A public offer whose changed words wait to be looked at."""
    shown = make.offer(
        session,
        "Open supper",
        at=make.place(),
        themes=[Theme.COOKERY],
        levels={2: True},
        features={Feature.STEP_FREE: True},
        sessions=make.times([Day.SAT], 10, 12),
        costs=[make.price("4")],
    )
    account = make_account(session)
    draft_for(session, shown, account=account)
    wanted = replace(document_of(shown), name="Secret supper", summary="Hush", description="Hush")
    change_draft(session, shown, document=wanted, account=account, expected_version=1)
    session.commit()
    return shown


@pytest.fixture
def hidden(session: Session, shown: Offer) -> list[Offer]:
    made = every_way_of_being_hidden(session)
    mark_changed(session)
    session.commit()
    return made


def keep_everything(session: Session, person: Person, account: Account, offers: list[Offer]) -> Shortlist:
    """The person saved, was given and chose each of these while they were public, and asked to be told more."""
    now = datetime.now(UTC)
    for number, offer in enumerate(offers):
        result = {"offer": str(offer.id), "name": offer.name, "kind": offer.kind.value}
        keeping = Keeping.HIDDEN if number % 5 == 4 else Keeping.SAVED
        session.add(
            SavedMatch(
                person_id=person.id,
                offer_id=offer.id,
                keeping=keeping,
                rules_version="2026.1",
                result=result,
                kept_at=now,
            )
        )
    items = [ShortlistItem(offer_id=offer.id, position=number) for number, offer in enumerate(offers, 1)]
    shortlist = Shortlist(person_id=person.id, title="For Jo", made_at=now, sent_at=now, items=items)
    first, second = offers[:2]
    others = [Alternative(offer_id=second.id, position=1, why_not="Too far")]
    choice = Choice(person_id=person.id, made_at=now, offer_id=first.id, reason="Near", alternatives=others)
    alert = NewMatchAlert(
        person_id=person.id,
        account_id=account.id,
        rhythm=Rhythm.DAILY,
        known_offers=[],
        next_at=now - timedelta(hours=1),
    )
    session.add_all([shortlist, choice, alert])
    session.commit()
    return shortlist


def addresses(
    app: Flask, known: dict[str, list[object]], rooms: re.Pattern[str]
) -> Iterator[tuple[str, str]]:
    """Every page whose path begins as *rooms* says, with each of what its address may name."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rooms.match(rule.rule):
            for values in _values(rule, known):
                yield rule.endpoint, adapter.build(rule.endpoint, values)


def _values(rule: Rule, known: dict[str, list[object]]) -> Iterator[dict[str, object]]:
    """Each offer with its own provider; of a list of words the first; an identifier of nothing else."""
    for number in range(len(known["offer_id"])):
        values: dict[str, object] = {}
        for name in rule.arguments:
            words = sorted(getattr(rule._converters[name], "items", ()))
            choices = known.get(name) or words or [uuid.uuid4()]
            values[name] = choices[number % len(choices)] if name in known else choices[0]
        yield values
        if not rule.arguments & {"offer_id", "provider_id"}:
            return


def look_everywhere(client: FlaskClient, paths: Iterable[tuple[str, str]], hidden: Sequence[Offer]) -> int:
    """Open every page; returns how many were there."""
    there = 0
    for endpoint, path in paths:
        answer = client.get(path)
        assert answer.status_code < 500, path
        there += answer.status_code == 200
        nothing_of_it(answer, path, may_name=endpoint.startswith(NAMED_IN))
        if endpoint in ("directory.offer", "directory.provider", "find.why", "saved.why"):
            assert answer.status_code in (302, 303, 404), path
        links = [offer.name for offer in hidden if f"/offers/{offer.id}" in answer.text.replace(path, "")]
        assert not links, path
    return there


def nothing_of_it(answer: TestResponse, path: str, *, may_name: bool) -> None:
    found = (FACTS if may_name else WORDS).search(answer.text)
    assert found is None, f"{found} on {path}"


def test_no_page_shows_a_hidden_offer_to_anybody(
    app: Flask,
    session: Session,
    database: Database,
    settings: Settings,
    shown: Offer,
    hidden: list[Offer],
) -> None:
    app.test_client_class = FlaskClient  # the pages' markup has its own tests
    jo_signs_in = make_account(session, roles=[Role.PERSON], name="Jo")
    sam = make_account(session, roles=[Role.PRACTITIONER], name="Sam", organisation="Council")
    jo = make_person(session, account=jo_signs_in)
    make_case(session, person=jo, account=sam)
    shortlist = keep_everything(session, jo, jo_signs_in, hidden)
    known: dict[str, list[object]] = {
        "offer_id": [offer.id for offer in hidden],
        "provider_id": [offer.provider_id for offer in hidden],
        "person_id": [jo.id],
        "shortlist_id": [shortlist.id],
    }
    found = ("/offers?q=supper", "/offers?near=NG18+1AB", "/offers?theme=cookery", "/offers?q=secret+hush")

    visitor = app.test_client()
    near_me(visitor)
    for path in ("/find/results", *found[:3]):
        assert "Open supper" in visitor.get(path).text
    public = [*addresses(app, known, OPEN_ROOMS), *(("", path) for path in found)]
    assert look_everywhere(visitor, public, hidden) > 20

    some = known | {name: [known[name][0], known[name][-1]] for name in ("offer_id", "provider_id")}
    compared = "&".join(f"offer={offer.id}" for offer in [*hidden[-3:], shown])
    own = [
        *addresses(app, some, OWN_ROOMS),
        ("saved.compare", f"/people/{jo.id}/compare?{compared}"),
        ("saved.matches", f"/people/{jo.id}/matches?day=sat"),
        *public[:: len(public) // 10],
    ]
    for account, least in ((jo_signs_in, 30), (sam, 20)):
        client = app.test_client()
        sign_in(client, account)
        assert look_everywhere(client, own, hidden) > least

    with app.app_context():
        catalogue = current_catalogue(session)
    assert set(catalogue.row_of) == {shown.id}
    tell_of_new_matches(Work(settings, database))
    session.expire_all()
    mails = [mail.subject + mail.body for mail in session.query(OutboxMessage)]
    assert any("Open supper" in mail for mail in mails)
    assert not any(WORDS.search(mail) for mail in mails)
