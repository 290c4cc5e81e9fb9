"""Enquiries and agreements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.db import Money

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_block_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_block_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_block_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("person_id", "provider_id", name=op.f("uq_block_person_id_provider_id")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_block_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "help_wanted",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=True),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by_id", sa.Uuid(), nullable=True),
        sa.Column("open_until", sa.Date(), nullable=False),
        sa.Column("told", sa.SmallInteger(), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'found', 'taken_back', 'over')", name=op.f("ck_help_wanted_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_help_wanted_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["posted_by_id"],
            ["account.id"],
            name=op.f("fk_help_wanted_posted_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_wanted")),
        sa.UniqueConstraint("form_token", name=op.f("uq_help_wanted_form_token")),
    )
    with op.batch_alter_table("help_wanted", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_wanted_district_code"), ["district_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_wanted_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_wanted_state"), ["state"], unique=False)

    op.create_table(
        "enquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decline_reason", sa.String(length=60), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudges", sa.SmallInteger(), nullable=False),
        sa.Column("name_shared", sa.String(length=60), nullable=False),
        sa.Column("contact_shared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'declined') = (decline_reason IS NOT NULL)",
            name=op.f("ck_enquiry_reason_when_declined"),
        ),
        sa.CheckConstraint(
            "decline_reason IN ('full', 'cant_meet_need', 'too_far', 'other')",
            name=op.f("ck_enquiry_decline_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('sent', 'seen', 'more_asked', 'meeting', 'taster', 'waiting', 'agreed', 'declined', 'withdrawn', 'no_answer')",
            name=op.f("ck_enquiry_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_enquiry_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enquiry_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_enquiry_provider_id_provider"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["account.id"], name=op.f("fk_enquiry_sent_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("form_token", "offer_id", name=op.f("uq_enquiry_form_token_offer_id")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enquiry_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_enquiry_open",
            ["person_id", "offer_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
            postgresql_where=sa.text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
        )

    op.create_table(
        "help_told",
        sa.Column("help_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("can_help", sa.Boolean(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["help_id"], ["help_wanted.id"], name=op.f("fk_help_told_help_id_help_wanted"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_help_told_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("help_id", "offer_id", name=op.f("pk_help_told")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("amount", Money(), nullable=True),
        sa.Column("basis", sa.String(length=60), nullable=True),
        sa.Column("paid_by", sa.String(length=60), nullable=True),
        sa.Column("when_ill", sa.String(length=500), nullable=False),
        sa.Column("on_bank_holidays", sa.String(length=300), nullable=False),
        sa.Column("notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("back_up_offer_id", sa.Uuid(), nullable=True),
        sa.Column("back_up_words", sa.String(length=300), nullable=False),
        sa.Column("person_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_agreed_by_id", sa.Uuid(), nullable=True),
        sa.Column("provider_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_agreed_by_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_side", sa.String(length=60), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.Column("end_words", sa.String(length=500), nullable=False),
        sa.Column("keep_place_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('free', 'session', 'hour', 'week', 'night')", name=op.f("ck_agreement_basis_known")
        ),
        sa.CheckConstraint(
            "end_reason IN ('moved_on', 'goal_met', 'not_right', 'money', 'health', 'provider_stopped', 'other')",
            name=op.f("ck_agreement_end_reason_known"),
        ),
        sa.CheckConstraint(
            "ended_side IN ('person', 'provider', 'site')", name=op.f("ck_agreement_ended_side_known")
        ),
        sa.CheckConstraint(
            "paid_by IN ('direct_payment', 'managed_budget', 'mixed', 'self_funder')",
            name=op.f("ck_agreement_paid_by_known"),
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_agreement_amount_not_negative")),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= starts_on", name=op.f("ck_agreement_ends_after_start")
        ),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 365", name=op.f("ck_agreement_notice_sane")),
        sa.ForeignKeyConstraint(
            ["back_up_offer_id"],
            ["offer.id"],
            name=op.f("fk_agreement_back_up_offer_id_offer"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_agreement_enquiry_id_enquiry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_agreement_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_agreed_by_id"],
            ["account.id"],
            name=op.f("fk_agreement_person_agreed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_agreement_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_agreed_by_id"],
            ["account.id"],
            name=op.f("fk_agreement_provider_agreed_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_agreement_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("enquiry_id", name=op.f("uq_agreement_enquiry_id")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "enquiry_meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("proposed_by", sa.String(length=60), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("went", sa.String(length=60), nullable=True),
        sa.Column("went_words", sa.String(length=500), nullable=False),
        sa.Column("went_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('meeting', 'taster')", name=op.f("ck_enquiry_meeting_kind_known")),
        sa.CheckConstraint(
            "proposed_by IN ('person', 'provider', 'site')", name=op.f("ck_enquiry_meeting_proposed_by_known")
        ),
        sa.CheckConstraint("went IN ('good', 'mixed', 'bad')", name=op.f("ck_enquiry_meeting_went_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_enquiry_meeting_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_enquiry_meeting_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offer_session.id"],
            name=op.f("fk_enquiry_meeting_session_id_offer_session"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_meeting")),
    )
    with op.batch_alter_table("enquiry_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_meeting_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "enquiry_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "side IN ('person', 'provider', 'site')", name=op.f("ck_enquiry_message_side_known")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_enquiry_message_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_enquiry_message_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_message")),
        sa.UniqueConstraint(
            "enquiry_id", "form_token", name=op.f("uq_enquiry_message_enquiry_id_form_token")
        ),
    )
    with op.batch_alter_table("enquiry_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_message_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "enquiry_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('person', 'provider', 'site')", name=op.f("ck_enquiry_move_side_known")),
        sa.CheckConstraint(
            "state IN ('sent', 'seen', 'more_asked', 'meeting', 'taster', 'waiting', 'agreed', 'declined', 'withdrawn', 'no_answer')",
            name=op.f("ck_enquiry_move_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_enquiry_move_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_enquiry_move_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_move")),
    )
    with op.batch_alter_table("enquiry_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enquiry_move_enquiry_id"), ["enquiry_id"], unique=False)

    op.create_table(
        "enquiry_share",
        sa.Column("enquiry_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "part IN ('about', 'strengths', 'goals', 'in_my_life', 'level', 'travel', 'times', 'must_be_right', 'communication', 'money', 'preferences')",
            name=op.f("ck_enquiry_share_part_known"),
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_enquiry_share_enquiry_id_enquiry"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enquiry_id", "part", name=op.f("pk_enquiry_share")),
    )
    op.create_table(
        "taken_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_taken_place_enquiry_id_enquiry"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_taken_place_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offer_session.id"],
            name=op.f("fk_taken_place_session_id_offer_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_place")),
    )
    with op.batch_alter_table("taken_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taken_place_enquiry_id"), ["enquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_place_held_until"), ["held_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_place_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_taken_place_session_id"), ["session_id"], unique=False)
        batch_op.create_index(
            "uq_taken_place_live",
            ["session_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enquiry_id", sa.Uuid(), nullable=True),
        sa.Column("session_ids", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiry.id"],
            name=op.f("fk_waiting_place_enquiry_id_enquiry"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_waiting_place_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_waiting_place_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
    )
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_place_enquiry_id"), ["enquiry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_place_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_place_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_waiting_place_live",
            ["offer_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "agreement_session",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_session_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["offer_session.id"],
            name=op.f("fk_agreement_session_session_id_offer_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agreement_id", "session_id", name=op.f("pk_agreement_session")),
    )
    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("about_provider_id", sa.Uuid(), nullable=True),
        sa.Column("about_offer_id", sa.Uuid(), nullable=True),
        sa.Column("about_person_id", sa.Uuid(), nullable=True),
        sa.Column("enquiry_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("someone_is_in_danger", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("holds_contact", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("triaged_by_id", sa.Uuid(), nullable=True),
        sa.Column("triage_words", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'looked_at', 'passed_on', 'closed')", name=op.f("ck_concern_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["about_offer_id"],
            ["offer.id"],
            name=op.f("fk_concern_about_offer_id_offer"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["about_person_id"],
            ["person.id"],
            name=op.f("fk_concern_about_person_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["about_provider_id"],
            ["provider.id"],
            name=op.f("fk_concern_about_provider_id_provider"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_concern_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"], ["enquiry.id"], name=op.f("fk_concern_enquiry_id_enquiry"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["enquiry_message.id"],
            name=op.f("fk_concern_message_id_enquiry_message"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["triaged_by_id"],
            ["account.id"],
            name=op.f("fk_concern_triaged_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("form_token", name=op.f("uq_concern_form_token")),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_about_person_id"), ["about_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_about_provider_id"), ["about_provider_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_state"), ["state"], unique=False)

    op.create_table(
        "how_it_goes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("is_carer", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("mood", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mood IN ('good', 'mixed', 'bad')", name=op.f("ck_how_it_goes_mood_known")),
        sa.CheckConstraint("side IN ('person', 'provider', 'site')", name=op.f("ck_how_it_goes_side_known")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_how_it_goes_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_how_it_goes_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_how_it_goes")),
    )
    with op.batch_alter_table("how_it_goes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_how_it_goes_agreement_id"), ["agreement_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("how_it_goes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_how_it_goes_agreement_id"))

    op.drop_table("how_it_goes")
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_concern_state"))
        batch_op.drop_index(batch_op.f("ix_concern_by_id"))
        batch_op.drop_index(batch_op.f("ix_concern_about_provider_id"))
        batch_op.drop_index(batch_op.f("ix_concern_about_person_id"))

    op.drop_table("concern")
    op.drop_table("agreement_session")
    with op.batch_alter_table("waiting_place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiting_place_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_waiting_place_person_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_place_offer_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_place_enquiry_id"))

    op.drop_table("waiting_place")
    with op.batch_alter_table("taken_place", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_taken_place_live",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_taken_place_session_id"))
        batch_op.drop_index(batch_op.f("ix_taken_place_person_id"))
        batch_op.drop_index(batch_op.f("ix_taken_place_held_until"))
        batch_op.drop_index(batch_op.f("ix_taken_place_enquiry_id"))

    op.drop_table("taken_place")
    op.drop_table("enquiry_share")
    with op.batch_alter_table("enquiry_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_move_enquiry_id"))

    op.drop_table("enquiry_move")
    with op.batch_alter_table("enquiry_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_message_enquiry_id"))

    op.drop_table("enquiry_message")
    with op.batch_alter_table("enquiry_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enquiry_meeting_enquiry_id"))

    op.drop_table("enquiry_meeting")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_provider_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_person_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_offer_id"))

    op.drop_table("agreement")
    op.drop_table("help_told")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enquiry_open",
            sqlite_where=sa.text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
            postgresql_where=sa.text("state NOT IN ('declined', 'withdrawn', 'no_answer', 'agreed')"),
        )
        batch_op.drop_index(batch_op.f("ix_enquiry_state"))
        batch_op.drop_index(batch_op.f("ix_enquiry_provider_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_person_id"))
        batch_op.drop_index(batch_op.f("ix_enquiry_offer_id"))

    op.drop_table("enquiry")
    with op.batch_alter_table("help_wanted", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_wanted_state"))
        batch_op.drop_index(batch_op.f("ix_help_wanted_person_id"))
        batch_op.drop_index(batch_op.f("ix_help_wanted_district_code"))

    op.drop_table("help_wanted")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_provider_id"))
        batch_op.drop_index(batch_op.f("ix_block_person_id"))

    op.drop_table("block")
