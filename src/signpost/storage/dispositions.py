"""What became of each message: one row for one message, whatever is repeated, and no text in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from ..model import Answered, Role
from . import Session
from .tables import DispositionRow
from .write import insert_once

TOPICS_KEPT = 4
"""Scores of the best topics, enough to see between which a message fell."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One message's disposition, as it is kept."""

    channel: str
    source: str
    """Number of the update, or a random token: the natural key together with the channel."""
    at: dt.datetime
    outcome: str
    urgent: bool
    danger: str | None
    topics: tuple[tuple[str, float], ...]
    knowledge: str
    tier: str
    role: Role


def recorded(
    answered: Answered, *, channel: str, source: str, at: dt.datetime, role: Role, knowledge: str, tier: str
) -> Recorded:
    """What is kept of an answer: ids and scores, never the words."""
    match = answered.match
    danger = match.reading.danger if match else None
    topics = tuple((str(c.topic), round(c.score, 4)) for c in (match.candidates if match else ())[:TOPICS_KEPT])
    return Recorded(
        channel, source, at, str(answered.reply.outcome), answered.reply.urgent, danger.kind if danger else None,
        topics, knowledge, tier, role,
    )  # fmt: skip


async def record(session: Session, what: Recorded) -> bool:
    """Write it down; False when it was there already."""
    row = {
        "channel": what.channel, "source": what.source, "at": what.at, "outcome": what.outcome, "urgent": what.urgent,
        "danger": what.danger, "topics": [list(t) for t in what.topics], "knowledge": what.knowledge,
        "tier": what.tier, "role": what.role.value,
    }  # fmt: skip
    return bool(await insert_once(session, DispositionRow, [row]))


async def count(session: Session, channel: str | None = None) -> dict[str, int]:
    """How many of each outcome."""
    query = select(DispositionRow.outcome, func.count()).group_by(DispositionRow.outcome)
    if channel is not None:
        query = query.where(DispositionRow.channel == channel)
    return {row[0]: row[1] for row in await session.execute(query)}
