"""The pages of the plan: rows that can be filtered, one row, the overview for the board, and the files to take away.

Every view has an address of its own (`/plan?lead=HP&section=targeted`, `/plan/SP-17`), and works without scripts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..access.rights import ANYONE
from ..knowledge.plan import Plan, Rag, Row
from ..model import Lookup
from ..plan.export import FORMATS, exported
from ..plan.officers import initials
from ..reply.plan import PlanReplies, month_name
from ..reply.words import day_name
from ..service import Source
from .door import Door

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ics": "text/calendar; charset=utf-8",
    ".json": "application/json",
}
FIELDS = ("lead", "reporting", "section", "due", "gap", "rag", "about")
GAPS = ("overdue", "lead", "date", "reporting")
LONGEST_FIELD = 80
"""Characters of a filter that are read; the longest name in the plan is shorter."""
BAR, STEP, LABEL, ROOM = 18, 26, 122, 160
"""Units of the timeline: height of a bar, a month's step, room for its name, length of the longest bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the timeline; `y` and `width` are in units of the drawing."""

    month: str
    name: str
    count: int
    y: int
    width: int


class PlanPages:
    """Draws the plan of one assistant. `draw` renders a template as the rest of the site does."""

    def __init__(self, source: Source, draw: Callable[..., Response]) -> None:
        self.source, self.draw = source, draw

    @property
    def plan(self) -> Plan:
        return self.source.now.knowledge.plan

    @property
    def replies(self) -> PlanReplies:
        return self.source.now.parts.composer.plan

    def routes(self) -> list[BaseRoute]:
        return [
            Door("/plan", self.rows, ANYONE),
            Door("/plan/overview", self.overview, ANYONE),
            *(Door(f"/plan{suffix}", self.export, ANYONE) for suffix in FORMATS),
            Door("/plan/{milestone}", self.milestone, ANYONE),
        ]

    async def rows(self, request: Request) -> Response:
        chosen = self._chosen(request)
        rows = self._found(chosen)
        return self.draw(
            "plan.html",
            request,
            chosen=chosen,
            query=urlencode({k: v for k, v in chosen.items() if v}),
            groups=self._grouped(rows),
            count=len(rows),
            plan=self.plan,
            day=day_name,
            options={
                "lead": [(x, x) for x in self.plan.officers("leads")],
                "reporting": [(x, x) for x in self.plan.officers("reports_to")],
                "section": [(s.section, s.title) for s in self.plan.sections],
                "due": [(m, month_name(m)) for m in self.plan.months],
                "rag": [(rag.value, self.replies.words(f"plan.rag-{rag}")) for rag in Rag],
                "gap": [(g, self.replies.words(f"plan.gap-{g}")) for g in GAPS],
            },
            formats=[suffix.removeprefix(".") for suffix in FORMATS],
            index_page=not any(chosen.values()),
        )

    async def milestone(self, request: Request) -> Response:
        ident = request.path_params["milestone"].upper()
        if ident not in self.plan.by_id:
            raise HTTPException(404)
        order = list(self.plan.by_id)
        place = order.index(ident)
        return self.draw(
            "milestone.html",
            request,
            reply=self.replies.milestone(ident),
            row=self.plan.by_id[ident],
            plan=self.plan,
            before=order[place - 1] if place else "",
            after=order[place + 1] if place + 1 < len(order) else "",
            index_page=True,
        )

    async def overview(self, request: Request) -> Response:
        rows = self.plan.rows
        load = Counter(lead for row in rows for lead in row.milestone.leads)
        return self.draw(
            "overview.html",
            request,
            board=[(gap, len(self._found({"gap": gap}))) for gap in GAPS],
            load=sorted(load.items(), key=lambda x: (-x[1], x[0])),
            sections=[(s, sum(row.section == s.section for row in rows)) for s in self.plan.sections],
            bars=self._bars(),
            units={"bar": BAR, "label": LABEL, "height": STEP * len(self._months()), "width": LABEL + ROOM + 30},
            index_page=True,
        )

    async def export(self, request: Request) -> Response:
        suffix = request.url.path[len("/plan") :]
        headers = {"Content-Disposition": f'attachment; filename="send-action-plan{suffix}"'}
        rows = self._found(self._chosen(request))
        return Response(exported(self.source.now.knowledge, rows, suffix), media_type=TYPES[suffix], headers=headers)

    def _chosen(self, request: Request) -> dict[str, str]:
        """The filters of the address; what is none of ours is dropped."""
        given = {name: request.query_params.get(name, "").strip()[:LONGEST_FIELD] for name in FIELDS}
        given["lead"], given["reporting"] = initials(given["lead"]), initials(given["reporting"])
        if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", given["due"]):
            given["due"] = ""
        if given["section"] not in {s.section for s in self.plan.sections}:
            given["section"] = ""
        if given["rag"] not in list(Rag):
            given["rag"] = ""
        if given["gap"] not in GAPS:
            given["gap"] = ""
        return given

    def _found(self, chosen: dict[str, str]) -> list[Row]:
        parts, gap, due = self.source.now.parts, chosen.get("gap", ""), chosen.get("due", "")
        lookup = Lookup(
            leads=(chosen["lead"],) if chosen.get("lead") else (),
            reporting=(chosen["reporting"],) if chosen.get("reporting") else (),
            section=chosen.get("section", ""),
            months=(due, due) if due else None,
            overdue=f"{parts.today:%Y-%m}" if gap == "overdue" else "",
            blank=tuple(g for g in ("lead", "date", "reporting") if g == gap),
            rag=chosen.get("rag", ""),
            words=chosen.get("about", ""),
        )
        return [self.plan.by_id[m] for m in parts.lookups.find(lookup).milestones]

    def _grouped(self, rows: list[Row]) -> list[tuple[str, list[Row]]]:
        by_section = [(s.title, [row for row in rows if row.section == s.section]) for s in self.plan.sections]
        return [(title, mine) for title, mine in by_section if mine]

    def _months(self) -> list[str]:
        """Every month from the first that the plan names to the last, those without a row too."""
        if not self.plan.months:
            return []
        first, last = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (self.plan.months[0], self.plan.months[-1]))
        return [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, last + 1)]

    def _bars(self) -> list[Bar]:
        counts = Counter(month for row in self.plan.rows for month in row.milestone.dates)
        most = max(counts.values(), default=1)
        return [
            Bar(month, month_name(month), counts[month], i * STEP, round(ROOM * counts[month] / most))
            for i, month in enumerate(self._months())
        ]
