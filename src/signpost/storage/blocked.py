"""Chats that refuse our messages."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, exists, select

from . import Session
from .tables import BlockedRow
from .write import insert_once


async def note(session: Session, who: str, now: dt.datetime) -> None:
    await insert_once(session, BlockedRow, [{"who": who, "since": now}])


async def clear(session: Session, who: str) -> None:
    """They wrote again, or took the block back."""
    await session.execute(delete(BlockedRow).where(BlockedRow.who == who))


async def is_blocked(session: Session, who: str) -> bool:
    return bool(await session.scalar(select(exists().where(BlockedRow.who == who))))
