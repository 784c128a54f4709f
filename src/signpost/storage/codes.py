"""One-time codes: what proves on one channel who somebody is on the other."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from . import Session
from .tables import OneTimeCodeRow

GOOD_FOR = dt.timedelta(minutes=10)
"""NIST SP 800-63B, 5.1.3.2."""


async def add(session: Session, code: str, purpose: str, member: int, now: dt.datetime) -> None:
    """Keep a code for `GOOD_FOR`; an older one of the same purpose no longer counts. `code` is the keyed hash."""
    await session.execute(
        delete(OneTimeCodeRow).where(OneTimeCodeRow.member_id == member, OneTimeCodeRow.purpose == purpose)
    )
    session.add(OneTimeCodeRow(code=code, purpose=purpose, member_id=member, expires_at=now + GOOD_FOR))


async def take(session: Session, code: str, purpose: str, now: dt.datetime) -> int | None:
    """The member whose code this is; it is used up by this."""
    taken = delete(OneTimeCodeRow).where(
        OneTimeCodeRow.code == code, OneTimeCodeRow.purpose == purpose, OneTimeCodeRow.expires_at > now
    )
    member: int | None = await session.scalar(taken.returning(OneTimeCodeRow.member_id))
    return member


async def end_all(session: Session, member: int) -> None:
    await session.execute(delete(OneTimeCodeRow).where(OneTimeCodeRow.member_id == member))
