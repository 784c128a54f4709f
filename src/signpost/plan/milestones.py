"""The structured views of the plan: milestones by condition, and who leads on what. Blanks stay blanks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..knowledge.load import Knowledge
from ..knowledge.plan import Rag, Row
from ..model import Found, Lookup, Message, Reading, Role
from .look import Lookups
from .officers import initials


def find(
    known: Knowledge,
    *,
    lead: str | None = None,
    reporting: str | None = None,
    due: str | None = None,
    section: str | None = None,
    topic: str | None = None,
) -> list[Row]:
    """Milestones that meet every condition given. `due` is a month, YYYY-MM; `topic` the id of a topic."""
    lookup = Lookup(
        leads=(initials(lead),) if lead is not None else (),
        reporting=(initials(reporting),) if reporting is not None else (),
        months=(due, due) if due is not None else None,
        section=section or "",
    )
    of_topic = known.topics[topic].plan if topic in known.topics else ()
    found = Lookups(known).find(lookup).milestones
    return [known.plan.by_id[m] for m in found if topic is None or m in of_topic]


def leads(known: Knowledge, query: str = "", today: dt.date = dt.date.max) -> list[dict[str, Any]]:
    """Who leads on what: one entry a set of initials, never expanded.

    `query`: initials, words of the milestones, or a question as it is asked in a sentence; empty gives everybody.
    """
    found: dict[str, list[Row]] = {}
    for row in _asked(known, query, today):
        mine = [x for x in row.milestone.leads if x == initials(query)] or row.milestone.leads or ("",)
        for lead in mine:
            found.setdefault(lead, []).append(row)
    return [
        {"lead": lead or None, "milestones": [row.as_json() for row in mine]} for lead, mine in sorted(found.items())
    ]


def _asked(known: Knowledge, query: str, today: dt.date) -> list[Row]:
    if not query.strip():
        return list(known.plan.rows)
    return [known.plan.by_id[m] for m in asked(Lookups(known), query, today).milestones]


def asked(lookups: Lookups, query: str, today: dt.date) -> Found:
    """What a query asks for where only the plan can be meant: initials, a colour, a sentence, or words of the rows."""
    if initials(query) in lookups.plan.officers("leads"):
        return lookups.find(Lookup(leads=(initials(query),)))
    if query.strip().lower() in list(Rag):
        return lookups.find(Lookup(rag=query.strip().lower()))
    message = Message(query, Role.PROFESSIONAL)
    return lookups.look(Reading(message, query, ()), today) or lookups.find(Lookup(words=query))
