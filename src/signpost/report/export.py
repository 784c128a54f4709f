"""A report as files: CSV, Excel, Word and JSON. Equal reports give equal bytes: no clock is in any file.

Each carries how far its data go, which knowledge answered, and what was hidden.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from ..plan.export import inert
from .board import board
from .desk import Report
from .figures import NAMES, Figures, Line, figures
from .period import Period
from .say import Say
from .suppress import Shown
from .view import Wanted, rows_behind

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name and a heading for each column."""

    name: str
    title: str
    columns: Cells
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Format:
    type: str
    make: Callable[[Report, Wanted], bytes]


def exported(report: Report, chosen: Wanted, suffix: str) -> bytes:
    """The report in the format of a file's suffix, one of `FORMATS`. Raises KeyError for another."""
    return FORMATS[suffix].make(report, chosen)


def sheets(report: Report, chosen: Wanted) -> list[Sheet]:
    """Every table of the report, in words."""
    say, found = Say(report.known), figures(report, chosen.period, chosen.spot, chosen.of)
    people, before = say("people"), say("before")

    def lines(name: str, rows: Iterable[Line], rate: str) -> Sheet:
        cells = tuple((*say.line(r), say.rate(r.rate_before)) for r in rows)
        return Sheet(name, say(name), (say("what"), people, before, say(rate), f"{say(rate)} ({before})"), cells)

    def split(name: str, rows: Iterable[tuple[str, Shown]], kind: str) -> Sheet:
        told = ((say.month(n) if kind == "month" else say.name(kind, n), say.people(shown)) for n, shown in rows)
        return Sheet(name, say(f"rows-by-{kind}"), (say("what"), people), tuple(told))

    return [
        _about(report, found, say),
        lines("overview", found.overview, "rate"),
        Sheet("trend", say("trend"), (say("month"), say("asked"), say("missed")), tuple(
            (p.key, say.people(asked), say.people(missed)) for p, asked, missed in found.months
        )),
        Sheet("themes", say("themes"), (say("what"), people, before, say("of-them"), say("where")), tuple(
            (g.theme.name, say.people(g.people), say.people(g.before), say.people(g.need), say.where(g))
            for g in found.themes
        )),
        lines("whys", found.whys, "rate-why"),
        lines("reasons", found.reasons, "rate-need"),
        Sheet("languages", say("languages"), (say("what"), people), tuple(
            (say.language(code), say.people(shown)) for code, shown in found.languages
        )),
        Sheet("promises", say("promises"), (say("milestone"), say("asked"), say("missed"), say("linked")), tuple(
            (say.milestone(p.milestone), say.people(p.asked), say.people(p.missed), say.themes(p.themes))
            for p in found.promises
        )),
        *(split(f"by-{kind}", rows, kind) for kind, rows in rows_behind(report.release, chosen).items()),
        *(
            Sheet(f"{g.rows}-{g.columns}", say.grid(g),
                (say(f"division-{g.rows}"), *(say.name(g.columns, c) for c, _ in g.cells[0][1])),
                tuple((say.name(g.rows, row), *(say.people(shown) for _, shown in cells)) for row, cells in g.cells))
            for g in found.grids
        ),
    ]  # fmt: skip


def _about(report: Report, found: Figures, say: Say) -> Sheet:
    spot = ", ".join(
        say.name(kind, value)
        for kind, value in (("district", found.spot.district), ("area", found.spot.area), ("age", found.spot.age))
        if value
    )
    rows = [
        (say.period(found.period), spot), *(("", said) for said in say.three(found)),
        *(("", line) for line in say.cut(Period(report.release.last, 1), report.release.versions).values()),
        *((say("method"), say(f"method-{i}")) for i in range(1, 7)),
        *((say("caveats"), say(f"caveat-{i}")) for i in range(1, 6)),
    ]  # fmt: skip
    return Sheet("report", say("title"), (say("what"), ""), tuple(rows))


def _csv(report: Report, chosen: Wanted) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for sheet in sheets(report, chosen):
        writer.writerow((f"# {sheet.title}",))
        writer.writerows(tuple(map(inert, row)) for row in (sheet.columns, *sheet.rows))
        writer.writerow(())
    return out.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _xlsx(report: Report, chosen: Wanted) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    stamp = Period(report.release.last, 1).end.replace(tzinfo=None)
    book.set_properties({"title": Say(report.known)("title"), "created": stamp})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets(report, chosen):
        page = book.add_worksheet(sheet.name)
        page.set_column(0, 0, 46, wrap)
        page.set_column(1, max(1, len(sheet.columns) - 1), 80 if sheet.name == "report" else 20, wrap)
        page.write_string(0, 0, sheet.title, bold)
        for number, row in enumerate((sheet.columns, *sheet.rows), 1):
            for column, cell in enumerate(row):
                page.write_string(number, column, inert(cell), *([bold] if number == 1 else []))
        page.freeze_panes(2, 1)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _json(report: Report, chosen: Wanted) -> bytes:
    release, found, say = report.release, figures(report, chosen.period, chosen.spot, chosen.of), Say(report.known)

    def lines(rows: Iterable[Line]) -> list[dict[str, Any]]:
        return [{"name": r.name, "people": _shown(r.people), "before": _shown(r.before), "rate": r.rate} for r in rows]

    told = {
        "period": found.period.key,
        "data_until": f"{Period(release.last, 1).end:%Y-%m-%d}",
        "knowledge": list(release.versions),
        "small_numbers": say.cut(Period(release.last, 1), release.versions)["hidden"],
        "filters": {name: value for name, value in chosen.fields.items() if value and name != "period"},
        "three": say.three(found),
        "overview": lines(found.overview),
        "months": [{"month": p.key, "asked": _shown(a), "missed": _shown(m)} for p, a, m in found.months],
        "themes": [
            {"id": g.theme.id, "name": g.theme.name, "state": g.theme.state, "people": _shown(g.people),
             "before": _shown(g.before), "need": _shown(g.need), **{d: getattr(g.most, d) or "" for d in NAMES},
             "milestones": list(g.theme.milestones)} for g in found.themes
        ],
        "whys": lines(found.whys),
        "reasons": lines(found.reasons),
        "languages": {code: _shown(shown) for code, shown in found.languages},
        "of": found.of,
        "splits": {k: {n: _shown(s) for n, s in rows} for k, rows in rows_behind(release, chosen).items()},
        "grids": [
            {"rows": g.rows, "columns": g.columns,
             "cells": {r or "all": {c or "all": _shown(s) for c, s in cells} for r, cells in g.cells}}
            for g in found.grids
        ],
        "promises": [
            {"milestone": p.milestone, "asked": _shown(p.asked), "missed": _shown(p.missed),
             "themes": [g.theme.id for g in p.themes]}
            for p in found.promises
        ],
        "without_lead": list(found.no_lead),
        "without_date": list(found.no_date),
        "answering": asdict(found.answering),
    }  # fmt: skip
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def _shown(shown: Shown) -> dict[str, Any]:
    """`{"about": 25, "to": 5}`, or `{"hidden": "fewer than 8"}` and its like."""
    if shown.is_number:
        return {"about": shown.about, "to": int(shown.step)}
    return {"hidden": {"HIDDEN": "fewer than 8", "OPEN": "8 or more", "UNSAID": "not shown"}[shown.step.name]}


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        ".docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", board),
        ".xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
        ".csv": Format("text/csv; charset=utf-8", _csv),
        ".json": Format("application/json", _json),
    }
)
