"""Sentence vectors of offers, made when they are saved and never in a request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.matching.embedding import Embedder, quantise
from marketplace.offers.models import Offer, OfferVector
from marketplace.vocabulary import OfferStatus

_AT_ONCE = 100
_WITH_WORDS_FOR_ALL = (OfferStatus.PUBLIC, OfferStatus.WAITING, OfferStatus.PAUSED)


def text_of(name: str, summary: str, description: str) -> str:
    """The words of an offer that a wish is compared with."""
    return f"{name}. {summary} {description}"


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keep_vectors(
    session: DatabaseSession, embedder: Embedder, *, progress: Callable[[str], None] = lambda _: None
) -> int:
    """Make the vectors that are missing or out of date; returns how many. The caller commits.

    About 15 ms an offer, and the session's lock with it: for many offers see `lacking_vectors`.
    """
    lacking = lacking_vectors(session, embedder)
    for done, portion in portions(lacking):
        progress(f"Reading what offers are about: {done} of {len(lacking)}")
        store_vectors(session, make_vectors(embedder, portion))
    return len(lacking)


def lacking_vectors(session: DatabaseSession, embedder: Embedder) -> list[tuple[UUID, str]]:
    """Offers whose vector is missing or out of date, with their texts.

    With `portions`, `make_vectors` and `store_vectors` a long job writes bit by bit and computes while nobody
    waits for its lock.
    """
    kept = {
        offer_id: (model, hashed)
        for offer_id, model, hashed in session.execute(
            select(OfferVector.offer_id, OfferVector.model, OfferVector.text_hash)
        )
    }
    statement = (
        select(Offer.id, Offer.name, Offer.summary, Offer.description)
        .where(Offer.status.in_(_WITH_WORDS_FOR_ALL))
        .order_by(Offer.id)
    )
    lacking = []
    for offer_id, name, summary, description in session.execute(statement):
        text = text_of(name, summary, description)
        if kept.get(offer_id) != (embedder.checksum, text_hash(text)):
            lacking.append((offer_id, text))
    return lacking


def portions(lacking: list[tuple[UUID, str]]) -> Iterator[tuple[int, list[tuple[UUID, str]]]]:
    """Some at a time, with the number of those up to and including them."""
    for first in range(0, len(lacking), _AT_ONCE):
        portion = lacking[first : first + _AT_ONCE]
        yield first + len(portion), portion


def make_vectors(embedder: Embedder, portion: Sequence[tuple[UUID, str]]) -> list[dict[str, Any]]:
    """Rows of `OfferVector` for offers and their texts."""
    vectors = quantise(embedder.encode([text for _, text in portion]))
    return [
        {
            "offer_id": offer_id,
            "model": embedder.checksum,
            "text_hash": text_hash(text),
            "values": vectors.values[number].tobytes(),
            "scale": float(vectors.scale[number]),
        }
        for number, (offer_id, text) in enumerate(portion)
    ]


def store_vectors(session: DatabaseSession, rows: Sequence[dict[str, Any]]) -> None:
    """Put *rows* in the place of those that were there; offers that are gone by now are left out."""
    ids = [row["offer_id"] for row in rows]
    there = set(session.scalars(select(Offer.id).where(Offer.id.in_(ids))))
    session.execute(delete(OfferVector).where(OfferVector.offer_id.in_(ids)))
    if there:
        session.execute(insert(OfferVector), [row for row in rows if row["offer_id"] in there])
