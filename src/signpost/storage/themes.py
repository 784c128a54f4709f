"""Themes, what was decided about them, and the responses to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, update

from ..gap import Triage
from ..themes.respond import Published
from . import Session
from .tables import DispositionRow, GapRow, ResponseRow, ThemeEventRow, ThemeMilestoneRow, ThemeRow

Floats = NDArray[np.float32]
ENGINE, PERSON = "engine", "person"


@dataclass(frozen=True, slots=True)
class Theme:
    id: int
    name: str
    named_by: str
    entry: str | None
    made_at: dt.datetime
    state: Triage
    owner: str
    wakes_at: int | None
    merged_into: int | None
    size: int
    milestones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    at: dt.datetime
    actor: str
    action: str
    detail: Any
    why: str


@dataclass(frozen=True, slots=True)
class Response:
    id: int
    theme: int
    you_said: str
    we_did: str
    written_by: str
    written_at: dt.datetime
    approved_by: str | None
    approved_at: dt.datetime | None
    published_at: dt.datetime | None
    withdrawn_at: dt.datetime | None


async def all_themes(session: Session) -> list[Theme]:
    """Every theme that stands for itself, in the order in which they were made."""
    linked: dict[int, list[str]] = {}
    for row in await session.scalars(select(ThemeMilestoneRow).order_by(ThemeMilestoneRow.milestone)):
        linked.setdefault(row.theme_id, []).append(row.milestone)
    rows = await session.scalars(select(ThemeRow).where(ThemeRow.merged_into.is_(None)).order_by(ThemeRow.id))
    return [_theme(row, tuple(linked.get(row.id, ()))) for row in rows]


async def one(session: Session, theme: int) -> Theme | None:
    """A theme by its number, or the one that it was merged into."""
    for row in await session.scalars(select(ThemeRow).where(ThemeRow.id == theme)):
        if row.merged_into is not None:
            return await one(session, row.merged_into)
        linked = select(ThemeMilestoneRow.milestone).where(ThemeMilestoneRow.theme_id == theme)
        return _theme(row, tuple((await session.scalars(linked.order_by(ThemeMilestoneRow.milestone))).all()))
    return None


async def known(session: Session, seen_by: str) -> dict[int, Floats]:
    """The centre of each theme that stands for itself, where it has one by these eyes."""
    held = select(ThemeRow.id, ThemeRow.centre).where(
        ThemeRow.merged_into.is_(None), ThemeRow.centre.is_not(None), ThemeRow.seen_by == seen_by
    )
    return {i: np.frombuffer(c, np.float32) for i, c in await session.execute(held.order_by(ThemeRow.id)) if c}


async def make(session: Session, name: str, entry: str | None, now: dt.datetime) -> int:
    row = ThemeRow(name=name, named_by=ENGINE, entry=entry, made_at=now, state=Triage.NEW, owner="", size=0)
    session.add(row)
    await session.flush()
    return row.id


async def strange(session: Session, seen_by: str) -> dict[int, list[str]]:
    """The themes that were seen by other eyes, or by none, each with the words that are left: at least its name."""
    left = (
        select(ThemeRow.id, ThemeRow.name, GapRow.text)
        .join(GapRow, (GapRow.theme_id == ThemeRow.id) & GapRow.text.is_not(None), isouter=True)
        .where(ThemeRow.merged_into.is_(None), ThemeRow.seen_by != seen_by)
    )
    words: dict[int, list[str]] = {}
    for number, name, text in await session.execute(left.order_by(ThemeRow.id, GapRow.id)):
        words.setdefault(number, []).append(text or name)
    return words


async def see(session: Session, theme: int, rows: Floats, seen_by: str) -> None:
    """Move the centre of a theme by what is seen of some of its questions; other eyes begin anew."""
    held = await session.get_one(ThemeRow, theme)
    total, size = rows.sum(0), len(rows)
    if held.centre and held.seen_by == seen_by:
        total, size = total + np.frombuffer(held.centre, np.float32) * held.size, size + held.size
    held.centre, held.size, held.seen_by = (total / size).astype(np.float32).tobytes(), size, seen_by


async def join(session: Session, theme: int, gaps: Sequence[int], placed_by: str) -> None:
    """Place gaps in a theme."""
    await session.execute(update(GapRow).where(GapRow.id.in_(gaps)).values(theme_id=theme, placed_by=placed_by))


async def rename(session: Session, theme: int, name: str, named_by: str = PERSON) -> None:
    await session.execute(update(ThemeRow).where(ThemeRow.id == theme).values(name=name, named_by=named_by))


async def merge(session: Session, theme: int, into: int) -> None:
    """Everything of `theme` becomes part of `into`; its number goes on leading there."""
    gone, kept = await session.get_one(ThemeRow, theme), await session.get_one(ThemeRow, into)
    if gone.centre and kept.centre and gone.seen_by == kept.seen_by and gone.size + kept.size:
        both = [np.frombuffer(x.centre, np.float32) * x.size for x in (gone, kept) if x.centre]
        kept.centre = (np.sum(both, 0) / (gone.size + kept.size)).astype(np.float32).tobytes()
    kept.size += gone.size
    gone.merged_into, gone.centre, gone.size = into, None, 0
    await session.flush()
    await session.execute(update(GapRow).where(GapRow.theme_id == theme).values(theme_id=into, placed_by=PERSON))


async def decide(session: Session, theme: int, state: Triage, owner: str, wakes_at: int | None) -> None:
    await session.execute(
        update(ThemeRow).where(ThemeRow.id == theme).values(state=state, owner=owner, wakes_at=wakes_at)
    )


async def link(session: Session, theme: int, milestones: Sequence[str]) -> None:
    """The milestones that speak to a theme, in place of those before."""
    await session.execute(delete(ThemeMilestoneRow).where(ThemeMilestoneRow.theme_id == theme))
    session.add_all(ThemeMilestoneRow(theme_id=theme, milestone=m) for m in dict.fromkeys(milestones))


async def note(
    session: Session, theme: int, *, actor: str, action: str, detail: Any, why: str, now: dt.datetime
) -> None:
    session.add(ThemeEventRow(theme_id=theme, at=now, actor=actor, action=action, detail=detail, why=why))


async def history(session: Session, theme: int) -> list[Event]:
    rows = await session.scalars(
        select(ThemeEventRow).where(ThemeEventRow.theme_id == theme).order_by(ThemeEventRow.id)
    )
    return [Event(r.at, r.actor, r.action, r.detail, r.why) for r in rows]


async def people(session: Session, theme: int | None = None) -> dict[int, int]:
    """Distinct people of each theme, or of one. Who is not known counts as one for each message."""
    known = func.count(func.distinct(DispositionRow.asker))
    unknown = func.count().filter(DispositionRow.asker.is_(None))
    query = (
        select(GapRow.theme_id, known + unknown)
        .join(DispositionRow, DispositionRow.id == GapRow.disposition_id)
        .where(GapRow.theme_id.is_not(None))
        .group_by(GapRow.theme_id)
    )
    if theme is not None:
        query = query.where(GapRow.theme_id == theme)
    return {number: count for number, count in await session.execute(query) if number is not None}


async def keep_words(session: Session, theme: int) -> None:
    """Keep the redacted words of a theme's gaps as evidence."""
    await session.execute(
        update(GapRow).where(GapRow.theme_id == theme, GapRow.text.is_not(None)).values(forget_at=None)
    )


