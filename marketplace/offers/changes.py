"""Changes of the public catalogue, numbered in the transaction that makes them.

A writer raises the epoch and names the offers; a reader who holds an older number asks which they
were. Each change also has a mark of its own, by which a copy that was kept on disk knows whether it
was made from this database and this history: numbers alone come again after a backup is restored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.offers.models import CatalogueChange, CatalogueEpoch

KEPT = 10_000
"""Changes that are remembered; whoever is further behind reads everything."""
_FORGET_EVERY = 100

_LOOK = "SELECT number FROM catalogue_epoch"
_CHANGED = select(CatalogueChange.offer_id).where(
    CatalogueChange.number > bindparam("since"), CatalogueChange.number <= bindparam("epoch")
)
_RAISED = (
    update(CatalogueEpoch)
    .values(number=CatalogueEpoch.number + 1)
    .returning(CatalogueEpoch.number)
    .execution_options(synchronize_session=False)
)
_INSERTED = insert(cast(Table, CatalogueChange.__table__))


def read_epoch(session: DatabaseSession) -> int:
    """The number of the last change of the public catalogue; 0 before the first.

    Every request asks, so it goes to the driver directly: 0.006 ms instead of 0.2 on SQLite.
    """
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(_LOOK)
        row = cursor.fetchone()
    finally:
        cursor.close()
    return 0 if row is None else int(row[0])


def mark_changed(session: DatabaseSession, offer_ids: Iterable[UUID] | None = None) -> int:
    """Say, in the transaction that changes offers, that the catalogue did; None is 'everything'.

    The epoch's row is locked until the commit, so that numbers become visible in their order.
    """
    number = session.scalar(_RAISED)
    if number is None:
        number = 1
        session.execute(insert(CatalogueEpoch).values(id=1, number=number))
    changed: list[UUID | None] = [None] if offer_ids is None else list(dict.fromkeys(offer_ids))
    rows = [{"number": number, "offer_id": offer_id} for offer_id in changed]
    session.execute(_INSERTED, [*rows, {"number": -number, "offer_id": uuid4()}])
    if number > KEPT and number % _FORGET_EVERY == 0:
        old = CatalogueChange.number.between(KEPT - number, number - KEPT)
        session.execute(delete(CatalogueChange).where(old))
    return number


def changed_since(session: DatabaseSession, since: int, epoch: int) -> set[UUID] | None:
    """The offers that changed after *since* and up to *epoch*; None where everything did."""
    if since < epoch - KEPT:
        return None
    found = session.connection().execute(_CHANGED, {"since": since, "epoch": epoch}).scalars().all()
    changed = {offer_id for offer_id in found if offer_id is not None}
    return None if len(changed) < len(set(found)) else changed


def mark_of(session: DatabaseSession, epoch: int) -> str | None:
    """The mark of the change with this number; None where this database has none."""
    mark = session.scalar(select(CatalogueChange.offer_id).where(CatalogueChange.number == -epoch))
    return None if mark is None else mark.hex
