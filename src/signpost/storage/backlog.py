"""How much waits in the inbox and the outbox of every channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from . import Session
from .tables import InboxRow, OutboxRow

NONE = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Backlog:
    inbox: int
    """Updates that wait to be handled."""
    outbox: int
    """Messages that wait to be sent."""
    overdue: dt.timedelta
    """By how much the message longest due is late; zero when none is due."""


async def backlog(session: Session, now: dt.datetime) -> Backlog:
    """Count what waits now."""
    inbox = await session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.handled_at.is_(None)))
    waiting, due = (await session.execute(select(func.count(), func.min(OutboxRow.not_before)))).one()
    return Backlog(inbox or 0, waiting, max(now - due, NONE) if due else NONE)
