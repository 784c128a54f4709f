"""Notices: one message promised to whoever asked on Telegram to be told when their gap is answered.

A row holds what is needed to send it, and goes with the message. Its mark is made of chat and gap together: whoever
reads the table sees neither who asked nor that two rows are of one person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from . import Session
from .tables import DispositionRow, GapRow, NoticeRow, ResponseRow, ThemeRow
from .write import insert_once

KEPT = dt.timedelta(days=365)
"""How long somebody waits for an answer at most."""
Mark = Callable[[int], str]
"""A chat's keyed hash for a gap's number."""


@dataclass(frozen=True, slots=True)
class Due:
    """A gap whose asker is to be told of a response."""

    gap: int
    address: str
    """The chat's id, sealed."""
    response: int
    you_said: str
    we_did: str
    on: dt.date


async def promise(session: Session, channel: str, source: str, *, mark: Mark, address: str, now: dt.datetime) -> None:
    """Promise a notice for the gap of a message. A repeat changes nothing; nor does anything where there is no gap."""
    gap = await session.scalar(
        select(GapRow.id)
        .join(DispositionRow, DispositionRow.id == GapRow.disposition_id)
        .where(DispositionRow.channel == channel, DispositionRow.source == source)
    )
    if gap is not None:
        row = {"gap_id": gap, "mark": mark(gap), "address": address, "asked_at": now}
        await insert_once(session, NoticeRow, [row])


async def due(session: Session) -> list[Due]:
    """Those whose gap was answered after they asked, each with the newest response of its theme."""
    answers = (
        select(NoticeRow, ResponseRow)
        .join(GapRow, GapRow.id == NoticeRow.gap_id)
        .join(ThemeRow, or_(ThemeRow.id == GapRow.theme_id, ThemeRow.merged_into == GapRow.theme_id))
        .join(ResponseRow, ResponseRow.theme_id == ThemeRow.id)
        .where(ResponseRow.published_at > NoticeRow.asked_at, ResponseRow.withdrawn_at.is_(None))
        .order_by(NoticeRow.gap_id, ResponseRow.published_at, ResponseRow.id)
    )
    newest = {
        n.gap_id: Due(n.gap_id, n.address, r.id, r.you_said, r.we_did, r.published_at.date())
        for n, r in await session.execute(answers)
        if r.published_at is not None
    }
    return list(newest.values())


async def drop(session: Session, gaps: Collection[int]) -> None:
    """Let go of the notices of these gaps."""
    await session.execute(delete(NoticeRow).where(NoticeRow.gap_id.in_(gaps)))


async def forget(session: Session, mark: Mark) -> None:
    """Let go of every notice of a chat."""
    held = await session.execute(select(NoticeRow.gap_id, NoticeRow.mark))
    await drop(session, [gap for gap, marked in held if marked == mark(gap)])
