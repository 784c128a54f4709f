"""Rows of the plan as files: CSV, Excel, iCalendar and JSON. Equal rows give equal bytes: no clock is in any file."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from ..knowledge.load import Knowledge
from ..knowledge.plan import Row

COLUMNS = (
    "id", "section", "title", "text", "when", "months", "lead", "reporting", "status", "outcome", "since", "source",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that starts like this may be run by a spreadsheet (OWASP, CSV injection); an apostrophe makes it text."""
WRITTEN = dt.datetime(2016, 1, 1)
"""Stands for "when this file was made" where a format must have a time: the first year of the plan."""
WIDTHS = (8, 14, 36, 80, 22, 18, 10, 24, 10, 60, 40, 46)
Rows = Iterable[Row]


def exported(known: Knowledge, rows: Rows, suffix: str) -> bytes:
    """The rows in the format of a file's suffix, one of `FORMATS`. Raises KeyError for another."""
    return FORMATS[suffix](known, rows)


def _cells(known: Knowledge, row: Row) -> tuple[str, ...]:
    m = row.milestone
    since = " ".join(s.text for s in known.plan.since if m.id in s.milestones)
    cells = (
        m.id, row.section, known.plan.title(m.id), m.text, m.when, ", ".join(m.dates), m.lead, m.reporting,
        row.status or "", row.outcome.text, since, row.source,
    )  # fmt: skip
    return tuple(map(inert, cells))


def inert(cell: str) -> str:
    """The cell as text that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _csv(known: Knowledge, rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([COLUMNS, *(_cells(known, row) for row in rows)])
    return out.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is UTF-8


def _xlsx(known: Knowledge, rows: Rows) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": known.plan.about.get("title", ""), "created": WRITTEN})
    sheet, bold, wrap = (
        book.add_worksheet("Plan"),
        book.add_format({"bold": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, name, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(_cells(known, row)):
            sheet.write_string(last, column, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    book.close()
    return out.getvalue()


def _ics(known: Knowledge, rows: Rows) -> bytes:
    """Each date of a row as an all-day event on the last day of its month, for the plan names months and no days."""
    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", "-//Signpost//SEND Action Plan 2016-2020//EN")
    book.add("version", "2.0")
    for row in rows:
        m = row.milestone
        for month in m.dates:
            year, number = map(int, month.split("-"))
            day = dt.date(year, number, calendar.monthrange(year, number)[1])
            event = Event()
            event.add("uid", f"{m.id}-{month}@send-action-plan-2016-2020")
            event.add("dtstamp", dt.datetime.combine(day, dt.time(), dt.UTC))
            event.add("dtstart", day)
            event.add("dtend", day + dt.timedelta(days=1))
            event.add("summary", f"{m.id} {known.plan.title(m.id)} ({m.lead})")
            event.add("description", f"{m.when}. {m.text} ({row.source})")
            event.add("transp", "TRANSPARENT")
            book.add_component(event)
    return bytes(book.to_ical())


def _json(known: Knowledge, rows: Rows) -> bytes:
    return (json.dumps([row.as_json() for row in rows], indent=2, ensure_ascii=False) + "\n").encode()


FORMATS: Mapping[str, Callable[[Knowledge, Rows], bytes]] = MappingProxyType(
    {".csv": _csv, ".xlsx": _xlsx, ".ics": _ics, ".json": _json}
)
