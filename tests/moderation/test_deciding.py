"""Deciding about what was sent: once, by someone who may, about what they saw."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import marketplace
from marketplace.audit import AuditEntry
from marketplace.db import open_database, write_session
from marketplace.moderation.deciding import Decided, Outcome, decide
from marketplace.moderation.models import Decision, Review, ReviewState, Verdict
from marketplace.offers.document import document_of
from marketplace.offers.drafts import change_draft, draft_for, draft_of, send_draft, take_back
from marketplace.offers.models import DraftState
from marketplace.offers.publishing import publish_at_once
from marketplace.offers.standing import is_public
from marketplace.providers.document import ProviderPart
from marketplace.providers.models import ProviderStatus
from marketplace.providers.operations import change_provider
from marketplace.providers.sending import words_for
from marketplace.settings import Settings
from marketplace.vocabulary import OfferStatus, Vacancy
from tests.accounts.mail import SQLITE
from tests.find.journeys import send, token_on
from tests.fixtures.accounts import make_account, sign_in
from tests.moderation.world import (
    BASE,
    actions,
    bodies,
    moderator,
    provider_with_owner,
    sent_assistant,
    sent_offer,
    waiting,
)
from tests.offers.documents import KITCHEN
from tests.providers.factories import make_member

TODAY = date(2026, 5, 3)
on_sqlite = pytest.mark.parametrize(**SQLITE)


@pytest.fixture
def ctx(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def say(
    session: Session, review: Review, by: object, verdict: Verdict = Verdict.APPROVE, reason: str = ""
) -> Decided:
    decided = decide(
        session,
        review_id=review.id,
        seen_version=review.version,
        verdict=verdict,
        reason=reason,
        by=by,  # type: ignore[arg-type]
        today=TODAY,
        base_url=BASE,
    )
    session.commit()
    return decided


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_an_approved_offer_is_public_and_its_provider_is_told(session: Session) -> None:
    provider, owner = provider_with_owner(session)
    offer, review = sent_offer(session, provider, owner)
    assert not is_public(offer, today=TODAY)
    assert say(session, review, moderator(session)).outcome is Outcome.DONE
    session.refresh(offer)
    assert (offer.name, offer.confirmed_on) == ("Tuesday kitchen", TODAY)
    assert is_public(offer, today=TODAY)
    assert draft_of(session, offer.id) is None
    (mail,) = bodies(session, "review_decided").values()
    assert "Tuesday kitchen is checked" in mail
    assert f"{BASE}/provide/{provider.id}" in mail
    assert actions(session)[-1] == "review_approved"


@on_sqlite
@pytest.mark.usefixtures("ctx")
@pytest.mark.parametrize(
    ("verdict", "state", "kind"),
    [
        (Verdict.ASK_FOR_CHANGES, DraftState.CHANGES_ASKED, "changes_asked"),
        (Verdict.REFUSE, DraftState.REFUSED, "refused"),
    ],
)
def test_what_goes_back_carries_the_words_to_the_provider_until_it_is_sent_again(
    session: Session, verdict: Verdict, state: DraftState, kind: str
) -> None:
    provider, owner = provider_with_owner(session)
    offer, review = sent_offer(session, provider, owner)
    say(session, review, moderator(session), verdict, "Say who may come")
    session.refresh(offer)
    draft = draft_of(session, offer.id)
    assert draft is not None
    assert (draft.state, offer.status) == (state, OfferStatus.DRAFT)
    (words,) = words_for(session, provider.id)
    assert (words.kind, words.words, words.offer_id) == (kind, "Say who may come", offer.id)
    assert "Say who may come" in next(iter(bodies(session, "review_decided").values()))
    send_draft(session, offer, account=owner)
    session.commit()
    assert words_for(session, provider.id) == []
    assert session.scalar(select(Review.id).where(Review.state == ReviewState.WAITING)) != review.id


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_a_personal_assistant_needs_two_people_and_one_of_them_twice_is_one(session: Session) -> None:
    provider, review = sent_assistant(session)
    ann, ben = moderator(session, "Ann"), moderator(session, "Ben")
    assert review.approvals_needed == 2
    assert say(session, review, ann).outcome is Outcome.FIRST_APPROVAL
    assert say(session, review, ann).outcome is Outcome.SAME_AGAIN
    session.refresh(provider)
    assert provider.status is ProviderStatus.WAITING
    assert say(session, review, ben).outcome is Outcome.DONE
    session.refresh(provider)
    assert provider.status is ProviderStatus.ACTIVE
    assert actions(session)[-2:] == ["review_first_approved", "review_approved"]


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_a_first_approval_does_not_count_for_what_is_sent_anew(session: Session) -> None:
    provider, review = sent_assistant(session)
    say(session, review, moderator(session, "Ann"))
    seen = review.version
    change_provider(
        session,
        provider=provider,
        account=make_account(session),
        expected_version=provider.version,
        changes={ProviderPart.ABOUT: "I also drive"},
    )
    session.commit()
    session.refresh(review)
    assert (review.document["about"], review.decisions) == ("I also drive", [])
    # Ben opened the page before, and presses now.
    stale = decide(
        session,
        review_id=review.id,
        seen_version=seen,
        verdict=Verdict.APPROVE,
        reason="",
        by=moderator(session, "Ben"),
        today=TODAY,
        base_url=BASE,
    )
    session.commit()
    assert stale.outcome is Outcome.CHANGED
    session.refresh(provider)
    assert provider.status is ProviderStatus.WAITING


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_new_words_of_a_known_provider_wait_and_change_nothing_else(session: Session) -> None:
    provider, owner = provider_with_owner(session, about="Old words")
    changes = {ProviderPart.ABOUT: "New words", ProviderPart.PHONE: "01623 555 0199"}
    change_provider(
        session, provider=provider, account=owner, expected_version=provider.version, changes=changes
    )
    session.commit()
    assert (provider.about, provider.phone) == ("Old words", "01623 555 0199")
    review = waiting(session, provider_id=provider.id)
    # The phone changes once more while the words wait: approving them does not bring the old one back.
    change_provider(
        session,
        provider=provider,
        account=owner,
        expected_version=provider.version,
        changes={ProviderPart.PHONE: "01623 555 0188"},
    )
    session.commit()
    say(session, review, moderator(session))
    session.refresh(provider)
    assert (provider.about, provider.phone) == ("New words", "01623 555 0188")
    assert provider.status is ProviderStatus.ACTIVE


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_what_changed_at_once_while_words_waited_is_not_undone_by_approving(session: Session) -> None:
    provider, owner = provider_with_owner(session)
    offer, review = sent_offer(session, provider, owner)
    ann = moderator(session)
    say(session, review, ann)
    session.refresh(offer)
    draft = draft_for(session, offer, account=owner)
    renamed = replace(document_of(offer), name="Thursday kitchen")
    change_draft(session, offer, document=renamed, account=owner, expected_version=draft.version)
    send_draft(session, offer, account=owner)
    full = replace(document_of(offer), vacancy=Vacancy.FULL)
    publish_at_once(session, offer, document=full, account=owner)
    session.commit()
    again = waiting(session, offer_id=offer.id)
    assert again.live_document is not None
    say(session, again, ann)
    session.refresh(offer)
    assert (offer.name, offer.vacancy) == ("Thursday kitchen", Vacancy.FULL)


@on_sqlite
@pytest.mark.usefixtures("ctx")
def test_nobody_decides_about_what_was_taken_back_or_about_their_own(session: Session) -> None:
    provider, owner = provider_with_owner(session)
    offer, review = sent_offer(session, provider, owner)
    own = moderator(session, "Own")
    make_member(session, provider=provider, account=own)
    assert say(session, review, own).outcome is Outcome.OWN
    take_back(session, offer, account=owner)
    session.commit()
    assert say(session, review, moderator(session)).outcome is Outcome.TAKEN_BACK
    session.refresh(offer)
    assert offer.status is OfferStatus.DRAFT
    assert session.scalars(select(Decision)).all() == []
    assert actions(session).count("review_tried") == 2


@on_sqlite
def test_the_queue_is_sifted_and_costs_the_same_however_much_waits(
    app: Flask, client: FlaskClient, session: Session, statements: list[str]
) -> None:
    norfolk = {"district_code": "E07000143", "name": "Fenland walkers"}
    with app.test_request_context():
        for fields in ({}, norfolk):
            sent_offer(session, *provider_with_owner(session, **fields))
        sent_assistant(session)
        own, owner = provider_with_owner(session, name="My own group")
        sent_offer(session, own, owner, replace(KITCHEN, name="My own kitchen"))
    ann = moderator(session)
    make_member(session, provider=own, account=ann)
    sign_in(client, ann)
    client.get("/moderation")
    statements.clear()
    page = client.get("/moderation")
    assert len(statements) <= 6, "\n".join(statements)  # sign-in, roles, councils, count, page
    assert "3 wait" in page.text
    assert "My own kitchen" not in page.text
    assert "4 wait" in client.get("/moderation?whose=all").text
    assert "1 waits" in client.get("/moderation?kind=assistants").text
    assert "2 wait" in client.get("/moderation?kind=offers&page=9").text
    norwich = client.get("/moderation?council=E10000020").text
    assert "1 waits" in norwich
    assert "Fenland walkers" in norwich
    assert client.get("/moderation?council=nowhere&page=x&kind=y&whose=z").status_code == 200


@on_sqlite
def test_the_second_moderator_is_told_who_was_first_and_keeps_the_words(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    with app.test_request_context():
        provider, owner = provider_with_owner(session)
        offer, review = sent_offer(session, provider, owner)
    ann, ben = moderator(session, "Ann Field"), moderator(session, "Ben Hall")
    second = app.test_client()
    sign_in(client, ann)
    sign_in(second, ben)
    path = f"/moderation/reviews/{review.id}"
    assert client.get("/me").location == "/moderation"
    queue = client.get("/moderation")
    assert "Tuesday kitchen" in queue.text
    assert "1 waits" in queue.text
    form = {"seen": review.version, "csrf_token": token_on(second.get(path))}
    page = client.get(path)
    for words in ("Chapel Lane", "Step-free", "Thursday hall group", "as a person would see it"):
        assert words in page.text, words
    assert client.get(f"{path}/preview").status_code == 200
    missing = send(client, path, verdict="ask_for_changes", reason=" ", seen=review.version)
    assert missing.status_code == 422
    assert "Write what they should change" in missing.text
    for _ in range(2):
        done = client.post(
            path,
            data={
                "csrf_token": token_on(client.get(f"/moderation/providers/{provider.id}")),
                "verdict": "approve",
                "seen": review.version,
            },
        )
        assert (done.status_code, done.location) == (303, "/moderation?done=approved")
    late = second.post(path, data={**form, "verdict": "refuse", "reason": "Not for adults"})
    assert late.status_code == 409
    assert "Ann Field approved this before you." in late.text
    assert "Not for adults" in late.text
    tried = [
        (entry.action, entry.actor_id)
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        if entry.action.startswith("review_")
    ]
    assert tried == [("review_approved", ann.id), ("review_tried", ben.id)]
    session.expire_all()
    assert offer.status is OfferStatus.PUBLIC
    assert len(bodies(session, "review_decided")) == 1
    assert "Nothing of this waits" in second.get("/moderation").text


def test_of_two_moderators_at_once_one_decides_and_both_tries_are_kept(
    database_url: str, settings: Settings
) -> None:
    database = open_database(database_url)
    app = marketplace.create_app(settings)
    with app.test_request_context(), database.write() as session:
        provider, owner = provider_with_owner(session)
        offer, review = sent_offer(session, provider, owner)
        ann, ben = moderator(session, "Ann"), moderator(session, "Ben")
        seen, ids = review.version, (ann, ben)
    begin = threading.Barrier(2)
    came: dict[str, Decided] = {}

    def one(number: int) -> None:
        verdict = (Verdict.APPROVE, Verdict.REFUSE)[number]
        begin.wait()
        with app.test_request_context(), write_session(database) as session:
            came[ids[number].name] = decide(
                session, review_id=review.id, seen_version=seen, verdict=verdict, reason="No",
                by=ids[number], today=TODAY, base_url=BASE,
            )  # fmt: skip

    threads = [threading.Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        kept = actions(session)
        stored = session.get_one(Review, review.id)
        decision = session.scalars(select(Decision)).one()
        status = session.get_one(type(offer), offer.id).status
    database.engine.dispose()
    app.extensions["marketplace.db"].engine.dispose()
    assert sorted(one.outcome.value for one in came.values()) == ["decided_before", "done"]
    first = "Ann" if came["Ann"].outcome is Outcome.DONE else "Ben"
    second = came["Ben" if first == "Ann" else "Ann"]
    assert (second.by, second.at is not None) == (first, True)
    assert decision.account_id == (ann if first == "Ann" else ben).id
    assert (stored.state is ReviewState.APPROVED) == (first == "Ann") == (status is OfferStatus.PUBLIC)
    assert sorted(action for action in kept if action.startswith("review_")) == sorted(
        ["review_approved" if first == "Ann" else "review_refused", "review_tried"]
    )
