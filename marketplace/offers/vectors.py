"""Sentence vectors of offers, made when they are saved and never in a request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from uuid import UUID

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as DatabaseSession

from marketplace.matching.embedding import Embedder, WholeVector, quantise
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

    About 15 ms an offer.
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
    wanting = []
    for offer_id, name, summary, description in session.execute(statement):
        text = text_of(name, summary, description)
        if kept.get(offer_id) != (embedder.checksum, text_hash(text)):
            wanting.append((offer_id, text))
    for first in range(0, len(wanting), _AT_ONCE):
        portion = wanting[first : first + _AT_ONCE]
        progress(f"Reading what offers are about: {first + len(portion)} of {len(wanting)}")
        _keep(session, embedder, portion)
    return len(wanting)


def _keep(session: DatabaseSession, embedder: Embedder, portion: list[tuple[UUID, str]]) -> None:
    vectors = quantise(embedder.encode([text for _, text in portion]))
    session.execute(
        delete(OfferVector).where(OfferVector.offer_id.in_([offer_id for offer_id, _ in portion]))
    )
    session.execute(
        insert(OfferVector),
        [
            {
                "offer_id": offer_id,
                "model": embedder.checksum,
                "text_hash": text_hash(text),
                "values": vectors.values[number].tobytes(),
                "scale": float(vectors.scale[number]),
            }
            for number, (offer_id, text) in enumerate(portion)
        ],
    )


def read_vectors(
    session: DatabaseSession, embedder: Embedder, only: Iterable[UUID] | None = None
) -> dict[UUID, tuple[str, WholeVector]]:
    """The kept vectors of *embedder*, with the hash of the text that each was made of."""
    statement = select(
        OfferVector.offer_id, OfferVector.text_hash, OfferVector.values, OfferVector.scale
    ).where(OfferVector.model == embedder.checksum)
    if only is not None:
        statement = statement.where(OfferVector.offer_id.in_(list(only)))
    return {
        offer_id: (hashed, WholeVector(np.frombuffer(values, dtype=np.int8), scale))
        for offer_id, hashed, values, scale in session.execute(statement)
    }
