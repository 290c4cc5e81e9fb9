"""Keeping a place, what stays on the person's side, and a direct payment to a relative."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("close_relative", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("keep_asked_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("keep_told_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("how_it_goes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("how_it_goes", schema=None) as batch_op:
        batch_op.alter_column("is_private", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("how_it_goes", schema=None) as batch_op:
        batch_op.drop_column("is_private")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("keep_told_at")
        batch_op.drop_column("keep_asked_until")
        batch_op.drop_column("close_relative")
