"""What people of a district want and nothing fits, as rounded counts only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wanted_count",
        sa.Column("district_code", sa.String(length=9), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("band", sa.String(length=60), nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("unmet", sa.Integer(), nullable=True),
        sa.Column("hindrance", sa.String(length=60), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "band IN ('weekday_morning', 'weekday_afternoon', 'weekday_evening', 'saturday_morning', 'saturday_afternoon', 'saturday_evening', 'sunday_morning', 'sunday_afternoon', 'sunday_evening', 'not_said')",
            name=op.f("ck_wanted_count_band_known"),
        ),
        sa.CheckConstraint(
            "hindrance IN ('full', 'age', 'level', 'must_have', 'travel', 'times', 'cost', 'nothing_near')",
            name=op.f("ck_wanted_count_hindrance_known"),
        ),
        sa.CheckConstraint(
            "theme IN ('friends', 'arts_crafts', 'cookery', 'sport', 'swimming', 'gym', 'music_drama_dance', 'days_out', 'cafes_pubs', 'shopping', 'libraries', 'computers', 'home_skills', 'money', 'travel_training', 'gardening_nature', 'animals', 'college', 'paid_work', 'volunteering', 'relationships', 'faith_culture', 'wellbeing', 'peer_support', 'carer_breaks')",
            name=op.f("ck_wanted_count_theme_known"),
        ),
        sa.CheckConstraint(
            "asked IS NULL OR asked IN (-1, 0) OR (asked >= 10 AND asked / 5 * 5 = asked)",
            name=op.f("ck_wanted_count_asked_was_rounded"),
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_wanted_count_level_known")),
        sa.CheckConstraint(
            "unmet IS NULL OR unmet IN (-1, 0) OR (unmet >= 10 AND unmet / 5 * 5 = unmet)",
            name=op.f("ck_wanted_count_unmet_was_rounded"),
        ),
        sa.PrimaryKeyConstraint("district_code", "theme", "band", "level", name=op.f("pk_wanted_count")),
    )
    with op.batch_alter_table("wanted_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wanted_count_counted_on"), ["counted_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("wanted_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wanted_count_counted_on"))

    op.drop_table("wanted_count")
