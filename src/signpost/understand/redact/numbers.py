"""Numbers and dates that point at one person: phone, NHS, UPN, National Insurance, case references, birth."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.gb import nhs

from .found import Found

_I = re.IGNORECASE

_RUN = re.compile(
    r"(?<![\d£$€])(?:\(?\+)?\(?\d(?:[ \-./()]{0,3}\d){4,22}(?:\s?(?:ext|extension|x)\.?\s?\d{2,6})?(?!\d)", _I
)
"""Digits in any grouping. What they are is decided afterwards."""
_LETTER_O = re.compile(r"(?<!\w)[0o][\do](?:[ -]?[\do]){8,10}(?!\w)", _I)
_DIGIT = r"(?:zero|oh|o|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple|\d)"
_SPELT = re.compile(rf"\b{_DIGIT}(?:[ ,-]{{1,2}}{_DIGIT}){{6,24}}\b", _I)
_RING = re.compile(
    r"\b(?:phone|mobile|mob|tel|telephone|landline|whatsapp|text|call|ring|number|no)\b\W{1,3}(?:me )?(?:is "
    r"|on |at )?$",
    _I,
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\W+(?:19|20)?\d\d)*")
_CLOCK = re.compile(r"\d{1,2}[.:]\d\d ?-? ?\d{1,2}[.:]\d\d")

_NHS = re.compile(r"\bnhs\b(?: ?(?:number|num|no|id|#))?\.?(?: is| was)?[ :#-]{0,3}(\d(?:[ -]?\d){5,11})(?!\d)", _I)
_UPN = re.compile(r"(?<![a-z\d])[a-z](?: ?\d){11} ?[\da-z](?![a-z\d])", _I)
_UPN_SAID = re.compile(r"\b(?:upn|unique pupil number)\b(?: is)?[ :#-]{0,3}([a-z]? ?\d[\da-z ]{6,15}\d[a-z]?)\b", _I)
_NI = re.compile(r"(?<![a-z\d])[a-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d](?![a-z\d])", _I)

_REF_SAID = re.compile(
    r"\b(?:ref(?:erence)?|case|claim|appeal|tribunal|file|account|ticket|complaint|urn|mrn|crn|hospital"
    r"|patient|pupil id|student id)\b"
    r"\.?(?: ?(?:number|num|no|nr|id|ref(?:erence)?|code)\b\.?)?(?: is| was)?[ :#-]{0,3}([a-z\d][a-z\d/.-]{2,28})",
    _I,
)
_REF_SHAPE = re.compile(r"(?<![\w/@.-])[a-z]{1,8}[-/]?\d[\da-z]*(?:[/-][\da-z]+){0,5}(?![\w/@-])", _I)
_PLATE = re.compile(r"\b[A-Z]{2}\d\d ?[A-Z]{3}\b")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:the )?\d{1,2} ?(?:st|nd|rd|th)?"
_FULL = (
    r"(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:\d{4}|\d\d)(?!\d)|\d{1,2} \d{1,2} (?:19|20)\d\d(?!\d)"
    r"|\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    rf"|{_DAY}(?: of)? ?{_MONTH}\b,?\.? ?(?:\d{{4}}|'?\d\d)(?![\d:])|{_MONTH} {_DAY},? \d{{4}}(?!\d))"
)
_PART = (
    rf"(?:{_DAY}(?: of)? ?{_MONTH}\b|{_MONTH} {_DAY}\b|{_MONTH},? \d{{4}}\b|\d{{1,2}}[/.-]\d{{1,4}}(?!\d)"
    rf"|\d{{1,2}} \d{{1,2}} \d{{2,4}}(?!\d)|\d{{6,8}}(?!\d))"
)
_DATE = re.compile(rf"(?<![\d£]){_FULL}", _I)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\b\.?|date of birth|birth ?date|birth ?day|b-?day|born|d of b)"
    rf"(?:[ :,=()-]|\b(?:on|is|was|in|the|it's|its)\b){{0,8}}(?<!\d)({_FULL}|{_PART})",
    _I,
)


def numbers(text: str) -> Iterator[Found]:
    """Every number or date of the kinds above in a folded text; a kind that is surer comes first."""
    yield from (Found("date of birth", *m.span(1)) for m in _BORN.finditer(text))
    for pattern, kind in ((_NHS, "NHS number"), (_UPN_SAID, "UPN")):
        yield from (Found(kind, *m.span(1)) for m in pattern.finditer(text))
    for pattern, kind in ((_UPN, "UPN"), (_NI, "NI number")):
        yield from (Found(kind, *m.span()) for m in pattern.finditer(text))
    yield from (Found("reference", *_trim(m)) for m in _REF_SAID.finditer(text) if _digits(m[1]) >= 3)
    yield from (Found("reference", *m.span()) for m in _REF_SHAPE.finditer(text) if _is_reference(m[0]))
    yield from (Found("date", *m.span()) for m in _DATE.finditer(text))
    yield from (
        Found("phone", *m.span()) for m in _LETTER_O.finditer(text) if 5 <= _digits(m[0]) < sum(map(str.isalnum, m[0]))
    )
    for m in _RUN.finditer(text):
        if what := _kind(m[0], text[max(0, m.start() - 30) : m.start()]):
            yield Found(what, *m.span())
    yield from (Found("phone", *m.span()) for m in _SPELT.finditer(text))
    yield from (Found("reference", *m.span()) for m in _PLATE.finditer(text))


def _digits(text: str) -> int:
    return sum(c.isdigit() for c in text)


def _trim(m: re.Match[str]) -> tuple[int, int]:
    return m.start(1), m.start(1) + len(m[1].rstrip(".-/"))


def _kind(run: str, before: str) -> str | None:
    """What a run of digits is. What is long and nothing known is a number that may be somebody's, so it goes."""
    digits = "".join(c for c in run if c.isdigit())
    groups = re.findall(r"\d+", run)
    if "+" in run or (digits[0] == "0" and len(digits) >= 9):
        return "phone"
    if len(digits) == 10 and nhs.is_valid(digits):
        return "NHS number"
    if _YEARS.fullmatch(run) or _CLOCK.fullmatch(run):
        return None
    if _RING.search(before):
        return "phone"
    if len(digits) >= 6 and (len(groups) == 1 or (len(digits) >= 7 and min(map(len, groups)) >= 3)):
        return "number"
    return None


def _is_reference(token: str) -> bool:
    """Letters with five digits, or with four and a stroke; roads ("A1307") and school years are shorter."""
    count = _digits(token)
    return count >= 5 or (count >= 4 and any(c in token for c in "/-"))