async def respond(session: Session, theme: int, said: tuple[str, str], by: str, now: dt.datetime) -> int:
    """`said` is ("you said", "we did")."""
    row = ResponseRow(theme_id=theme, you_said=said[0], we_did=said[1], written_by=by, written_at=now)
    session.add(row)
    await session.flush()
    return row.id


async def response(session: Session, number: int) -> Response | None:
    row = await session.get(ResponseRow, number)
    return _response(row) if row else None


async def approve(session: Session, number: int, by: str, now: dt.datetime) -> None:
    """Approve and publish."""
    await session.execute(
        update(ResponseRow).where(ResponseRow.id == number).values(approved_by=by, approved_at=now, published_at=now)
    )


async def withdraw(session: Session, number: int, now: dt.datetime) -> None:
    await session.execute(update(ResponseRow).where(ResponseRow.id == number).values(withdrawn_at=now))


async def responses(session: Session, theme: int | None = None) -> list[Response]:
    """All that were written, newest first."""
    query = select(ResponseRow).order_by(ResponseRow.id.desc())
    if theme is not None:
        query = query.where(ResponseRow.theme_id == theme)
    return [_response(row) for row in await session.scalars(query)]


async def published(session: Session) -> list[Published]:
    """What is published, newest first, each with its theme."""
    query = (
        select(ResponseRow, ThemeRow)
        .join(ThemeRow, ThemeRow.id == ResponseRow.theme_id)
        .where(ResponseRow.published_at.is_not(None), ResponseRow.withdrawn_at.is_(None))
        .order_by(ResponseRow.published_at.desc(), ResponseRow.id.desc())
    )
    rows = (await session.execute(query)).all()
    linked: dict[int, list[str]] = {}
    for row in await session.scalars(select(ThemeMilestoneRow).order_by(ThemeMilestoneRow.milestone)):
        linked.setdefault(row.theme_id, []).append(row.milestone)
    return [
        Published(
            r.id, t.name, r.you_said, r.we_did, r.published_at.date(), t.entry,
            np.frombuffer(t.centre, np.float32) if t.centre else None, t.seen_by, tuple(linked.get(t.id, ())),
        )
        for r, t in rows
        if r.published_at is not None
    ]  # fmt: skip


def _theme(row: ThemeRow, milestones: tuple[str, ...]) -> Theme:
    return Theme(
        row.id, row.name, row.named_by, row.entry, row.made_at, Triage(row.state), row.owner, row.wakes_at,
        row.merged_into, row.size, milestones,
    )  # fmt: skip


def _response(r: ResponseRow) -> Response:
    return Response(
        r.id, r.theme_id, r.you_said, r.we_did, r.written_by, r.written_at, r.approved_by, r.approved_at,
        r.published_at, r.withdrawn_at,
    )  # fmt: skip
