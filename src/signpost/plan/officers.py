"""Finds officers' initials in a question, and what the question says of each. Never takes an ordinary word for one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХІЈЅавекмнорстхіјѕ", "ABEKMHOPCTXIJSabekmhopctxijs")
"""Cyrillic letters that look Latin, as they stand in the plan as received and may be pasted from it."""
ORDINARY = frozenset({"AS", "AT", "CU", "LA", "MD", "PE", "SA", "SS", "ST", "TB", "TA", "LT", "LL", "IS", "ON", "NO"})
"""Initials that are also words or everyday short forms: these count only where a person must stand."""
Part = Literal["lead", "reporting", "row", "either"]
"""What a question says of an officer; `row`: who is this, wherever they stand."""

_CANDIDATE = re.compile(r"(?<![^\W_])(?<!')[^\W\d_]{2,3}(?![^\W_])")
_THINGS = r"(?:milestones?|actions?|tasks?|deadlines|due dates|remit|portfolio|responsibilities|deliverables)"
_BEFORE_LEAD = re.compile(
    rf"(?:\b(?:led|owned|run) by|\b{_THINGS} (?:for|of)|\blead (?:is|=)|\blead officer|\bfalls to)\s+$"
)
_BEFORE_REPORTING = re.compile(r"\b(?:report\w*(?: back)? (?:in)?to|reporting officer(?: is)?|reports? goe?s? to)\s+$")
_BEFORE_ASKED = re.compile(r"\b(?:does|did|is|was|has|have|do|are|by|with|and|which|what|everything|for|to|where)\s+$")
_ASKING = re.compile(r"\b(?:does|did|is|was|what(?:'s)?|which|everything|where|has|have|do)\s+$")
_AS_LEAD = re.compile(r"^\s+(?:is|as|are|was|down as) (?:the |a )?leads?\b")
_AFTER_REPORTING = re.compile(
    r"^\s+(?:(?:is |are )?(?:listed |named |down )?(?:as|in|under|is) (?:the )?reporting|reporting officer"
    r"|(?:be )?get(?:s|ting)? (?:the )?reports?)"
)
_AFTER_LEADING = re.compile(
    r"^(?:\s*[-:,] what do(?:es)? (?:they|she|he) (?:lead|own|have)\b"
    r"|\s+(?:(?:the )?leads?|leading|led"
    r"|responsible|report\w*|have|got|do|doing|down|own\w*|deliver\w*|is leading)\b"
    rf"|\s+(?:\w+ ){{0,2}}(?:milestones?|actions?)\b|'s (?:\w+ ){{0,2}}(?:{_THINGS}|leads?|list)\b|'s\W*$)"
)
_WHO_IS = re.compile(r"\b(?:who(?:'s| is| was)|contact|reach|find)\s+$")
_NEXT = re.compile(r"\s*(?:,|and|&|/)\s*([A-Z]{2,3})(?![^\W_])")
_LIST_OF_NAMES = re.compile(r"^\s*(?:,|and|&|/)\s*$")


@dataclass(frozen=True, slots=True)
class Officer:
    initials: str
    part: Part
    start: int
    end: int
    known: bool


def initials(text: str) -> str:
    """Initials as the data writes them: Latin capitals."""
    return unicodedata.normalize("NFKC", text).translate(LOOK_ALIKES).upper().strip()


def officers(text: str, known: Collection[str], words: Collection[str] = ()) -> list[Officer]:
    """Officers named in a folded text, in order. `words`: short forms that mean something else, as in the glossary.

    Initials in capitals count anywhere, unless they are ordinary; others count only where a person must stand.
    Capitals that the plan does not hold count in that place too, so that a wrong name is told and not guessed.
    """
    shouting = text.upper() == text
    found: list[Officer] = []
    for m in _CANDIDATE.finditer(text):
        token = m.group()
        capital, name = token.isupper() and not shouting, initials(token)
        before, after = text[: m.start()].lower(), text[m.end() :].lower()
        ordinary = name in ORDINARY or name in words
        in_place = bool(
            _BEFORE_LEAD.search(before)
            or _BEFORE_REPORTING.search(before)
            or (_AFTER_REPORTING.search(after) and (capital or not ordinary))
            or (_AFTER_LEADING.search(after) and (after.startswith("'s") or _ASKING.search(before)))
            or (_AFTER_LEADING.search(after) and capital and not ordinary)
            or (_AS_LEAD.search(after) and capital)
            or _who_is(before, after)
        )
        if name in known:
            loosely = _BEFORE_ASKED.search(before) or _AFTER_LEADING.search(after)
            taken = in_place if ordinary else capital or bool(loosely)
        else:
            taken = in_place and capital and not ordinary and name not in words
        if taken:
            found.append(Officer(name, _part(before, after), m.start(), m.end(), name in known))
    return _joined(_with_neighbours(found, text, known), text)


def _part(before: str, after: str) -> Part:
    if _BEFORE_REPORTING.search(before) or _AFTER_REPORTING.search(after):
        return "reporting"
    if _who_is(before, after):
        return "row"
    leading = _AFTER_LEADING.search(after) or _AS_LEAD.search(after) or _BEFORE_LEAD.search(before)
    return "lead" if leading else "either"


def _with_neighbours(found: list[Officer], text: str, known: Collection[str]) -> list[Officer]:
    """Ordinary capitals count too where they stand in a list right after an officer: "HP and CU"."""
    out = list(found)
    for one in found:
        m = _NEXT.match(text, one.end)
        if m and m.group(1) in known and all(m.start(1) != two.start for two in found):
            out.append(Officer(m.group(1), one.part, m.start(1), m.end(1), True))
    return sorted(out, key=lambda officer: officer.start)


def _who_is(before: str, after: str) -> bool:
    return bool(_WHO_IS.search(before)) and not after.strip(" ?!.")


def _joined(found: list[Officer], text: str) -> list[Officer]:
    """Names in a list ("HP and JD lead") take the part of the one beside them that has one."""
    for i, (one, two) in enumerate(pairwise(list(found))):
        if _LIST_OF_NAMES.match(text[one.end : two.start].lower()):
            part: Part = next((p for p in (one.part, two.part) if p != "either"), "lead")
            for j, who in ((i, one), (i + 1, two)):
                found[j] = Officer(who.initials, part, who.start, who.end, who.known)
    return found
