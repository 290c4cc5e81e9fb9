"""Commissioners see the councils that they work for, and nothing of any other."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import UUIDConverter

from marketplace.accounts.models import RoleCouncil
from marketplace.audit.models import AuditEntry
from marketplace.commissioning.groups.models import GroupIdea
from marketplace.commissioning.market.models import Pilot
from marketplace.commissioning.outcomes.models import SaidAndDid
from marketplace.commissioning.register.models import Gap, GapState
from marketplace.commissioning.register.reminding import remind_owners
from marketplace.commissioning.report.models import BroughtDemand
from marketplace.db import Database
from marketplace.gaps.bands import TimeBand
from marketplace.gaps.disclosure import Shown
from marketplace.vocabulary import Role, Theme
from tests.accounts.mail import SQLITE
from tests.commissioning.reports import kept, report_of
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in

pytestmark = pytest.mark.parametrize(**SQLITE)
NOTTINGHAMSHIRE, NORFOLK, MANSFIELD, NORTH_NORFOLK = "E10000024", "E10000020", "E07000174", "E07000147"
SECRET = "What only Norfolk may read"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
COMMON = {"report_id"}
"""Reports are of all councils together; a page shows what is in them of one's own."""


def _gap(owner: uuid.UUID | None = None) -> Gap:
    return Gap(
        number=1,
        council_code=NORFOLK,
        district_code=NORTH_NORFOLK,
        title=SECRET,
        state=GapState.OPEN,
        opened_at=NOW,
        before={},
        after={},
        owner_id=owner,
        due_on=date(2026, 11, 25),
        form_token=uuid.uuid4().hex,
        version=1,
    )


RECORDS: dict[str, Callable[[], object]] = {
    "gap_id": _gap,
    "demand_id": lambda: BroughtDemand(
        council_code=NORFOLK, name=SECRET, source="", weight=1, brought_at=NOW, form_token="brought", rows=[]
    ),
    "pilot_id": lambda: Pilot(
        council_code=NORFOLK,
        name=SECRET,
        about="",
        starts_on=date(2026, 11, 2),
        learned="",
        made_at=NOW,
        form_token="pilot",
        version=1,
    ),
    "said_id": lambda: SaidAndDid(
        council_code=NORFOLK, said=SECRET, said_on=date(2026, 11, 2), form_token="said", version=1
    ),
    "idea_id": lambda: GroupIdea(
        key=SECRET,
        district_code=NORTH_NORFOLK,
        place_code="NR27",
        theme=Theme.COOKERY,
        band=TimeBand.SATURDAY_MORNING,
        people=Shown(10),
        found_on=date(2026, 11, 23),
    ),
}
"""One record of Norfolk's by its part in an address. A new kind of record needs its maker here."""


def commissioner_of(client: FlaskClient, session: Session, *councils: str) -> FlaskClient:
    sign_in(client, make_account(session, roles=[Role.COMMISSIONER], councils=councils))
    return client


def test_no_page_tells_anything_of_a_council_that_one_does_not_work_for(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    records = {name: make() for name, make in RECORDS.items()}
    session.add_all(records.values())
    report = kept(session, report_of({(MANSFIELD, Theme.COOKERY): Shown(20)}))
    session.commit()
    ids = {name: one.id for name, one in records.items()} | {"report_id": report.id}
    own = commissioner_of(client, session, NOTTINGHAMSHIRE)
    faults, asked = [], 0
    for route in app.url_map.iter_rules():
        if not route.endpoint.startswith("commissioning."):
            continue
        foreign = {name for name, one in route._converters.items() if isinstance(one, UUIDConverter)} - COMMON
        values = {name: ids.get(name, "x") for name in route.arguments}
        if "district_code" in values:
            values |= {"district_code": NORTH_NORFOLK, "theme": "cookery"}
        if "do" in values:
            values["do"] = "show"
        built = route.build(values)
        assert built is not None
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            own.get(f"/commissioning?council={NOTTINGHAMSHIRE}")
            plain = own.open(built[1], method=method)
            picked = own.open(f"{built[1]}?council={NORFOLK}", method=method)
            asked += 1
            if picked.status_code != 404:
                faults.append(f"{method} {route.rule}: another council was chosen ({picked.status_code})")
            if (foreign or "district_code" in values) and plain.status_code != 404:
                faults.append(f"{method} {route.rule}: another council's record ({plain.status_code})")
            if SECRET.encode() in plain.data + picked.data:
                faults.append(f"{method} {route.rule} tells of it")
    assert faults == []
    assert asked > 40
    # The same records are there for whoever works for Norfolk.
    page = commissioner_of(client, session, NORFOLK).get(f"/commissioning/register/{ids['gap_id']}")
    assert SECRET in page.get_data(as_text=True)


def test_who_has_no_council_is_told_whom_to_ask(client: FlaskClient, session: Session) -> None:
    commissioner_of(client, session)
    for address in ("/commissioning", "/commissioning/gaps/report.json", "/commissioning/register"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Ask an administrator of Meaningful Day." in answer.get_data(as_text=True)


def test_an_administrator_gives_and_takes_a_council_and_both_are_written_down(
    client: FlaskClient, session: Session
) -> None:
    chris = make_account(session, roles=[Role.COMMISSIONER], name="Chris", councils=())
    sam = make_account(session, roles=[Role.PRACTITIONER])
    sign_in(client, make_account(session, roles=[Role.ADMINISTRATOR]))
    page = f"/accounts/{chris.id}"

    def send(address: str, **fields: str) -> int:
        fields["csrf_token"] = token_on(client.get(page))
        return client.post(address, data=fields).status_code

    assert send(f"{page}/councils", council="E10009999") == 422
    assert send(f"/accounts/{sam.id}/councils", council=NORFOLK) == 404, "a practitioner works for none"
    assert send(f"{page}/councils", council=NORFOLK) == 303
    assert send(f"{page}/councils", council=NORFOLK) == 303, "twice is once"
    assert session.scalars(select(RoleCouncil.council_code)).all() == [NORFOLK]
    assert "/councils/E10000020/take" in client.get(page).get_data(as_text=True)
    assert send(f"{page}/councils/{NORFOLK}/take") == 303
    assert session.scalars(select(RoleCouncil.council_code)).all() == []
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_id == str(chris.id)).order_by(AuditEntry.number)
    ).all()
    assert list(actions) == ["council_given", "council_taken"]
    # With the role all councils go: who gets it back later begins with none.
    send(f"{page}/councils", council=NORFOLK)
    send(f"{page}/roles/commissioner/remove")
    assert session.scalars(select(RoleCouncil.council_code)).all() == []


def test_nobody_is_told_of_gaps_of_a_council_that_they_left(session: Session, database: Database) -> None:
    here = make_account(session, roles=[Role.COMMISSIONER], councils=[NORFOLK])
    left = make_account(session, roles=[Role.COMMISSIONER], councils=[NOTTINGHAMSHIRE])
    gap = _gap(left.id)
    session.add(gap)
    session.commit()
    assert remind_owners(database, now=NOW, base_url="http://localhost") == 0
    gap.owner_id = here.id
    session.commit()
    assert remind_owners(database, now=NOW, base_url="http://localhost") == 1
