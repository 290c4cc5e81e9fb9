"""What stays of a Personal Assistant in what was sent to be checked, once they have left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.moderation.models import Review
from marketplace.offers.public_place import outcode_of
from marketplace.providers.document import ProviderPart
from marketplace.providers.models import Provider
from marketplace.providers.sending import on_left

_REACH = (ProviderPart.PHONE, ProviderPart.EMAIL, ProviderPart.WEBSITE)


@on_left
def forget_in_reviews(session: Session, provider: Provider) -> None:
    """Decisions and words stay; where they live and how to reach them goes."""
    for review in session.scalars(select(Review).where(Review.provider_id == provider.id)):
        review.document = _without_home(review.document)
        if review.live_document is not None:
            review.live_document = _without_home(review.live_document)
    session.flush()


def _without_home(document: dict[str, Any]) -> dict[str, Any]:
    kept = {**document, **{part.value: "" for part in _REACH if part.value in document}}
    if document.get(ProviderPart.POSTCODE.value):
        kept[ProviderPart.POSTCODE.value] = outcode_of(document[ProviderPart.POSTCODE.value])
    place = document.get("place")
    if place:
        kept["place"] = {**place, "street": "", "postcode": outcode_of(place.get("postcode"))}
    return kept
