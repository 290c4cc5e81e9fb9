"""Whether the providers on the pages are invented: all of them, some, or none.

Kept in each process, and looked at again only after the catalogue has changed, at most once a
minute. So a page asks the database nothing for it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import cast

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from marketplace.db import get_session
from marketplace.offers.catalogue import EXTENSION, CatalogueHolder
from marketplace.providers.examples import is_example
from marketplace.providers.models import Provider

_EXTENSION = "marketplace.invented"
MOST_LOOKED_AT = 2000
"""Identifiers are spread evenly, so the first ones show a mixture however many there are."""
SECONDS_KEPT = 60


class Invented(StrEnum):
    """How many of the listed providers are invented."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class _Kept:
    invented: Invented
    epoch: int | None
    looked_at: float


def invented() -> Invented:
    """For the footer of every page; says nothing where the database does not answer."""
    kept = cast("_Kept | None", current_app.extensions.get(_EXTENSION))
    holder = cast("CatalogueHolder | None", current_app.extensions.get(EXTENSION))
    epoch = None if holder is None else holder.known_epoch
    now = time.monotonic()
    if kept is not None and kept.epoch is None and epoch is not None:
        # Looked at before there was a catalogue: it stands until the next change.
        kept = current_app.extensions[_EXTENSION] = replace(kept, epoch=epoch)
    if kept is None or (kept.epoch != epoch and now - kept.looked_at >= SECONDS_KEPT):
        try:
            found = how_many_invented(get_session())
        except SQLAlchemyError:
            return Invented.NONE
        kept = current_app.extensions[_EXTENSION] = _Kept(found, epoch, now)
    return kept.invented


def how_many_invented(session: Session) -> Invented:
    """One statement. A directory without providers has none that are invented."""
    rows = session.execute(
        select(Provider.id, Provider.source_id).order_by(Provider.id).limit(MOST_LOOKED_AT)
    )
    kinds = {is_example("provider", provider_id, source_id) for provider_id, source_id in rows}
    if kinds == {True}:
        return Invented.ALL
    return Invented.SOME if True in kinds else Invented.NONE
