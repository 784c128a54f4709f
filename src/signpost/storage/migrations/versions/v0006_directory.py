"""Services of other people's directories: directory_feed, directory_service, directory_fault."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "directory_feed",
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("begun_at", Utc, nullable=False),
        sa.Column("next_page", sa.Integer(), nullable=True),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("finished_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_directory_feed"),
    )
    op.create_table(
        "directory_service",
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("ident", sa.String(100), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("modified", sa.String(40), nullable=False),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("source", "ident", name="pk_directory_service"),
    )
    op.create_table(
        "directory_fault",
        sa.Column("id", Serial, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("ident", sa.String(100), nullable=False),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_fault"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_directory_fault_source", "directory_fault", ["source"])
