"""Accounts, audit, outbox, and what people keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LEGAL_FORMS = "'council', 'company', 'cic', 'charity', 'cio', 'micro_enterprise', 'community_group', 'shared_lives_scheme', 'self_employed_pa', 'employed_pa', 'public_body', 'cooperative'"
LEGAL_FORM_CHECK = "ck_provider_legal_form_known"


def _allow_legal_forms(values: str) -> None:
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(LEGAL_FORM_CHECK), type_="check")
        batch_op.create_check_constraint(op.f(LEGAL_FORM_CHECK), f"legal_form IN ({values})")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_secret", sa.LargeBinary(), nullable=True),
        sa.Column("code_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_last_step", sa.BigInteger(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_entry",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=60), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "actor_role IN ('person', 'supporter', 'practitioner', 'provider_staff', 'moderator', 'commissioner', 'administrator')",
            name=op.f("ck_audit_entry_actor_role_known"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index("ix_audit_entry_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("holds_secret", sa.Boolean(), nullable=False),
        sa.Column("same_as", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_problem", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'given_up')", name=op.f("ck_outbox_message_state_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("same_as", name=op.f("uq_outbox_message_same_as")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_outbox_message_due", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "rate_count",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_count")),
    )
    with op.batch_alter_table("rate_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_count_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'join', 'new_password', 'new_email')",
            name=op.f("ck_mailed_link_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_link_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailed_link_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_mailed_link_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_account_id"), ["account_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role IN ('person', 'supporter', 'practitioner', 'provider_staff', 'moderator', 'commissioner', 'administrator')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["account.id"],
            name=op.f("fk_role_grant_granted_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("account_id", "role", name=op.f("uq_role_grant_account_id_role")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "end_reason IN ('signed_out', 'ended_elsewhere', 'new_password', 'new_sign_in', 'suspended')",
            name=op.f("ck_sign_in_end_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "carer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("works", sa.JSON(), nullable=False),
        sa.Column("shortest_break_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("breaks_wanted_hours", sa.Numeric(precision=5, scale=1, asdecimal=False), nullable=True),
        sa.Column("notice_days", sa.SmallInteger(), nullable=True),
        sa.Column("own_words", sa.Text(), nullable=False),
        sa.Column("counts_in_matches", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "shortest_break_minutes IS NULL OR shortest_break_minutes BETWEEN 15 AND 10080",
            name=op.f("ck_carer_break_sane"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_carer_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_carer_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer")),
        sa.UniqueConstraint("account_id", "person_id", name=op.f("uq_carer_account_id_person_id")),
    )
    with op.batch_alter_table("carer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carer_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_carer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("names_others", sa.Boolean(), nullable=False),
        sa.Column("is_safeguarding", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"],
            ["account.id"],
            name=op.f("fk_case_note_released_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["account.id"],
            name=op.f("fk_case_note_written_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_note_person_id"), ["person_id"], unique=False)

    op.create_table(
        "choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_choice_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_choice_offer_id_offer"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_choice_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_choice_person_id"), ["person_id"], unique=False)

    op.create_table(
        "communication_record",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("share_with_providers", sa.Boolean(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "need IN ('easy_read', 'large_print', 'braille', 'audio', 'bsl', 'makaton', 'objects', 'device', 'hearing_aid', 'more_time', 'phone_first', 'text_first', 'supporter', 'other_language')",
            name=op.f("ck_communication_record_need_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_communication_record_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["account.id"],
            name=op.f("fk_communication_record_recorded_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("person_id", "need", name=op.f("pk_communication_record")),
    )
    op.create_table(
        "hidden_part",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "part IN ('about', 'strengths', 'goals', 'in_my_life', 'level', 'travel', 'times', 'must_be_right', 'communication', 'money', 'preferences')",
            name=op.f("ck_hidden_part_part_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hidden_part_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "part", name=op.f("pk_hidden_part")),
    )
    op.create_table(
        "lawful_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lawful_hold_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"],
            ["account.id"],
            name=op.f("fk_lawful_hold_placed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lawful_hold")),
    )
    with op.batch_alter_table("lawful_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lawful_hold_person_id"), ["person_id"], unique=False)

    op.create_table(
        "level_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("said_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "who IN ('person', 'supporter', 'practitioner', 'record')", name=op.f("ck_level_record_who_known")
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_level_record_level")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_level_record_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"],
            ["account.id"],
            name=op.f("fk_level_record_said_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_level_record")),
    )
    with op.batch_alter_table("level_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_level_record_person_id"), ["person_id"], unique=False)

    op.create_table(
        "new_match_alert",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rhythm", sa.String(length=60), nullable=False),
        sa.Column("known_offers", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "rhythm IN ('daily', 'weekly', 'monthly')", name=op.f("ck_new_match_alert_rhythm_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_new_match_alert_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_new_match_alert_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_new_match_alert")),
    )
    with op.batch_alter_table("new_match_alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_new_match_alert_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_new_match_alert_next_at"), ["next_at"], unique=False)

    op.create_table(
        "practitioner_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("basis_reason", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "basis <> 'best_interests' OR length(basis_reason) > 0",
            name=op.f("ck_practitioner_case_reason_for_best_interests"),
        ),
        sa.CheckConstraint(
            "basis IN ('consent', 'attorney', 'deputy', 'suitable_person', 'best_interests')",
            name=op.f("ck_practitioner_case_basis_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_practitioner_case_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_practitioner_case_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_practitioner_case_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner_case")),
    )
    with op.batch_alter_table("practitioner_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioner_case_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_practitioner_case_person_id"), ["person_id"], unique=False)

    op.create_table(
        "profile_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('can_do', 'learnt_before', 'in_my_life', 'good_day', 'culture', 'language', 'staff_gender', 'other')",
            name=op.f("ck_profile_note_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_profile_note_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["account.id"],
            name=op.f("fk_profile_note_written_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_note")),
    )
    with op.batch_alter_table("profile_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_note_person_id"), ["person_id"], unique=False)

    op.create_table(
        "profile_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation", sa.String(length=120), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "part IN ('about', 'strengths', 'goals', 'in_my_life', 'level', 'travel', 'times', 'must_be_right', 'communication', 'money', 'preferences')",
            name=op.f("ck_profile_view_part_known"),
        ),
        sa.CheckConstraint(
            "role IN ('person', 'supporter', 'practitioner', 'provider_staff', 'moderator', 'commissioner', 'administrator')",
            name=op.f("ck_profile_view_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_profile_view_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_view")),
    )
    with op.batch_alter_table("profile_view", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_view_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_profile_view_once", ["person_id", "account_id", "looked_on", "part"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_profile_view_person_id"), ["person_id"], unique=False)

    op.create_table(
        "rights_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("carry_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('download', 'erase')", name=op.f("ck_rights_request_kind_known")),
        sa.CheckConstraint(
            "state IN ('asked', 'held', 'done', 'withdrawn')", name=op.f("ck_rights_request_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["account.id"],
            name=op.f("fk_rights_request_asked_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rights_request_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_request")),
    )
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rights_request_carry_out_at"), ["carry_out_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rights_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "saved_match",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("keeping", sa.String(length=60), nullable=False),
        sa.Column("hide_reason", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "hide_reason IN ('not_for_me', 'too_far', 'too_dear', 'wrong_time', 'been_there', 'worried', 'other')",
            name=op.f("ck_saved_match_hide_reason_known"),
        ),
        sa.CheckConstraint("keeping IN ('saved', 'hidden')", name=op.f("ck_saved_match_keeping_known")),
        sa.ForeignKeyConstraint(
            ["kept_by_id"],
            ["account.id"],
            name=op.f("fk_saved_match_kept_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_saved_match_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_match_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_match")),
        sa.UniqueConstraint("person_id", "offer_id", name=op.f("uq_saved_match_person_id_offer_id")),
    )
    with op.batch_alter_table("saved_match", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_match_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_saved_match_person_id"), ["person_id"], unique=False)

    op.create_table(
        "shortlist",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_shortlist_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shortlist_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
    )
    with op.batch_alter_table("shortlist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlist_person_id"), ["person_id"], unique=False)

    op.create_table(
        "supporter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("relationship", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=60), nullable=False),
        sa.Column("basis_reason", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("invitation_hash", sa.String(length=64), nullable=True),
        sa.Column("invitation_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "basis <> 'best_interests' OR length(basis_reason) > 0",
            name=op.f("ck_supporter_reason_for_best_interests"),
        ),
        sa.CheckConstraint(
            "basis IN ('consent', 'attorney', 'deputy', 'suitable_person', 'best_interests')",
            name=op.f("ck_supporter_basis_known"),
        ),
        sa.CheckConstraint(
            "end_reason IN ('withdrawn', 'declined', 'stopped', 'practitioner')",
            name=op.f("ck_supporter_end_reason_known"),
        ),
        sa.CheckConstraint("scope IN ('look', 'help', 'act')", name=op.f("ck_supporter_scope_known")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR account_id IS NOT NULL OR ended_at IS NOT NULL",
            name=op.f("ck_supporter_accepted_by_an_account"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_supporter_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_supporter_account_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"],
            ["account.id"],
            name=op.f("fk_supporter_ended_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["account.id"],
            name=op.f("fk_supporter_invited_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_supporter_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter")),
        sa.UniqueConstraint("invitation_hash", name=op.f("uq_supporter_invitation_hash")),
    )
    with op.batch_alter_table("supporter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supporter_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supporter_person_id"), ["person_id"], unique=False)

    op.create_table(
        "alternative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("choice_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("why_not", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["choice_id"], ["choice.id"], name=op.f("fk_alternative_choice_id_choice"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_alternative_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alternative")),
        sa.UniqueConstraint("choice_id", "offer_id", name=op.f("uq_alternative_choice_id_offer_id")),
    )
    with op.batch_alter_table("alternative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alternative_choice_id"), ["choice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alternative_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "shortlist_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shortlist_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_shortlist_item_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlist.id"],
            name=op.f("fk_shortlist_item_shortlist_id_shortlist"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_item")),
        sa.UniqueConstraint("shortlist_id", "offer_id", name=op.f("uq_shortlist_item_shortlist_id_offer_id")),
    )
    with op.batch_alter_table("shortlist_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shortlist_item_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shortlist_item_shortlist_id"), ["shortlist_id"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("family_name", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_person_changed_at"), ["changed_at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_person_account_id"), ["account_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_person_account_id_account"), "account", ["account_id"], ["id"], ondelete="SET NULL"
        )
    # People who are there already needed the defaults; new ones get theirs from the program.
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("family_name", server_default=None)
        batch_op.alter_column("version", server_default=None)
    _allow_legal_forms(f"{LEGAL_FORMS}, 'not_known'")


def downgrade() -> None:
    op.execute("UPDATE provider SET legal_form = 'community_group' WHERE legal_form = 'not_known'")
    _allow_legal_forms(LEGAL_FORMS)
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_person_account_id_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_person_account_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_person_changed_at"))
        batch_op.drop_column("changed_at")
        batch_op.drop_column("created_at")
        batch_op.drop_column("version")
        batch_op.drop_column("family_name")
        batch_op.drop_column("account_id")

    with op.batch_alter_table("shortlist_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlist_item_shortlist_id"))
        batch_op.drop_index(batch_op.f("ix_shortlist_item_offer_id"))

    op.drop_table("shortlist_item")
    with op.batch_alter_table("alternative", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alternative_offer_id"))
        batch_op.drop_index(batch_op.f("ix_alternative_choice_id"))

    op.drop_table("alternative")
    with op.batch_alter_table("supporter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supporter_person_id"))
        batch_op.drop_index(batch_op.f("ix_supporter_account_id"))

    op.drop_table("supporter")
    with op.batch_alter_table("shortlist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shortlist_person_id"))

    op.drop_table("shortlist")
    with op.batch_alter_table("saved_match", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_match_person_id"))
        batch_op.drop_index(batch_op.f("ix_saved_match_offer_id"))

    op.drop_table("saved_match")
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rights_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_rights_request_carry_out_at"))

    op.drop_table("rights_request")
    with op.batch_alter_table("profile_view", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_view_person_id"))
        batch_op.drop_index("ix_profile_view_once")
        batch_op.drop_index(batch_op.f("ix_profile_view_account_id"))

    op.drop_table("profile_view")
    with op.batch_alter_table("profile_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_note_person_id"))

    op.drop_table("profile_note")
    with op.batch_alter_table("practitioner_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioner_case_person_id"))
        batch_op.drop_index(batch_op.f("ix_practitioner_case_account_id"))

    op.drop_table("practitioner_case")
    with op.batch_alter_table("new_match_alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_new_match_alert_next_at"))
        batch_op.drop_index(batch_op.f("ix_new_match_alert_account_id"))

    op.drop_table("new_match_alert")
    with op.batch_alter_table("level_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_level_record_person_id"))

    op.drop_table("level_record")
    with op.batch_alter_table("lawful_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lawful_hold_person_id"))

    op.drop_table("lawful_hold")
    op.drop_table("hidden_part")
    op.drop_table("communication_record")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choice_person_id"))
        batch_op.drop_index(batch_op.f("ix_choice_offer_id"))

    op.drop_table("choice")
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_note_person_id"))

    op.drop_table("case_note")
    with op.batch_alter_table("carer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carer_person_id"))
        batch_op.drop_index(batch_op.f("ix_carer_account_id"))

    op.drop_table("carer")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_account_id"))

    op.drop_table("role_grant")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_account_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_expires_at"))
        batch_op.drop_index(batch_op.f("ix_mailed_link_email"))
        batch_op.drop_index(batch_op.f("ix_mailed_link_account_id"))

    op.drop_table("mailed_link")
    with op.batch_alter_table("rate_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_count_ends_at"))

    op.drop_table("rate_count")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_due")
        batch_op.drop_index(batch_op.f("ix_outbox_message_account_id"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor_id"))

    op.drop_table("audit_entry")
    op.drop_table("account")
