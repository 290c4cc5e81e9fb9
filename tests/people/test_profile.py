"""The profile over HTTP: changed one question at a time, hidden in parts, undone, never written over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import Account
from marketplace.audit import Action, AuditEntry
from marketplace.people.models import Person
from marketplace.people.profile import operations
from marketplace.people.profile.models import (
    CommunicationRecord,
    LevelRecord,
    NoteKind,
    ProfileNote,
    ProfileUndo,
    WhoSaid,
)
from marketplace.people.supporters.models import Scope
from marketplace.vocabulary import Role
from tests.accounts.mail import SQLITE
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import ANSWERS, TODAY, make_case, make_person, make_supporter


@pytest.fixture
def jo(session: Session) -> Person:
    return make_person(session, account=make_account(session, roles=[Role.PERSON], name="Jo"))


@pytest.fixture
def as_jo(client: FlaskClient, session: Session, jo: Person) -> FlaskClient:
    sign_in(client, session.get_one(Account, jo.account_id))
    return client


@pytest.fixture
def as_sam(app: Flask, session: Session, jo: Person) -> FlaskClient:
    """A supporter who may fill in."""
    sam = make_account(session, roles=[Role.SUPPORTER], name="Sam")
    make_supporter(session, person=jo, account=sam, scope=Scope.HELP)
    client = app.test_client()
    sign_in(client, sam)
    return client


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """What the form on the page would send without being touched."""
    fields = {"csrf_token": token_on(page)}
    if 'name="seen"' in page.text:
        fields["seen"] = page.text.partition('name="seen" value="')[2].partition('"')[0]
    return fields


def send(client: FlaskClient, url: str, **fields: Any) -> TestResponse:
    return client.post(url, data={**hidden_fields(client.get(url)), **fields})


def press(client: FlaskClient, jo: Person, action: str) -> TestResponse:
    """A button of the profile page."""
    token = token_on(client.get(f"/people/{jo.id}/profile"))
    return client.post(f"/people/{jo.id}/profile/{action}", data={"csrf_token": token})


def answers_of(session: Session, jo: Person) -> dict[str, Any]:
    session.expire_all()
    return dict(session.get_one(Person, jo.id).answers)


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    ("path", "sent", "field", "kept", "part"),
    [
        ("travel", {"answer": ["car", "bus"]}, "travel", {**ANSWERS["travel"], "modes": ["car", "bus"]}, "travel"),
        ("travel", {}, "travel", {"max_minutes": 45, "with_support": True}, "travel"),
        ("budget", {"budget": "12.50"}, "weekly_budget", "12.50", "money"),
        ("budget", {"skip": "1"}, "weekly_budget", None, "money"),
        ("when/hours", {"slots": ["mon-9"], "hours_wanted": "4"}, "when", {"mon": ["09:00-10:00"]}, "times"),
        ("goals/try", {"answer": ["gym"]}, "goals", [*ANSWERS["goals"][:1], {"theme": "gym", "stance": "try"}, *ANSWERS["goals"][1:]], "goals"),
        ("goals/important", {"answer": ["goal-1"]}, "goals", [ANSWERS["goals"][0], {**ANSWERS["goals"][1], "importance": 3}], "goals"),
        ("what", {"answer": ["animals"], "own_words": ""}, "goals", [ANSWERS["goals"][0], {"theme": "animals"}], "goals"),
    ],
)  # fmt: skip
def test_a_question_changes_its_own_answer_and_leads_back_to_its_part(
    as_jo: FlaskClient, session: Session, jo: Person, path: str, sent: Any, field: str, kept: Any, part: str
) -> None:
    response = send(as_jo, f"/people/{jo.id}/profile/{path}", **sent)
    assert response.status_code == 303, response.text
    assert response.location == f"/people/{jo.id}/profile?saved={part}#part-{part}"
    after = answers_of(session, jo)
    if field == "goals" and path == "goals/try":
        kept = sorted(kept, key=lambda goal: (goal.get("stance") != "try", not goal.get("stance")))
    assert after.get(field) == kept
    untouched = {name: value for name, value in ANSWERS.items() if name != field}
    assert {name: after.get(name) for name in untouched} == untouched


def test_another_postcode_moves_the_person_to_its_district(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    send(as_jo, f"/people/{jo.id}/profile/where", postcode="nr2 1tf")
    assert answers_of(session, jo)["postcode"] == "NR2 1TF"
    assert session.get_one(Person, jo.id).district_code == "E07000148"


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    ("path", "sent", "advice"),
    [
        ("where", {"postcode": "nowhere"}, "Enter a postcode, like NG18 1AB"),
        ("name", {"first_name": " "}, "Write the name we should call you"),
        ("notes/can_do", {"text": "a" * 2001}, "This is too long. Write at most 2000 letters"),
        ("goals/learn", {"own_words": "a\n" * 11}, "Write at most 10 lines. You have 11"),
        ("goals/important", {"answer": ["goal-7"]}, "not a valid choice"),
        ("count-me", {}, "Choose yes or no"),
    ],
)
def test_a_wrong_answer_is_told_and_kept(
    as_jo: FlaskClient, jo: Person, path: str, sent: dict[str, Any], advice: str
) -> None:
    response = send(as_jo, f"/people/{jo.id}/profile/{path}", **sent)
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert response.text.count(advice) >= 2


def test_a_form_that_began_from_something_else_is_shown_the_conflict_and_keeps_what_was_typed(
    as_jo: FlaskClient, as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    url = f"/people/{jo.id}/profile/notes/can_do"
    opened = hidden_fields(as_jo.get(url))
    send(as_sam, url, text="I can make toast")
    conflict = as_jo.post(url, data={**opened, "text": "I know the bus"})
    assert conflict.status_code == 409
    assert "Someone else changed this while you were writing" in conflict.text
    assert "I can make toast" in conflict.text
    assert "I know the bus</textarea>" in conflict.text
    again = as_jo.post(url, data={**hidden_fields(conflict), "text": "I know the bus"})
    assert again.status_code == 303
    assert session.scalars(select(ProfileNote)).one().text == "I know the bus"


@pytest.mark.parametrize(**SQLITE)
@pytest.mark.parametrize(
    ("path", "theirs", "mine"),
    [
        ("paying", {"answer": "mixed"}, {"answer": "self_funder"}),
        ("goals/try", {"answer": ["gym"]}, {"answer": ["animals"]}),
        ("goals/important", {"answer": ["goal-0"]}, {"answer": ["goal-1"]}),
        ("when/hours", {"slots": ["mon-9"]}, {"slots": ["tue-9"]}),
        ("name", {"first_name": "Joanna"}, {"first_name": "Joe"}),
        ("communication", {"answer": ["bsl"]}, {"answer": ["makaton"]}),
    ],
)
def test_every_form_knows_that_someone_was_quicker(
    as_jo: FlaskClient, as_sam: FlaskClient, jo: Person, path: str, theirs: Any, mine: Any
) -> None:
    url = f"/people/{jo.id}/profile/{path}"
    opened = hidden_fields(as_jo.get(url))
    assert send(as_sam, url, **theirs).status_code == 303
    assert as_jo.post(url, data={**opened, **mine}).status_code == 409


def test_a_change_of_another_part_is_no_conflict_and_sent_twice_is_kept_once(
    as_jo: FlaskClient, as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    url = f"/people/{jo.id}/profile/paying"
    form = {**hidden_fields(as_jo.get(url)), "answer": "mixed"}
    send(as_sam, f"/people/{jo.id}/profile/travel", answer=["walk"])
    first, second = as_jo.post(url, data=form), as_jo.post(url, data=form)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert first.status_code == 303
    assert answers_of(session, jo)["funding"] == "mixed"
    assert session.get_one(Person, jo.id).version == 3


def test_a_change_that_began_from_an_older_version_is_not_kept(session: Session, jo: Person) -> None:
    by = operations.Doer(account=session.get_one(Account, jo.account_id), role=Role.PERSON)
    newer = update(Person).values(version=Person.version + 1).execution_options(synchronize_session=False)
    session.execute(newer)
    with pytest.raises(operations.StaleProfileError):
        operations.keep_note(session, person=jo, kind=NoteKind.CAN_DO, text="too late", by=by)
    assert session.scalars(select(ProfileNote)).all() == []


def test_a_view_that_was_overtaken_by_a_moment_runs_once_more(
    as_jo: FlaskClient, session: Session, jo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, overtaken = operations.keep_note, [True]

    def late(*args: Any, **values: Any) -> None:
        if overtaken.pop():
            overtaken.append(False)
            raise operations.StaleProfileError
        keep(*args, **values)

    monkeypatch.setattr(operations, "keep_note", late)
    assert send(as_jo, f"/people/{jo.id}/profile/notes/can_do", text="I know the bus").status_code == 303
    assert session.scalars(select(ProfileNote)).one().text == "I know the bus"


def test_a_form_can_not_set_what_it_does_not_ask(as_jo: FlaskClient, session: Session, jo: Person) -> None:
    before = (jo.account_id, jo.reference, jo.counts_in_gaps, jo.is_example)
    send(
        as_jo,
        f"/people/{jo.id}/profile/name",
        first_name="Joanna",
        account_id="x",
        reference="y",
        counts_in_gaps="1",
        is_example="1",
        role="admin",
    )
    session.expire_all()
    after = session.get_one(Person, jo.id)
    assert after.first_name == "Joanna"
    assert (after.account_id, after.reference, after.counts_in_gaps, after.is_example) == before


@pytest.mark.parametrize(**SQLITE)
def test_a_hidden_part_reaches_nobody_elses_page_or_form(
    as_jo: FlaskClient, as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    secret = "Only for me: the river at dawn"
    send(as_jo, f"/people/{jo.id}/profile/notes/good_day", text=secret)
    send(as_jo, f"/people/{jo.id}/profile/communication", answer=["braille"])
    pages = ("", "/profile", "/profile/about-me")
    seen = "".join(as_sam.get(f"/people/{jo.id}{page}").text for page in pages)
    assert all(words in seen for words in (secret, "Braille", "I want to make my own tea"))
    for part in ("goals", "communication"):
        assert press(as_jo, jo, f"parts/{part}/hide").status_code == 303
    seen = "".join(as_sam.get(f"/people/{jo.id}{page}").text for page in pages)
    assert not any(words in seen for words in (secret, "Braille", "I want to make my own tea", "Cooking"))
    for form in (
        "notes/good_day",
        "what",
        "goals/learn",
        "goals/important",
        "communication",
        "communication/braille",
    ):
        assert as_sam.get(f"/people/{jo.id}/profile/{form}").status_code == 404, form
        refused = as_sam.post(f"/people/{jo.id}/profile/{form}", data={"text": "mine", "answer": "gym"})
        assert refused.status_code in (400, 404)
    assert secret in as_jo.get(f"/people/{jo.id}/profile").text
    # What a helper changes elsewhere leaves the hidden answers as they are.
    send(as_sam, f"/people/{jo.id}/profile/paying", answer="mixed")
    assert answers_of(session, jo) == {**ANSWERS, "funding": "mixed"}
    assert press(as_jo, jo, "parts/goals/show").status_code == 303
    assert secret in as_sam.get(f"/people/{jo.id}/profile").text


def test_a_removed_note_is_put_back_once_and_only_by_who_removed_it(
    as_jo: FlaskClient, as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    url = f"/people/{jo.id}/profile/notes/in_my_life"
    send(as_jo, url, text="My sister Priya")
    written = session.scalars(select(ProfileNote)).one().written_at
    send(as_jo, url, skip="1")
    assert session.scalars(select(ProfileNote)).all() == []
    back = as_jo.get(f"/people/{jo.id}/profile?saved=in_my_life")
    assert "Undo this change" in back.text
    assert "Undo this change" not in as_sam.get(f"/people/{jo.id}/profile?saved=in_my_life").text
    assert press(as_sam, jo, "undo").location == f"/people/{jo.id}/profile"
    assert press(as_jo, jo, "undo").location == f"/people/{jo.id}/profile?undone=1"
    session.expire_all()
    note = session.scalars(select(ProfileNote)).one()
    assert (note.kind, note.text, note.written_at) == (NoteKind.IN_MY_LIFE, "My sister Priya", written)
    assert press(as_jo, jo, "undo").location == f"/people/{jo.id}/profile"
    assert session.scalars(select(ProfileUndo)).all() == []


def test_what_others_changed_since_can_not_be_undone(
    as_jo: FlaskClient, as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    send(as_jo, f"/people/{jo.id}/profile/paying", answer="mixed")
    send(as_sam, f"/people/{jo.id}/profile/travel", answer=["walk"])
    press(as_jo, jo, "undo")
    assert answers_of(session, jo)["funding"] == "mixed"


def test_an_undone_answer_takes_its_level_and_names_with_it(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    send(as_jo, f"/people/{jo.id}/profile/support", answer="4", age="30")
    assert session.get_one(Person, jo.id, populate_existing=True).support_level == 4
    press(as_jo, jo, "undo")
    session.expire_all()
    person = session.get_one(Person, jo.id)
    assert (person.support_level, person.age, person.answers) == (2, None, dict(ANSWERS))
    assert session.scalars(select(LevelRecord)).all() == []


def test_a_level_is_kept_with_its_day_and_who_said_it(
    app: Flask, as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    dana = make_account(session, roles=[Role.PRACTITIONER], name="Dana")
    make_case(session, person=jo, account=dana)
    as_dana = app.test_client()
    sign_in(as_dana, dana)
    url = f"/people/{jo.id}/profile/support"
    send(as_jo, url, answer="2")
    send(as_jo, url, answer="2")
    send(as_dana, url, answer="3")
    said = session.scalars(select(LevelRecord).order_by(LevelRecord.said_at)).all()
    assert [(one.level, one.who, one.said_on) for one in said] == [
        (2, WhoSaid.PERSON, TODAY),
        (3, WhoSaid.PRACTITIONER, TODAY),
    ]
    assert "A practitioner said so (Dana)" in as_jo.get(f"/people/{jo.id}/profile").text
    history = as_jo.get(f"/people/{jo.id}/profile/level").text
    assert history.index("A practitioner said so") < history.index("The person said so")


def test_communication_needs_are_recorded_flagged_shared_and_looked_at_again(
    app: Flask, as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    url = f"/people/{jo.id}/profile/communication"
    send(as_jo, url, answer=["large_print", "more_time"])
    send(as_jo, f"{url}/large_print", note="18 points or more")
    send(as_jo, f"{url}/sharing", answer=["large_print"])
    records = {one.need.value: one for one in session.scalars(select(CommunicationRecord))}
    assert {name: one.share_with_providers for name, one in records.items()} == {
        "large_print": True,
        "more_time": False,
    }
    assert records["large_print"].review_on.year == TODAY.year + 1
    dana = make_account(session, roles=[Role.PRACTITIONER], name="Dana")
    make_case(session, person=jo, account=dana)
    as_dana = app.test_client()
    sign_in(as_dana, dana)
    for page in ("", "/profile", "/profile/about-me", "/profile/travel", "/profile/notes/other"):
        text = as_dana.get(f"/people/{jo.id}{page}").text
        assert "How to talk with Jo" in text, page
        assert "<strong>Large print</strong>: 18 points or more" in text, page
    assert as_dana.get(f"{url}/sharing").status_code == 404
    assert "Is it still right?" not in as_jo.get(f"/people/{jo.id}/profile").text
    session.execute(update(CommunicationRecord).values(review_on=TODAY - timedelta(days=1)))
    session.commit()
    assert "Is it still right?" in as_jo.get(f"/people/{jo.id}/profile").text
    assert press(as_jo, jo, "communication/still-right").status_code == 303
    assert "Is it still right?" not in as_jo.get(f"/people/{jo.id}/profile").text
    assert as_jo.get(f"{url}/bsl").status_code == 404


@pytest.mark.parametrize(**SQLITE)
def test_open_questions_are_asked_one_after_the_other(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    session.execute(update(Person).values(answers={"goals": [{"theme": "gym"}], "postcode": "NG18 1AB"}))
    session.commit()
    base = f"/people/{jo.id}/profile"
    assert f'href="{base}/support?then=next"' in as_jo.get(f"/people/{jo.id}").text
    first = send(as_jo, f"{base}/support?then=next", answer="2")
    assert first.location == f"{base}/travel?then=next"
    skipped = send(as_jo, f"{base}/travel?then=next", skip="1")
    assert skipped.location == f"{base}/minutes?then=next"
    last = send(as_jo, f"{base}/matters?then=next", answer=["friends"])
    assert last.location == base


def test_agreeing_to_be_counted_is_remembered_and_can_be_taken_back(
    as_jo: FlaskClient, session: Session, jo: Person
) -> None:
    url = f"/people/{jo.id}/profile/count-me"
    for answer, agrees in (("yes", True), ("no", False)):
        send(as_jo, url, answer=answer)
        session.expire_all()
        assert session.get_one(Person, jo.id).counts_in_gaps is agrees
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == [Action.COUNTING_AGREED, Action.COUNTING_ENDED]


def test_what_is_remembered_of_a_change_names_the_part_and_none_of_the_words(
    as_sam: FlaskClient, session: Session, jo: Person
) -> None:
    send(as_sam, f"/people/{jo.id}/profile/notes/culture", text="I pray at noon")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_role) == (Action.PROFILE_CHANGED, Role.SUPPORTER)
    assert (entry.subject_id, entry.details) == (str(jo.id), {"part": "preferences"})


@pytest.mark.parametrize(**SQLITE)
def test_a_page_costs_few_statements(as_jo: FlaskClient, jo: Person, statements: list[str]) -> None:
    # sign-in, roles, person; then what the page shows, and on the first page which practitioners look after
    # the person, whether an enquiry has news and when short questions were answered last
    for page, most in (("", 13), ("/profile", 8), ("/profile/about-me", 6), ("/profile/travel", 4)):
        as_jo.get(f"/people/{jo.id}{page}")
        statements.clear()
        as_jo.get(f"/people/{jo.id}{page}")
        assert len(statements) <= most, (page, "\n".join(statements))
