"""The commissioners' pages: the report, the rows behind each figure, one theme, and the files to take away.

Every view has an address of its own (`/reports?period=2026-q1&district=Fenland`) and works without scripts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..access.gate import Gate
from ..access.rights import Right, only
from ..report.charts import bars, tiles
from ..report.desk import Desk, Report
from ..report.export import FORMATS, exported
from ..report.figures import NAMES, Figures, figures
from ..report.measure import COUNTY_ONLY, MEASURES
from ..report.period import Period
from ..report.release import Spot
from ..report.say import Say
from ..report.view import Wanted, rows_behind, wanted
from ..service import Source
from .door import Door

COMMISSIONERS = only(Right.COMMISSIONER)
FIELDS = ("period", "district", "area", "age", "of")


class ReportPages:
    """Draws the reports over one store. `draw` renders a template as the rest of the site does."""

    def __init__(self, source: Source, gate: Gate, draw: Callable[..., Response]) -> None:
        self.source, self.draw = source, draw
        self.desk = Desk(gate.store, lambda: source.now.knowledge, gate.clock)

    def routes(self) -> list[BaseRoute]:
        return [
            Door("/reports", self.report, COMMISSIONERS),
            Door("/reports/rows", self.rows, COMMISSIONERS),
            Door("/reports/theme", self.theme, COMMISSIONERS),
            *(Door(f"/reports{suffix}", self.export, COMMISSIONERS) for suffix in FORMATS),
        ]

    async def report(self, request: Request) -> Response:
        report = await self.desk.report()
        if not report.release.periods:
            return self._page(request, "report.html", report, None, f=None)
        chosen = _chosen(request, report)
        found = figures(report, chosen.period, chosen.spot, chosen.of)
        say = Say(report.known)
        return self._page(
            request, "report.html", report, chosen, f=found, three=say.three(found), **_pictures(found, say)
        )

    async def rows(self, request: Request) -> Response:
        """What a figure is made of: the same people, split in one way at a time."""
        report = await self.desk.report()
        if not report.release.periods:
            return self._page(request, "report.html", report, None, f=None)
        chosen = _chosen(request, report)
        release = report.release
        return self._page(
            request,
            "report-rows.html",
            report,
            chosen,
            people=release.people(chosen.of, chosen.period, chosen.spot),
            splits=rows_behind(release, chosen),
        )

    async def theme(self, request: Request) -> Response:
        report = await self.desk.report()
        if not report.release.periods:
            return self._page(request, "report.html", report, None, f=None)
        chosen, release = _chosen(request, report), report.release
        given = request.query_params.get("theme", "")
        told = figures(report, chosen.period).themes
        grown = next((one for one in told if str(one.theme.id) == given and one.people.least), None)
        splits: dict[str, Any] = {}
        if grown:
            months = [p for p in reversed(release.periods) if p.months == 1 and _within(p, chosen.period)]
            splits = {
                division: [(n, release.theme(grown.theme.id, chosen.period, Spot(**{division: n}))) for n in names]
                for division, names in NAMES.items()
            }
            splits["month"] = [(p, release.theme(grown.theme.id, p)) for p in months] if len(months) > 1 else []
        return self._page(request, "report-theme.html", report, chosen, grown=grown, splits=splits)

    async def export(self, request: Request) -> Response:
        report = await self.desk.report()
        suffix = request.url.path[len("/reports") :]
        chosen = _chosen(request, report)
        made = await asyncio.to_thread(exported, report, chosen, suffix)
        name = f"signpost-report-{chosen.period.key}{suffix}" if report.release.periods else f"signpost-report{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(made, media_type=FORMATS[suffix].type, headers=headers)

    def _page(self, request: Request, template: str, report: Report, chosen: Wanted | None, **values: Any) -> Response:
        say, release = Say(report.known), report.release
        fields = chosen.fields if chosen else {}

        def query(**changed: object) -> str:
            """The address's filters, some changed."""
            return urlencode({k: v for k, v in {**fields, **changed}.items() if v})

        return self.draw(
            template,
            request,
            say=say,
            chosen=chosen,
            fields=fields,
            query=query,
            plan=report.known.plan,
            periods=release.periods,
            names=NAMES,
            measures=[m for m in MEASURES if m not in COUNTY_ONLY],
            formats=[suffix.removeprefix(".") for suffix in FORMATS],
            cut=say.cut(Period(release.last, 1), release.versions),
            **values,
        )


def _chosen(request: Request, report: Report) -> Wanted:
    return wanted({name: request.query_params.get(name, "") for name in FIELDS}, report.release)


def _within(month: Period, period: Period) -> bool:
    return period.first <= month.first < period.first + period.months


def _pictures(found: Figures, say: Say) -> dict[str, Any]:
    return {
        "trend": bars(
            [(say.period(p), asked, say.people(asked), missed, say.people(missed)) for p, asked, missed in found.months]
        ),
        "themes_picture": bars([(g.theme.name, g.people, say.people(g.people), None, "") for g in found.themes[:10]]),
        "reasons_picture": bars(
            [(say.name("measure", r.name), r.people, say.people(r.people), None, "") for r in found.reasons]
        ),
        "tiles": tiles([(d, say.name("district", d), shown, say.people(shown)) for d, shown in found.districts]),
        "spot": Spot(),
    }
