"""Reads the months that a question names: "in April 2016", "by March 16", "between October and December 2015"."""

from __future__ import annotations

import re

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"\s*'?(20[12]\d|1[3-9]|2\d)\b(?!\s*(?:week|year|month|day|\+|%))"
_NUMERIC = re.compile(r"\b(20[12]\d)-(0[1-9]|1[0-2])\b|\b(0?[1-9]|1[0-2])/(20[12]\d)\b")
_BETWEEN = re.compile(rf"\b(?:between|from)\s+{_MONTH}(?:{_YEAR})?\s+(?:and|to|until)\s+{_MONTH}{_YEAR}")
_SEVERAL = re.compile(
    rf"\b(?:in |during )?(?P<first>{_MONTH})(?:,\s*{_MONTH})*,?\s+(?:and|or)\s+(?P<last>{_MONTH})(?: of)?(?:{_YEAR})"
)
_EDGE = r"(?:the (?:(?:start|beginning)|(?P<end>end)) of\s+)?"
_ONE = re.compile(rf"\b(?P<how>before|by|until|after|since|from)?\s*{_EDGE}\b(?P<month>{_MONTH})(?:{_YEAR})")
_WHOLE_YEAR = re.compile(
    rf"\b(?P<how>in|into|during|for|before|after|by|since)\s+{_EDGE}(?P<year>20[12]\d)\b(?!\s*-)"
    r"|\b(?P<alone>20[12]\d)(?=\s+(?:milestones?|actions?|deadlines?|dates?)\b)"
)
_PARTS = {
    "spring": ("03", "05"), "summer": ("06", "08"), "autumn": ("09", "11"),
    "q1": ("01", "03"), "q2": ("04", "06"), "q3": ("07", "09"), "q4": ("10", "12"),
    "first three months": ("01", "03"), "first quarter": ("01", "03"), "last quarter": ("10", "12"),
    "first half": ("01", "06"), "second half": ("07", "12"),
}  # fmt: skip
_PART = re.compile(rf"\b(?:in |during )?(?:the )?({'|'.join(_PARTS)})(?: term)?(?: of)?\s+(20[12]\d)\b")
"""Seasons by the calendar, and quarters of the calendar year."""
FIRST, LAST = "2000-01", "2099-12"
Span = tuple[str, str]


def months(lower: str) -> tuple[Span | None, str]:
    """The first and last month that are meant (inclusive), and the text without the words that said so."""
    lower = _NUMERIC.sub(_spelt, lower)
    if m := _BETWEEN.search(lower):
        end = _iso(m.group(3), m.group(4))
        start = _iso(m.group(1), m.group(2) or m.group(4))
        return (start, end), _cut(lower, m)
    if m := _SEVERAL.search(lower):
        year = m.groups()[-1]
        return (_iso(m["first"], year), _iso(m["last"], year)), _cut(lower, m)
    if m := _PART.search(lower):
        first, last = _PARTS[m.group(1)]
        return (f"{m.group(2)}-{first}", f"{m.group(2)}-{last}"), _cut(lower, m)
    if m := _ONE.search(lower):
        month = _iso(m["month"], m.groups()[-1])
        return _span(m, month, month), _cut(lower, m)
    if m := _WHOLE_YEAR.search(lower):
        year = m["year"] or m["alone"]
        return _span(m, f"{year}-01", f"{year}-12"), _cut(lower, m)
    return None, lower


def _span(m: re.Match[str], first: str, last: str) -> Span:
    """ "By" and "since" take the month in, as "before the end of" does; "before" and "after" leave it out."""
    match "by" if m["how"] == "before" and m["end"] else m["how"]:
        case "before":
            return FIRST, _step(first, -1)
        case "by" | "until":
            return FIRST, last
        case "after":
            return _step(last, 1), LAST
        case "since" | "from":
            return first, LAST
    return first, last


def _step(month: str, by: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12}-{count % 12 + 1:02}"


def _iso(name: str, year: str) -> str:
    return f"{year if len(year) == 4 else '20' + year}-{_NAMES.index(name[:3]) + 1:02}"


def _spelt(m: re.Match[str]) -> str:
    year, month = (m.group(1), m.group(2)) if m.group(1) else (m.group(4), m.group(3))
    return f"{_NAMES[int(month) - 1]} {year}"


def _cut(text: str, m: re.Match[str]) -> str:
    return f"{text[: m.start()]} {text[m.end() :]}"
