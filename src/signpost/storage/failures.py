"""Wrong codes and links, counted by address so that guessing is stopped."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, func, select

from . import Session
from .tables import FailedSignInRow

ALLOWED = 5
WITHIN = dt.timedelta(minutes=15)
"""After `ALLOWED` failures `WITHIN` this time an address is locked out until the oldest is older than that."""


async def note(session: Session, address: str, now: dt.datetime) -> None:
    """Count a failure, and let go of those that no longer matter. `address` is a keyed hash."""
    await session.execute(delete(FailedSignInRow).where(FailedSignInRow.at <= now - WITHIN))
    session.add(FailedSignInRow(address=address, at=now))


async def is_locked_out(session: Session, address: str, now: dt.datetime) -> bool:
    recent = select(func.count()).where(FailedSignInRow.address == address, FailedSignInRow.at > now - WITHIN)
    return (await session.scalar(recent) or 0) >= ALLOWED
