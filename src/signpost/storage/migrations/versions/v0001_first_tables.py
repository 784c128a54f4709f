"""The first tables: inbox, outbox, conversation, disposition, blocked, channel_switch, audit."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0001"
down_revision = None


def upgrade() -> None:
    waiting = sa.text("handled_at IS NULL")
    op.create_table(
        "inbox",
        sa.Column("id", Serial, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("payload", sa.JSON, nullable=True),
        sa.Column("received_at", Utc, nullable=False),
        sa.Column("handled_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("channel", "update_id", name="uq_inbox_channel_update_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_inbox_waiting", "inbox", ["channel", "who", "update_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "outbox",
        sa.Column("id", Serial, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("method", sa.String(64), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("not_before", Utc, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("channel", "source", "ordinal", name="uq_outbox_channel_source_ordinal"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_order", "outbox", ["channel", "who", "id"])
    op.create_table(
        "conversation",
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("turn", sa.JSON, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_conversation"),
    )
    op.create_index("ix_conversation_expires_at", "conversation", ["expires_at"])
    op.create_table(
        "disposition",
        sa.Column("id", Serial, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("danger", sa.String(60), nullable=True),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("knowledge", sa.String(64), nullable=False),
        sa.Column("tier", sa.String(8), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disposition"),
        sa.UniqueConstraint("channel", "source", name="uq_disposition_channel_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_disposition_at", "disposition", ["at"])
    op.create_table(
        "blocked",
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_blocked"),
    )
    op.create_table(
        "channel_switch",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("changed_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_switch"),
    )
    op.create_table(
        "audit",
        sa.Column("id", Serial, nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
