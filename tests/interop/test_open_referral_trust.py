"""Who vouches for a file decides what of it becomes public, and what it may change."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.db import Database
from marketplace.moderation.brought_in import queue_imports
from marketplace.moderation.deciding import Outcome, decide
from marketplace.moderation.models import Review, ReviewState, Verdict
from marketplace.moderation.queries import QueueKind, queue_page
from marketplace.offers.catalogue import read_epoch
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import (
    LegalForm,
    OfferKind,
    OfferStatus,
    Role,
)
from tests.fixtures.accounts import make_account
from tests.interop.listings import (
    CLAY,
    EXAMPLES,
    MONDAY,
    SINGERS,
    Import,
    clay,
    counts,
    offer_of,
    public,
    singers,
    statuses,
)
from tests.providers.factories import make_member


def test_without_trust_nothing_becomes_public(bring_in: Import, session: DatabaseSession) -> None:
    assert counts(bring_in(EXAMPLES, trusted=False)) == (11, 0, 1, 6)
    assert set(statuses(session).values()) == {OfferStatus.WAITING, OfferStatus.PAUSED, OfferStatus.CLOSED}
    assert read_epoch(session) == 0
    assert public(session) == set()


def test_trust_makes_public_what_waited(bring_in: Import, session: DatabaseSession) -> None:
    bring_in([clay()], trusted=False)
    assert counts(bring_in([clay()], trusted=True)) == (0, 1, 0, 0)
    assert offer_of(session).status is OfferStatus.PUBLIC
    assert read_epoch(session) == 1


def test_what_a_file_says_of_a_suspended_provider_is_not_shown(
    bring_in: Import, session: DatabaseSession
) -> None:
    bring_in([clay()], trusted=False)
    offer_of(session).provider.status = ProviderStatus.SUSPENDED
    session.commit()
    bring_in([clay()], trusted=True)
    assert offer_of(session).status is OfferStatus.PUBLIC
    assert public(session) == set()


def test_a_change_that_nobody_vouches_for_waits_and_the_rest_stays_public(
    bring_in: Import, session: DatabaseSession
) -> None:
    bring_in([clay(), singers()])
    assert counts(bring_in([clay(), singers()], trusted=False)) == (0, 0, 2, 0)
    assert set(statuses(session).values()) == {OfferStatus.PUBLIC}
    changed = clay() | {"description": "Send money first."}
    assert counts(bring_in([changed, singers()], trusted=False)) == (0, 1, 1, 0)
    assert statuses(session) == {
        CLAY: OfferStatus.WAITING,
        f"{SINGERS}@loc-3a": OfferStatus.PUBLIC,
        f"{SINGERS}@loc-3b": OfferStatus.PUBLIC,
    }
    assert public(session) == {f"{SINGERS}@loc-3a", f"{SINGERS}@loc-3b"}
    assert read_epoch(session) == 2


def test_a_renamed_organisation_waits_as_well(bring_in: Import, session: DatabaseSession) -> None:
    bring_in([clay()])
    renamed = clay()
    renamed["organization"]["name"] = "The Council"
    bring_in([renamed], trusted=False)
    assert offer_of(session).status is OfferStatus.WAITING


def test_a_file_nobody_vouches_for_can_not_rename_who_has_other_public_listings(
    bring_in: Import, session: DatabaseSession
) -> None:
    other = clay() | {"id": "other"}
    bring_in([clay(), other])
    stranger = clay() | {"id": "third"}
    stranger["organization"] = {"id": clay()["organization"]["id"], "name": "Not them", "phone": "1"}
    bring_in([stranger], trusted=False)
    assert offer_of(session).provider.name == "Carr Bank Arts CIC"
    assert statuses(session)["third"] is OfferStatus.WAITING


def test_offers_that_came_another_way_are_never_touched(bring_in: Import, session: DatabaseSession) -> None:
    theirs = Provider(name="Beech Hall", legal_form=LegalForm.CIC, source_id="beech")
    session.add(theirs)
    session.flush()
    own = Offer(
        source_id="beech-kitchen",
        provider_id=theirs.id,
        kind=OfferKind.DAY_SERVICE,
        name="Kitchen",
        status=OfferStatus.PUBLIC,
        updated_at=MONDAY,
    )
    session.add(own)
    session.commit()
    report = bring_in(
        [
            clay() | {"id": "beech-kitchen"},
            clay() | {"id": str(own.id)},
            clay() | {"id": "new", "organization": {"id": "beech", "name": "Taken over"}},
            clay(),
        ]
    )
    assert counts(report) == (1, 0, 0, 3)
    assert [one.field for one in report.rejected] == ["id", "id", "organization"]
    assert (own.name, own.provider.name) == ("Kitchen", "Beech Hall")


def test_a_listing_that_its_provider_looks_after_here_is_left_as_it_is(
    bring_in: Import, session: DatabaseSession
) -> None:
    bring_in([clay(), singers()])
    ours = offer_of(session)
    make_member(session, provider=ours.provider, account=make_account(session))
    ours.name, ours.provider.name = "Clay on Mondays", "Carr Bank"
    session.commit()
    for trusted in (True, False):
        changed = clay() | {"description": "Send money first."}
        report = bring_in([changed, singers()], trusted=trusted)
        assert counts(report) == (0, 0, 1, 1)
        assert report.rejected[0].field == "organization"
        assert "looks after this listing here" in report.rejected[0].problem
    assert (ours.name, ours.provider.name, ours.status) == (
        "Clay on Mondays",
        "Carr Bank",
        OfferStatus.PUBLIC,
    )


def test_what_an_import_leaves_waiting_stands_in_the_moderators_queue(
    bring_in: Import, session: DatabaseSession, database: Database
) -> None:
    bring_in([clay(), singers()], trusted=False)
    assert [queue_imports(database), queue_imports(database)] == [3, 0]
    moderator = make_account(session, roles=[Role.MODERATOR])
    review = session.scalars(select(Review).where(Review.offer_id == offer_of(session).id)).one()
    assert queue_page(session, account_id=moderator.id, kind=QueueKind.IMPORTS).total == 3
    assert queue_page(session, account_id=moderator.id, kind=QueueKind.OFFERS).total == 0
    here = offer_of(session).place
    assert here is not None
    assert here.district_code is not None
    near = queue_page(session, account_id=moderator.id, districts=[here.district_code])
    assert (review.id, here.district_code) in {(row.review.id, row.district_code) for row in near.rows}
    assert here.district_code in near.councils

    def say(verdict: Verdict, seen: int) -> Outcome:
        decided = decide(
            session,
            review_id=review.id,
            seen_version=seen,
            verdict=verdict,
            reason="Not for adults",
            by=moderator,
            today=MONDAY.date(),
            base_url="",
        )
        session.commit()
        session.expire_all()
        return decided.outcome

    bring_in([clay() | {"description": "Bring an apron."}], trusted=False, now=datetime.now(UTC))
    assert say(Verdict.APPROVE, 1) is Outcome.CHANGED, "what was read is not what would be shown"
    assert queue_imports(database) == 1
    session.expire_all()
    assert "Bring an apron." in str(review.document)
    was = offer_of(session).place
    assert was is not None
    point, confirmed = (was.lat, was.lon), offer_of(session).confirmed_on
    assert say(Verdict.APPROVE, 2) is Outcome.DONE
    ours = offer_of(session)
    assert ours.place is not None
    assert public(session) == {CLAY}
    assert ((ours.place.lat, ours.place.lon), ours.confirmed_on) == (point, confirmed)
    # The others: refused ones stay unseen until a file says something new, shown ones wait no longer.
    review = session.scalars(select(Review).where(Review.state == ReviewState.WAITING).limit(1)).one()
    assert say(Verdict.REFUSE, 1) is Outcome.DONE
    assert queue_imports(database) == 0
    bring_in([clay(), singers()], trusted=True, now=datetime.now(UTC))
    queue_imports(database)
    session.expire_all()
    assert session.scalars(select(Review).where(Review.state == ReviewState.WAITING)).all() == []
