"""Counts of a month that is over: report_month."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Utc

revision = "0060"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "report_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("counted_at", Utc, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_report_month"),
    )
