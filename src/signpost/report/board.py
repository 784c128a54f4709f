"""The report for the board, as a Word document: words first, then pictures, detail, method.

Its charts are tables whose bars are one picture of a single dot, stretched: they need no fonts, look alike everywhere,
and every number in them is text that can be searched and read aloud.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .charts import TILES, Row, bars, tiles
from .desk import Report
from .figures import Figures, Line, figures
from .period import Period
from .say import Say
from .view import Wanted

if TYPE_CHECKING:
    from docx.document import Document

BRAND, SOFT, EMPTY = (0x14, 0x50, 0x5C), (0x6D, 0x7B, 0x7F), (0xD0, 0xD6, 0xD8)
SHADES = ("FFFFFF", "D5E6E9", "9CC7CF", "2F7480", "0F3F49")
UNIT = 0.0125
"""Inches of a chart's unit."""
LONGEST = 15
"""Themes and milestones that are listed; the files for spreadsheets hold them all."""


def board(report: Report, chosen: Wanted) -> bytes:
    """The document; the same report gives the same bytes."""
    import docx
    from docx.shared import Pt

    say, found = Say(report.known), figures(report, chosen.period, chosen.spot, chosen.of)
    page = docx.Document()
    page.core_properties.title = say("title")
    page.core_properties.author = page.core_properties.last_modified_by = ""
    stamp = Period(report.release.last, 1).end.replace(tzinfo=None)
    page.core_properties.created = page.core_properties.modified = stamp
    page.styles["Normal"].font.name, page.styles["Normal"].font.size = "Arial", Pt(11)
    page.add_heading(say("title"), 0)
    page.add_paragraph(say("intro", period=say.period(found.period)) + _spot(found, say))
    page.add_heading(say("three"), 1)
    for said in say.three(found):
        page.add_paragraph(said, style="List Number")
    _pictures(page, found, say)
    _detail(page, found, say)
    for part, count in (("caveats", 5), ("method", 6)):
        page.add_heading(say(part), 1)
        for i in range(1, count + 1):
            page.add_paragraph(say(f"{part.removesuffix('s')}-{i}"), style="List Bullet")
    page.add_heading(say("cut"), 1)
    for line in say.cut(Period(report.release.last, 1), report.release.versions).values():
        page.add_paragraph(line, style="List Bullet")
    out = io.BytesIO()
    page.save(out)
    return _timeless(out.getvalue())


def _spot(found: Figures, say: Say) -> str:
    named = (("district", found.spot.district), ("area", found.spot.area), ("age", found.spot.age))
    return "".join(f" {say(f'division-{kind}')}: {say.name(kind, value)}." for kind, value in named if value)


def _pictures(page: Document, found: Figures, say: Say) -> None:
    page.add_heading(say("themes"), 1)
    page.add_paragraph(say("themes-note"))
    _chart(page, [(g.theme.name, g.people, say.people(g.people), None, "") for g in found.themes[:10]])
    if found.themes_hidden:
        page.add_paragraph(say("themes-hidden", count=found.themes_hidden))
    page.add_heading(f"{say('map')}: {say.name('measure', found.of).lower()}", 1)
    _map(page, found, say)
    page.add_paragraph(say("map-note"))
    page.add_heading(say("trend"), 1)
    _chart(
        page,
        [(say.period(p), asked, say.people(asked), missed, say.people(missed)) for p, asked, missed in found.months],
    )
    page.add_paragraph(say("trend-note"))
    page.add_heading(say("reasons"), 1)
    _chart(page, [(say.name("measure", r.name), r.people, say.people(r.people), None, "") for r in found.reasons])


def _detail(page: Document, found: Figures, say: Say) -> None:
    people, before = say("people"), say("before")

    def lines(part: str, rows: Sequence[Line], rate: str) -> None:
        page.add_heading(say(part), 1)
        _table(page, (say("what"), people, before, say(rate)), [say.line(r) for r in rows])
        page.add_paragraph(say(f"{part}-note"))

    lines("overview", found.overview, "rate")
    lines("whys", found.whys, "rate-why")
    page.add_heading(say("themes"), 1)
    _table(page, (say("what"), people, before, say("of-them"), say("where")), [
        (g.theme.name, say.people(g.people), say.people(g.before), say.people(g.need), say.where(g))
        for g in found.themes[:LONGEST]
    ])  # fmt: skip
    page.add_heading(say("languages"), 1)
    if found.languages:
        _table(page, (say("what"), people), [(say.language(c), say.people(shown)) for c, shown in found.languages])
    else:
        page.add_paragraph(say("languages-none"))
    page.add_heading(f"{say('grids')}: {say.name('measure', found.of).lower()}", 1)
    if not found.grids:
        page.add_paragraph(say("grids-month"))
    for grid in found.grids:
        page.add_heading(say.grid(grid), 2)
        head = (say(f"division-{grid.rows}"), *(say.name(grid.columns, c) for c, _ in grid.cells[0][1]))
        _table(page, head, [(say.name(grid.rows, r), *(say.people(s) for _, s in cells)) for r, cells in grid.cells], 8)
    page.add_heading(say("promises"), 1)
    page.add_paragraph(say("promises-note") if found.promises else say("promises-none"))
    if found.promises:
        _table(page, (say("milestone"), say("asked"), say("missed"), say("linked")), [
            (say.milestone(p.milestone), say.people(p.asked), say.people(p.missed), say.themes(p.themes))
            for p in found.promises[:LONGEST]
        ])  # fmt: skip
    page.add_heading(say("blanks"), 1)
    for name, ids in (("no-lead", found.no_lead), ("no-date", found.no_date)):
        page.add_paragraph(f"{say(name)}: {'; '.join(map(say.milestone, ids)) or say('none')}")
    page.add_heading(say("answering"), 1)
    told = asdict(found.answering)
    _table(page, (say("what"), ""), [(say(f"answering-{k}"), str(v)) for k, v in told.items() if v is not None])
    page.add_paragraph(say("answering-note"))


