"""Asking for help to be found: what is read out of the words, who is told, what each side reads, and the end."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.db import Database, open_database
from marketplace.enquiries.concerns.models import Block, Concern, ConcernState
from marketplace.enquiries.help import operations, queries
from marketplace.enquiries.help.forms import name_in
from marketplace.enquiries.help.jobs import LookedAgain, look_again
from marketplace.enquiries.help.models import HelpState, HelpTold, HelpWanted
from marketplace.enquiries.help.said import slots_said, wish_in
from marketplace.enquiries.help.suiting import MOST_TOLD, suited
from marketplace.enquiries.models import Enquiry
from marketplace.matching.needs import parse_needs
from marketplace.offers.models import Offer
from marketplace.outbox.models import OutboxMessage
from marketplace.people.models import Person
from marketplace.people.profile.changes import Doer
from marketplace.people.saved.alerts import Matching
from marketplace.providers.models import MemberRole, ProviderMember, ProviderStatus
from marketplace.settings import ManySettings, Settings
from marketplace.upkeep.jobs import Work
from marketplace.vocabulary import CheckKind, Day, LegalForm, OfferKind, PlaceKind, Role, Theme
from tests.accounts.mail import SQLITE
from tests.directory.factories import check, offer, place, provider, times
from tests.find.journeys import token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.people.factories import TODAY, make_case, make_person

sqlite_only = pytest.mark.parametrize(**SQLITE)
BASE = "https://days.example"
NOW = datetime.now(UTC)
WORDS = "Someone to take me swimming on Thursday evenings"
NEEDS = {
    "goals": [{"text": "swimming", "theme": "swimming"}],
    "postcode": "NG18 1AB",
    "when": {"thu": ["17:00-21:00"]},
}


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


@pytest.fixture
def jo(session: Session) -> Person:
    account = make_account(session, roles=[Role.PERSON], name="Jo", email="jo@example.org")
    return make_person(
        session,
        account=account,
        family_name="Zellaby",
        answers={"postcode": "NG18 1AB", "goals": [{"text": "cook my tea"}]},
        counts_in_gaps=True,
    )


@pytest.fixture
def matching(settings: Settings, database: Database) -> Matching:
    return Work(replace(settings, uses_sentence_model=False), database).matching


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


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        (WORDS, "thu-evening"),
        ("Monday mornings and Thursday evenings", "mon-morning thu-evening"),
        ("Evenings on Tuesday or Weds", "tue-evening wed-evening"),
        ("A walk on Saturdays at 10am", "sat-morning"),
        ("Sunday is fine. Mornings", "sun-morning"),
        (
            "At weekends, not Sunday evening",
            "sat-afternoon sat-evening sat-morning sun-afternoon sun-morning",
        ),
        ("I sat in the sun and cooked my tea", ""),
    ],
)
def test_times_are_read_out_of_the_words(text: str, slots: str) -> None:
    assert sorted(slot.value for slot in slots_said(text)) == slots.split()


def test_any_day_but_one_is_six_whole_days_and_asking_for_someone_is_no_part_of_the_wish() -> None:
    assert len(slots_said("Any day but Friday")) == 18
    assert wish_in(WORDS) == "swimming on Thursday evenings"
    assert wish_in("I need someone who can help me with the garden") == "garden"
    assert wish_in("Someone to go") == "Someone to go"


def test_a_name_is_one_with_its_capital_and_inside_a_sentence() -> None:
    assert name_in("Someone to go with Will to the pool", ["Will"]) == "Will"
    assert name_in("Will someone come? Will it be you?", ["Will"]) == ""
    assert name_in("someone who will come", ["Will"]) == ""
    assert name_in("My name is Ola, I like chess", ["Jo"]) == "Ola"


def post_in_the_browser(session: Session, as_jo: FlaskClient, jo: Person) -> HelpWanted:
    """Through all pages; nothing is kept before the last one, and each provider is told once."""
    new = f"/people/{jo.id}/help-wanted/new"
    page = as_jo.get(new)
    form = {"csrf_token": token_on(page), "once": _field(page.text, "once"), "page": "words"}
    for wrong in ("Ring me on 07700 900123", "I live at 4 Oak Lane", "Someone to go with Jo"):
        assert as_jo.post(new, data={**form, "words": wrong}).status_code == 422
    about = as_jo.post(new, data={**form, "words": WORDS}).text
    assert _ticked(about) == {"swimming"}
    when = as_jo.post(new, data={**form, "words": WORDS, "page": "about", "about": "swimming"}).text
    assert _ticked(when) == {"thu-evening"}
    given = {**form, "words": WORDS, "about": "swimming", "slots": "thu-evening"}
    check_page = as_jo.post(new, data={**given, "page": "times"}).text
    for words in (WORDS, "Thursday: 5pm to 9pm", "Mansfield", "We know 2 helpers"):
        assert words in check_page
    assert session.scalars(select(HelpWanted)).all() == []
    sent = {as_jo.post(new, data={**given, "page": "check"}).headers["Location"] for _ in "12"}
    assert len(sent) == 1, "the same form sent twice is one request"
    wanted = session.scalars(select(HelpWanted)).one()
    assert wanted.needs["when"] == {"thu": ["17:00-21:00"]}
    told = session.scalars(select(OutboxMessage)).all()
    assert len(told) == 2
    assert not any("swimming" in mail.subject + mail.body or "Jo" in mail.body for mail in told)
    return wanted


def read_and_ask(session: Session, as_jo: FlaskClient, wanted: HelpWanted, near: Offer) -> str:
    """The person reads who can help, best first, and asks the first; the address of the request."""
    own = f"/people/{wanted.person_id}/help-wanted/{wanted.id}"
    answers = as_jo.get(own).text
    assert answers.index("I drive and swim") < answers.index("I can learn"), "who fits best stands first"
    for words in ("You asked for: Swimming. It offers this.", "Seen on", "does not name this"):
        assert words in answers
    assert "Don&#39;t tell" not in answers
    ask = re.search(rf'href="(/people/[^"]*offer={near.id}[^"]*)"', answers)
    assert ask is not None
    address = ask[1].replace("&amp;", "&")
    asking = as_jo.get(address)
    form = {
        "csrf_token": token_on(asking),
        "once": _field(asking.text, "once"),
        "name": "Jo",
        "page": "parts",
    }
    assert f"You said that you can help with this: “{WORDS}”" in as_jo.post(address, data=form).text
    as_jo.post(address, data={**form, "words": "Hello", "page": "check"})
    assert session.scalars(select(Enquiry.offer_id)).all() == [near.id]
    assert "See what you asked" in as_jo.get(own).text
    return own


@sqlite_only
def test_from_a_persons_words_to_an_enquiry_and_what_each_side_reads(
    app: Flask, session: Session, jo: Person
) -> None:
    near = helper(session, "Donna swims")
    near.provider.checks = [check(CheckKind.DBS_ENHANCED, seen_on=TODAY - timedelta(days=30))]
    less = helper(session, "Asif plays snooker", themes=[Theme.CAFES_PUBS])
    session.commit()
    as_jo = client_of(app, session.get_one(Account, jo.account_id))
    as_donna, as_asif = (client_of(app, who_acts(session, one)) for one in (near, less))
    wanted = post_in_the_browser(session, as_jo, jo)
    theirs = f"/provide/{near.provider_id}/help-wanted"
    assert "1 request for help waits for you" in as_donna.get(f"/provide/{near.provider_id}").text
    read = as_donna.get(theirs).text
    assert WORDS in read
    assert "Mansfield" in read
    for hidden in ("Zellaby", "NG18", "jo@example.org", str(jo.id)):
        assert hidden not in read
    answer = f"{theirs}/{wanted.id}/answer"
    token = {"csrf_token": token_on(as_donna.get(answer))}
    pressed = as_donna.post(answer, data={**token, "words": "Don't tell your carer"})
    assert pressed.status_code == 422
    assert "Don&#39;t tell your carer" in pressed.text, "nothing that was typed is lost"
    moderator = client_of(app, make_account(session, roles=[Role.MODERATOR], name="Morgan"))
    looked_at = moderator.get("/moderation/messages").text
    assert "Don&#39;t tell your carer" in looked_at
    assert "Words that put someone under pressure" in looked_at
    assert as_donna.post(answer, data={**token, "words": "Mail me: d@example.com"}).status_code == 422
    for _ in "12":
        assert as_donna.post(answer, data={**token, "words": "I drive and swim"}).status_code == 303
    other = f"/provide/{less.provider_id}/help-wanted/{wanted.id}/answer"
    as_asif.post(other, data={"csrf_token": token_on(as_asif.get(other)), "words": "I can learn"})
    assert mails(session).count("jo@example.org") == 2, "one mail for each who can help"
    assert [one.told.flags for one in queries.stopped_answers(session, since=NOW - timedelta(days=1))] == [
        ["pressure"]
    ]

    own = read_and_ask(session, as_jo, wanted, near)
    end = {"csrf_token": token_on(as_jo.get("/find")), "end": "found"}
    assert [as_jo.post(f"{own}/end", data=end).status_code for _ in "12"] == [303, 303]
    assert as_jo.post(f"{own}/end", data={**end, "end": "taken-back"}).status_code == 409
    assert WORDS not in as_donna.get(theirs).text
    late = as_donna.post(answer, data={**token, "words": "Still free"})
    assert late.status_code == 409
    assert "Still free" in late.text
    assert WORDS not in late.text


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def _ticked(page: str) -> set[str]:
    return set(re.findall(r'value="([^"]+)"[^>]* checked', page))


@sqlite_only
def test_who_is_suspended_blocked_held_or_not_here_is_not_told_and_drops_out_at_once(
    session: Session, jo: Person, matching: Matching
) -> None:
    stays, leaves, blocked, held = (helper(session, name) for name in ("Stays", "Leaves", "Blocked", "Held"))
    offer(session, "Nobody reads", kind=OfferKind.PERSONAL_ASSISTANT)
    centre = provider(session, name="Big centre", legal_form=LegalForm.CHARITY)
    helper(session, "A day service", kind=OfferKind.DAY_SERVICE, by=centre)
    tiny = provider(session, name="Two of us", legal_form=LegalForm.MICRO_ENTERPRISE)
    small = helper(session, "Small swims", kind=OfferKind.DAY_SERVICE, by=tiny)
    full = helper(session, "At another time", sessions=times([Day.MON], 9, 12))
    wanted = posted(session, jo, matching)
    told = set(session.scalars(select(HelpTold.offer_id)))
    assert told == {one.id for one in (stays, leaves, blocked, held, small, full)}
    for one in (stays, leaves, blocked, held):
        say_yes(session, wanted, one)

    leaves.provider.status = ProviderStatus.SUSPENDED
    session.add(Block(person_id=jo.id, provider_id=blocked.provider_id, made_at=NOW))
    session.add(
        Concern(
            about_provider_id=held.provider_id,
            words="A worry",
            state=ConcernState.LOOKED_AT,
            holds_contact=True,
            made_at=NOW,
        )
    )
    session.commit()
    assert [one.offer.id for one in queries.answers_to(session, wanted, today=TODAY)] == [stays.id]
    (asked,) = queries.of_person(session, jo.id, today=TODAY)
    assert asked.answers == 1
    for gone in (leaves, blocked, held):
        assert queries.of_provider(session, gone.provider_id, today=TODAY) == []
        with pytest.raises(operations.OverError):
            say_yes(session, wanted, gone, "Hello again")
        session.rollback()
    assert queries.unanswered_of_provider(session, small.provider_id, today=TODAY) == 1


@sqlite_only
def test_a_new_assistant_is_told_as_soon_as_one_of_many_years_who_fits_the_same(
    session: Session, jo: Person, matching: Matching
) -> None:
    for number in range(MOST_TOLD + 2):
        helper(session, f"Here for years {number}", confirmed_on=TODAY)
    fresh = provider(session, name="Came today", legal_form=LegalForm.SELF_EMPLOYED_PA, created_at=NOW)
    new = helper(session, "Came today", by=fresh)
    needs = parse_needs(NEEDS)
    # The turns are as good as drawn: of so many days luck decides nothing.
    days = [
        suited(session, jo.id, needs, matching, today=TODAY + timedelta(days=number)) for number in range(60)
    ]
    assert {len(told) for told in days} == {MOST_TOLD}
    assert {one.score for told in days for one in told} == {days[0][0].score}, (
        "nobody fits less for being new"
    )
    assert sum(new.id in {one.offer_id for one in told} for told in days) >= 30
    assert any(new.id in {one.offer_id for one in told[:7]} for told in days)


@sqlite_only
def test_three_are_open_at_most_and_the_fourth_writes_nothing(
    session: Session, jo: Person, matching: Matching
) -> None:
    first, _, _ = (posted(session, jo, matching) for _ in "123")
    with pytest.raises(operations.TooManyOpenError):
        posted(session, jo, matching)
    session.rollback()
    operations.end_help(session, first, to=HelpState.TAKEN_BACK, by=None, now=NOW, base_url=BASE)
    posted(session, jo, matching)
    assert session.scalar(select(func.count()).select_from(HelpWanted)) == 4


@sqlite_only
def test_a_new_assistant_who_answers_many_people_at_once_has_to_wait(
    session: Session, matching: Matching
) -> None:
    fresh = provider(session, name="Fast", legal_form=LegalForm.SELF_EMPLOYED_PA, created_at=NOW)
    fast = helper(session, "Fast", by=fresh)
    requests = [
        posted(session, make_person(session, account=make_account(session, name=name)), matching)
        for name in ("Ann", "Bob", "Cy")
    ]
    say_yes(session, requests[0], fast, many=ManySettings(people=3))
    say_yes(session, requests[1], fast, many=ManySettings(people=3))
    with pytest.raises(operations.TooFastError):
        say_yes(session, requests[2], fast, many=ManySettings(people=3))
    session.rollback()
    say_yes(session, requests[2], fast, many=ManySettings(people=3), now=NOW + timedelta(minutes=11))


@sqlite_only
def test_a_practitioner_posts_for_a_person_whose_postcode_is_not_known(app: Flask, session: Session) -> None:
    edith = make_person(session, first_name="Edith", answers={"goals": [{"theme": "swimming"}]})
    sam = make_account(session, roles=[Role.PRACTITIONER], name="Sam Pike")
    make_case(session, person=edith, account=sam)
    helper(session, "Donna swims")
    client = client_of(app, sam)
    new = f"/people/{edith.id}/help-wanted/new"
    page = client.get(new)
    given = {
        "csrf_token": token_on(page),
        "once": _field(page.text, "once"),
        "words": WORDS,
        "about": "swimming",
        "slots": "any_time",
    }
    assert "What is the postcode of Edith?" in client.post(new, data={**given, "page": "times"}).text
    done = client.post(new, data={**given, "page": "check", "postcode": "NG18 1AB"}).headers["Location"]
    wanted = session.scalars(select(HelpWanted)).one()
    assert done == f"/people/{edith.id}/help-wanted/{wanted.id}?done=posted"
    assert (wanted.told, wanted.posted_by_id, "when" in wanted.needs) == (1, sam.id, False)


@sqlite_only
def test_what_nobody_could_help_with_is_over_after_its_last_day_and_counts_as_missing(
    database: Database, session: Session, jo: Person, matching: Matching
) -> None:
    helper(session, "Donna swims")
    yes, no = posted(session, jo, matching), posted(session, jo, matching)
    (made,) = session.scalars(select(Offer))
    say_yes(session, yes, made)
    last = TODAY + operations.OPEN_FOR
    assert queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=last) == []
    before = mails(session).count("jo@example.org")

    def run(day: int) -> LookedAgain:
        today = last + timedelta(days=day)
        return look_again(database, lambda: matching, base_url=BASE, now=NOW, today=today)

    assert not run(0)
    assert [run(1), run(1)] == [LookedAgain(over=2), LookedAgain()]
    assert mails(session).count("jo@example.org") == before + 2
    assert {yes.state, no.state} == {HelpState.OVER}
    tomorrow = last + timedelta(days=1)
    (missing,) = queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=tomorrow)
    assert (missing.district_code, missing.needs["goals"]) == ("E07000174", NEEDS["goals"])
    jo.counts_in_gaps = False
    session.commit()
    assert queries.unanswered_for_gaps(session, since=NOW - timedelta(days=1), today=tomorrow) == []


@pytest.fixture
def shared(database_url: str) -> Iterator[Database]:
    shared = open_database(database_url)
    yield shared
    shared.engine.dispose()


def test_who_comes_new_is_told_once_by_two_workers_at_the_same_moment(
    shared: Database, settings: Settings
) -> None:
    matching = Work(replace(settings, uses_sentence_model=False), shared).matching
    with shared.write() as session:
        account = make_account(session, roles=[Role.PERSON], name="Jo")
        jo = make_person(session, account=account)
        wanted = posted(session, jo, matching)
        assert wanted.told == 0
        helper(session, "Came later")
        help_id = wanted.id
    matching = Work(replace(settings, uses_sentence_model=False), shared).matching  # as a night later
    gate = threading.Barrier(2, timeout=30)
    done: list[LookedAgain] = []

    def one() -> None:
        gate.wait()
        done.append(look_again(shared, lambda: matching, base_url=BASE, now=NOW, today=TODAY))

    workers = [threading.Thread(target=one) for _ in "12"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with shared.read() as session:
        assert sorted(run.told for run in done) == [0, 1]
        assert session.get_one(HelpWanted, help_id).told == 1
        assert session.scalar(select(func.count()).select_from(HelpTold)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
