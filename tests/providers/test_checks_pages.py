"""Noting checks, what providers read of them, and the settings of what councils ask for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.offers.models import Offer, OfferHold, Place
from marketplace.offers.standing import stand
from marketplace.outbox.models import OutboxMessage
from marketplace.providers.checks import EVERYWHERE
from marketplace.providers.demands import Asked, change_demand, load_demands, said_by
from marketplace.providers.models import Check, Provider, ProviderStatus
from marketplace.vocabulary import CheckKind, CqcRating, LegalForm, PlaceKind, Role
from marketplace.web.today import london_today
from tests.directory import factories as make
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.providers.factories import make_member, make_provider

SEEDS = Path(__file__).parents[2] / "seeds"
TODAY = london_today()

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True, scope="session")


def day_of(name: str, day: object) -> dict[str, str]:
    parts = str(day).split("-")
    return {f"{name}-year": parts[0], f"{name}-month": parts[1], f"{name}-day": parts[2]}


@pytest.fixture
def dawn(session: Session) -> Provider:
    """A Personal Assistant in Mansfield, approved, without any check."""
    load_demands(session, SEEDS)
    dawn = make_provider(
        session, name="Dawn Okafor", legal_form=LegalForm.SELF_EMPLOYED_PA, status=ProviderStatus.ACTIVE
    )
    make.offer(session, "Walks", by=dawn)
    stand(session, provider_id=dawn.id, today=TODAY)
    session.commit()
    return dawn


@pytest.fixture
def anna(session: Session) -> Account:
    return make_account(session, roles=[Role.MODERATOR], name="Anna Field", organisation="Example Council")


@pytest.fixture
def as_anna(client: FlaskClient, anna: Account) -> FlaskClient:
    sign_in(client, anna)
    return client


def hold_of(session: Session) -> OfferHold | None:
    session.expire_all()
    return session.scalars(select(Offer)).one().hold


def test_the_last_missing_check_shows_the_offer_and_taking_it_away_hides_it(
    as_anna: FlaskClient, session: Session, dawn: Provider
) -> None:
    address = f"/moderation/providers/{dawn.id}/checks"
    make_member(session, provider=dawn, account=make_account(session, name="Dawn"))
    assert hold_of(session) is OfferHold.CHECK_MISSING
    offer = session.scalars(select(Offer)).one()
    for kind in ("id_seen", "insurance"):
        assert send(as_anna, f"{address}/{kind}", outcome="").status_code == 303
    assert as_anna.get(f"/offers/{offer.id}").status_code == 404
    enhanced = send(
        as_anna, f"{address}/dbs_enhanced", outcome="", **day_of("dated", TODAY - timedelta(days=2))
    )
    assert enhanced.status_code == 303
    assert hold_of(session) is None
    text = as_anna.get(f"/offers/{offer.id}").text
    assert "Enhanced DBS check" in text
    assert "by Anna Field, Example Council. Counts until" in text
    noted = session.scalars(select(Check).where(Check.kind == CheckKind.DBS_ENHANCED)).one()
    assert noted.expires_on is not None
    assert noted.expires_on.year == TODAY.year + 3 - ((TODAY - timedelta(days=2)).year < TODAY.year)
    assert send(as_anna, f"{address}/insurance", outcome="").status_code == 303  # seen anew: no news
    page = as_anna.get(f"{address}/dbs_enhanced/remove").text
    assert "1 offer will no longer be shown." in page
    assert send(as_anna, f"{address}/dbs_enhanced/remove", reason="").status_code == 422
    assert hold_of(session) is None
    assert send(as_anna, f"{address}/dbs_enhanced/remove", reason="Of someone else").status_code == 303
    assert hold_of(session) is OfferHold.CHECK_MISSING
    assert as_anna.get(f"/offers/{offer.id}").status_code == 404
    shown, removed = session.scalars(select(OutboxMessage).order_by(OutboxMessage.kind.desc()))
    assert (shown.kind, removed.kind) == ("checks_seen", "check_removed")
    assert "your offers are not shown now" in removed.body
    assert "Of someone else" not in removed.body, "moderators' words stay with them"


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("id_seen", day_of("seen_on", TODAY + timedelta(days=1)), "a day to come"),
        ("id_seen", {"seen_on-day": "31", "seen_on-month": "2", "seen_on-year": "2026"}, "Enter a real date"),
        ("id_seen", {"seen_on-day": "", "seen_on-month": "", "seen_on-year": ""}, "Enter the day on which you saw"),
        ("insurance", day_of("expires_on", TODAY - timedelta(days=1)), "It has run out already"),
        ("dbs_basic", day_of("dated", TODAY - timedelta(days=1200)), "Ask for a newer one"),
        ("dbs_basic", {"outcome": "Certificate 0012 3456 7890"}, "Leave the number of the paper out"),
        ("cqc_rating", {"outcome": "superb"}, "Choose the rating"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_told_and_not_noted(
    as_anna: FlaskClient, session: Session, dawn: Provider, kind: str, fields: dict[str, str], told: str
) -> None:
    answer = send(
        as_anna,
        f"/moderation/providers/{dawn.id}/checks/{kind}",
        **{"outcome": "", **day_of("seen_on", TODAY), **fields},
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert "There is a problem" in answer.text
    assert session.scalars(select(Check)).all() == []


def test_a_rating_is_shown_with_its_date_and_there_is_nowhere_to_upload_a_paper(
    as_anna: FlaskClient, session: Session, dawn: Provider
) -> None:
    address = f"/moderation/providers/{dawn.id}/checks/cqc_rating"
    page = as_anna.get(address).text
    assert 'type="file"' not in page
    assert "multipart" not in page
    assert "There is nothing to upload" in page
    assert send(as_anna, address, outcome="good").status_code == 303
    session.expire_all()
    assert dawn.cqc_rating is CqcRating.GOOD
    assert "Good. Seen on" in as_anna.get(f"/moderation/providers/{dawn.id}/checks").text


def test_nobody_notes_checks_of_a_provider_that_they_act_for(
    as_anna: FlaskClient, session: Session, dawn: Provider, anna: Account
) -> None:
    make_member(session, provider=dawn, account=anna)
    address = f"/moderation/providers/{dawn.id}/checks"
    page = as_anna.get(address)
    assert "Ask another moderator" in page.text
    answer = as_anna.post(f"{address}/id_seen", data={"csrf_token": token_on(page), "outcome": ""})
    assert answer.status_code == 409
    assert session.scalars(select(Check)).all() == []


def test_a_provider_reads_what_is_asked_by_whom_and_where_to_show_it(
    client: FlaskClient, session: Session, dawn: Provider
) -> None:
    owner = make_account(session, roles=[Role.PROVIDER_STAFF])
    make_member(session, provider=dawn, account=owner)
    dawn.checks = [
        make.check(CheckKind.ID_SEEN, seen_on=TODAY),
        make.check(CheckKind.INSURANCE, seen_on=TODAY, expires_on=TODAY + timedelta(days=20)),
        make.check(
            CheckKind.FIRST_AID, seen_on=TODAY - timedelta(days=9), expires_on=TODAY - timedelta(days=2)
        ),
    ]
    session.commit()
    sign_in(client, owner)
    text = client.get(f"/provide/{dawn.id}/checks").text
    asked, _, others = text.partition("Also seen")
    assert "Nottinghamshire asks for this." in asked
    assert "Until it is seen, people do not find what you offer." in asked
    assert [asked.count(words) for words in ("Not seen yet", "Runs out soon", "Ran out</strong>")] == [
        1,
        1,
        0,
    ]
    assert "Ran out</strong>" in others
    assert "in a video call or at a meeting" in text
    assert 'type="file"' not in text
    assert "Still to be seen: Enhanced DBS check." in client.get(f"/provide/{dawn.id}").text


def test_a_demand_says_what_it_hides_before_it_is_saved(
    as_anna: FlaskClient, session: Session, dawn: Provider
) -> None:
    load = {"insurance": TODAY + timedelta(days=90), "id_seen": None, "dbs_enhanced": None}
    dawn.checks = [
        make.check(CheckKind(kind), seen_on=TODAY, expires_on=until) for kind, until in load.items()
    ]
    session.flush()
    stand(session, provider_id=dawn.id, today=TODAY)
    session.commit()
    assert hold_of(session) is None
    address = "/moderation/demands/E10000024/self_employed_pa/references"
    assert send(as_anna, address, asked="yes", months="", reason="").status_code == 422
    look = send(as_anna, address, asked="yes", months="", reason="Two people know the work.")
    assert look.status_code == 200
    assert "1 offer would no longer be shown," in look.text
    assert "of 1 provider." in look.text
    assert hold_of(session) is None, "looking changes nothing"
    assert not said_by(session, "E10000024")[LegalForm.SELF_EMPLOYED_PA, CheckKind.REFERENCES].is_asked
    sent = {"csrf_token": token_on(look), "asked": "yes", "reason": "Two people know the work.", "go": "save"}
    for mark, status in (("", 303), ("", 409)):
        assert as_anna.post(address, data={**sent, "mark": mark}).status_code == status
    assert hold_of(session) is OfferHold.CHECK_MISSING
    again = send(as_anna, address, asked="as_everywhere", months="", reason="")
    assert "no offer" not in again.text.lower().split("would be shown again")[0]
    assert "1 offer would be shown again." not in look.text


def test_a_council_has_words_of_its_own_for_where_papers_are_shown(
    as_anna: FlaskClient, session: Session, dawn: Provider
) -> None:
    send(as_anna, "/moderation/demands/E10000024/words", words="Bring them to any library.")
    make_member(session, provider=dawn, account=make_account(session, email="dawn@example.org"))
    sign_in(as_anna, session.scalars(select(Account).where(Account.email == "dawn@example.org")).one())
    text = as_anna.get(f"/provide/{dawn.id}/checks").text
    assert "Bring them to any library." in text
    assert "video call" not in text


def test_only_known_councils_have_pages_and_everywhere_can_not_be_as_everywhere(
    as_anna: FlaskClient, session: Session, dawn: Provider
) -> None:
    assert as_anna.get("/moderation/demands/E99999999").status_code == 404
    address = "/moderation/demands/everywhere/cic/insurance"
    assert "The same as everywhere" not in as_anna.get(address).text
    assert send(as_anna, address, asked="as_everywhere", months="", reason="").status_code == 422
    assert said_by(session, EVERYWHERE)[LegalForm.CIC, CheckKind.INSURANCE].is_asked


def test_a_provider_that_moves_meets_what_its_new_council_asks_for(
    client: FlaskClient, session: Session, dawn: Provider, anna: Account
) -> None:
    assert dawn.status is ProviderStatus.ACTIVE
    company = make_provider(session, legal_form=LegalForm.COMPANY, status=ProviderStatus.ACTIVE)
    owner = make_account(session, roles=[Role.PROVIDER_STAFF])
    make_member(session, provider=company, account=owner)
    company.checks = [make.check(CheckKind.INSURANCE, seen_on=TODAY)]
    norwich = Place(kind=PlaceKind.EXACT, town="Norwich", district_code="E07000148")
    offer = make.offer(session, "Workshop", by=company, at=norwich)
    norfolk = {"council": "E10000020", "legal_form": LegalForm.COMPANY, "kind": CheckKind.FIRST_AID}
    change_demand(session, **norfolk, asked=Asked.YES, account=anna, role=Role.MODERATOR)
    session.commit()
    sign_in(client, owner)
    address = f"/provide/{company.id}"
    assert "People can find what you offer." in client.get(address).text
    also_there = "You also offer something in Norfolk. That council asks for more:"
    also = client.get(f"{address}/checks").text.partition(also_there)[2]
    assert "First aid" in also.partition("Your offer is shown without it.")[0]
    moved = send(client, f"{address}/tell/where", postcode="NR2 1TF", town="Norwich")
    assert moved.status_code == 303
    session.refresh(offer)
    assert offer.hold is OfferHold.CHECK_MISSING
    text = client.get(address).text
    assert "People can find what you offer." not in text
    assert "A check that is asked for has not been seen." in text
    assert also_there not in client.get(f"{address}/checks").text
