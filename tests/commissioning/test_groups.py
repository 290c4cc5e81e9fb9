"""Groups that could be: shown by a council, offered by a provider, told to their people once."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.commissioning.groups.finding import keep_groups
from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaAnswer, GroupIdeaPerson
from marketplace.commissioning.groups.telling import tell_groups
from marketplace.commissioning.report.making import Made
from marketplace.db import Database
from marketplace.gaps.disclosure import Shown
from marketplace.offers.models import Offer, OfferDraft
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import OfferStatus, Role
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.gaps.worlds import Wish, asked_by, on_a_line, tables_of, world
from tests.people.factories import make_person
from tests.providers.factories import make_member, make_provider

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MANSFIELD = "E07000174"
LINE = replace(on_a_line(1), district_codes=(MANSFIELD,), outcodes=("NG18",))
GROUPS = "/commissioning/groups?council=E10000024"


def made_of(people: list[Person]) -> Made:
    """A report in which these people want cookery on Saturday mornings, and nothing fits."""
    wish = Wish(people=len(people))
    return Made(
        report=cast(Any, None),
        asked=asked_by(LINE, wish),
        ids=tuple(one.id for one in people),
        askers=None,
        geography=LINE,
        catalogue=cast(Any, None),
        tables=tables_of(world(LINE, wish)),
        today=date(2026, 11, 23),
        evening=1020,
        seeds_dir=Path("seeds"),
    )


def make_people(session: Session, number: int) -> list[Person]:
    found = []
    for _ in range(number):
        account = make_account(session)
        found.append(make_person(session, account=account, counts_in_gaps=True))
    session.commit()
    return found


def send(client: FlaskClient, page: str, address: str, **fields: str) -> Any:
    return client.post(address, data={"csrf_token": token_on(client.get(page)), **fields})


def test_a_group_is_kept_from_report_to_report_and_ends_when_nobody_is_in_it(session: Session) -> None:
    people = make_people(session, 9)
    keep_groups(session, made_of(people))
    keep_groups(session, made_of(people[:8]))
    idea = session.scalars(select(GroupIdea)).one()
    assert (idea.key, idea.people) == (f"{MANSFIELD}|NG18|cookery|saturday_morning", Shown(10))
    members = set(session.scalars(select(GroupIdeaPerson.person_id)))
    assert members == {one.id for one in people[:8]}
    keep_groups(session, made_of(people[:7]))
    session.refresh(idea)
    assert idea.ended_at is not None
    assert session.scalar(select(func.count()).select_from(GroupIdeaPerson)) == 0


def test_a_council_shows_a_group_a_provider_offers_it_and_its_people_are_told_once(
    client: FlaskClient, session: Session, database: Database
) -> None:
    people = make_people(session, 9)
    keep_groups(session, made_of(people))
    session.commit()
    idea = session.scalars(select(GroupIdea)).one()
    near = make_provider(session, status=ProviderStatus.ACTIVE, district_code=MANSFIELD)
    owner = make_account(session, name="Priya")
    make_member(session, provider=near, account=owner)
    session.commit()
    own, council = client.application.test_client(), client
    sign_in(own, owner)
    sign_in(council, make_account(session, roles=[Role.COMMISSIONER]))
    page = f"/provide/{near.id}/groups"
    once = str(uuid.uuid4())
    assert "NG18" not in own.get(page).text
    assert send(own, "/account", f"{page}/{idea.id}/offer", once=once).status_code == 404

    assert "about 10 people" in council.get(GROUPS).text
    assert send(council, GROUPS, f"/commissioning/groups/{idea.id}", do="publish").status_code == 303
    assert "about 10 people" in own.get(page).text
    sent = [send(own, page, f"{page}/{idea.id}/offer", once=once) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    offer = session.scalars(select(Offer)).one()
    assert session.scalars(select(GroupIdeaAnswer.offer_id)).all() == [offer.id]
    assert session.scalars(select(OfferDraft.document)).one()["themes"] == ["cookery"]

    def told() -> int:
        return tell_groups(database, now=NOW, base_url="https://example.org")

    assert told() == 0  # nobody is told of a draft
    offer.status = OfferStatus.PUBLIC
    people[0].counts_in_gaps = False  # drops out at once
    session.commit()
    assert [told(), told()] == [1, 0]
    mails = session.scalars(select(OutboxMessage)).all()
    assert len(mails) == 8
    assert people[0].account_id not in {mail.account_id for mail in mails}
    assert f"/offers/{offer.id}" in mails[0].body
    assert "/profile/count-me" in mails[0].body
    # A second offer for the same group tells nobody again.
    session.add(
        GroupIdeaAnswer(
            idea_id=idea.id,
            provider_id=near.id,
            offer_id=_another(session, offer).id,
            answered_at=NOW + timedelta(days=1),
        )
    )
    session.commit()
    assert told() == 1
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 8

    assert send(council, GROUPS, f"/commissioning/groups/{idea.id}", do="withdraw").status_code == 303
    assert "NG18" not in own.get(page).text


def _another(session: Session, offer: Offer) -> Offer:
    made = Offer(
        id=uuid.uuid4(),
        provider_id=offer.provider_id,
        kind=offer.kind,
        name="Another kitchen",
        status=OfferStatus.PUBLIC,
        vacancy=offer.vacancy,
        updated_at=NOW,
    )
    session.add(made)
    session.flush()
    return made
