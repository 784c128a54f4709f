"""Looks up the plan's milestones: by lead, reporting officer, month, section, topic or words. Blanks stay blanks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..knowledge import schema as s
from ..knowledge.load import Knowledge

LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХавекмнорстх", "ABEKMHOPCTXABEKMHOPCTX")
"""Cyrillic letters that look Latin, as they stand in the plan as received and may be pasted from it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone with the section and the outcome it stands under."""

    section: str
    outcome: s.PlanOutcome
    milestone: s.Milestone

    def as_json(self) -> dict[str, Any]:
        """The shape that `signpost plan --json` promises."""
        m = self.milestone
        return {
            "id": m.id,
            "section": self.section,
            "outcome": self.outcome.text,
            "text": m.text,
            "when": m.when,
            "dates": list(m.dates),
            "leads": list(m.leads),
            "reporting": list(m.reports_to),
            "status": m.status,
            "source": {"file": "sources/send-action-plan-2016-2020.txt", "line": m.line},
        }


def rows(known: Knowledge) -> Iterator[Row]:
    """Every milestone in the order of the plan."""
    for section in known.plan.sections:
        for outcome in section.outcomes:
            for milestone in outcome.milestones:
                yield Row(section.section, outcome, milestone)


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
    of_topic = known.topics[topic].plan if topic in known.topics else ()
    return [
        row
        for row in rows(known)
        if (lead is None or initials(lead) in row.milestone.leads)
        and (reporting is None or initials(reporting) in row.milestone.reports_to)
        and (due is None or due in row.milestone.dates)
        and (section is None or section == row.section)
        and (topic is None or row.milestone.id in of_topic)
    ]


def leads(known: Knowledge, query: str = "") -> list[dict[str, Any]]:
    """Who leads on what: one entry a set of initials, never expanded. `query`: initials, or words of the milestones."""
    words = query.lower().split()
    named = {t.id: t.title for t in known.topics.values()}
    topics_of = {m: [named[t.id] for t in known.topics.values() if m in t.plan] for m in known.plan.milestones}
    found: dict[str, list[Row]] = {}
    for row in rows(known):
        about = " ".join((row.milestone.text, row.outcome.text, *topics_of[row.milestone.id])).lower()
        for lead in row.milestone.leads or ("",):
            if not words or (lead and initials(query) == lead) or all(word in about for word in words):
                found.setdefault(lead, []).append(row)
    return [
        {"lead": lead or None, "milestones": [row.as_json() for row in mine]} for lead, mine in sorted(found.items())
    ]


def initials(text: str) -> str:
    """Initials as the data writes them: Latin capitals."""
    return unicodedata.normalize("NFKC", text).translate(LOOK_ALIKES).upper().strip()
