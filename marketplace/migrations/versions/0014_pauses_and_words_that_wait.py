"""When both sides were told that no message passes, and what words that wait for a moderator lead to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("enquiry_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leads_to", sa.String(length=60), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_enquiry_message_leads_to_known"),
            "leads_to IN ('sent', 'seen', 'more_asked', 'meeting', 'taster', 'waiting', 'agreed', 'declined', "
            "'withdrawn', 'no_answer')",
        )


def downgrade() -> None:
    with op.batch_alter_table("enquiry_message", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_enquiry_message_leads_to_known"), type_="check")
        batch_op.drop_column("leads_to")

    with op.batch_alter_table("enquiry", recreate="never") as batch_op:
        batch_op.drop_column("paused_at")
