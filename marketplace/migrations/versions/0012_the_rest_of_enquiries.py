"""The rest of enquiries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "council_number",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("number_for", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("set_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "number_for IN ('safeguarding', 'out_of_hours', 'social_care', 'direct_payments')",
            name=op.f("ck_council_number_number_for_known"),
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"],
            ["account.id"],
            name=op.f("fk_council_number_set_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_number")),
        sa.UniqueConstraint(
            "council_code", "number_for", name=op.f("uq_council_number_council_code_number_for")
        ),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("employs", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("employer_done", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("asked_how", sa.SmallInteger(), nullable=False, server_default="0"))

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.alter_column("employer_done", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("asked_how", existing_type=sa.SmallInteger(), server_default=None)

    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("contact_words", sa.String(length=200), nullable=False, server_default="")
        )

    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.alter_column("contact_words", existing_type=sa.String(length=200), server_default=None)

    with op.batch_alter_table("enquiry_meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_token", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("wants_to_go_on", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("provider_went", sa.String(length=60), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_enquiry_meeting_provider_went_known"), "provider_went IN ('good', 'mixed', 'bad')"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_enquiry_meeting_enquiry_id_form_token_starts_at"),
            ["enquiry_id", "form_token", "starts_at"],
        )


def downgrade() -> None:
    with op.batch_alter_table("enquiry_meeting", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_enquiry_meeting_enquiry_id_form_token_starts_at"), type_="unique"
        )
        batch_op.drop_constraint(op.f("ck_enquiry_meeting_provider_went_known"), type_="check")
        batch_op.drop_column("provider_went")
        batch_op.drop_column("wants_to_go_on")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("form_token")

    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_column("contact_words")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("asked_how")
        batch_op.drop_column("employer_done")
        batch_op.drop_column("employs")
        batch_op.drop_column("returned_at")

    op.drop_table("council_number")
