"""Calls to providers beside groups that could be, and what people say to a group near them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("group_idea", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=60), nullable=False, server_default="group"))
        batch_op.add_column(sa.Column("level", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("size", sa.SmallInteger(), nullable=True))
        batch_op.add_column(sa.Column("joining", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_group_idea_kind_known"), "kind IN ('group', 'call')")
        batch_op.create_check_constraint(
            op.f("ck_group_idea_level_of_calls"), "(kind = 'call') = (level IS NOT NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_group_idea_joining_was_rounded"),
            "joining IS NULL OR (joining >= 10 AND joining / 5 * 5 = joining)",
        )

    with op.batch_alter_table("group_idea", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=60), server_default=None)

    with op.batch_alter_table("group_idea_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_group_idea_person_answer_known"), "answer IN ('joins', 'not_for_me')"
        )


def downgrade() -> None:
    with op.batch_alter_table("group_idea_person", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_group_idea_person_answer_known"), type_="check")
        batch_op.drop_column("answered_at")
        batch_op.drop_column("answer")

    op.execute("DELETE FROM group_idea WHERE kind = 'call'")
    with op.batch_alter_table("group_idea", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_group_idea_joining_was_rounded"), type_="check")
        batch_op.drop_constraint(op.f("ck_group_idea_level_of_calls"), type_="check")
        batch_op.drop_constraint(op.f("ck_group_idea_kind_known"), type_="check")
        batch_op.drop_column("joining")
        batch_op.drop_column("size")
        batch_op.drop_column("level")
        batch_op.drop_column("kind")
