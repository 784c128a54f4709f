"""Who blocked the bot is no longer noted: nothing ever read it, and nothing deleted it."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.drop_table("blocked")
