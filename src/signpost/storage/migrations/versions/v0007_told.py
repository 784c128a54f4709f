"""Who is to be told once when a gap is answered, and what people say of a reply: notice, disposition.said."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("disposition", sa.Column("said", sa.String(8), nullable=True))
    op.create_table(
        "notice",
        sa.Column("gap_id", Serial, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("asked_at", Utc, nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gap.id"], name="fk_notice_gap_id"),
        sa.PrimaryKeyConstraint("gap_id", name="pk_notice"),
    )
    op.create_index("ix_notice_asked_at", "notice", ["asked_at"])
