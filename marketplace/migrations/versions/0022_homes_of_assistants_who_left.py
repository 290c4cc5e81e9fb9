"""Of a Personal Assistant who left before offers and reviews forgot where they live: the area stays, no more."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PROVIDER = sa.table(
    "provider",
    sa.column("id", sa.Uuid()),
    sa.column("legal_form", sa.String()),
    sa.column("status", sa.String()),
    sa.column("source_id", sa.String()),
)
_MEMBER = sa.table(
    "provider_member",
    sa.column("provider_id", sa.Uuid()),
    sa.column("accepted_at", sa.DateTime()),
    sa.column("ended_at", sa.DateTime()),
)
_OFFER = sa.table(
    "offer", sa.column("id", sa.Uuid()), sa.column("provider_id", sa.Uuid()), sa.column("place_id", sa.Uuid())
)
_DRAFT = sa.table("offer_draft", sa.column("offer_id", sa.Uuid()))
_PLACE = sa.table(
    "place",
    sa.column("id", sa.Uuid()),
    sa.column("street", sa.String()),
    sa.column("postcode", sa.String()),
    sa.column("lat", sa.Float()),
    sa.column("lon", sa.Float()),
    sa.column("precision", sa.String()),
)
_REVIEW = sa.table(
    "review",
    sa.column("id", sa.Uuid()),
    sa.column("provider_id", sa.Uuid()),
    sa.column("document", sa.JSON()),
    sa.column("live_document", sa.JSON()),
)


def upgrade() -> None:
    connection = op.get_bind()
    has_left = [row.id for row in connection.execute(_who_left())]
    for provider_id in has_left:
        mine = sa.select(_OFFER.c.id).where(_OFFER.c.provider_id == provider_id)
        connection.execute(_DRAFT.delete().where(_DRAFT.c.offer_id.in_(mine)))
        places = sa.select(_OFFER.c.place_id).where(_OFFER.c.provider_id == provider_id)
        for row in connection.execute(sa.select(_PLACE).where(_PLACE.c.id.in_(places))).all():
            connection.execute(
                _PLACE.update()
                .where(_PLACE.c.id == row.id)
                .values(postcode=_outcode(row.postcode), street=None, lat=None, lon=None, precision=None)
            )
        for row in connection.execute(sa.select(_REVIEW).where(_REVIEW.c.provider_id == provider_id)).all():
            told = {"document": row.document, "live_document": row.live_document}
            kept = {name: _without_home(one) for name, one in told.items() if one is not None}
            connection.execute(_REVIEW.update().where(_REVIEW.c.id == row.id).values(**kept))


def downgrade() -> None:
    """What was forgotten stays forgotten."""


def _who_left() -> sa.Select[Any]:
    """Personal Assistants whose page was managed here and is closed, with nobody left who acts for it."""
    member = sa.exists().where(_MEMBER.c.provider_id == _PROVIDER.c.id, _MEMBER.c.accepted_at.is_not(None))
    return sa.select(_PROVIDER.c.id).where(
        _PROVIDER.c.legal_form.in_(["self_employed_pa", "employed_pa"]),
        _PROVIDER.c.status == "closed",
        sa.or_(_PROVIDER.c.source_id.is_(None), member),
        ~member.where(_MEMBER.c.ended_at.is_(None)),
    )


def _without_home(document: dict[str, Any]) -> dict[str, Any]:
    reach: dict[str, Any] = {part: "" for part in ("phone", "email", "website") if part in document}
    kept = document | reach
    if document.get("postcode"):
        kept["postcode"] = _outcode(document["postcode"])
    if place := document.get("place"):
        kept["place"] = {**place, "street": "", "postcode": _outcode(place.get("postcode"))}
    return kept


def _outcode(postcode: str | None) -> str | None:
    return postcode.split(" ")[0] if postcode else None
