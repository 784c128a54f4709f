"""What was recorded about the plan may be a new milestone: plan_event.new."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("plan_event", sa.Column("new", sa.JSON(none_as_null=True), nullable=True))
