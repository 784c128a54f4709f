"""More ways to sign in: challenge, council_account, passkey."""

import sqlalchemy as sa
from alembic import op

from signpost.storage.tables import Serial, Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "challenge",
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("expires_at", Utc, nullable=False),
        sa.PrimaryKeyConstraint("challenge", name="pk_challenge"),
    )
    op.create_index("ix_challenge_expires_at", "challenge", ["expires_at"])
    op.create_table(
        "council_account",
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("member_id", Serial, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_council_account"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_council_account_member_id"),
    )
    op.create_index("ix_council_account_member_id", "council_account", ["member_id"])
    op.create_table(
        "passkey",
        sa.Column("id", Serial, nullable=False),
        sa.Column("member_id", Serial, nullable=False),
        sa.Column("credential", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Utc, nullable=False),
        sa.Column("used_at", Utc, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential", name="uq_passkey_credential"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_passkey_member_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_passkey_member_id", "passkey", ["member_id"])
