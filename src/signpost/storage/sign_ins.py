"""Web sessions, kept on the server so that they can end at once."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update

from . import Session
from .members import Member, seen
from .tables import MemberRow, SignInRow

IDLE = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
"""Both after NIST SP 800-63B (2017), 4.2.3, for people who see what not everyone may."""
STEP = dt.timedelta(minutes=1)
"""`seen_at` moves on in steps, so that reading pages does not write for each of them."""


async def add(session: Session, token: str, member: int, now: dt.datetime) -> None:
    """Begin a session. `token` is the keyed hash, never the token itself."""
    session.add(SignInRow(token=token, member_id=member, seen_at=now, expires_at=now + LONGEST))


async def member_of(session: Session, token: str, now: dt.datetime) -> tuple[Member, bool] | None:
    """Whose session this is, and whether `touch` is due; None when it is over or the right was revoked."""
    found = await session.execute(
        select(MemberRow, SignInRow.seen_at)
        .join(SignInRow, SignInRow.member_id == MemberRow.id)
        .where(
            SignInRow.token == token,
            SignInRow.expires_at > now,
            SignInRow.seen_at > now - IDLE,
            MemberRow.revoked_at.is_(None),
        )
    )
    row = found.first()
    return (seen(row[0]), row[1] <= now - STEP) if row else None


async def touch(session: Session, token: str, now: dt.datetime) -> None:
    """It is in use."""
    await session.execute(update(SignInRow).where(SignInRow.token == token).values(seen_at=now))


async def end(session: Session, token: str) -> None:
    await session.execute(delete(SignInRow).where(SignInRow.token == token))


async def end_all(session: Session, member: int) -> None:
    await session.execute(delete(SignInRow).where(SignInRow.member_id == member))
