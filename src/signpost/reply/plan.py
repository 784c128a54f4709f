"""Turns what was looked up in the plan into what a person reads: rows as written, blanks as blanks, the source."""

from __future__ import annotations

import calendar
from urllib.parse import urlencode

from ..knowledge.load import Knowledge
from ..knowledge.plan import Row
from ..model import Block, Choice, Found, Lookup, Match, Reply, Text
from ..outcomes import Disposition
from .words import Words, day_name

WHOLE_ROWS = 3
"""Up to so many rows are shown whole; more are a list, a line each."""
MOST_PICKS = 4
OFFICERS = frozenset({"lead", "doubt", "reporting"})
"""Cells that name somebody."""
LIKELY_TOPIC = 0.3
"""When the plan holds nothing, a topic this likely is offered in its place."""
FIRST, LAST = "2000-01", "2099-12"


class PlanReplies:
    """Composes replies about the plan of one knowledge base. Names no officer but as the plan's row does."""

    def __init__(self, known: Knowledge, words: Words) -> None:
        self._known, self._plan, self.words = known, known.plan, words

    def looked_up(self, found: Found, match: Match | None = None, *, officers: bool = True) -> Reply:
        """What was asked, and every row that fits, or an honest "none" with the nearest rows to pick from.

        Without `officers` nobody who leads or is reported to is shown.
        """
        w, rows = self.words, [self._plan.by_id[m] for m in found.milestones]
        blocks: list[Block] = [Text((self._asked(found.lookup), self._count(found)))]
        if found.lookup.asks == "chair":
            blocks.append(Text((w("plan.no-chair"),), style="note"))
        if found.lookup.overdue and rows:
            blocks.append(Text((w("plan.overdue-note"),), style="note"))
        if len(rows) > WHOLE_ROWS:
            blocks.append(Text(tuple(self.line(row, officers=officers) for row in rows), style="list"))
            picks = [self._pick(row) for row in rows[:MOST_PICKS]]
        else:
            for row in rows:
                blocks += self.row(row, self.name(row), found.lookup.asks, officers=officers)
            picks = [self._pick(self._plan.by_id[m]) for m in found.near[:MOST_PICKS]]
            if picks:
                blocks.append(Text((w("plan.near"),)))
        blocks.append(self._historic(officers))
        if not rows and match:
            topics = [c.topic for c in match.candidates[:2] if c.score >= LIKELY_TOPIC]
            picks += [Choice(self._known.topics[t].title, f"topic:{t}", w("plan.other-topics")) for t in topics]
        return Reply(
            Disposition.LOOKUP,
            False,
            w("plan.title"),
            tuple(blocks),
            tuple(picks),
            page=self.page(found) if rows else "",
        )

    def for_staff(self, found: Found) -> tuple[Block, ...]:
        """Why the rows stand as they do, and contacts of those who lead them. Only behind a proven right."""
        w, alive, rows = self.words, self._plan.alive, [self._plan.by_id[m] for m in found.milestones]
        lines = [
            w("manage.why-line", id=row.milestone.id, rag=w(f"plan.rag-{row.now.said}"), why=row.now.why, by=row.now.by)
            for row in rows
            if row.now
        ]
        lines += [
            w("manage.added-line", id=row.milestone.id, why=row.added.why, by=row.added.by) for row in rows if row.added
        ]
        for who in dict.fromkeys(lead for row in rows for lead in row.milestone.leads):
            for kind, held in (("contact", alive.contact), ("successor", alive.successor)):
                if now := held.get(who):
                    lines.append(w(f"manage.{kind}-line", who=who, said=now.said, on=day_name(now.at)))
        return (Text((w("manage.staff-only"), *lines), style="note"),) if lines else ()

    def milestone(self, ident: str, *, officers: bool = True) -> Reply:
        """One row, whole, under its own name."""
        row = self._plan.by_id[ident]
        blocks = (*self.row(row, "", officers=officers), self._historic(officers))
        return Reply(Disposition.LOOKUP, False, self.name(row), blocks, page=f"/plan/{ident}")

    def name(self, row: Row) -> str:
        """Its id and title, and whether it was added since the plan was received."""
        added = f" ({self.words('plan.added-on', on=day_name(row.added.at))})" if row.added else ""
        return f"{row.milestone.id} {self._plan.title(row.milestone.id)}{added}"

    def _historic(self, officers: bool) -> Text:
        return Text((self.words("plan.historic" if officers else "plan.historic-public"),), style="note")

    def row(self, row: Row, heading: str, asks: str = "list", *, officers: bool = True) -> list[Block]:
        """A row of the plan whole; the cell that was asked for comes first."""
        w, m = self.words, row.milestone
        cells = [
            ("added" if row.added else "text", m.text),
            ("lead", self.lead(row)),
            *((("doubt", m.doubt),) if m.doubt else ()),
            ("reporting", m.reporting or w("plan.blank")),
            ("when", self.when(row)),
            ("rag", self.rag(row)),
            ("section", self.section(row.section)),
            ("outcome", row.outcome.text),
            *(("since", since) for since in self.since(m.id)),
            ("source", self._source(row)),
        ]
        if not officers:
            cells = [cell for cell in cells if cell[0] not in OFFICERS]
        cells.sort(key=lambda cell: cell[0] != asks)
        lines = tuple(f"{w(f'plan.{key}')}: {said}" for key, said in cells)
        blocks: list[Block] = [Text(lines, heading, "cells")]
        if officers and (notes := self.notes(row)):
            blocks.append(Text(notes, w("plan.note"), "more"))
        return blocks

    def _source(self, row: Row) -> str:
        if row.added:
            return self.words("plan.source-added", on=day_name(row.added.at))
        return self.words("plan.source-line", line=row.milestone.line, id=row.milestone.id)

    def notes(self, row: Row) -> tuple[str, ...]:
        """How the row was read where the plan as received was unclear, and initials as they were typed."""
        m = row.milestone
        received = (x for x in (m.lead_received, m.reporting_received) if x)
        return (*((m.note,) if m.note else ()), *(self.words("plan.received", cell=x) for x in received))

    def line(self, row: Row, *, officers: bool = True) -> str:
        """A row in one line, its cells as written."""
        w, m = self.words, row.milestone
        people = (
            w("plan.row-lead", what=self.lead(row) + (w("plan.not-sure") if m.doubt else "")),
            w("plan.row-reporting", what=m.reporting.rstrip(" ;") or w("plan.blank")),
        )
        cells = [
            self.name(row),
            *(people if officers else ()),
            w("plan.row-when", what=m.when or w("plan.blank")),
            *((w("plan.row-rag", what=self.rag(row)),) if row.now else ()),
        ]
        return "; ".join(cells)

    def lead(self, row: Row) -> str:
        """The lead as written; "tbc" and a blank are said for what they are."""
        lead = row.milestone.lead
        return self.words("plan.tbc") if lead.lower() == "tbc" else lead or self.words("plan.blank")

    def rag(self, row: Row) -> str:
        """The colour and since when it holds; why, and who said so, is for the staff (`/plan/manage`)."""
        w = self.words
        if row.now is None:
            return row.milestone.status or w("plan.blank")
        return w("plan.rag-on", rag=w(f"plan.rag-{row.now.said}"), on=day_name(row.now.at))

    def when(self, row: Row) -> str:
        """The date as written, beside the months it was read as."""
        m = row.milestone
        if not m.when:
            return self.words("plan.blank")
        return f'"{m.when}" ({self.words("plan.months", months=", ".join(map(month_name, m.dates)))})'

    def since(self, ident: str) -> list[str]:
        return [since.text for since in self._plan.since if ident in since.milestones]

    def section(self, ident: str) -> str:
        return next((s.title for s in self._plan.sections if s.section == ident), ident)

    def page(self, found: Found) -> str:
        """The address of the page that shows just these rows; empty where the page has no such filter."""
        lookup, rows = found.lookup, found.milestones
        if len(rows) == 1:
            return f"/plan/{rows[0]}"
        first, last = lookup.months or ("", "")
        more_than_one = max(map(len, (lookup.leads, lookup.reporting, lookup.blank))) > 1
        if lookup.people or lookup.ids or lookup.led_by or lookup.overdue or first != last or more_than_one:
            return ""
        fields = {
            "lead": "".join(lookup.leads),
            "reporting": "".join(lookup.reporting),
            "section": lookup.section,
            "due": first,
            "gap": "".join(lookup.blank),
            "rag": lookup.rag,
            "about": lookup.words,
        }
        return "/plan?" + urlencode({k: v for k, v in fields.items() if v})

    def _asked(self, lookup: Lookup) -> str:
        w, months = self.words, lookup.months
        said = [w("plan.asked-id", what=x) for x in lookup.ids]
        said += [w("plan.asked-lead", what=x) for x in lookup.leads]
        said += [w("plan.asked-reporting", what=x) for x in lookup.reporting]
        if lookup.led_by:
            said.append(w("plan.asked-lead", what=w("plan.or").join(lookup.led_by)))
        if lookup.apart:
            said.append(w("plan.asked-apart", what=", ".join(lookup.apart)))
        if lookup.people:
            said.append(w("plan.asked-people", what=", ".join(lookup.people)))
        if lookup.words:
            said.append(w("plan.asked-words", what=lookup.words))
        if months and months[0] == FIRST:
            said.append(w("plan.asked-month-before", what=month_name(months[1])))
        elif months and months[1] == LAST:
            said.append(w("plan.asked-month-after", what=month_name(months[0])))
        elif months:
            said.append(w("plan.asked-month", what=" - ".join(map(month_name, dict.fromkeys(months)))))
        said += [w(f"plan.asked-blank-{kind}") for kind in lookup.blank]
        if lookup.overdue:
            said.append(w("plan.asked-overdue", what=month_name(lookup.overdue)))
        if lookup.rag:
            said.append(w("plan.asked-rag", what=w(f"plan.rag-{lookup.rag}")))
        if lookup.section:
            said.append(w("plan.asked-section", what=self.section(lookup.section)))
        return w("plan.asked", what=", ".join(said))

    def _count(self, found: Found) -> str:
        w, count = self.words, len(found.milestones)
        if count:
            return w("plan.found") if count == 1 else w("plan.found-many", count=count)
        held = {*self._plan.officers("leads"), *self._plan.officers("reports_to")}
        named = (*found.lookup.leads, *found.lookup.reporting, *found.lookup.people)
        unknown = [x for x in named if x not in held]
        return " ".join((*(w("plan.none-officer", who=x) for x in unknown), w("plan.none")))

    def _pick(self, row: Row) -> Choice:
        return Choice(self._plan.title(row.milestone.id), f"milestone:{row.milestone.id}", row.milestone.id)


def month_name(month: str) -> str:
    """`2016-04` as "April 2016"."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"
