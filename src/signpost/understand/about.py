"""Whom and where a message is about: ages, school phase, district, and who seems to be writing."""

from __future__ import annotations

import re

from ..model import Role
from .language import Language

OLDEST = 25
"""The service is for people from birth to 25; a higher number is somebody else's age."""

_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_NUMBERS = {w: str(n) for n, w in enumerate(f"{_ONES} eighteen nineteen twenty".split(), 1)}
_NUMBERS |= {f"twenty {w}": str(20 + n) for n, w in enumerate(["one", "two", "three", "four", "five"], 1)}
_NUMBER_WORDS = "|".join(sorted(_NUMBERS, key=len, reverse=True))

_IS = r"(?:i'?m|i am|he'?s|he is|she'?s|she is|who'?s|who is|is|was|(?:i|he|she|they)'?ll be|will be)"
_NEARLY = r"(?:only |just |nearly |now |almost )?"
_NO_UNIT = r"\b(?!\s*(?:weeks?|months?|days?|hours?|hrs?|mins?|miles?|am|pm|times?|stone|kg|pounds?|%|/|:|\d|'))"
# "A worker for six years" is no age: years in the plural need their "old".
_YEARS_OLD = (
    r"\s*-?\s*(?:(?:years?|yrs?|y)[\s-]*(?:olds?|o)|(?:year|yr|y)|yo|y/o)\b(?!\s*(?:ago|later|wait|now|plan|of))"
)
_CHILD = r"(?:son|daughter|lad|boy|girl|kid|child|brother|sister|he|she|grandson|granddaughter)"
_AGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(\d{{1,2}}){_YEARS_OLD}",
        rf"\b(?:aged?|age of|turn(?:s|ed|ing)?|nearly|almost)\s+(\d{{1,2}}){_NO_UNIT}",
        rf"\b{_IS}\s+{_NEARLY}(\d{{1,2}}){_NO_UNIT}",
        rf"\b{_CHILD}\s*[,(]\s*(\d{{1,2}})\s*[,).]",
        rf"\b{_CHILD}\s+(?:have|has|got)\s+(\d{{1,2}})\s+(?:years?|yrs?)\b(?!\s*(?:of|ago|left|to))",
    )
)
_SPELT = re.compile(
    rf"\b(?:({_IS}|aged|nearly|turn(?:s|ed|ing)?)\s+{_NEARLY})({_NUMBER_WORDS})\b|\b({_NUMBER_WORDS})(?=\s*-?\s*(?:year|yr))"
)
_MONTHS = re.compile(r"\b(\d{1,2})\s*-?\s*(?:months?|mths?)[\s-]*old")
_SCHOOL_YEAR = re.compile(r"\b(?:year|yr|y)\s?-?(\d{1,2})\b(?!\s*old)")
_OUTWARD = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)(?:\s*\d[a-z]{2})?\b")
_BEFORE_A_PLACE = frozenset({"in", "near", "from", "at", "round", "around", "to"})
LONGEST_PLACE = 4
"""Words in the longest name of a place."""

_AT_WORK = re.compile(
    r"\b(?:our (?:school|setting|nursery|pupils?|staff|students?)|a pupil|my (?:pupils?|class|students?|caseload)"
    r"|i'?m (?:a|the) (?:senco|teacher|ta|health visitor|social worker|gp|nurse))\b"
)
_PARENT = re.compile(
    r"\bmy (?:\w+ )?(?:son|daughter|child|kids?|lad|boy|girl|little one|toddler|baby|grandson|granddaughter)\b"
)
_YOUNG = re.compile(rf"\b(?:i'?m|i am)\s+{_NEARLY}1[1-9]\b|\bmy (?:mum|dad|teacher|tutor|parents)\b")


def ages_of(lower: str, language: Language) -> tuple[int, int] | None:
    """Youngest and oldest age meant, in years; ages win over months, months over school years."""
    text = _SPELT.sub(lambda m: f"{m[1] or ''} {_NUMBERS[m[2] or m[3]]}", lower)
    found = [age for pattern in _AGES for m in pattern.finditer(text) if (age := int(m[1])) <= OLDEST]
    if found:
        return min(found), max(found)
    months = [int(m[1]) // 12 for m in _MONTHS.finditer(text)]
    if months:
        return min(months), max(months)
    for m in _SCHOOL_YEAR.finditer(text):
        if ages := language.years.get(f"year {int(m[1])}"):
            return ages
    padded = f" {text} "
    return next(
        (ages for word, ages in language.years.items() if not word[-1].isdigit() and f" {word} " in padded), None
    )


def phase_of(lower: str, ages: tuple[int, int] | None, language: Language) -> str | None:
    """The school phase by age, else by the words used."""
    if ages is not None:
        return next((phase for phase, (low, high) in language.phases if low <= ages[1] <= high), None)
    return next((phase for phase, pattern in language.phase_words if pattern.search(lower)), None)


def area_of(text: str, language: Language) -> str | None:
    """The area of need, when the words tell one and no other."""
    found = [area for area, pattern in language.areas if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def place_of(lower: str, language: Language) -> tuple[str | None, str | None]:
    """(name, district) of the first place; the district is None where an outward code touches several."""
    for m in _OUTWARD.finditer(lower):
        districts = language.outward.get(m[1].upper())
        if districts:
            return m[1].upper(), districts[0] if len(districts) == 1 else None
    tokens = _TOKEN.findall(lower)
    for size in range(LONGEST_PLACE, 0, -1):
        for i in range(len(tokens) - size + 1):
            name = " ".join(tokens[i : i + size])
            sure = name not in language.places_too or (i > 0 and tokens[i - 1] in _BEFORE_A_PLACE)
            if name in language.places and sure:
                return language.places[name]
    return None, None


def voice_of(lower: str) -> Role | None:
    """Who seems to be writing, when the words say so."""
    if _AT_WORK.search(lower):
        return Role.PROFESSIONAL
    if _PARENT.search(lower):
        return Role.PARENT
    return Role.YOUNG_PERSON if _YOUNG.search(lower) else None
