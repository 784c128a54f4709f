"""Themes say which network saw them; those of before are seen again at the next grouping: theme.seen_by."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("theme", sa.Column("seen_by", sa.String(32), server_default="", nullable=False))
