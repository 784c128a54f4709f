"""Who may see what: invitation, member, sign_in, one_time_code, failed_sign_in."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", Serial, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("right", sa.String(16), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token", name="uq_invitation_token"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "member",
        sa.Column("id", Serial, nullable=False),
        sa.Column("right", sa.String(16), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("since", Utc, nullable=False),
        sa.Column("revoked_at", Utc, nullable=True),
        sa.Column("telegram", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("telegram", name="uq_member_telegram"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("member_id", Serial, nullable=False),
        sa.Column("seen_at", Utc, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_sign_in"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_sign_in_member_id"),
    )
    op.create_index("ix_sign_in_member_id", "sign_in", ["member_id"])
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"])
    op.create_table(
        "one_time_code",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("member_id", Serial, nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_one_time_code"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_one_time_code_member_id"),
    )
    op.create_index("ix_one_time_code_member_id", "one_time_code", ["member_id"])
    op.create_index("ix_one_time_code_expires_at", "one_time_code", ["expires_at"])
    op.create_table(
        "failed_sign_in",
        sa.Column("id", Serial, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_in"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_failed_sign_in_address_at", "failed_sign_in", ["address", "at"])
