"""Finds danger in the raw text. The phrase list works alone, whatever else is broken.

A phrase is plain words as a person would say them. `...` stands for up to five words between, `(a|b)` for either,
`word*` for any ending. It is matched on lower-case words with apostrophes and
stretched letters gone and hyphens as spaces. Each side of `(a|b)` is one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from ..knowledge.schema import Entry
from ..model import Danger

MAX_CHARS = 20_000
"""How much of a text is searched. Far beyond any channel's limit, and bounds the time."""
STEM = 4
"""Letters by which a first word with any ending is looked up."""
_GAP = r"(?:\S+ ){0,5}?"
_STRETCH = re.compile(r"([a-z])\1{2,}")
_APART = re.compile(r"[^a-z0-9]+")


def flatten(text: str, shorthand: Mapping[str, str]) -> str:
    """Lower-case words, one space apart with one at each end; accents, apostrophes and shorthand undone."""
    text = unicodedata.normalize("NFKD", text[:MAX_CHARS]).lower()
    text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    text = text.replace("'", "").replace("’", "").replace("‘", "")
    tokens = _APART.sub(" ", _STRETCH.sub(r"\1", text)).split()
    return f" {' '.join(shorthand.get(t, t) for t in tokens)} "


class Safety:
    """The phrase list, ready at start-up and looked up by first words, so that a long list costs little."""

    def __init__(self, entries: Iterable[Entry], shorthand: Mapping[str, str]) -> None:
        self._shorthand = dict(shorthand)
        self._kinds: list[str] = []
        self._by_word: dict[str, list[tuple[int, str]]] = {}
        for rank, entry in enumerate(entries):
            self._kinds.append(entry.id)
            for phrase in entry.phrases:
                pattern = _pattern(phrase, self._shorthand)
                for first in _firsts(phrase, self._shorthand):
                    self._by_word.setdefault(first, []).append((rank, pattern))

    def phrase(self, text: str) -> Danger | None:
        """The danger that a reviewed phrase names outright, or None. The entries' order is the order of precedence."""
        flat = flatten(text, self._shorthand)
        best: tuple[int, str] | None = None
        at = 0
        for word in flat.split():
            for rank, pattern in (*self._by_word.get(word, ()), *self._by_word.get(word[:STEM], ())):
                if best is None or rank < best[0]:
                    found = _compiled(pattern).match(flat, at)
                    best = (rank, found.group().strip()) if found else best
            at += len(word) + 1
        return Danger(self._kinds[best[0]], 1.0, best[1]) if best else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _firsts(phrase: str, shorthand: Mapping[str, str]) -> set[str]:
    """The words a phrase can begin with; a word with any ending is known by its first letters."""
    either = phrase.lower().split()[0].strip("()").split("|")
    firsts = set()
    for word in either:
        if word.endswith("*"):
            firsts.add(word.rstrip("*")[:STEM])
        else:
            firsts.add(flatten(word, shorthand).split()[0])
    return firsts


def _pattern(phrase: str, shorthand: Mapping[str, str]) -> str:
    """A phrase of the list as a regular expression over `flatten`ed text."""
    out = [" "]
    for piece in phrase.lower().split():
        if piece == "...":
            out.append(_GAP)
        elif piece.startswith("("):
            either = "|".join(_word(w, shorthand) for w in piece.strip("()").split("|"))
            out.append(f"(?:{either}) ")
        else:
            out.append(f"{_word(piece, shorthand)} ")
    return "".join(out)


def _word(piece: str, shorthand: Mapping[str, str]) -> str:
    ending = "[a-z]*" if piece.endswith("*") else ""
    flat = flatten(piece.rstrip("*"), {} if ending else shorthand).strip()
    return re.escape(flat).replace(r"\ ", " ") + ending
