"""What a profile said before its last change, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_undo",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["account.id"],
            name=op.f("fk_profile_undo_made_by_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_profile_undo_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profile_undo")),
    )
    with op.batch_alter_table("profile_undo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_undo_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_profile_undo_made_by_id"), ["made_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("profile_undo")
