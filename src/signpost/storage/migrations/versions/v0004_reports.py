"""Counts of a month that is over, and who wants to be sent reports: report_month, digest_wish."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "report_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("counted_at", Utc, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_report_month"),
    )
    op.create_table(
        "digest_wish",
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("every", sa.String(8), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("sent", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_digest_wish"),
    )
