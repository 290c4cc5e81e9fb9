"""An agreement keeps its times as they were agreed, whatever the offer says later."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_AGREEMENT = sa.table("agreement", sa.column("id", sa.Uuid()), sa.column("agreed_times", sa.JSON()))
_AGREED = sa.table(
    "agreement_session", sa.column("agreement_id", sa.Uuid()), sa.column("session_id", sa.Uuid())
)
_SESSION = sa.table(
    "offer_session",
    sa.column("id", sa.Uuid()),
    sa.column("day_number", sa.SmallInteger()),
    sa.column("starts_minute", sa.Integer()),
    sa.column("ends_minute", sa.Integer()),
    sa.column("repeats", sa.String()),
)


def upgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreed_times", sa.JSON(), nullable=False, server_default="[]"))
    connection = op.get_bind()
    times: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(
        sa.select(_AGREED.c.agreement_id, *_SESSION.c)
        .join_from(_AGREED, _SESSION, _SESSION.c.id == _AGREED.c.session_id)
        .order_by(_AGREED.c.agreement_id, _SESSION.c.id)
    ):
        times[row.agreement_id].append(
            {
                "id": str(row.id),
                "day_number": row.day_number,
                "starts_minute": row.starts_minute,
                "ends_minute": row.ends_minute,
                "repeats": row.repeats,
            }
        )
    for agreement_id, agreed in times.items():
        connection.execute(
            _AGREEMENT.update().where(_AGREEMENT.c.id == agreement_id).values(agreed_times=agreed)
        )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.alter_column("agreed_times", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("agreed_times")
