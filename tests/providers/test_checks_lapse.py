"""The end of a check: midnight in London on every page, reminders before, and one mail to both sides after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.audit import Action, AuditEntry
from marketplace.db import Database
from marketplace.moderation.lapses import tell_of_lapses
from marketplace.offers.models import Offer, OfferHold
from marketplace.offers.standing import stand
from marketplace.outbox.models import OutboxMessage
from marketplace.people.saved import saved_routes
from marketplace.people.saved.models import Keeping, SavedMatch
from marketplace.providers.checks_recording import Seen, record_check
from marketplace.providers.demands import load_demands
from marketplace.providers.models import Check, Provider, ProviderStatus
from marketplace.vocabulary import CheckKind, LegalForm, Role
from marketplace.web import today as clock
from tests.directory import factories as make
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_person
from tests.providers.factories import make_member, make_provider

SEEDS = Path(__file__).parents[2] / "seeds"
BASE = "https://day.example"
SEEN = date(2025, 12, 1)
MIDNIGHTS = {
    "winter": (date(2026, 1, 14), datetime(2026, 1, 15, 0, 0, tzinfo=UTC)),
    "summer": (date(2026, 7, 14), datetime(2026, 7, 14, 23, 0, tzinfo=UTC)),
}
"""The last day of a check, and the moment at which it is over."""

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def insured(session: Session, until: date, **fields: object) -> Provider:
    """A company in Mansfield with a member and a public offer; insurance is asked of it."""
    load_demands(session, SEEDS)
    provider = make_provider(
        session, name="Hope Works", legal_form=LegalForm.COMPANY, status=ProviderStatus.ACTIVE, **fields
    )
    make_member(
        session, provider=provider, account=make_account(session, name="Priya", email="p@example.org")
    )
    insurance = make.check(CheckKind.INSURANCE, seen_on=SEEN, expires_on=until)
    first_aid = make.check(CheckKind.FIRST_AID, seen_on=SEEN, expires_on=until)
    provider.checks = [insurance, first_aid]
    make.offer(session, "Bike workshop", by=provider)
    session.commit()
    return provider


def mails(session: Session) -> list[tuple[str, str, str]]:
    session.expire_all()
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.kind, OutboxMessage.recipient))
    return [(mail.kind, mail.recipient, mail.body) for mail in rows]


@on_sqlite
@pytest.mark.parametrize("season", MIDNIGHTS)
def test_a_badge_goes_at_midnight_in_london_from_every_page(
    client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch, season: str
) -> None:
    last, over = MIDNIGHTS[season]
    by = make.provider(session, source_id="from-a-list")  # its offer stays public: only the badge goes
    by.checks = [make.check(CheckKind.FIRST_AID, seen_on=SEEN, expires_on=last)]
    offers = [make.offer(session, name, by=by) for name in ("One", "Two")]
    person = make_person(session, account=make_account(session, roles=[Role.PERSON]))
    moderator = make_account(session, roles=[Role.MODERATOR])
    public = (f"/offers/{offers[0].id}", f"/providers/{by.id}")
    compared = f"/people/{person.id}/compare?offer={offers[0].id}&offer={offers[1].id}"
    session.add_all(
        SavedMatch(
            person_id=person.id,
            offer_id=offer.id,
            keeping=Keeping.SAVED,
            rules_version="1",
            result={"name": offer.name},
            kept_at=datetime.now(UTC),
        )
        for offer in offers
    )
    session.commit()
    owner = SimpleNamespace(id=person.account_id)
    for moment, counts in ((over - timedelta(seconds=1), True), (over, False)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        monkeypatch.setattr(saved_routes, "london_day", clock.london_today)
        for path in public:
            held, _, lapsed = client.get(path).text.partition("Out of date: ask about these")
            assert ("<dt>First aid training</dt>" in held) is counts, (path, moment)
            assert bool(lapsed) is not counts
        sign_in(client, owner)  # type: ignore[arg-type]
        page = client.get(compared)
        assert page.status_code == 200
        assert ("Counts until" in page.text) is counts
        sign_in(client, moderator)
        page = client.get(f"/moderation/providers/{by.id}/checks")
        assert ("Ran out" in page.text) is not counts


@on_sqlite
def test_a_provider_is_reminded_thirty_and_seven_days_before_and_told_once_at_the_end(
    database: Database, session: Session
) -> None:
    provider = insured(session, date(2026, 7, 14))
    stand(session, provider_id=provider.id, today=date(2026, 5, 1))
    session.commit()
    told = {
        day: tell_of_lapses(database, base_url=BASE, now=datetime(2026, *day, 11, tzinfo=UTC))
        for day in ((6, 13), (6, 14), (6, 15), (7, 6), (7, 7), (7, 8), (7, 14), (7, 15), (7, 16))
    }
    assert {day for day, number in told.items() if number} == {(6, 14), (7, 7), (7, 15)}
    kinds = [kind for kind, recipient, _body in mails(session) if recipient == "p@example.org"]
    assert kinds == ["check_ran_out", "check_runs_out", "check_runs_out"]
    assert "- Insurance seen: it counted until 14 July 2026." in mails(session)[0][2]
    assert f"{BASE}/provide/{provider.id}/checks" in mails(session)[0][2]
    offer = session.scalars(select(Offer)).one()
    assert (offer.hold, offer.shown_until) == (OfferHold.CHECK_MISSING, None)
    lapsed = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.CHECK_LAPSED)).all()
    assert {entry.details["kind"] for entry in lapsed} == {"insurance", "first_aid"}


def test_whoever_saved_the_offer_is_told_and_nothing_is_said_against_anyone(
    database: Database, session: Session
) -> None:
    provider = insured(session, date(2026, 7, 14))
    offer = session.scalars(select(Offer)).one()
    jo = make_person(session, account=make_account(session, name="Jo", email="jo@example.org"))
    other = make_person(session, account=make_account(session, name="Ola", email="ola@example.org"))
    for person, keeping in ((jo, Keeping.SAVED), (other, Keeping.HIDDEN)):
        session.add(
            SavedMatch(
                person_id=person.id,
                offer_id=offer.id,
                keeping=keeping,
                rules_version="1",
                result={"name": offer.name},
                kept_at=datetime.now(UTC),
            )
        )
    session.commit()
    for _again in range(2):
        tell_of_lapses(database, base_url=BASE, now=datetime(2026, 7, 14, 23, 5, tzinfo=UTC))
    people = [mail for mail in mails(session) if mail[0] == "saved_not_shown"]
    assert [recipient for _kind, recipient, _body in people] == ["jo@example.org"]
    body = people[0][2]
    assert "- Bike workshop" in body
    assert "Nothing is said against anyone." in body
    assert f"{BASE}/people/{jo.id}/matches" in body
    assert not any(word in body for word in ("Hope Works", "nsurance"))
    # the new paper brings it back, and its end is told anew
    anna = make_account(session, roles=[Role.MODERATOR], name="Anna")
    seen = Seen(seen_on=date(2026, 7, 15), dated=None, expires_on=date(2027, 7, 14))
    record_check(session, provider=provider, kind=CheckKind.INSURANCE, seen=seen, account=anna)
    stand(session, provider_id=provider.id, today=date(2026, 7, 15))
    session.commit()
    session.refresh(offer)
    assert (offer.hold, offer.shown_until) == (None, date(2027, 7, 14))
    assert tell_of_lapses(database, base_url=BASE, now=datetime(2027, 7, 15, 9, tzinfo=UTC)) == 2


@on_sqlite
def test_the_end_of_a_check_that_nobody_asks_for_hides_nothing_and_tells_no_person(
    database: Database, session: Session
) -> None:
    provider = insured(session, date(2026, 7, 14))
    insurance = session.scalars(select(Check).where(Check.kind == CheckKind.INSURANCE)).one()
    insurance.expires_on = date(2030, 1, 1)
    session.commit()
    assert tell_of_lapses(database, base_url=BASE, now=datetime(2026, 7, 15, 9, tzinfo=UTC)) == 1
    assert "Your offers are still shown." in mails(session)[0][2]
    assert session.scalars(select(Offer)).one().hold is None
    provider.status = ProviderStatus.SUSPENDED
    session.commit()
    assert tell_of_lapses(database, base_url=BASE, now=datetime(2030, 1, 2, 9, tzinfo=UTC)) == 0
