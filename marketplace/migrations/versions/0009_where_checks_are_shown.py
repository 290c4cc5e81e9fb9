"""Where a council wants the papers of checks to be shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "council_checking",
        sa.Column("council_code", sa.String(length=9), nullable=False),
        sa.Column("bring_to", sa.String(length=600), nullable=False),
        sa.PrimaryKeyConstraint("council_code", name=op.f("pk_council_checking")),
    )


def downgrade() -> None:
    op.drop_table("council_checking")
