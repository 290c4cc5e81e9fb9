"""Saving and hiding matches, and being told of new ones. Functions neither commit nor know a request."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.accounts.models import Account
from marketplace.audit import Action, record
from marketplace.matching.result import Match
from marketplace.matching.weights import VERSION
from marketplace.offers.models import Offer
from marketplace.outbox import post
from marketplace.people.models import Person
from marketplace.people.profile.operations import Doer
from marketplace.people.saved.models import HideReason, Keeping, NewMatchAlert, Rhythm, SavedMatch
from marketplace.web.typed import own_words

LONGEST_NOTE = 500
MOST_KEPT = 500
"""A person saves and hides so many offers at most: more than anyone reads, and the lists stay quick."""

EACH = {
    Rhythm.DAILY: timedelta(days=1),
    Rhythm.WEEKLY: timedelta(days=7),
    Rhythm.MONTHLY: timedelta(days=30),
}


@dataclass(frozen=True, kw_only=True)
class AsItWas:
    """The match of an offer when it was saved or hidden."""

    score: float | None
    rules_version: str
    result: Mapping[str, Any]


def as_it_is(offer: Offer, match: Match | None) -> AsItWas:
    """The match of *offer* now; without one the offer does not fit, and has no score."""
    if match is None:
        result = {"offer": str(offer.id), "name": offer.name, "kind": offer.kind.value}
        return AsItWas(score=None, rules_version=VERSION, result=result)
    return AsItWas(score=match.score, rules_version=VERSION, result=match.document())


def keep_match(
    session: Session,
    *,
    person: Person,
    offer_id: uuid.UUID,
    keeping: Keeping,
    was: AsItWas,
    by: Doer,
    reason: HideReason | None = None,
    note: str | None = None,
    kept_at: datetime | None = None,
) -> None:
    """Save or hide an offer for a person. One row for each offer, however often it is asked for."""
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "person_id": person.id,
        "offer_id": offer_id,
        "keeping": keeping,
        "hide_reason": reason,
        "note": (note or "")[:LONGEST_NOTE],
        "score": was.score,
        "rules_version": was.rules_version,
        "result": dict(was.result),
        "kept_at": kept_at or datetime.now(UTC),
        "kept_by_id": by.account.id,
    }
    table = SavedMatch.__table__
    assert isinstance(table, Table)  # noqa: S101 (for the type checker)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table).values(values)
    again = {name for name in values if name not in ("id", "person_id", "offer_id", "note")}
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["person_id", "offer_id"],
            set_={name: insert.excluded[name] for name in again},
        )
    )
    session.expire_all()


def put_back(session: Session, *, kept: SavedMatch, by: Doer) -> None:
    """A hidden offer that was saved before is saved again, as it was."""
    kept.keeping = Keeping.SAVED
    kept.hide_reason = None
    kept.kept_by_id = by.account.id
    session.flush()


def forget_match(session: Session, *, person_id: uuid.UUID, offer_id: uuid.UUID, keeping: Keeping) -> None:
    """Take an offer off the list of saved, or of hidden, offers; nothing happens if it isn't there."""
    session.execute(
        delete(SavedMatch).where(
            SavedMatch.person_id == person_id,
            SavedMatch.offer_id == offer_id,
            SavedMatch.keeping == keeping,
        )
    )


def write_note(session: Session, *, kept: SavedMatch, note: str) -> None:
    kept.note = own_words(note)[:LONGEST_NOTE]
    session.flush()


def share_saved(
    session: Session,
    *,
    person: Person,
    to: Iterable[Account],
    shared_by: str,
    address: str,
    once: str,
) -> int:
    """Ask supporters by mail to look at what is saved. The mail says nothing of it but where it is."""
    number = 0
    for number, account in enumerate(to, start=1):  # noqa: B007 (how many is what is given back)
        post(
            session,
            recipient=account.email,
            kind="saved_shared",
            subject=f"{shared_by} would like you to look at something",
            body=f"Hello {account.name},\n\n{shared_by} would like to talk with you about what is saved on the "
            f"page of {person.first_name}.\n\nSign in to see it:\n\n{address}\n\n"
            "What is saved stays on the page. It is not in this mail.\n\nMeaningful Day\n",
            account_id=account.id,
            same_as=f"saved-shared-{once}-{account.id}",
        )
    return number


def switch_on(
    session: Session,
    *,
    person: Person,
    rhythm: Rhythm,
    known: Collection[uuid.UUID],
    by: Doer,
) -> None:
    """Tell *by*'s account when something new fits. What fits now is known and no news.

    Choosing another rhythm later keeps what is known.
    """
    alert = session.get(NewMatchAlert, person.id, with_for_update=True)
    now = datetime.now(UTC)
    if alert is None:
        alert = NewMatchAlert(person_id=person.id, known_offers=sorted(str(offer) for offer in known))
        session.add(alert)
    elif (alert.rhythm, alert.account_id) == (rhythm, by.account.id):
        return
    alert.account_id = by.account.id
    alert.rhythm = rhythm
    alert.next_at = now + EACH[rhythm]
    session.flush()
    record(
        session,
        action=Action.ALERT_ON,
        subject=person,
        details={"rhythm": rhythm},
        actor=by.account,
        role=by.role,
    )


def switch_off(session: Session, *, person: Person, by: Doer) -> None:
    """Nobody is told any more; what was known is forgotten."""
    gone = session.execute(
        delete(NewMatchAlert).where(NewMatchAlert.person_id == person.id).returning(NewMatchAlert.person_id)
    ).all()
    if gone:
        record(session, action=Action.ALERT_OFF, subject=person, actor=by.account, role=by.role)
