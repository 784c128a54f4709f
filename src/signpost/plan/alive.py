"""The plan is alive: what was recorded about it is a list of changes, and what holds now is folded from them.

The text as received is never altered. A change can be undone, and that is a change too, which can be undone as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..knowledge.plan import Alive, Plan, Rag, Standing

MOST_SAID, MOST_WHY = 200, 500
"""Characters of what is recorded and of the reason, as wide as their columns."""


class Action(StrEnum):
    STATUS = "status"
    CONTACT = "contact"
    SUCCESSOR = "successor"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody asks for."""

    action: Action
    subject: str
    """A milestone's id for a status, initials for a contact or who came after; the undone change's for an undo."""
    said: str = ""
    why: str = ""
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made."""

    id: int
    at: dt.datetime
    by: str
    wish: Wish


def is_sound(wish: Wish, plan: Plan) -> bool:
    """Whether the plan can take it: it is about what the plan holds, and a status is one of four, with a reason."""
    if len(wish.said) > MOST_SAID or len(wish.why) > MOST_WHY:
        return False
    match wish.action:
        case Action.STATUS:
            return wish.subject in plan.by_id and wish.said in list(Rag) and bool(wish.why.strip())
        case Action.CONTACT | Action.SUCCESSOR:
            return wish.subject in officers(plan) and bool(wish.said.strip())
        case Action.UNDO:
            return wish.undoes is not None
    raise AssertionError(wish.action)


def officers(plan: Plan) -> frozenset[str]:
    """Every set of initials that leads or is reported to."""
    return frozenset((*plan.officers("leads"), *plan.officers("reports_to")))


def undone(changes: Sequence[Change]) -> frozenset[int]:
    """The numbers of the changes that hold no longer. From the newest back: what is undone itself undoes nothing."""
    void: set[int] = set()
    for change in sorted(changes, key=lambda c: c.id, reverse=True):
        if change.id not in void and change.wish.undoes is not None:
            void.add(change.wish.undoes)
    return frozenset(void)


def fold(changes: Sequence[Change]) -> Alive:
    """What holds now: of each thing the newest change that was not undone."""
    void = undone(changes)
    held: dict[Action, dict[str, Standing]] = {action: {} for action in Action}
    for change in sorted(changes, key=lambda c: c.id):
        if change.id not in void:
            wish = change.wish
            held[wish.action][wish.subject] = Standing(wish.said, change.at, change.by, wish.why, change.id)
    return Alive(held[Action.STATUS], held[Action.CONTACT], held[Action.SUCCESSOR])
