"""The SEND Action Plan as the knowledge base holds it: milestones in the order of the plan, and words about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from . import schema as s

SOURCE = "sources/send-action-plan-2016-2020.txt"


class Rag(StrEnum):
    """How a milestone stands. `DONE` is beyond green: what is done is never late."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that was recorded about the plan, by whom and when, and that nobody has undone."""

    said: str
    """A `Rag` value, a contact, or who came after."""
    at: dt.datetime
    by: str
    why: str
    """For the staff alone, like a contact and who came after."""
    change: int
    """The number of the change, by which it can be taken back."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A milestone that the plan as received does not have."""

    outcome: str
    """Id of the outcome that it stands under."""
    text: str
    due: str = ""
    """YYYY-MM, or empty."""
    leads: tuple[str, ...] = ()
    reports_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alive:
    """What was recorded about the plan beside its text as received. The colour and its date are for anyone to see."""

    status: Mapping[str, Standing] = field(default_factory=dict)
    """By milestone."""
    contact: Mapping[str, Standing] = field(default_factory=dict)
    """By initials, like who came after them."""
    successor: Mapping[str, Standing] = field(default_factory=dict)
    added: Mapping[str, tuple[Addition, Standing]] = field(default_factory=dict)
    """Milestones added since, by ids that no milestone as received can have."""


NOTHING_YET = Alive()
NEW = "NEW"
"""Begins the id of a milestone that was added; its number is that of the change which added it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone with the section and the outcome it stands under, and how it stands now."""

    section: str
    outcome: s.PlanOutcome
    milestone: s.Milestone
    now: Standing | None = None
    added: Standing | None = None
    """Who added it, when and why; None for a milestone of the plan as received."""

    @property
    def source(self) -> str:
        """Where its words came from: file and line, or the change that added it."""
        return f"added {self.added.at:%Y-%m-%d}" if self.added else f"{SOURCE}:{self.milestone.line}"

    @property
    def status(self) -> str | None:
        """The colour recorded last, or what the plan as received says."""
        return self.now.said if self.now else self.milestone.status

    @property
    def is_done(self) -> bool:
        return self.status == Rag.DONE

    def as_json(self) -> dict[str, Any]:
        """The shape that `signpost plan --json` promises."""
        m = self.milestone
        added = {"added": f"{self.added.at:%Y-%m-%d}"} if self.added else {}
        return {
            "id": m.id,
            "section": self.section,
            "outcome": self.outcome.text,
            "text": m.text,
            "when": m.when,
            "dates": list(m.dates),
            "leads": list(m.leads),
            "reporting": list(m.reports_to),
            "status": self.status,
            "source": {"file": "plan_event" if self.added else SOURCE, "line": m.line},
            **added,
        }


@dataclass(frozen=True)
class Plan:
    about: Mapping[str, Any] = field(default_factory=dict)
    sections: tuple[s.PlanSection, ...] = ()
    asked: Mapping[str, s.Asked] = field(default_factory=dict)
    """Milestone id -> a short title of ours, and the words by which people ask for it."""
    since: tuple[s.Since, ...] = ()
    """What is known to have changed, from the facts file alone."""
    alive: Alive = NOTHING_YET

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(sec.section, out, m, self.alive.status.get(m.id), since)
            for sec in self.sections
            for out in sec.outcomes
            for m, since in (*((m, None) for m in out.milestones), *self._added(out.id))
        )

    def _added(self, outcome: str) -> Iterator[tuple[s.Milestone, Standing]]:
        """What was added under an outcome. Built without the check of the files, which may not hold such an id."""
        for ident, (new, since) in self.alive.added.items():
            if new.outcome == outcome:
                yield s.Milestone.model_construct(
                    id=ident, text=new.text, when=new.due, dates=(new.due,) if new.due else (), leads=new.leads,
                    lead=" ".join(new.leads), reports_to=new.reports_to, reporting=" ".join(new.reports_to),
                    line=since.change,
                ), since  # fmt: skip

    @cached_property
    def outcomes(self) -> dict[str, tuple[s.PlanSection, s.PlanOutcome]]:
        return {out.id: (sec, out) for sec in self.sections for out in sec.outcomes}

    @cached_property
    def by_id(self) -> dict[str, Row]:
        return {row.milestone.id: row for row in self.rows}

    @cached_property
    def milestones(self) -> dict[str, s.Milestone]:
        return {row.milestone.id: row.milestone for row in self.rows}

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Every month that the plan names, in order, as YYYY-MM."""
        return tuple(sorted({month for row in self.rows for month in row.milestone.dates}))

    def title(self, milestone: str) -> str:
        """A short title of ours, or the start of the milestone as written."""
        asked = self.asked.get(milestone)
        return asked.title if asked else self.milestones[milestone].text.split(". ")[0][:90]

    def officers(self, kind: str) -> tuple[str, ...]:
        """Every set of initials under `leads` or `reports_to`, sorted."""
        return tuple(sorted({x for row in self.rows for x in getattr(row.milestone, kind)}))
