"""Joining, drafts, checks, moderation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HOLDS = "'provider_not_checked', 'provider_suspended', 'provider_closed', 'check_missing', 'stale'"
STATUSES = "'draft', 'waiting', 'active', 'refused', 'suspended', 'closed'"


def upgrade() -> None:
    op.create_table(
        "assistant_details",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("works_as", sa.String(length=60), nullable=True),
        sa.Column("wage_band", sa.String(length=60), nullable=True),
        sa.Column("can_drive", sa.Boolean(), nullable=True),
        sa.Column("has_car", sa.Boolean(), nullable=True),
        sa.Column("interests", sa.String(length=600), nullable=False),
        sa.Column("skills", sa.String(length=600), nullable=False),
        sa.Column("contract_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "wage_band IN ('adult', 'young_adult', 'under_18')",
            name=op.f("ck_assistant_details_wage_band_known"),
        ),
        sa.CheckConstraint(
            "works_as IN ('employed', 'self_employed', 'not_sure')",
            name=op.f("ck_assistant_details_works_as_known"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_assistant_details_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_assistant_details")),
    )
    op.create_table(
        "check_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("legal_form", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("demanded", sa.Boolean(), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('id_seen', 'dbs_basic', 'dbs_standard', 'dbs_enhanced', 'right_to_work', 'references', 'insurance', 'safeguarding_training', 'first_aid', 'medication_training', 'moving_training', 'cqc_rating', 'food_hygiene')",
            name=op.f("ck_check_demand_kind_known"),
        ),
        sa.CheckConstraint(
            "legal_form IN ('council', 'company', 'cic', 'charity', 'cio', 'micro_enterprise', 'community_group', 'shared_lives_scheme', 'self_employed_pa', 'employed_pa', 'public_body', 'cooperative', 'not_known')",
            name=op.f("ck_check_demand_legal_form_known"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["account.id"],
            name=op.f("fk_check_demand_changed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_demand")),
        sa.UniqueConstraint(
            "council_code", "legal_form", "kind", name=op.f("uq_check_demand_council_code_legal_form_kind")
        ),
    )
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("first_names", sa.String(length=120), nullable=False),
        sa.Column("scheme_reference", sa.String(length=60), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("postcode", sa.String(length=8), nullable=True),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("pets", sa.String(length=200), nullable=False),
        sa.Column("has_pets", sa.Boolean(), nullable=True),
        sa.Column("smokes", sa.Boolean(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("has_children", sa.Boolean(), nullable=True),
        sa.Column("is_rural", sa.Boolean(), nullable=True),
        sa.Column("people_at_once", sa.SmallInteger(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "people_at_once IS NULL OR people_at_once BETWEEN 1 AND 9", name=op.f("ck_household_people_sane")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_household_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
    )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "improvement_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared_with_provider", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_improvement_note_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["account.id"],
            name=op.f("fk_improvement_note_written_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_improvement_note")),
    )
    with op.batch_alter_table("improvement_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_improvement_note_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "provider_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("invitation_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'editor')", name=op.f("ck_provider_member_role_known")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_provider_member_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["account.id"],
            name=op.f("fk_provider_member_invited_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_member_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_member")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_provider_member_invitation_hash")),
    )
    with op.batch_alter_table("provider_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_member_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_member_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(
            "uq_provider_member_live",
            ["provider_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "provider_trace",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('name_and_postcode', 'email', 'phone', 'number')",
            name=op.f("ck_provider_trace_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_trace_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "kind", "digest", name=op.f("pk_provider_trace")),
    )
    with op.batch_alter_table("provider_trace", schema=None) as batch_op:
        batch_op.create_index("ix_provider_trace_kind_digest", ["kind", "digest"], unique=False)

    op.create_table(
        "still_right_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_still_right_request_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_right_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_still_right_request_token_hash")),
    )
    with op.batch_alter_table("still_right_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_still_right_request_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["began_by_id"],
            ["account.id"],
            name=op.f("fk_suspension_began_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["account.id"],
            name=op.f("fk_suspension_ended_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_suspension_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "closure_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_ids", sa.JSON(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Uuid(), nullable=True),
        sa.Column("alternatives", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_closure_notice_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_closure_notice_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["account.id"],
            name=op.f("fk_closure_notice_settled_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_notice")),
        sa.UniqueConstraint("provider_id", "person_id", name=op.f("uq_closure_notice_provider_id_person_id")),
    )
    with op.batch_alter_table("closure_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_notice_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_closure_notice_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "offer_draft",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("began_from", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'changes_asked', 'refused')",
            name=op.f("ck_offer_draft_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["account.id"],
            name=op.f("fk_offer_draft_changed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_draft_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer_draft")),
    )
    with op.batch_alter_table("offer_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_draft_state"), ["state"], unique=False)

    op.create_table(
        "offer_pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("last_date >= first_date", name=op.f("ck_offer_pause_days_in_order")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_pause_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_pause")),
    )
    with op.batch_alter_table("offer_pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_pause_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("live_document", sa.JSON(), nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=False),
        sa.Column("approvals_needed", sa.SmallInteger(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(about = 'offer') = (offer_id IS NOT NULL)", name=op.f("ck_review_offer_named")),
        sa.CheckConstraint("about IN ('provider', 'offer')", name=op.f("ck_review_about_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'changes_asked', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_review_state_known"),
        ),
        sa.CheckConstraint("approvals_needed BETWEEN 1 AND 2", name=op.f("ck_review_one_or_two_people")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_review_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_review_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["account.id"], name=op.f("fk_review_sent_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_review_waiting_offer",
            ["offer_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting' AND offer_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'waiting' AND offer_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_review_waiting_provider",
            ["provider_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting' AND offer_id IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND offer_id IS NULL"),
        )

    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('approve', 'ask_for_changes', 'refuse')", name=op.f("ck_decision_verdict_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_decision_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_decision_review_id_review"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("review_id", "account_id", name=op.f("uq_decision_review_id_account_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_review_id"), ["review_id"], unique=False)

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("household_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("hold", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("shown_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("misses", sa.SmallInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("first_public_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_offer_household_id"), ["household_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_offer_household_id_household"),
            "household",
            ["household_id"],
            ["id"],
            ondelete="SET NULL",
        )

    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status", sa.String(length=60), nullable=False, server_default="active")
        )
        batch_op.add_column(sa.Column("registered_number", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("town", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("postcode", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("district_code", sa.String(length=9), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_provider_district_code"), ["district_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_provider_status"), ["status"], unique=False)

    with op.batch_alter_table("provider_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dated", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("seen_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("lapse_told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_provider_check_seen_by_id_account"),
            "account",
            ["seen_by_id"],
            ["id"],
            ondelete="SET NULL",
        )

    # Every row that was there has its value now; new rows get theirs from the program.
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("misses", existing_type=sa.SmallInteger(), server_default=None)
        batch_op.create_check_constraint(op.f("ck_offer_hold_known"), f"hold IN ({HOLDS})")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("status", existing_type=sa.String(length=60), server_default=None)
        batch_op.create_check_constraint(op.f("ck_provider_status_known"), f"status IN ({STATUSES})")
    with op.batch_alter_table("provider_check", schema=None) as batch_op:
        batch_op.alter_column("outcome", existing_type=sa.String(length=60), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_offer_hold_known"), type_="check")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_provider_status_known"), type_="check")

    with op.batch_alter_table("provider_check", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_provider_check_seen_by_id_account"), type_="foreignkey")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("lapse_told_at")
        batch_op.drop_column("seen_by_id")
        batch_op.drop_column("outcome")
        batch_op.drop_column("dated")

    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_status"))
        batch_op.drop_index(batch_op.f("ix_provider_district_code"))
        batch_op.drop_column("closed_at")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("created_at")
        batch_op.drop_column("version")
        batch_op.drop_column("district_code")
        batch_op.drop_column("postcode")
        batch_op.drop_column("town")
        batch_op.drop_column("registered_number")
        batch_op.drop_column("status")

    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_offer_household_id_household"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_offer_household_id"))
        batch_op.drop_column("first_public_at")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("misses")
        batch_op.drop_column("shown_until")
        batch_op.drop_column("hold")
        batch_op.drop_column("household_id")
        batch_op.drop_column("version")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_review_id"))

    op.drop_table("decision")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_waiting_provider",
            sqlite_where=sa.text("state = 'waiting' AND offer_id IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND offer_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_review_waiting_offer",
            sqlite_where=sa.text("state = 'waiting' AND offer_id IS NOT NULL"),
            postgresql_where=sa.text("state = 'waiting' AND offer_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_review_state"))
        batch_op.drop_index(batch_op.f("ix_review_provider_id"))
        batch_op.drop_index(batch_op.f("ix_review_offer_id"))

    op.drop_table("review")
    with op.batch_alter_table("offer_pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_pause_offer_id"))

    op.drop_table("offer_pause")
    with op.batch_alter_table("offer_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_draft_state"))

    op.drop_table("offer_draft")
    with op.batch_alter_table("closure_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_notice_provider_id"))
        batch_op.drop_index(batch_op.f("ix_closure_notice_person_id"))

    op.drop_table("closure_notice")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_provider_id"))

    op.drop_table("suspension")
    with op.batch_alter_table("still_right_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_still_right_request_provider_id"))

    op.drop_table("still_right_request")
    with op.batch_alter_table("provider_trace", schema=None) as batch_op:
        batch_op.drop_index("ix_provider_trace_kind_digest")

    op.drop_table("provider_trace")
    with op.batch_alter_table("provider_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_provider_member_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_provider_member_provider_id"))
        batch_op.drop_index(batch_op.f("ix_provider_member_account_id"))

    op.drop_table("provider_member")
    with op.batch_alter_table("improvement_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_improvement_note_provider_id"))

    op.drop_table("improvement_note")
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_provider_id"))

    op.drop_table("household")
    op.drop_table("check_demand")
    op.drop_table("assistant_details")
