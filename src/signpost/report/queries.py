"""What reports read from the database, on SQLite and PostgreSQL alike, and the months that were counted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from ..storage import Session
from ..storage.tables import (
    DispositionRow as D,
)
from ..storage.tables import (
    GapRow,
    ReportMonthRow,
    ResponseRow,
    ThemeEventRow,
    ThemeMilestoneRow,
    ThemeRow,
)
from ..storage.themes import PERSON
from ..storage.write import insert_once
from .people import Counting, Counts, Question, as_json, by_theme, from_json, likeness
from .period import Period, month_of, start

DAY = dt.timedelta(days=1)
COLUMNS: tuple[Any, ...] = (
    D.id, D.at, D.asker, D.origin, D.outcome, D.topics, D.district, D.area, D.age_band, D.language,
    GapRow.kind, GapRow.reason, D.said,
)  # fmt: skip
AT_ONCE = 2_000
"""Rows that are held as they came."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as reports tell of it; those merged into another are that other."""

    id: int
    name: str
    """Empty until somebody of the staff named it: what the engine names it by is people's words."""
    state: str
    milestones: tuple[str, ...]
    first_asked: dt.datetime | None
    answered_at: dt.datetime | None
    """When its first response was published."""


async def first_month(session: Session) -> int | None:
    """The month of the first question; None when there is none."""
    first = await session.scalar(select(func.min(D.at)))
    return month_of(first) if first else None


async def counted(session: Session) -> dict[int, Counts]:
    """The months that were counted."""
    rows = await session.execute(select(ReportMonthRow.month, ReportMonthRow.counts))
    return {int(month[:4]) * 12 + int(month[5:]) - 1: from_json(kept) for month, kept in rows}


async def count_month(session: Session, month: int, promised: Mapping[str, Sequence[str]]) -> Counts:
    """Count one month's people, a day at a time: memory grows with people, not with questions."""
    counting, day, end = Counting(promised), start(month), start(month + 1)
    asked = select(*COLUMNS, D.knowledge).outerjoin(GapRow, GapRow.disposition_id == D.id).order_by(D.at, D.id)
    while day < end:
        rows = await session.execute(asked.where(D.at >= day, D.at < day + DAY))
        counting.day([(_question(row), row[-1]) for row in rows])
        day += DAY
    return counting.done()


def _question(row: Any) -> Question:
    ident, at, asker, origin, outcome, topics, district, area, age_band, language, kind, reason, said, _ = row
    topic = topics[0][0] if topics else ""
    return Question(
        ident,
        at,
        asker,
        origin,
        outcome,
        topic,
        likeness(outcome, topics),
        district,
        area,
        age_band,
        language,
        kind,
        reason,
        said,
    )


async def keep(session: Session, month: int, counts: Counts, now: dt.datetime) -> None:
    """Keep a month's counts, unless another process did so first."""
    row = {"month": Period(month, 1).key, "counted_at": now, "counts": as_json(counts)}
    await insert_once(session, ReportMonthRow, [row])


async def theme_mark(session: Session, until: dt.datetime) -> tuple[int, int, int]:
    """Changes whenever what `theme_counts` and `themes` would say changes."""
    placed = select(func.count()).select_from(GapRow).where(GapRow.theme_id.is_not(None))
    events = select(func.coalesce(func.max(ThemeEventRow.id), 0))
    responses = select(func.count()).select_from(ResponseRow).where(ResponseRow.published_at < until)
    return (
        await session.scalar(placed) or 0,
        await session.scalar(events) or 0,
        await session.scalar(responses) or 0,
    )


async def theme_counts(session: Session, since: dt.datetime, until: dt.datetime) -> dict[int, dict[int, Counts]]:
    """Month -> theme -> its people. Merged themes count as the one they were merged into."""
    into = await _merged(session)
    months: dict[int, list[tuple[int, Question]]] = defaultdict(list)
    asked = select(*COLUMNS, GapRow.theme_id).select_from(GapRow).join(D, D.id == GapRow.disposition_id)
    placed = asked.where(GapRow.theme_id.is_not(None)).order_by(GapRow.id)
    async for row in await session.stream(placed, execution_options={"yield_per": AT_ONCE}):
        if since <= row[1] < until:
            months[month_of(row[1])].append((into[row[-1]], _question(row)))
    return {month: by_theme(gaps) for month, gaps in months.items()}


async def themes(session: Session) -> list[Theme]:
    """Every theme that stands."""
    into = await _merged(session)
    milestones, firsts, answers = defaultdict[int, set[str]](set), dict[int, dt.datetime](), dict[int, dt.datetime]()
    for theme, milestone in await session.execute(select(ThemeMilestoneRow.theme_id, ThemeMilestoneRow.milestone)):
        milestones[into[theme]].add(milestone)
    asked = select(GapRow.theme_id, func.min(D.at)).join(D, D.id == GapRow.disposition_id).group_by(GapRow.theme_id)
    one: Any
    found: Any
    for one, found in await session.execute(asked.where(GapRow.theme_id.is_not(None))):
        firsts[into[one]] = min(found, firsts.get(into[one], found))
    answered = select(ResponseRow.theme_id, func.min(ResponseRow.published_at)).group_by(ResponseRow.theme_id)
    for theme, found in await session.execute(answered.where(ResponseRow.published_at.is_not(None))):
        answers[into[theme]] = min(found, answers.get(into[theme], found))
    rows = await session.execute(
        select(ThemeRow.id, ThemeRow.name, ThemeRow.state, ThemeRow.named_by, ThemeRow.entry)
        .where(ThemeRow.merged_into.is_(None))
        .order_by(ThemeRow.id)
    )
    return [
        Theme(
            i,
            name if named_by == PERSON or entry else "",
            state,
            tuple(sorted(milestones[i])),
            firsts.get(i),
            answers.get(i),
        )
        for i, name, state, named_by, entry in rows
    ]


async def _merged(session: Session) -> dict[int, int]:
    """Theme -> the theme that it is now."""
    next_of: dict[int, int | None] = {
        row[0]: row[1] for row in await session.execute(select(ThemeRow.id, ThemeRow.merged_into))
    }

    def now(theme: int) -> int:
        further = next_of[theme]
        return theme if further is None else now(further)

    return {one: now(one) for one in next_of}
