"""What was recorded about the plan: plan_event."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "plan_event",
        sa.Column("id", Serial, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("said", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("undoes", Serial, nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["plan_event.id"], name="fk_plan_event_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_event"),
        sa.UniqueConstraint("source", name="uq_plan_event_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_event_subject", "plan_event", ["subject"])
