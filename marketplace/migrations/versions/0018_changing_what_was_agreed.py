"""Changes to what was agreed, words that were not taken there, and turns whose time stands still."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_REASONS = "decline_reason IN ('full', 'cant_meet_need', 'too_far', 'other')"
_MORE_REASONS = "decline_reason IN ('full', 'cant_meet_need', 'too_far', 'other', 'closed')"


def upgrade() -> None:
    op.create_table(
        "agreement_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answer_words", sa.String(length=500), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudges", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)",
            name=op.f("ck_agreement_change_answered_when_not_open"),
        ),
        sa.CheckConstraint(
            "in_force_at IS NULL OR state = 'agreed'", name=op.f("ck_agreement_change_in_force_when_agreed")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'agreed', 'declined', 'withdrawn', 'over')",
            name=op.f("ck_agreement_change_state_known"),
        ),
        sa.CheckConstraint(
            "side IN ('person', 'provider', 'site')", name=op.f("ck_agreement_change_side_known")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_change_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_agreement_change_answered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["account.id"],
            name=op.f("fk_agreement_change_proposed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_change")),
    )
    with op.batch_alter_table("agreement_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_change_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(
            "uq_agreement_change_open",
            ["agreement_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "agreement_refused_words",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["account.id"],
            name=op.f("fk_agreement_refused_words_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_agreement_refused_words_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_refused_words")),
    )
    with op.batch_alter_table("agreement_refused_words", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreement_refused_words_enquiry_id"), ["enquiry_id"], unique=False
        )

    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))

    _reasons(_MORE_REASONS)


def downgrade() -> None:
    op.execute("UPDATE enquiry SET decline_reason = 'other' WHERE decline_reason = 'closed'")
    _reasons(_REASONS)
    with op.batch_alter_table("waiting_place", recreate="never") as batch_op:
        batch_op.drop_column("stopped_at")
    op.drop_table("agreement_refused_words")
    op.drop_table("agreement_change")


def _reasons(check: str) -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_enquiry_decline_reason_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_enquiry_decline_reason_known"), check)
