"""What the board asks of the plan: colours, what is late, unowned, undated, not updated, and who carries how much."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ..knowledge.plan import Plan, Rag, Row

STALE = 3
"""Months after which a status is no longer news."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What families asked about the rows, small numbers left out before it comes here."""

    period: str
    """In words."""
    people: Mapping[str, str]
    """Milestone -> how many people, in words; the most first."""


@dataclass(frozen=True, slots=True)
class Board:
    """The plan on one day; each tuple in the order of the plan."""

    on: dt.date
    stale_after: int
    """Months."""
    colours: Mapping[Rag, tuple[Row, ...]]
    uncoloured: tuple[Row, ...]
    gaps: Mapping[str, tuple[Row, ...]]
    """`overdue`, `unowned`, `undated`, `stale`: the last counts what was never given a status too."""
    load: tuple[tuple[str, int], ...]
    """Initials and rows, most first; a row with two leads counts for both."""
    sections: tuple[tuple[str, int, Mapping[Rag, int]], ...]
    """Title, rows, rows of each colour."""
    months: tuple[tuple[str, int], ...]
    asked: Asked | None = None
    """None before the first report."""


def board(plan: Plan, at: dt.datetime, stale_after: int = STALE, asked: Asked | None = None) -> Board:
    """The plan as it stands at a moment, beside what families asked about it."""
    rows, month = plan.rows, f"{at:%Y-%m}"
    too_old = _months_before(at, stale_after)
    gaps = {
        "overdue": tuple(r for r in rows if r.milestone.dates and max(r.milestone.dates) < month and not r.is_done),
        "unowned": tuple(r for r in rows if not r.milestone.leads),
        "undated": tuple(r for r in rows if not r.milestone.dates),
        "stale": tuple(r for r in rows if not r.is_done and (r.now is None or r.now.at < too_old)),
    }
    load = Counter(lead for r in rows if not r.is_done for lead in r.milestone.leads)
    months = Counter(m for r in rows for m in r.milestone.dates)
    return Board(
        at.date(),
        stale_after,
        {rag: tuple(r for r in rows if r.status == rag) for rag in Rag},
        tuple(r for r in rows if r.status not in list(Rag)),
        gaps,
        tuple(sorted(load.items(), key=lambda x: (-x[1], x[0]))),
        tuple(_section(s.title, [r for r in rows if r.section == s.section]) for s in plan.sections),
        tuple(sorted(months.items())),
        asked,
    )


def _section(title: str, rows: list[Row]) -> tuple[str, int, Mapping[Rag, int]]:
    return title, len(rows), {rag: sum(r.status == rag for r in rows) for rag in Rag}


def _months_before(at: dt.datetime, months: int) -> dt.datetime:
    """The first of the month so many months before, at midnight: who reports monthly is not late by a day."""
    count = at.year * 12 + at.month - 1 - months
    return at.replace(year=count // 12, month=count % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
