"""Gaps: a question that was not met, beside its disposition; its words are redacted, and go after `KEPT`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update

from ..gap import Kind, Reason
from . import Session
from .tables import DispositionRow, GapRow
from .write import insert_once

KEPT = dt.timedelta(days=30)
"""How long the redacted words are kept, unless somebody decided to keep them as evidence."""
DETAILS = ("area", "age_band", "district", "role")
"""What a person may add or put right of the disposition; `reason` is the gap's own."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap with its disposition, as reports and people see it."""

    id: int
    at: dt.datetime
    kind: Kind
    reason: Reason | None
    text: str | None
    """Redacted; None when it is gone, or never was kept."""
    channel: str
    origin: str
    role: str
    area: str | None
    age_band: str | None
    district: str | None
    language: str | None
    topics: tuple[tuple[str, float], ...]
    knowledge: str
    asker: str | None
    theme: int | None


async def record(
    session: Session, channel: str, source: str, *, kind: Kind, text: str | None, at: dt.datetime,
    reason: Reason | None = None,
) -> bool:  # fmt: skip
    """Note that a message was not met. False when that is noted already, or the message's disposition is not there.

    `text` must be redacted.
    """
    found = await session.scalar(_disposition(channel, source))
    if found is None:
        return False
    row = {
        "disposition_id": found, "kind": kind, "reason": reason, "text": text,
        "forget_at": at + KEPT if text is not None else None,
    }  # fmt: skip
    return bool(await insert_once(session, GapRow, [row]))


async def amend(session: Session, channel: str, source: str, details: Mapping[str, str | None]) -> None:
    """Put right what is known of a gap: `reason`, or one of `DETAILS`. Nothing happens where there is no gap."""
    said = {name: value for name, value in details.items() if name in DETAILS}
    held = _disposition(channel, source).scalar_subquery()
    if said:
        with_gap = select(GapRow.disposition_id).where(GapRow.disposition_id == held)
        await session.execute(update(DispositionRow).where(DispositionRow.id.in_(with_gap)).values(**said))
    if "reason" in details:
        await session.execute(update(GapRow).where(GapRow.disposition_id == held).values(reason=details["reason"]))


async def listed(session: Session, *, most: int, theme: int | None = None) -> list[Gap]:
    """The newest gaps first, of one theme or of all."""
    query = _whole().order_by(DispositionRow.at.desc(), GapRow.id.desc()).limit(most)
    if theme is not None:
        query = query.where(GapRow.theme_id == theme)
    return [_gap(row) for row in await session.execute(query)]


async def unplaced(session: Session, most: int) -> list[Gap]:
    """Gaps with words that no theme holds yet, oldest first."""
    query = _whole().where(GapRow.theme_id.is_(None), GapRow.text.is_not(None)).order_by(GapRow.id).limit(most)
    return [_gap(row) for row in await session.execute(query)]


async def still_unplaced(session: Session, numbers: Sequence[int]) -> set[int]:
    """Which of these gaps no theme holds."""
    query = select(GapRow.id).where(GapRow.id.in_(numbers), GapRow.theme_id.is_(None))
    return set(await session.scalars(query))


def _disposition(channel: str, source: str) -> Select[int]:
    return select(DispositionRow.id).where(DispositionRow.channel == channel, DispositionRow.source == source)


def _whole() -> Select[GapRow, DispositionRow]:
    return select(GapRow, DispositionRow).join(DispositionRow, DispositionRow.id == GapRow.disposition_id)


def _gap(row: Any) -> Gap:
    gap, asked = row
    return Gap(
        gap.id, asked.at, Kind(gap.kind), Reason(gap.reason) if gap.reason else None, gap.text, asked.channel,
        asked.origin, asked.role, asked.area, asked.age_band, asked.district, asked.language,
        tuple((t, s) for t, s in asked.topics), asked.knowledge, asked.asker, gap.theme_id,
    )  # fmt: skip
