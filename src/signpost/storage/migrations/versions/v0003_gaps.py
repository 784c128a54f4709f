"""Gap evidence: who asked and what for, gap, theme, theme_event, theme_milestone, response."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("disposition", sa.Column("asker", sa.String(64), nullable=True))
    op.add_column("disposition", sa.Column("origin", sa.String(16), server_default="self", nullable=False))
    op.add_column("disposition", sa.Column("area", sa.String(24), nullable=True))
    op.add_column("disposition", sa.Column("age_band", sa.String(8), nullable=True))
    op.add_column("disposition", sa.Column("district", sa.String(24), nullable=True))
    op.add_column("disposition", sa.Column("language", sa.String(8), nullable=True))
    op.create_table(
        "theme",
        sa.Column("id", Serial, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("named_by", sa.String(8), nullable=False),
        sa.Column("entry", sa.String(64), nullable=True),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(100), server_default="", nullable=False),
        sa.Column("wakes_at", sa.Integer, nullable=True),
        sa.Column("merged_into", Serial, nullable=True),
        sa.Column("centre", sa.LargeBinary, nullable=True),
        sa.Column("size", sa.Integer, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["theme.id"], name="fk_theme_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_theme"),
        sa.UniqueConstraint("entry", name="uq_theme_entry"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gap",
        sa.Column("id", Serial, nullable=False),
        sa.Column("disposition_id", Serial, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(24), nullable=True),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("forget_at", Utc, nullable=True),
        sa.Column("theme_id", Serial, nullable=True),
        sa.Column("placed_by", sa.String(8), nullable=True),
        sa.ForeignKeyConstraint(["disposition_id"], ["disposition.id"], name="fk_gap_disposition_id"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_gap_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
        sa.UniqueConstraint("disposition_id", name="uq_gap_disposition_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gap_forget_at", "gap", ["forget_at"])
    op.create_index("ix_gap_theme_id", "gap", ["theme_id"])
    op.create_table(
        "theme_event",
        sa.Column("id", Serial, nullable=False),
        sa.Column("theme_id", Serial, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_theme_event_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_theme_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_theme_event_theme_id", "theme_event", ["theme_id"])
    op.create_table(
        "theme_milestone",
        sa.Column("theme_id", Serial, nullable=False),
        sa.Column("milestone", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_theme_milestone_theme_id"),
        sa.PrimaryKeyConstraint("theme_id", "milestone", name="pk_theme_milestone"),
    )
    op.create_table(
        "response",
        sa.Column("id", Serial, nullable=False),
        sa.Column("theme_id", Serial, nullable=False),
        sa.Column("you_said", sa.Text, nullable=False),
        sa.Column("we_did", sa.Text, nullable=False),
        sa.Column("written_by", sa.String(100), nullable=False),
        sa.Column("written_at", Utc, nullable=False),
        sa.Column("approved_by", sa.String(100), nullable=True),
        sa.Column("approved_at", Utc, nullable=True),
        sa.Column("published_at", Utc, nullable=True),
        sa.Column("withdrawn_at", Utc, nullable=True),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name="fk_response_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_response_theme_id", "response", ["theme_id"])
    op.create_index("ix_response_published_at", "response", ["published_at"])
