"""What was recorded about the plan: added to, never changed, so that everything can be seen and taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from sqlalchemy import func, select

from ..knowledge.plan import Addition
from ..plan.alive import Action, Change, Wish, named
from . import Session
from .tables import PlanEventRow
from .write import insert_once


async def add(session: Session, wish: Wish, *, by: str, source: str, now: dt.datetime) -> bool:
    """Write a change down; False when it was, or when it undoes what never was. `source` is the natural key."""
    subject = wish.subject
    if wish.undoes is not None:
        undone = await session.get(PlanEventRow, wish.undoes)
        if undone is None:
            return False
        subject = _subject(undone)
    row = {
        "source": source, "at": now, "actor": by, "action": wish.action.value, "subject": subject, "said": wish.said,
        "why": wish.why, "undoes": wish.undoes, "new": asdict(wish.new) if wish.new else None,
    }  # fmt: skip
    return bool(await insert_once(session, PlanEventRow, [row]))


async def newest(session: Session) -> int:
    """The number of the newest change; 0 when there is none."""
    return await session.scalar(select(func.max(PlanEventRow.id))) or 0


async def everything(session: Session) -> list[Change]:
    """Every change, oldest first."""
    rows = await session.scalars(select(PlanEventRow).order_by(PlanEventRow.id))
    return list(map(_change, rows))


async def made(session: Session, source: str) -> Change:
    """The change that came by `source`. Raises NoResultFound."""
    return _change((await session.scalars(select(PlanEventRow).where(PlanEventRow.source == source))).one())


def _change(row: PlanEventRow) -> Change:
    wish = Wish(Action(row.action), _subject(row), row.said, row.why, row.undoes, _new(row))
    return Change(row.id, row.at, row.actor, wish)


def _subject(row: PlanEventRow) -> str:
    return named(Action(row.action), row.subject, row.id)


def _new(row: PlanEventRow) -> Addition | None:
    if row.new is None:
        return None
    held = row.new
    return Addition(held["outcome"], held["text"], held["due"], tuple(held["leads"]), tuple(held["reports_to"]))
