"""Why there was no alternative to a choice, where none was considered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("no_alternative", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.alter_column("no_alternative", existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_column("no_alternative")
