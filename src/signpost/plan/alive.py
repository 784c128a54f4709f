"""The plan is alive: what was recorded about it is a list of changes, and what holds now is folded from them.

The text as received is never altered. A change can be undone, and that is a change too, which can be undone as well.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..knowledge.plan import NEW, Addition, Alive, Plan, Rag, Standing

MOST_SAID, MOST_WHY = 200, 500
"""Characters of what is recorded and of the reason, as wide as their columns."""
MOST_TEXT = 800
"""Characters of a new milestone; the longest of the plan as received has about as many."""
MOST_PEOPLE = 4
"""Leads, or reporting officers, of a new milestone."""

_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")
_INITIALS = re.compile(r"[A-Z]{2,3}")


class Action(StrEnum):
    STATUS = "status"
    CONTACT = "contact"
    SUCCESSOR = "successor"
    ADD = "add"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Wish:
    """A change that somebody asks for."""

    action: Action
    subject: str
    """A milestone's id for a status, initials for a contact or who came after; the undone change's for an undo.

    A wish to add a milestone has none yet: `named` gives it one when the change is made.
    """
    said: str = ""
    why: str = ""
    undoes: int | None = None
    new: Addition | None = None


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
        case Action.ADD:
            return wish.new is not None and bool(wish.why.strip()) and _is_whole(wish.new, plan)
        case Action.UNDO:
            return wish.undoes is not None
    raise AssertionError(wish.action)


def _is_whole(new: Addition, plan: Plan) -> bool:
    people = (new.leads, new.reports_to)
    return (
        new.outcome in plan.outcomes
        and 0 < len(new.text.strip()) <= MOST_TEXT
        and (not new.due or bool(_MONTH.fullmatch(new.due)))
        and all(len(some) <= MOST_PEOPLE and all(map(_INITIALS.fullmatch, some)) for some in people)
    )


def named(action: Action, subject: str, number: int) -> str:
    """What a change is about; a new milestone is called after the number of the change, which no other can have."""
    return f"{NEW}-{number}" if action is Action.ADD else subject


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
    new: dict[str, Addition] = {}
    for change in sorted(changes, key=lambda c: c.id):
        if change.id not in void:
            wish = change.wish
            held[wish.action][wish.subject] = Standing(wish.said, change.at, change.by, wish.why, change.id)
            if wish.new:
                new[wish.subject] = wish.new
    added = {ident: (new[ident], standing) for ident, standing in held[Action.ADD].items()}
    return Alive(held[Action.STATUS], held[Action.CONTACT], held[Action.SUCCESSOR], added)
