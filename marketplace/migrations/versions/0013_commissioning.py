"""Commissioning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from marketplace.db import Money

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_HINDRANCES = "hindrance IN ('full', 'age', 'level', 'must_have', 'travel', 'times', 'cost', 'nothing_near')"
_MORE_HINDRANCES = "hindrance IN ('full', 'age', 'level', 'must_have', 'travel', 'transport', 'times', 'no_evening', 'no_weekend', 'cost', 'no_companion', 'stale', 'nothing_near')"


def upgrade() -> None:
    with op.batch_alter_table("wanted_count", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_wanted_count_hindrance_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_wanted_count_hindrance_known"), _MORE_HINDRANCES)

    op.create_table(
        "search_count",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("sector", sa.String(length=7), nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hindrance", sa.String(length=60), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "band IN ('weekday_morning', 'weekday_afternoon', 'weekday_evening', 'saturday_morning', 'saturday_afternoon', 'saturday_evening', 'sunday_morning', 'sunday_afternoon', 'sunday_evening', 'not_said')",
            name=op.f("ck_search_count_band_known"),
        ),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_search_count_theme_known"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_search_count_level_known")),
        sa.CheckConstraint("searches > 0", name=op.f("ck_search_count_some")),
        sa.PrimaryKeyConstraint(
            "week",
            "sector",
            "district_code",
            "theme",
            "band",
            "level",
            "hindrance",
            name=op.f("pk_search_count"),
        ),
    )
    op.create_table(
        "brought_demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("weight", Money(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brought_by_id", sa.Uuid(), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["brought_by_id"],
            ["account.id"],
            name=op.f("fk_brought_demand_brought_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_demand")),
        sa.UniqueConstraint("form_token", name=op.f("uq_brought_demand_form_token")),
    )
    with op.batch_alter_table("brought_demand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_brought_demand_council_code"), ["council_code"], unique=False)

    op.create_table(
        "gap_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("heard_of_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(length=30), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (document IS NOT NULL)", name=op.f("ck_gap_report_document_when_done")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_gap_report_state_known")
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_gap_report_progress_percent")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["account.id"],
            name=op.f("fk_gap_report_asked_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_report")),
    )
    with op.batch_alter_table("gap_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_report_day"), ["day"], unique=False)
        batch_op.create_index(
            "uq_gap_report_unfinished",
            ["state"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "group_idea",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=False),
        sa.Column("place_code", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "band IN ('weekday_morning', 'weekday_afternoon', 'weekday_evening', 'saturday_morning', 'saturday_afternoon', 'saturday_evening', 'sunday_morning', 'sunday_afternoon', 'sunday_evening', 'not_said')",
            name=op.f("ck_group_idea_band_known"),
        ),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_group_idea_theme_known"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["account.id"],
            name=op.f("fk_group_idea_published_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_idea")),
        sa.UniqueConstraint("key", name=op.f("uq_group_idea_key")),
    )
    with op.batch_alter_table("group_idea", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_idea_district_code"), ["district_code"], unique=False)

    op.create_table(
        "pilot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_pilot_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_pilot_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
        sa.UniqueConstraint("form_token", name=op.f("uq_pilot_form_token")),
    )
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pilot_council_code"), ["council_code"], unique=False)

    op.create_table(
        "brought_row",
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "band IN ('weekday_morning', 'weekday_afternoon', 'weekday_evening', 'saturday_morning', 'saturday_afternoon', 'saturday_evening', 'sunday_morning', 'sunday_afternoon', 'sunday_evening', 'not_said')",
            name=op.f("ck_brought_row_band_known"),
        ),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_brought_row_theme_known"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_brought_row_level_known")),
        sa.CheckConstraint("people > 0", name=op.f("ck_brought_row_some")),
        sa.ForeignKeyConstraint(
            ["demand_id"],
            ["brought_demand.id"],
            name=op.f("fk_brought_row_demand_id_brought_demand"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("demand_id", "line", name=op.f("pk_brought_row")),
    )
    op.create_table(
        "gap",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("district_code", sa.String(length=9), nullable=True),
        sa.Column("theme", sa.String(length=60), nullable=True),
        sa.Column("band", sa.String(length=60), nullable=True),
        sa.Column("level", sa.SmallInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_words", sa.Text(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('closed', 'set_aside')) = (closed_at IS NOT NULL)",
            name=op.f("ck_gap_closed_with_moment"),
        ),
        sa.CheckConstraint(
            "band IN ('weekday_morning', 'weekday_afternoon', 'weekday_evening', 'saturday_morning', 'saturday_afternoon', 'saturday_evening', 'sunday_morning', 'sunday_afternoon', 'sunday_evening', 'not_said')",
            name=op.f("ck_gap_band_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'in_hand', 'closed', 'set_aside')", name=op.f("ck_gap_state_known")
        ),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_gap_theme_known"),
        ),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 1 AND 4", name=op.f("ck_gap_level_known")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["account.id"], name=op.f("fk_gap_opened_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_gap_owner_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["gap_report.id"], name=op.f("fk_gap_report_id_gap_report"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
        sa.UniqueConstraint("form_token", name=op.f("uq_gap_form_token")),
        sa.UniqueConstraint("number", name=op.f("uq_gap_number")),
    )
    with op.batch_alter_table("gap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_council_code"), ["council_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_district_code"), ["district_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_state"), ["state"], unique=False)

    op.create_table(
        "group_idea_person",
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["group_idea.id"],
            name=op.f("fk_group_idea_person_idea_id_group_idea"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_group_idea_person_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_group_idea_person")),
    )
    with op.batch_alter_table("group_idea_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_idea_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asks", sa.String(length=60), nullable=False),
        sa.Column("question", sa.String(length=60), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("said_by_id", sa.Uuid(), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.CheckConstraint("asks IN ('person', 'carer')", name=op.f("ck_survey_answer_asks_known")),
        sa.CheckConstraint("value BETWEEN 0 AND 20", name=op.f("ck_survey_answer_value_sane")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_survey_answer_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"],
            ["account.id"],
            name=op.f("fk_survey_answer_said_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint(
            "person_id",
            "asks",
            "question",
            "form_token",
            name=op.f("uq_survey_answer_person_id_asks_question_form_token"),
        ),
    )
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answer_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_survey_answer_question_said_on", ["question", "said_on"], unique=False)

    op.create_table(
        "gap_offer",
        sa.Column("gap_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gap.id"], name=op.f("fk_gap_offer_gap_id_gap"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["noted_by_id"],
            ["account.id"],
            name=op.f("fk_gap_offer_noted_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_gap_offer_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gap_id", "offer_id", name=op.f("pk_gap_offer")),
    )
    op.create_table(
        "gap_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gap_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=60), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'in_hand', 'closed', 'set_aside')", name=op.f("ck_gap_step_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_gap_step_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gap.id"], name=op.f("fk_gap_step_gap_id_gap"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_step")),
    )
    with op.batch_alter_table("gap_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_step_gap_id"), ["gap_id"], unique=False)

    op.create_table(
        "group_idea_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["account.id"],
            name=op.f("fk_group_idea_answer_answered_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"],
            ["group_idea.id"],
            name=op.f("fk_group_idea_answer_idea_id_group_idea"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_group_idea_answer_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_group_idea_answer_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_idea_answer")),
        sa.UniqueConstraint("idea_id", "offer_id", name=op.f("uq_group_idea_answer_idea_id_offer_id")),
    )
    with op.batch_alter_table("group_idea_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_idea_answer_idea_id"), ["idea_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_idea_answer_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_group_idea_answer_provider_id"), ["provider_id"], unique=False)

    op.create_table(
        "pilot_offer",
        sa.Column("pilot_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_pilot_offer_offer_id_offer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pilot_id"], ["pilot.id"], name=op.f("fk_pilot_offer_pilot_id_pilot"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pilot_id", "offer_id", name=op.f("pk_pilot_offer")),
    )
    op.create_table(
        "said_and_did",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("did_on", sa.Date(), nullable=True),
        sa.Column("gap_id", sa.Uuid(), nullable=True),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_said_and_did_theme_known"),
        ),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gap.id"], name=op.f("fk_said_and_did_gap_id_gap"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["account.id"],
            name=op.f("fk_said_and_did_written_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said_and_did")),
        sa.UniqueConstraint("form_token", name=op.f("uq_said_and_did_form_token")),
    )
    with op.batch_alter_table("said_and_did", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_said_and_did_council_code"), ["council_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_said_and_did_published_at"), ["published_at"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM wanted_count")  # it is counted anew
    with op.batch_alter_table("wanted_count", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_wanted_count_hindrance_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_wanted_count_hindrance_known"), _HINDRANCES)

    with op.batch_alter_table("said_and_did", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_said_and_did_published_at"))
        batch_op.drop_index(batch_op.f("ix_said_and_did_council_code"))

    op.drop_table("said_and_did")
    op.drop_table("pilot_offer")
    with op.batch_alter_table("group_idea_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_idea_answer_provider_id"))
        batch_op.drop_index(batch_op.f("ix_group_idea_answer_offer_id"))
        batch_op.drop_index(batch_op.f("ix_group_idea_answer_idea_id"))

    op.drop_table("group_idea_answer")
    with op.batch_alter_table("gap_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_step_gap_id"))

    op.drop_table("gap_step")
    op.drop_table("gap_offer")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answer_question_said_on")
        batch_op.drop_index(batch_op.f("ix_survey_answer_person_id"))

    op.drop_table("survey_answer")
    with op.batch_alter_table("group_idea_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_idea_person_person_id"))

    op.drop_table("group_idea_person")
    with op.batch_alter_table("gap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_state"))
        batch_op.drop_index(batch_op.f("ix_gap_district_code"))
        batch_op.drop_index(batch_op.f("ix_gap_council_code"))

    op.drop_table("gap")
    op.drop_table("brought_row")
    with op.batch_alter_table("pilot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pilot_council_code"))

    op.drop_table("pilot")
    with op.batch_alter_table("group_idea", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_idea_district_code"))

    op.drop_table("group_idea")
    with op.batch_alter_table("gap_report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_gap_report_unfinished",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_gap_report_day"))

    op.drop_table("gap_report")
    with op.batch_alter_table("brought_demand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_brought_demand_council_code"))

    op.drop_table("brought_demand")
    op.drop_table("search_count")
