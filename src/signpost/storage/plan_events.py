"""What was recorded about the plan: added to, never changed, so that everything can be seen and taken back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from ..plan.alive import Action, Change, Wish
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
        subject = undone.subject
    row = {
        "source": source, "at": now, "actor": by, "action": wish.action.value, "subject": subject, "said": wish.said,
        "why": wish.why, "undoes": wish.undoes,
    }  # fmt: skip
    return bool(await insert_once(session, PlanEventRow, [row]))


async def newest(session: Session) -> int:
    """The number of the newest change; 0 when there is none."""
    return await session.scalar(select(func.max(PlanEventRow.id))) or 0


async def everything(session: Session) -> list[Change]:
    """Every change, oldest first."""
    rows = await session.scalars(select(PlanEventRow).order_by(PlanEventRow.id))
    return [Change(r.id, r.at, r.actor, Wish(Action(r.action), r.subject, r.said, r.why, r.undoes)) for r in rows]
