"""The board's page as a Word document: the same lists and numbers, to be edited and handed round."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable
from typing import Protocol

from docx import Document
from docx.document import Document as Paper

from ..knowledge.plan import Plan, Row
from .board import Board

Cells = Iterable[Iterable[object]]


class Say(Protocol):
    """Fills in a line of the wording."""

    def __call__(self, key: str, **filled: object) -> str: ...


def paper(board: Board, plan: Plan, say: Say, day: Callable[[dt.datetime], str], on: str) -> bytes:
    """A .docx of the board's page; `day` puts a date in words, and `on` is the page's own."""
    out, document = io.BytesIO(), Document()
    document.core_properties.title = say("manage.title")
    document.core_properties.author = ""
    document.add_heading(say("manage.title"), 0)
    document.add_paragraph(", ".join(filter(None, (plan.about.get("title"), on))))
    document.add_paragraph(say("plan.historic"))
    document.add_heading(say("manage.by-rag"), 1)
    for rag, rows in board.colours.items():
        if rows:
            document.add_heading(f"{say(f'plan.rag-{rag}')} ({len(rows)})", 2)
            _listed(document, plan, rows, say, day)
    document.add_paragraph(f"{say('manage.uncoloured')}: {len(board.uncoloured)}")
    document.add_heading(say("plan.board"), 1)
    for gap, rows in board.gaps.items():
        document.add_heading(f"{say(f'manage.gap-{gap}', months=board.stale_after)} ({len(rows)})", 2)
        _listed(document, plan, rows, say, day)
    colours = [say(f"plan.rag-{rag}") for rag in board.colours]
    document.add_heading(say("plan.by-section"), 1)
    _table(
        document,
        (say("plan.section"), say("plan.count"), *colours),
        ((title, count, *by_rag.values()) for title, count, by_rag in board.sections),
    )
    document.add_heading(say("plan.by-month"), 1)
    _table(document, (say("plan.month"), say("plan.count")), board.months)
    document.add_heading(say("manage.load"), 1)
    _table(document, (say("plan.who"), say("plan.count")), board.load)
    document.add_heading(say("manage.asked"), 1)
    if board.asked:
        document.add_paragraph(say("manage.asked-note", period=board.asked.period))
        people = ((f"{m} {plan.title(m)}", count) for m, count in board.asked.people.items())
        _table(document, (say("plan.rows"), say("manage.asked-people")), people)
    else:
        document.add_paragraph(say("manage.asked-none"))
    document.save(out)
    return out.getvalue()


def _listed(document: Paper, plan: Plan, rows: Iterable[Row], say: Say, day: Callable[[dt.datetime], str]) -> None:
    for row in rows:
        added = f" ({say('plan.added-on', on=day(row.added.at))})" if row.added else ""
        why = f": {row.now.why}" if row.now else ""
        document.add_paragraph(f"{row.milestone.id} {plan.title(row.milestone.id)}{added}{why}", style="List Bullet")


def _table(document: Paper, head: Iterable[object], rows: Cells) -> None:
    names = list(map(str, head))
    table = document.add_table(1, len(names), style="Light Grid Accent 1")
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.text = name
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
