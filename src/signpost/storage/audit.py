"""What the staff did: added to, never changed. An actor is a right's label or `command line`, never a family."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from . import Session
from .tables import AuditRow

COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Deed:
    at: dt.datetime
    actor: str
    action: str
    subject: str
    why: str


async def note(session: Session, *, actor: str, action: str, subject: str, why: str, now: dt.datetime) -> None:
    """Write down a deed, in the transaction that does it."""
    session.add(AuditRow(at=now, actor=actor, action=action, subject=subject, why=why))


async def latest(session: Session, limit: int = 100) -> list[Deed]:
    """The newest deeds, newest first."""
    rows = await session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))
    return [Deed(r.at, r.actor, r.action, r.subject, r.why) for r in rows]
