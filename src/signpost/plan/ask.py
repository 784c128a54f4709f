"""Understands a question about the plan: who leads, who it reports to, when it was due, what is late or has no lead.

A frame ("who leads on ...") makes a message a look-up; what is left of it is what the look-up is about. Families mean
the plan only when they say so: to them "the plan" is their child's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from ..model import Lookup, Role
from . import frames as f
from .months import FIRST, LAST, Span, months
from .officers import LOOK_ALIKES, Officer, officers
from .search import about

MOST_WORDS = 30
"""A longer message is a story, and not a look-up."""
MOST_CHARS = 300
MOST_ABOUT = 8
"""Longer than any name of a matter in the plan: then the question is about more than a look-up can answer."""
Asks = Literal["list", "lead", "reporting", "when", "chair", "text"]

_BARE = re.compile(r"\b(who|what)s\b")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})


def understand(text: str, role: Role, known: Collection[str], short: Collection[str], now: str) -> Lookup | None:
    """What a message asks of the plan, or None when it is no look-up.

    `known`: initials in the plan; `short`: other short forms, never initials unless a person must stand there;
    `now`: the month of today, YYYY-MM.
    """
    if len(text) > MOST_CHARS or len(text.split()) > MOST_WORDS:
        return None
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).translate(LOOK_ALIKES).split())
    lower = _BARE.sub(r"\1's", text.lower())
    outright = bool(f.PLAN.search(lower))
    people = officers(text, known, short)
    if not role.is_at_work and (people or not outright):
        return None
    in_place = outright or f.MILESTONES.search(lower) or f.OFFICER.search(lower)
    if not in_place and all(p.part == "either" for p in people):
        people = []  # capitals in passing are a make of laptop, or a child's
    for who in reversed(people):
        lower = f"{lower[: who.start]} {lower[who.end :]}"
    if ids := tuple(f"{m.group(1)}-{m.group(2)}".upper() for m in f.ID.finditer(lower)):
        return Lookup(ids=ids, certain=True)
    return _framed(lower, people, outright, role.is_at_work, now)


def _framed(lower: str, people: list[Officer], outright: bool, at_work: bool, now: str) -> Lookup | None:
    asks, certain, likely = _asks(lower, people)
    hint = next((kind for kind, words in f.HINTS if words.search(lower)), None) if at_work and not likely else None
    if hint:
        asks, likely = hint, True
    listed = outright or bool(f.MILESTONES.search(lower))
    blank = tuple(kind for kind, pattern in f.BLANK if pattern.search(lower))
    span, rest = months(lower)
    due = bool(span) and (listed or bool(people) or (at_work and _of_plan(span)) or bool(f.DUE.search(rest)))
    section, rest = _section(rest)
    late = f.OVERDUE.search(rest) if listed or section or people else None
    if f.OVERDUE.fullmatch(rest.strip(" ?.")) or f.WHAT_IS_LATE.match(rest):
        late = f.OVERDUE.search(rest)
    if late:
        rest = rest.replace(late.group(), " ")
    rag = f.RAG.search(rest) if listed else None
    if rag:
        rest = rest.replace(rag.group(), " ")
    for _, pattern in f.BLANK:
        rest = pattern.sub(" ", rest)
    if not span and (dated := f.DATED.search(rest)) and (listed or section or people):
        span, due, rest = (FIRST, LAST), True, rest.replace(dated.group(), " ")
    if asks == "reporting" or any(p.part == "reporting" for p in people):
        rest = f.REPORTING.sub(" ", rest)
    words = about(f.FRAME.sub(" ", f.SAYS.sub(" ", rest)).replace("'s ", " "))
    showing = bool(section) and (listed or bool(f.SHOW.search(lower)))
    likely = likely or bool(f.SAYS.search(lower))
    if not (certain or likely or due or blank or late or rag or showing or (listed and (words or people))):
        return None
    sure = bool(certain or (listed and outright)) and len(words.split()) <= MOST_ABOUT
    if not words:
        sure = bool(sure or people or due or blank or late or rag or showing)
        if not (people or due or blank or late or rag or section):
            return None
    lookup = Lookup(
        asks=asks,
        section=section,
        blank=blank,
        rag=(rag[1] or rag["done"]) if rag else "",
        words=words,
        certain=sure,
        hinted=bool(hint) and not (people or due or blank or late or rag or section),
        months=span if due and not late else None,
        overdue=(_from(span) if span else now) if late else "",
    )
    return _with_people(lookup, people, anywhere=bool(f.ANYWHERE.search(lower)))


def _of_plan(span: Span | None) -> bool:
    named = [month for month in span or () if month not in (FIRST, LAST)]
    return bool(named) and all(f.YEARS[0] <= month <= f.YEARS[1] for month in named)


def _from(span: Span) -> str:
    """The month as of which something is late."""
    return span[1] if span[1] != LAST else span[0]


def _asks(lower: str, people: list[Officer]) -> tuple[Asks, bool, bool]:
    """Which cell is asked for, whether the words can only mean the plan, and whether they may."""
    if f.CHAIR.search(lower):
        return "chair", False, True
    if f.CERTAIN_REPORTING.search(lower):
        return ("list" if people else "reporting"), True, True
    if f.CERTAIN_LEAD.search(lower) and not people:
        return "lead", True, True
    if f.LIKELY_REPORTING.search(lower) or (people and f.REPORTING.search(lower)):
        return ("list" if any(p.part == "reporting" for p in people) else "reporting"), bool(people), True
    if f.WHEN.search(lower):
        return "when", bool(people), True
    if people:
        return "list", True, True
    likely = bool(f.LIKELY_LEAD.search(lower))
    return ("lead" if likely else "list"), False, likely


def _section(lower: str) -> tuple[str, str]:
    for name, pattern in f.SECTION.items():
        if pattern.search(lower):
            return name, pattern.sub(" ", lower)
    return "", lower


def _with_people(lookup: Lookup, people: list[Officer], *, anywhere: bool) -> Lookup:
    """ "What does MT do with TG" means rows that name both; one set of initials alone means its own milestones."""
    if len(people) > 1 and all(p.part == "either" or (p.part == "lead" and i == 0) for i, p in enumerate(people)):
        return replace(lookup, people=tuple(p.initials for p in people))
    if anywhere or any(p.part == "row" for p in people):
        return replace(lookup, people=tuple(p.initials for p in people))
    reporting = tuple(dict.fromkeys(p.initials for p in people if p.part == "reporting"))
    people = [p for p in people if p.part != "either" or p.initials not in reporting]
    return replace(
        lookup,
        leads=tuple(dict.fromkeys(p.initials for p in people if p.part != "reporting")),
        reporting=reporting,
    )
