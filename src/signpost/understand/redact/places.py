"""Postcodes, homes, and schools where they are tied to a child."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .found import POSTCODE, Found
from .lists import FUNCTION, ordinary, read, stays

_I = re.IGNORECASE
_AREA = read("postcode-areas.txt")
"""The 124 areas of the Royal Mail, so that "yr7 2nd" is no postcode."""
_POSTCODE = re.compile(r"(?<![a-z\d])([a-z]{1,2})(\d[a-z\d]?)([ -]{0,3}[\do][a-z]{2})(?![a-z\d])", _I)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th|pm|am|hr)", _I)

_SURE = "road|rd|street|lane|ln|avenue|ave|crescent|cres|gardens|gdns|terrace|grove|mews|drove|causeway|croft|hythe"
_ALSO = (
    "st|close|drive|dr|way|court|ct|place|pl|hill|row|walk|green|square|sq|park|rise|view|end|meadows?"
    "|fields?|parade|bank"
    "|chase|fen|orchard|path|yard|wharf|quay|common|corner|estate"
)
_HOUSES = "cottage|house|farm|lodge|barn|forge|mill|rectory|vicarage|bungalow|villa|flat|flats|court"
_HOUSE = rf"(?:(?:flat|apartment|apt|unit|plot)\.? ?\d{{1,4}}[a-z]?,? |(?:[a-z']{{1,30}} ){{1,3}}(?:{_HOUSES}), ?)?"
_NUMBER = r"\d{1,4} ?[a-z]?(?: ?- ?\d{1,4})?,? "
_STREET = re.compile(
    rf"(?<![\w£/.']){_HOUSE}({_NUMBER})((?:[a-z'.-]{{1,30}} ){{1,4}}?)({_SURE}"
    rf"|{_ALSO})\b\.?(?=(\s{{0,3}}(?:[,.\n]|$))?)",
    _I,
)
_FLAT = re.compile(
    r"\b(?:flat|apartment|apt|room)\.? ?\d{1,4}[a-z]?\b(?:,? (?:[A-Z][\w']+ ){0,2}(?:House|Court|Lodge|Tower"
    r"|Point))?",
    _I,
)
_LIVES = re.compile(
    r"\b(?:live|lives|living|moved|house|home|address|stay|staying|visit)\b(?: is| was)?:?(?: on| in| at| to"
    r"| by)?:? $|\b(?:at|to):? $",
    _I,
)
_NO_NUMBER = re.compile(
    r"\b(?:live|lives|living|moved|address|stay|staying|based)\b(?: is)?:?(?: back)?(?: on| in| at| to| down)?:? "
    rf"(?:the )?((?:[a-z'-]{{1,30}} ){{1,3}}?(?:{_SURE}|close|drive|way|court|{_HOUSES}))\b",
    _I,
)
_LEADING = (FUNCTION - {"the", "old", "new", "little"}) | {
    "live",
    "lives",
    "living",
    "address",
    "moved",
    "house",
    "home",
}

_KIND = (
    r"(?:primary|secondary|infants?|juniors?|academy|college|school|nursery|pre-?school|grammar|high school"
    r"|prep|playgroup|kindergarten"
    r"|village college|community college|c of e|cofe|ce|sixth form|pru)"
)
_SCHOOL = re.compile(
    rf"\b((?:st\.? )?(?:[a-z][a-z'-]{{0,30}}+ ){{1,3}}?){_KIND}(?: (?:{_KIND}|and nursery|academy trust))*\b", _I
)
_GENERIC = FUNCTION | read("school-words.txt")
_CHILD = re.compile(
    r"\b(?:son|daughter|child|boy|girl|lad|kid|grandson|granddaughter|nephew|niece|brother|sister|twins?"
    r"|pupil|student|toddler|baby|he|she|his"
    r"|her|him|they|eldest|youngest|i'?m|my|pupils|dob|date of birth|upn|who attends)\b|\[name\]",
    _I,
)
_AT_SCHOOL = re.compile(r"\b(?:attend(?:s|ed|ing)?|to|at|from|for|leaves|called|in)(?: the)? ?$", _I)
_MARK = re.compile(r"\[[^\]\n]{1,20}\]")
_GOES = re.compile(
    r"\b(?:goes to|go to|went to|going to|attends?|attended|attending|pupil at|student at|place at|starts? at"
    r"|started at|starting at|enrolled at"
    r"|excluded from|expelled from|on roll at|year \d{1,2} at|y\d{1,2} at|reception at|(?:he|she)(?:'?s| is"
    r"| was) at|school is|nursery is)"
    r" (?:the )?((?:St\.? )?[A-Z][\w']+(?: [A-Z][\w']+){0,3})"
)


def places(text: str) -> Iterator[Found]:
    """Every postcode (its second half), home and school of a child in a folded text."""
    for m in _POSTCODE.finditer(text):
        if m[0].isupper() or (m[1].lower() in _AREA and not _ORDINAL.fullmatch(m[3].strip(" -"))):
            yield Found(POSTCODE, *m.span(3))
    for m in _STREET.finditer(text):
        if _is_street(m, text):
            yield Found("address", m.start() + _lead(m[0]), m.end())
    yield from (Found("address", *m.span()) for m in _FLAT.finditer(text))
    for m in _NO_NUMBER.finditer(text):
        if not set(m[1].lower().split()[:-1]) & FUNCTION and m[1][0].isupper() == (not text.islower()):
            yield Found("address", *m.span(1))
    if not _CHILD.search(text):
        return
    bare = _MARK.sub("", text)
    caseless = bare.islower() or bare.isupper()
    for m in _SCHOOL.finditer(text):
        words = _named(m[1].split(), caseless)
        if words and (not caseless or _by_name(words, m, text)):
            yield Found("school", m.end(1) - len(" ".join(words)) - 1, m.end())
    yield from (Found("school", *m.span(1)) for m in _GOES.finditer(text) if m[1].lower() not in stays())


def _named(words: list[str], caseless: bool) -> list[str]:
    """The words at the end of `words` that name a school rather than describe one."""
    taken = 0
    for word in reversed(words):
        if word.lower() in _GENERIC or not (caseless or word[0].isupper()):
            break
        taken += 1
    return words[len(words) - taken :] if taken else []


def _by_name(words: list[str], m: re.Match[str], text: str) -> bool:
    """Whether words without capitals name a school: a strange word, two of them, or a place where a name stands."""
    tied = _AT_SCHOOL.search(text[max(0, m.end(1) - len(" ".join(words)) - 20) : m.end(1) - len(" ".join(words)) - 1])
    return bool(tied) and (len(words) > 1 or " " in m[0][len(m[1]) :] or not ordinary(words[0].lower()))


_IN_STREETS = frozenset({"old", "new", "little", "back", "well", "good"})


def _is_street(m: re.Match[str], text: str) -> bool:
    names = m[2].lower().split()
    names = names[1:] if names[0] == "the" and len(names) == 1 else names
    if set(names) & (FUNCTION - _IN_STREETS) or m[2].lower().split()[0].rstrip("s") in (
        "year",
        "yr",
        "month",
        "week",
        "day",
        "hour",
        "mile",
    ):
        return False
    alone = (
        m[4] is not None
        and re.search(r"(?:^|[\n,:])\s{0,3}$", text[max(0, m.start() - 3) : m.start()] or "\n") is not None
    )
    if re.fullmatch(_SURE, m[3], _I) or alone or (m[2][0].isupper() and m[3][0].isupper()):
        return True
    return bool(_LIVES.search(text[max(0, m.start() - 25) : m.start()]) or _lead(m[0]))


def _lead(found: str) -> int:
    """Length of the words before a house name that belong to the sentence."""
    length = 0
    for word in found.split(" "):
        if word.lower() not in _LEADING:
            break
        length += len(word) + 1
    return length
