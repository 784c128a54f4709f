"""Those of the staff who have a right. Whoever is revoked stays in the list, with the date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update

from . import Session
from .tables import MemberRow


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    right: str
    label: str
    since: dt.datetime
    revoked_at: dt.datetime | None
    has_telegram: bool


async def add(session: Session, right: str, label: str, now: dt.datetime, telegram: str | None) -> Member:
    """Give a right. `telegram` is the keyed hash of a Telegram id, which moves here from wherever it was linked."""
    if telegram is not None:
        await _unlink(session, telegram)
    row = MemberRow(right=right, label=label, since=now, revoked_at=None, telegram=telegram)
    session.add(row)
    await session.flush()
    return seen(row)


async def link(session: Session, ident: int, telegram: str) -> None:
    """Let a member use the right on Telegram too."""
    await _unlink(session, telegram)
    await session.execute(update(MemberRow).where(MemberRow.id == ident).values(telegram=telegram))


async def _unlink(session: Session, telegram: str) -> None:
    await session.execute(update(MemberRow).where(MemberRow.telegram == telegram).values(telegram=None))


async def on_telegram(session: Session, telegram: str) -> Member | None:
    """The member behind a Telegram id's keyed hash, if the right still holds."""
    row = await session.scalar(select(MemberRow).where(MemberRow.telegram == telegram, MemberRow.revoked_at.is_(None)))
    return seen(row) if row else None


async def find(session: Session, ident: int) -> Member | None:
    row = await session.get(MemberRow, ident)
    return seen(row) if row else None


async def revoke(session: Session, ident: int, now: dt.datetime) -> Member | None:
    """End a right, from this moment on every channel; None when there is no such right in force."""
    row = await session.scalar(
        update(MemberRow)
        .where(MemberRow.id == ident, MemberRow.revoked_at.is_(None))
        .values(revoked_at=now, telegram=None)
        .returning(MemberRow)
    )
    return seen(row) if row else None


async def everyone(session: Session) -> list[Member]:
    return [seen(row) for row in await session.scalars(select(MemberRow).order_by(MemberRow.id))]


def seen(row: MemberRow) -> Member:
    return Member(row.id, row.right, row.label, row.since, row.revoked_at, row.telegram is not None)
