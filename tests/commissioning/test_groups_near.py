"""What people say to a group near them, and what their answers do to it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.commissioning.groups.finding import keep_groups
from marketplace.commissioning.groups.models import GroupIdea, GroupIdeaAnswer, GroupIdeaPerson, JoinAnswer
from marketplace.commissioning.groups.telling import tell_groups
from marketplace.db import Database
from marketplace.gaps.disclosure import Shown
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.models import HiddenPart, ProfilePart
from marketplace.people.rights.download import sections_of
from marketplace.people.rights.holdings import Whose
from marketplace.people.supporters.models import Scope
from marketplace.providers.models import ProviderStatus
from marketplace.vocabulary import OfferStatus, Role
from tests.accounts.mail import SQLITE
from tests.commissioning.test_groups import MANSFIELD, NOW, made_of, make_people, send
from tests.directory.factories import offer as make_offer
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import make_supporter
from tests.providers.factories import make_provider

pytestmark = pytest.mark.parametrize(**SQLITE)
ASKED = "People near you want the same as you."


@pytest.fixture
def people(session: Session) -> list[Person]:
    """Nine people in one group, which their council shows."""
    found = make_people(session, 9)
    keep_groups(session, made_of(found))
    session.scalars(select(GroupIdea)).one().published_at = NOW
    session.commit()
    return found


def idea_of(session: Session) -> GroupIdea:
    session.expire_all()
    return session.scalars(select(GroupIdea)).one()


def said(session: Session, *people: Person) -> list[JoinAnswer | None]:
    session.expire_all()
    known = {row.person_id: row.answer for row in session.scalars(select(GroupIdeaPerson))}
    return [known.get(person.id) for person in people]


def test_a_person_reads_of_a_group_near_them_says_yes_no_and_takes_it_back(
    client: FlaskClient, session: Session, people: list[Person]
) -> None:
    jo = people[0]
    sign_in(client, session.get_one(Account, jo.account_id))
    home, page = f"/people/{jo.id}", f"/people/{jo.id}/groups"
    assert ASKED in client.get(home).text
    text = client.get(page).text
    assert "About 10 people want it." in text
    assert not any(str(one.id) in text for one in people[1:]), "nobody is told of anybody else"
    idea = idea_of(session)
    address = f"{page}/{idea.id}"

    answers = (("joins", JoinAnswer.JOINS), ("joins", JoinAnswer.JOINS), ("", None), ("nonsense", None))
    for typed, kept in answers:
        assert send(client, page, address, said=typed).headers["Location"] == f"{page}?done={idea.id}"
        assert said(session, jo) == [kept]
        assert ("You said: I would join in." in client.get(page).text) is (kept is not None)
    send(client, page, address, said="not_for_me")
    assert ASKED not in client.get(home).text
    assert "What you said no to" in client.get(page).text
    assert send(client, page, f"{page}/{jo.id}", said="joins").status_code == 404, "there is no such group"

    idea_of(session).published_at = None
    session.commit()
    assert "What you said no to" in client.get(page).text
    send(client, page, address, said="")
    assert "There is no group here now." in client.get(page).text
    assert send(client, home, address, said="joins").status_code == 404, "nobody shows it any more"
    session.get_one(Person, jo.id).counts_in_gaps = False
    session.commit()
    assert "We only do so if you agree to be counted." in client.get(page).text


def test_who_helps_can_answer_for_them_who_looks_or_may_not_see_the_goals_can_not(
    client: FlaskClient, session: Session, people: list[Person]
) -> None:
    jo = people[0]
    page = f"/people/{jo.id}/groups"
    helper = make_account(session, roles=[Role.SUPPORTER])
    supporter = make_supporter(session, person=jo, account=helper, scope=Scope.LOOK)
    session.commit()
    sign_in(client, helper)
    assert client.get(page).status_code == 404
    assert "join in" not in client.get(f"/people/{jo.id}").text
    supporter.scope = Scope.HELP
    session.commit()
    assert "Say if " in client.get(f"/people/{jo.id}").text
    send(client, page, f"{page}/{idea_of(session).id}", said="joins")
    assert said(session, jo) == [JoinAnswer.JOINS]
    session.add(HiddenPart(person_id=jo.id, part=ProfilePart.GOALS, hidden_at=NOW))
    session.commit()
    assert client.get(page).status_code == 404
    assert "join in" not in client.get(f"/people/{jo.id}").text


def test_who_said_not_for_me_is_in_no_next_group_and_is_not_told_and_stays_known(
    session: Session, database: Database, people: list[Person]
) -> None:
    rows = session.scalars(select(GroupIdeaPerson).where(GroupIdeaPerson.person_id == people[0].id)).all()
    rows[0].answer = JoinAnswer.NOT_FOR_ME
    session.commit()
    keep_groups(session, made_of(people))
    assert idea_of(session).people == Shown(10)  # eight are left
    assert said(session, people[0]) == [JoinAnswer.NOT_FOR_ME]

    near = make_provider(session, status=ProviderStatus.ACTIVE, district_code=MANSFIELD)
    offer = make_offer(session, "Kitchen", by=near, status=OfferStatus.PUBLIC)
    session.add(
        GroupIdeaAnswer(idea_id=idea_of(session).id, provider_id=near.id, offer_id=offer.id, answered_at=NOW)
    )
    session.commit()
    assert tell_groups(database, now=NOW, base_url="https://example.org") == 1
    told = set(session.scalars(select(OutboxMessage.account_id)))
    assert told == {person.account_id for person in people[1:]}

    # With seven left there is no group, and only the 'no' is kept of it.
    keep_groups(session, made_of(people[:8]))
    session.commit()
    assert idea_of(session).ended_at is not None
    (left,) = session.scalars(select(GroupIdeaPerson)).all()
    assert left.person_id == people[0].id


def test_how_many_would_join_in_is_told_from_eight_on_and_never_more_than_want_it(
    client: FlaskClient, session: Session, people: list[Person]
) -> None:
    for number, expected in ((7, None), (8, Shown(10))):
        rows = session.scalars(select(GroupIdeaPerson).order_by(GroupIdeaPerson.person_id)).all()
        for row in rows[:number]:
            row.answer = JoinAnswer.JOINS
        session.flush()
        keep_groups(session, made_of(people))
        session.commit()
        assert idea_of(session).joining == expected
    sign_in(client, make_account(session, roles=[Role.COMMISSIONER]))
    page = client.get("/commissioning/groups?council=E10000024").text
    assert "about 10 of them said that they would join in" in page


def test_a_download_has_what_was_said_and_says_to_which_group(
    app: Flask, session: Session, people: list[Person]
) -> None:
    rows = session.scalars(select(GroupIdeaPerson).where(GroupIdeaPerson.person_id == people[0].id)).all()
    rows[0].answer = JoinAnswer.JOINS
    session.commit()
    with app.test_request_context():
        sections = sections_of(session, Whose(people[0].id, None))
    (group,) = [one for one in sections if one.holding.model is GroupIdeaPerson]
    assert "'joins'" in str(group.rows)
    ((which, *_),) = group.in_words
    assert which == ("Group", "Cooking, Saturday mornings. Near NG18 in Mansfield")
