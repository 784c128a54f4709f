"""The look-up stage of the road: from a reading to the milestones it asks for, or to nothing when it asks for none."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from ..knowledge.load import Knowledge
from ..knowledge.plan import Row
from ..model import Found, Lookup, Reading, Role, TopicId
from .ask import understand
from .follow import follow_up
from .search import Words, stems

MOST_NEAR = 4


class Lookups:
    """Looks things up in one plan. Immutable; holds nothing about anybody."""

    def __init__(self, known: Knowledge) -> None:
        self.plan = known.plan
        self._words = Words(known.plan)
        self._topics = {topic.id: topic.plan for topic in known.topics.values()}
        self._known = frozenset((*known.plan.officers("leads"), *known.plan.officers("reports_to")))
        self._short = frozenset(
            token.upper() for term in known.glossary for token in re.findall(r"[A-Za-z]+", term.term) if len(token) < 4
        )

    def look(self, reading: Reading, today: dt.date) -> Found | None:
        """What the plan holds on a message; None when the message is no look-up. `today` decides what is overdue."""
        if not self.plan.rows:
            return None
        message = reading.message
        before = [self.plan.by_id[m] for m in message.before.milestones if m in self.plan.by_id]
        if leaning := follow_up(message.text, before):
            return self.find(leaning)
        lookup = understand(message.text, message.role, self._known, self._short, f"{today:%Y-%m}")
        if lookup is None:
            return None
        repairs = {r.wrong: r.right for r in reading.repairs}
        found, named = self._find(lookup, [repairs.get(word, word) for word in lookup.words.split()])
        if len(found.milestones) == len(self.plan.rows):
            return None  # nothing was asked for: the plan itself is a topic
        if found.milestones and (lookup.certain or named or lookup.asks == "list"):
            return found
        if message.role.is_at_work and not lookup.certain:
            return replace(found, lookup=replace(lookup, hinted=True), milestones=())
        return found if lookup.certain and message.role not in (Role.PARENT, Role.YOUNG_PERSON) else None

    def beside(self, topic: TopicId, found: Found) -> Found | None:
        """What was found, or else the one row that a topic is about; None when the topic is about others."""
        mine = self._topics[topic]
        if found.milestones:
            return found if set(found.milestones) <= set(mine) else None
        return replace(found, milestones=mine, near=()) if len(mine) == 1 else None

    def find(self, lookup: Lookup) -> Found:
        """The milestones that meet every condition of a look-up that was made, not read from a message."""
        return self._find(lookup, lookup.words.split())[0]

    def _find(self, lookup: Lookup, words: list[str]) -> tuple[Found, bool]:
        meeting = [row for row in self.plan.rows if _meets(row, lookup)]
        asked = stems(" ".join(words))
        ids = {row.milestone.id for row in meeting}
        filtered = len(ids) < len(self.plan.rows)
        hits = self._words.search(asked)
        if not asked or (filtered and not hits.named and self._words.says_nothing(asked)):
            near = self._near(lookup) if not meeting else ()
            return Found(lookup, tuple(row.milestone.id for row in meeting), near), True
        if hits.named and lookup.months and not ids.intersection(hits.found):
            return self._find(replace(lookup, asks="when", months=None), words)  # "was it due in May?": no, in June
        if filtered and hits.found:
            within = tuple(i for i in self._words.holding(asked) if i in ids)
            return Found(lookup, within, () if within else hits.found[:MOST_NEAR]), True
        if filtered and lookup.certain:
            return Found(lookup, (), tuple(row.milestone.id for row in meeting[:MOST_NEAR])), False
        if hits.found and not hits.named and lookup.asks != "list":
            return Found(lookup, (), hits.found[:MOST_NEAR]), False  # a word in passing is no reason to name an officer
        return Found(lookup, hits.found, hits.near[:MOST_NEAR]), hits.named

    def _near(self, lookup: Lookup) -> tuple[str, ...]:
        """The rows in which an officer who leads nothing stands, or those of the month nearest to the one asked for."""
        if lookup.leads:
            return tuple(r.milestone.id for r in self.plan.rows if lookup.leads[0] in r.milestone.reports_to)[
                :MOST_NEAR
            ]
        if lookup.months is None or not self.plan.months:
            return ()
        first = lookup.months[0]
        nearest = min(self.plan.months, key=lambda m: abs(_count(m) - _count(first)))
        return tuple(r.milestone.id for r in self.plan.rows if nearest in r.milestone.dates)[:MOST_NEAR]


def _meets(row: Row, lookup: Lookup) -> bool:
    m = row.milestone
    blanks = {"lead": not m.leads, "date": not m.dates, "reporting": not m.reports_to}
    return (
        (not lookup.ids or m.id in lookup.ids)
        and m.id not in lookup.apart
        and all(x in m.leads for x in lookup.leads)
        and (not lookup.led_by or any(x in m.leads for x in lookup.led_by))
        and all(x in m.reports_to for x in lookup.reporting)
        and all(x in m.leads or x in m.reports_to for x in lookup.people)
        and (lookup.months is None or any(lookup.months[0] <= d <= lookup.months[1] for d in m.dates))
        and lookup.section in ("", row.section)
        and lookup.rag in ("", row.status)
        and all(blanks[kind] for kind in lookup.blank)
        and (not lookup.overdue or bool(m.dates and max(m.dates) < lookup.overdue and not row.is_done))
    )


def _count(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
