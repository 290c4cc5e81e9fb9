"""Who vouches for a file decides what of it becomes public, and what it may change."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.audit import AuditEntry
from marketplace.db import Database
from marketplace.moderation.brought_in import queue_imports
from marketplace.moderation.deciding import Outcome, decide
from marketplace.moderation.models import Review, ReviewState, Verdict
from marketplace.moderation.queries import QueueKind, queue_page
from marketplace.offers.catalogue import read_epoch
from marketplace.offers.models import Offer
from marketplace.offers.publishing import confirm_offers
from marketplace.providers.models import Provider, ProviderStatus
from marketplace.vocabulary import (
    LegalForm,
    OfferKind,
    OfferStatus,
    Role,
)
from tests.find.journeys import send
from tests.fixtures.accounts import make_account, sign_in
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


def test_several_imports_are_decided_at_once_after_they_were_said_back_and_taken_back_again(
    bring_in: Import, session: DatabaseSession, database: Database, client: FlaskClient
) -> None:
    bring_in([clay(), singers()], trusted=False)
    queue_imports(database)
    sign_in(client, make_account(session, roles=[Role.MODERATOR], name="Morgan"))
    path = "/moderation/imports"
    assert f'href="{path}"' in client.get("/moderation").text
    seen = {name: f"{one.id}:{one.version}" for name, one in _waiting(session).items()}
    words = {"verdict": "approve", "reason": "The council's own list"}
    rest = words | {"which": "rest", "shown": list(seen.values())}
    assert "Tick at least one" in send(client, path, **words, which="ticked", shown=list(seen.values())).text
    assert "Write why" in send(client, path, **rest | {"reason": " "}).text
    assert send(client, path, **rest | {"shown": ["x:1", "1:x"]}).status_code == 422
    too_many = [f"{uuid4()}:1" for _ in range(51)]
    assert "Choose at most 50" in send(client, path, **rest | {"shown": too_many}).text
    assert "Approve 2 listings?" in send(client, path, **rest, chosen=seen[CLAY]).text
    assert public(session) == set(), "nothing happens before"

    # One of the two is changed by a new import while the page is open: it is left as it is.
    changed = singers() | {"description": "Sing in a choir at the other hall."}
    bring_in([changed], trusted=False, now=datetime.now(UTC))
    first, second = (f"{SINGERS}@loc-3a", f"{SINGERS}@loc-3b")
    assert queue_imports(database) == 2
    session.expire_all()
    now = {name: f"{one.id}:{one.version}" for name, one in _waiting(session).items()}
    both = words | {"which": "ticked", "chosen": [now[first], seen[second]], "step": "do"}
    done = send(client, path, **both)
    session.expire_all()
    assert public(session) == {first}
    assert "1 of those you chose is left out" in client.get(done.location).text
    assert done.location.split("?")[0] == send(client, path, **both).location.split("?")[0], "twice is once"
    three = words | {"which": "ticked", "chosen": [now[second], now[CLAY]], "step": "do"}
    done = send(client, path, **three)
    session.expire_all()
    assert public(session) == {first, second, CLAY}
    # What a later file vouches for is no longer what was decided: it stays public.
    bring_in([clay() | {"description": "Clay."}], trusted=True, now=datetime.now(UTC))
    address = done.location.split("?")[0]
    assert "1 listing then waits" in client.get(address).text
    assert [send(client, address).status_code for _ in range(2)] == [303, 303]
    session.expire_all()
    assert public(session) == {first, CLAY}
    assert list(_waiting(session)) == [second]
    actions = session.scalars(select(AuditEntry.action))
    of_reviews = Counter(one.removeprefix("review_") for one in actions if one.startswith("review_"))
    assert of_reviews == {"approved": 3, "tried": 2, "taken_back": 1}, "each has an entry of its own"

    # Refused: the provider's page for moderators says by whom and why, until a file says something new.
    review = _waiting(session)[second]
    refused = {"verdict": "refuse", "reason": "Not for adults", "which": "ticked", "step": "do"}
    send(client, path, **refused, chosen=f"{review.id}:{review.version}")
    shown = client.get(f"/moderation/providers/{review.provider_id}").text
    assert "Morgan" in shown
    assert "Refuse<span" in shown
    assert "Not for adults" in shown
    assert "It stays unseen" in shown
    assert "Waiting to be checked" not in shown


def test_one_import_is_spoken_of_as_one_and_an_empty_list_says_so_once(
    bring_in: Import, session: DatabaseSession, database: Database, client: FlaskClient
) -> None:
    bring_in([clay(), singers()], trusted=False)
    queue_imports(database)
    sign_in(client, make_account(session, roles=[Role.MODERATOR]))
    path = "/moderation/imports"
    seen = {name: f"{one.id}:{one.version}" for name, one in _waiting(session).items()}
    listed = client.get(path).text
    for place in ("Fishermen&#39;s Hall, King&#39;s Lynn", "St Faith&#39;s Rooms, King&#39;s Lynn"):
        assert listed.count(place) == 1, "two of one name can be told apart"
    one = {"verdict": "approve", "reason": "A good list", "which": "ticked", "chosen": seen.pop(CLAY)}
    others = one | {"verdict": "refuse", "chosen": list(seen.values())}
    asked = _main(send(client, path, **one).text)
    assert "Approve 1 listing?" in asked
    assert "This listing" in asked
    assert '<p class="govuk-body">People can find it as soon as you press the button.' in asked
    assert re.search(r"\b(They|Each|them)\b", asked) is None
    asked = _main(send(client, path, **others).text)
    assert "They all belong to 1 provider. They stay unseen. Each waits again" in asked
    done = _main(client.get(send(client, path, **one, step="do").location).text)
    for words in ("Approved. People can find it now.", "How it stands now", "Nobody finds it until someone"):
        assert words in done
    address = send(client, path, **others, step="do").location
    assert "Refused. They stay unseen." in _main(client.get(address).text)
    easy = _main(client.get(f"{address}&reading=easy", follow_redirects=True).text)
    assert "You said no. Nobody sees them." in easy

    client.get("/?reading=standard")
    empty = _main(client.get(path).text)
    assert "No import waits." in empty
    for needless in ("0 wait", "came from another list", "Show"):
        assert needless not in empty
    elsewhere = _main(client.get(f"{path}?council=E10000020").text)
    assert "Choose all councils" in elsewhere
    assert ("Show" in elsewhere, "0 wait" in elsewhere) == (True, False)


def test_what_was_just_imported_says_from_when_it_is_and_that_its_provider_has_not_confirmed_it(
    bring_in: Import, session: DatabaseSession, database: Database, client: FlaskClient
) -> None:
    new = clay() | {"assured_date": None}
    bring_in([new], trusted=False, now=MONDAY)
    queue_imports(database)
    moderator = make_account(session, roles=[Role.MODERATOR])
    (review,) = _waiting(session).values()
    sign_in(client, moderator)
    came = "came from another list on 2 November 2026. The provider has not confirmed"
    assert f"These facts {came} them yet." in client.get(f"/moderation/reviews/{review.id}/preview").text
    chosen = {
        "verdict": "approve",
        "reason": "Good",
        "which": "ticked",
        "chosen": f"{review.id}:{review.version}",
    }
    send(client, "/moderation/imports", **chosen, step="do")
    ours = offer_of(session)
    page = f"/offers/{ours.id}"
    assert f"These facts {came} them yet." in client.get(page).text
    listed = client.get(f"/providers/{ours.provider_id}").text + client.get("/offers?where=NG18+1AB").text
    assert f"This {came} it yet. Ask if it is still right." in listed
    assert "6 months" not in listed
    assert "Never<br>" in client.get("/moderation/stale").text
    assert "came from another list on 2 November 2026" in client.get("/moderation/stale").text

    bring_in([new | {"description": "Clay."}], trusted=True, now=MONDAY + timedelta(days=7))
    assert "came from another list on 9 November 2026" in client.get(page).text
    session.expire_all()
    confirm_offers(session, [ours], account=None)
    session.commit()
    assert "came from another list" not in client.get(page).text
    assert "The provider confirmed these facts on" in client.get(page).text
    assert (
        "came from another list"
        not in client.get(f"/providers/{ours.provider_id}").text + client.get("/offers?where=NG18+1AB").text
    )


def _main(page: str) -> str:
    """What a page itself says, without what all pages have around it."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_a_contact_that_stands_only_in_the_words_is_pointed_at_and_not_taken_over(
    bring_in: Import, session: DatabaseSession, client: FlaskClient
) -> None:
    alone = clay() | {"phones": [], "email": None, "url": None, "description": "Work with clay. All welcome."}
    alone["organization"] = {"id": "carr", "name": "Carr Bank Arts"}
    bring_in([alone])
    offer = offer_of(session)
    addresses = [f"/offers/{offer.id}", f"/offers/{offer.id}/ask", f"/providers/{offer.provider_id}"]
    assert all("has not given a phone number" in client.get(address).text for address in addresses)
    bring_in([alone | {"phones": [{"number": "01623 555 012"}]}])
    session.expire_all()
    assert offer.provider.phone is None, "it may be of one group of many"
    for address in addresses:
        page = client.get(address).text
        assert "There may be one in its description" in page
        assert 'href="tel:' not in page


def _waiting(session: DatabaseSession) -> dict[str, Review]:
    """What waits, by the identifier of its listing."""
    rows = session.execute(
        select(Offer.source_id, Review)
        .join(Review, Review.offer_id == Offer.id)
        .where(Review.state == ReviewState.WAITING)
    )
    return {source_id: review for source_id, review in rows if source_id}