def _table(page: Document, head: Sequence[str], rows: Sequence[Sequence[str]], size: int = 10) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    table = page.add_table(rows=0, cols=len(head), style="Table Grid")
    for number, row in enumerate((head, *rows)):
        for column, (cell, said) in enumerate(zip(table.add_row().cells, row, strict=True)):
            run = cell.paragraphs[0].add_run(said)
            run.font.size, run.bold = Pt(size), number == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            if column and number and len(said) < 14:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _repeat(table.rows[0])
    if len(head) < 6:
        _widths(table, (2.7, *(3.8 / (len(head) - 1) for _ in head[1:])))
    for drawn in table.rows:
        _whole(drawn)
    page.add_paragraph()


def _widths(table: Any, inches: Sequence[float]) -> None:
    """Word reads the width of each cell, LibreOffice that of the columns."""
    from docx.shared import Inches

    table.autofit = False
    for column, wide in zip(table.columns, inches, strict=True):
        column.width = Inches(wide)
        for cell in column.cells:
            cell.width = Inches(wide)


def _chart(page: Document, rows: Sequence[Row]) -> None:
    """A bar chart as a table without lines: the name, then the bar with its number behind it."""
    from docx.shared import Inches, Pt

    chart = bars(rows)
    if not chart.rows:
        return
    table = page.add_table(rows=0, cols=2)
    for bar in chart.rows:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(bar.label).font.size = Pt(10)
        drawn = [(bar.first, bar.first_said, bar.is_first_told, SOFT if chart.is_double else BRAND)]
        if chart.is_double:
            drawn.append((bar.second, bar.second_said, bar.is_second_told, BRAND))
        for number, (length, said, told, colour) in enumerate(drawn):
            line = cells[1].paragraphs[0] if not number else cells[1].add_paragraph()
            picture = line.add_run().add_picture(
                io.BytesIO(_dot(colour if told else EMPTY)), width=Inches(length * UNIT), height=Inches(0.13)
            )
            picture._inline.docPr.set("descr", "")  # the number beside it says the same
            line.add_run(f"  {said}").font.size = Pt(9)
            line.paragraph_format.space_after = Pt(0)
        cells[0].paragraphs[0].paragraph_format.space_after = Pt(3)
        _whole(table.rows[-1])
    _widths(table, (2.4, 4.1))
    page.add_paragraph()


def _map(page: Document, found: Figures, say: Say) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    told = tiles([(d, say.name("district", d), shown, say.people(shown)) for d, shown in found.districts])
    table = page.add_table(rows=4, cols=3)
    for tile in told:
        column, row = TILES[tile.name]
        cell = table.cell(row, column)
        line = cell.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(6)
        line.paragraph_format.keep_with_next = True
        for text, bold in ((" ".join(tile.lines) + "\n", False), (tile.said, True)):
            run = line.add_run(text)
            run.font.size, run.bold = Pt(10), bold
            if tile.shade > 2:
                run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), SHADES[tile.shade])
        borders = OxmlElement("w:tcBorders")
        for side in ("top", "left", "bottom", "right"):
            edge = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", "6"), ("color", "6D7B7F")):
                edge.set(qn(f"w:{name}"), value)
            borders.append(edge)
        cell._tc.get_or_add_tcPr().extend([borders, shade])
    for drawn in table.rows:
        _whole(drawn)


def _repeat(row: Any) -> None:
    """Head each page of a long table with its first row, which also tells a screen reader that it is the head."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _dot(colour: tuple[int, int, int]) -> bytes:
    """A picture of one dot (PNG, ISO 15948)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    dot = zlib.compress(b"\0" + bytes(colour))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def _timeless(made: bytes) -> bytes:
    """The same package without the times at which its parts were zipped."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in given.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), given.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
