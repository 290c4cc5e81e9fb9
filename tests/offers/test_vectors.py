"""Sentence vectors: made when an offer is saved, once for a text and a model, and used in matching."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.geo.postcodes import PostcodeDirectory
from marketplace.offers.catalogue import CatalogueHolder, mark_changed
from marketplace.offers.models import Offer, OfferVector
from marketplace.offers.vectors import keep_vectors
from marketplace.providers.models import Provider
from marketplace.settings import Settings
from marketplace.vocabulary import LegalForm, OfferKind, OfferStatus

TODAY = date(2026, 11, 23)


class LetterModel:
    """A sentence model that counts letters: two texts of the same letters have the same direction."""

    name = "letters"
    dimension = 26

    def __init__(self, checksum: str = "a" * 64) -> None:
        self.checksum = checksum
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked.extend(texts)
        counts = np.array(
            [[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts],
            dtype=np.float32,
        )
        return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1.0))


def _save(session: Session, *names: str) -> None:
    provider = Provider(name="A group", legal_form=LegalForm.COMMUNITY_GROUP)
    session.add_all(
        Offer(
            provider=provider,
            kind=OfferKind.COMMUNITY_GROUP,
            name=name,
            status=OfferStatus.PUBLIC,
            updated_at=datetime.now(UTC),
        )
        for name in names
    )
    session.flush()
    mark_changed(session)


def test_a_vector_is_made_once_for_each_text_and_model(session: Session) -> None:
    _save(session, "Choir", "Kitchen")
    model = LetterModel()
    assert keep_vectors(session, model) == 2
    assert keep_vectors(session, model) == 0
    session.execute(update(Offer).where(Offer.name == "Choir").values(summary="We sing."))
    assert keep_vectors(session, model) == 1
    assert model.asked[-1] == "Choir. We sing. "
    assert keep_vectors(session, LetterModel("b" * 64)) == 2
    assert set(session.scalars(select(OfferVector.model))) == {"b" * 64}


def test_the_catalogue_takes_the_vectors_of_the_present_text_only(
    session: Session, settings: Settings
) -> None:
    _save(session, "Choir", "Kitchen")
    model = LetterModel()
    keep_vectors(session, model)
    session.execute(update(Offer).where(Offer.name == "Choir").values(summary="Not read yet"))
    directory = PostcodeDirectory.open(settings.postcode_dir)
    holder = CatalogueHolder(settings.seeds_dir, directory, embedder=model)
    catalogue = holder.current(session, today=TODAY)
    vectors = catalogue.text.columns.vectors
    assert vectors is not None
    has = {catalogue.names[row]: bool(vectors.scale[row] > 0) for row in range(len(catalogue))}
    assert has == {"Choir": False, "Kitchen": True}
    # Saved again: only that offer is put in.
    keep_vectors(session, model)
    offer_id = session.scalars(select(Offer.id).where(Offer.name == "Choir")).one()
    mark_changed(session, [offer_id])
    after = holder.current(session, today=TODAY)
    assert after is catalogue
    assert vectors.scale[after.row_of[offer_id]] > 0
    said = catalogue.text.closeness("Choir. Not read yet")
    assert int(np.argmax(said[: len(after)])) == after.row_of[offer_id]
