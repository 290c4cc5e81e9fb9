"""How far a practitioner's work goes, asking someone who is online, and codes for taking over a page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("practitioner_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(length=60), nullable=False, server_default="help"))
        batch_op.create_check_constraint(
            op.f("ck_practitioner_case_scope_known"), "scope IN ('look', 'help', 'act')"
        )
        batch_op.create_check_constraint(op.f("ck_practitioner_case_never_acts"), "scope <> 'act'")
    with op.batch_alter_table("practitioner_case", schema=None) as batch_op:
        batch_op.alter_column("scope", existing_type=sa.String(length=60), server_default=None)

    op.create_table(
        "case_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_case_request_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_request_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_request")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_case_request_link_hash")),
    )
    for column in ("account_id", "email", "expires_at", "person_id"):
        op.create_index(op.f(f"ix_case_request_{column}"), "case_request", [column], unique=False)

    op.create_table(
        "page_claim",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_page_claim_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_page_claim_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_page_claim")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_page_claim_code_hash")),
    )
    op.create_index(op.f("ix_page_claim_expires_at"), "page_claim", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("page_claim")
    op.drop_table("case_request")
    with op.batch_alter_table("practitioner_case", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_practitioner_case_never_acts"), type_="check")
        batch_op.drop_constraint(op.f("ck_practitioner_case_scope_known"), type_="check")
        batch_op.drop_column("scope")
