"""E-mail addresses, links that lead to one person, and names used on social media."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .found import Found
from .lists import ordinary

_I = re.IGNORECASE
_DOT = r"(?:\.| ?[(\[]?\bdot\b[)\]]? ?)"
_AT = r"(?: ?[(\[{<]at[)\]}>] ?| at )"
_MAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]+(?:@| @ )[\w-]+(?:\.[\w-]+)*", _I)
_LOCAL = rf"[\w+-]{{1,64}}+(?:{_DOT}[\w+-]{{1,64}}+){{0,3}}{_AT}"
_MAIL_SPELT = re.compile(
    rf"(?<![\w.+-])(?:\w+ at (?={_LOCAL}))?({_LOCAL}[\w-]{{1,64}}(?:{_DOT}[\w-]{{1,64}}){{1,3}})", _I
)
_MAILERS = re.compile(r"gmail|hotmail|outlook|yahoo|icloud|btinternet|[(\[{<]at|\bdot\b|\.sch\.", _I)

_LINK = re.compile(r"(?<![\w@.-])(?:https?://\S+|www\.\S+|(?:[\w-]+\.)+[a-z]{2,12}/\S+)", _I)
_END = ".,;:!?)]}>'\""
_WORDS = re.compile(r"[a-z]+(?:[-_][a-z]+)*(?:\.(?:html?|php|aspx?|pdf))?", _I)
_PEOPLE = re.compile(
    r"facebook|fb\.|instagram|twitter|x\.com|tiktok|snapchat|linkedin|youtube|t\.me|wa\.me|drive\.|docs\."
    r"|dropbox|1drv",
    _I,
)

_HANDLE = re.compile(r"(?<![\w@.])@[a-z_\d][\w.]{1,40}", _I)
_APP = (
    r"(?:insta(?:gram)?|ig|snap(?:chat)?|twitter|tik ?tok|facebook|fb|telegram|discord|roblox|skype"
    r"|username|user name|handle)"
)
_ON_APP = re.compile(
    rf"\b{_APP}\b(?: (?:is|as|name|id|handle|username|account|me|at|under|called|user))*[ :=-]{{1,3}}([\w.]{{3,40}})",
    _I,
)


def online(text: str) -> Iterator[Found]:
    """Every address, personal link and handle in a folded text."""
    yield from (Found("email", *m.span()) for m in _MAIL.finditer(text))
    yield from (Found("email", *m.span(1)) for m in _MAIL_SPELT.finditer(text) if _MAILERS.search(m[0]))
    for m in _LINK.finditer(text):
        link = m[0].rstrip(_END)
        if _leads_to_someone(link):
            yield Found("link", m.start(), m.start() + len(link))
    yield from (Found("handle", m.start(), m.start() + len(m[0].rstrip("."))) for m in _HANDLE.finditer(text))
    for m in _ON_APP.finditer(text):
        name = m[1].rstrip(".")
        if not ordinary(name.lower()):
            yield Found("handle", m.start(1), m.start(1) + len(name))


def _leads_to_someone(link: str) -> bool:
    """Whether more than a site and plain words follow: a query, a number, a profile."""
    host, _, path = re.sub(r"^https?://", "", link, flags=_I).partition("/")
    pieces = [piece for piece in path.split("/") if piece]
    if "@" in host or "?" in host or (pieces and _PEOPLE.search(host)):
        return True
    return not all(_WORDS.fullmatch(piece) and all(ordinary(w) for w in _plain(piece)) for piece in pieces)


def _plain(piece: str) -> list[str]:
    return re.split(r"[-_]", piece.lower().partition(".")[0])
