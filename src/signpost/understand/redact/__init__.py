"""Takes out of a text what could point at one person, before anything is stored.

The rule: what is surely or possibly personal goes, what is only about a need stays. Each stretch that goes is
replaced with its kind in brackets: `[name]`, `[phone]`, `[NHS number]`. Names and numbers of every kind in `KINDS`
go; ages, school years, months, places, services and conditions stay, and of a postcode the first half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .fold import fold
from .found import KINDS, POSTCODE, Found
from .names import names
from .numbers import numbers
from .online import online
from .own import Own, own_words
from .places import places

__all__ = ["KINDS", "POSTCODE", "Found", "Own", "Redacted", "own_words", "redact"]

PASSES = 6
"""A name can give away the one beside it; after so many passes a text is taken as it is."""
_GONE = re.compile("|".join(re.escape(f"[{kind}]") for kind in KINDS))


@dataclass(frozen=True)
class Redacted:
    text: str
    found: tuple[Found, ...]
    """In order, never overlapping, in code points of the text as it was given."""


def redact(text: str, own: Own = frozenset()) -> Redacted:
    """`text` without what could point at one person, and what was found where.

    Pure, without network, linear in the text; redacting twice changes nothing. `own` is what a knowledge base
    itself names (`own_words`), which stays unless it is somebody's. What is uncertain goes. It is no
    anonymisation: a story can tell who it is about without a name. How much it finds is measured by
    `tests/promises/test_redaction.py`, which prints the figures.
    """
    starts, ends = list(range(len(text))), list(range(1, len(text) + 1))  # where each character of `text` came from
    gone: list[Found] = []
    for _ in range(PASSES):
        found = _find(text, own)
        if not found:
            break
        gone += (Found(f.kind, starts[f.start], ends[f.end - 1]) for f in found)
        text, starts, ends = _replace(text, starts, ends, found)
    return Redacted(text, _apart(gone))


def _apart(gone: Iterable[Found]) -> tuple[Found, ...]:
    """In order; what a later pass found around an earlier stretch holds that one."""
    out: list[Found] = []
    for f in sorted(gone, key=lambda f: (f.start, -f.end)):
        if out and f.start < out[-1].end:
            out[-1] = Found(out[-1].kind, out[-1].start, max(f.end, out[-1].end))
        else:
            out.append(f)
    return tuple(out)


def _find(text: str, own: Own) -> list[Found]:
    folded = fold(text)
    plain = folded.text
    off = [False] * len(plain)
    for m in _GONE.finditer(plain):
        off[m.start() : m.end()] = [True] * (m.end() - m.start())
    found: list[Found] = []

    def take(more: Iterable[Found]) -> None:
        for one in more:
            if not any(off[one.start : one.end]):
                off[one.start : one.end] = [True] * (one.end - one.start)
                found.append(one)

    take(online(plain))
    take(numbers(plain))
    take(places(plain))
    take(names(plain, off, own))
    return sorted((Found(f.kind, *folded.span(f.start, f.end)) for f in found), key=lambda f: f.start)


def _replace(text: str, starts: list[int], ends: list[int], found: list[Found]) -> tuple[str, list[int], list[int]]:
    """The text with a mark in place of each, and where its characters came from."""
    out: list[str] = []
    begun: list[int] = []
    done: list[int] = []
    last = 0
    for f in [*found, Found("", len(text), len(text))]:
        mark = f"[{f.kind}]" if f.kind and f.kind != POSTCODE else ""
        out += (text[last : f.start], mark)
        begun += starts[last : f.start] + [starts[f.start]] * len(mark) if mark else starts[last : f.start]
        done += ends[last : f.start] + [ends[f.end - 1]] * len(mark) if mark else ends[last : f.start]
        last = f.end
    return "".join(out), begun, done
