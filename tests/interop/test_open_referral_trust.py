"""Who vouches for a file decides what of it becomes public, and what it may change."""

from __future__ import annotations

from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.catalogue import read_epoch
from marketplace.offers.models import Offer
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import (
    LegalForm,
    OfferKind,
    OfferStatus,
)
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
