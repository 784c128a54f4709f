"""What became of each message: one row for one message, whatever is repeated, and no text in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update

from ..gap import Origin, Said, age_band
from ..model import Answered, Role
from . import Session
from .keys import Secret
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
    asker: str | None = None
    """Who asked, as `asker_of` hides it; None where that is not known."""
    origin: Origin = Origin.SELF
    area: str | None = None
    age_band: str | None = None
    district: str | None = None
    language: str | None = None


def asker_of(secret: Secret, channel: str, who: str, at: dt.datetime) -> str:
    """A keyed hash of who asked, with the month in it: countable within it, and not to be followed beyond."""
    return secret.digest("asker", f"{at:%Y-%m}:{channel}:{who}")


def recorded(
    answered: Answered, *, channel: str, source: str, at: dt.datetime, role: Role, knowledge: str, tier: str,
    asker: str | None = None,
) -> Recorded:  # fmt: skip
    """What is kept of an answer: ids, scores and what the words told of need, age and place; never the words."""
    match = answered.match
    reading = match.reading if match else None
    danger = reading.danger if reading else None
    topics = tuple((str(c.topic), round(c.score, 4)) for c in (match.candidates if match else ())[:TOPICS_KEPT])
    what = Recorded(
        channel, source, at, str(answered.reply.outcome), answered.reply.urgent, danger.kind if danger else None,
        topics, knowledge, tier, role, asker,
    )  # fmt: skip
    if reading is None or answered.turn.urgent:
        return what
    return replace(
        what,
        area=reading.area, age_band=age_band(reading.ages), district=reading.district, language=reading.language,
    )  # fmt: skip


async def record(session: Session, what: Recorded) -> bool:
    """Write it down; False when it was there already."""
    row = {
        "channel": what.channel, "source": what.source, "at": what.at, "outcome": what.outcome, "urgent": what.urgent,
        "danger": what.danger, "topics": [list(t) for t in what.topics], "knowledge": what.knowledge,
        "tier": what.tier, "role": what.role.value, "asker": what.asker, "origin": what.origin, "area": what.area,
        "age_band": what.age_band, "district": what.district, "language": what.language,
    }  # fmt: skip
    return bool(await insert_once(session, DispositionRow, [row]))


async def say(session: Session, channel: str, source: str, said: Said) -> None:
    """Note what a person said of the reply. Nothing happens where there is no such message."""
    held = (DispositionRow.channel == channel, DispositionRow.source == source)
    await session.execute(update(DispositionRow).where(*held).values(said=said))


async def count(session: Session, channel: str | None = None) -> dict[str, int]:
    """How many of each outcome."""
    query = select(DispositionRow.outcome, func.count()).group_by(DispositionRow.outcome)
    if channel is not None:
        query = query.where(DispositionRow.channel == channel)
    return {row[0]: row[1] for row in await session.execute(query)}
