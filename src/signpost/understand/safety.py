"""Finds danger in the raw text. The phrase list works alone, whatever else is broken.

A phrase is plain words as a person would say them, matched on lower-case words with apostrophes and stretched letters
gone and hyphens as spaces. In it stand

    (a|b)      either one; a word of several parts is joined with hyphens
    {family}   any word of that class in `knowledge/language/danger-words.yaml`, also inside (a|{family})
    (a|b)?     may be left out
    word*      any ending
    ..         up to two words between
    ...        up to five words between
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from ..knowledge.phrase import STEM
from ..knowledge.schema import Entry
from ..model import Danger

MAX_CHARS = 20_000
"""How much of a text is searched. Far beyond any channel's limit, and bounds the time."""
_GAPS = {"..": r"(?:\S+ ){0,2}?", "...": r"(?:\S+ ){0,5}?"}
_STRETCH = re.compile(r"([a-z])\1{2,}")
_APART = re.compile(r"[^a-z0-9]+")


def flatten(text: str, shorthand: Mapping[str, str]) -> str:
    """Lower-case words, one space apart with one at each end; accents, apostrophes and shorthand undone."""
    text = unicodedata.normalize("NFKD", text[:MAX_CHARS]).lower()
    if not text.isascii():
        text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    text = text.replace("'", "").replace("’", "").replace("‘", "")
    tokens = _APART.sub(" ", _STRETCH.sub(r"\1", text)).split()
    return f" {' '.join(shorthand.get(t, t) for t in tokens)} "


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a phrase: a gap, or the words that may stand there."""

    pattern: str
    firsts: frozenset[str] = frozenset()
    """The first word of each choice, cut to its stem where any ending goes. Empty when the piece may be left out."""


class Safety:
    """The phrase list, ready at start-up.

    A phrase is tried only where its first word stands, and only in a text that holds its rarest word, so that a long
    list costs little.
    """

    def __init__(
        self, entries: Iterable[Entry], shorthand: Mapping[str, str], classes: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._shorthand = dict(shorthand)
        self._kinds: list[str] = []
        self._by_word: dict[str, list[tuple[int, str]]] = {}
        self._by_rarest: dict[str, list[str]] = {}
        phrases: list[tuple[int, tuple[Piece, ...]]] = []
        flat = cache(partial(flatten, shorthand=self._shorthand))
        piece = cache(partial(_piece, flat=flat, classes=classes))
        for rank, entry in enumerate(entries):
            self._kinds.append(entry.id)
            phrases += ((rank, tuple(map(piece, p.lower().split()))) for p in entry.phrases)
        common = Counter(w for _, phrase in phrases for p in phrase for w in p.firsts)
        for rank, phrase in phrases:
            pattern = " " + "".join(p.pattern for p in phrase)
            for word in phrase[0].firsts:
                self._by_word.setdefault(word, []).append((rank, pattern))
            rarest = min((p.firsts for p in phrase if p.firsts), key=lambda f: sum(common[w] for w in f))
            for word in rarest:
                self._by_rarest.setdefault(word, []).append(pattern)

    def phrase(self, text: str) -> Danger | None:
        """The danger that a reviewed phrase names outright, or None. The entries' order is the order of precedence."""
        flat = flatten(text, self._shorthand)
        words = flat.split()
        held = {*words, *(word[:STEM] for word in words)}
        likely = {pattern for word in held for pattern in self._by_rarest.get(word, ())}
        best: tuple[int, str] | None = None
        at = 0
        for word in words if likely else ():
            for first in {word, word[:STEM]}:
                for rank, pattern in self._by_word.get(first, ()):
                    if pattern in likely and (best is None or rank < best[0]):
                        found = _compiled(pattern).match(flat, at)
                        best = (rank, found.group().strip()) if found else best
            at += len(word) + 1
        return Danger(self._kinds[best[0]], 1.0, best[1]) if best else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _piece(piece: str, flat: Callable[[str], str], classes: Mapping[str, tuple[str, ...]]) -> Piece:
    """One place of a phrase. Raises KeyError for a class that nobody declared."""
    if piece in _GAPS:
        return Piece(_GAPS[piece])
    words = [
        word
        for choice in piece.rstrip("?").strip("()").split("|")
        for word in (classes[choice[1:-1]] if choice.startswith("{") else (choice,))
    ]
    pattern = f"(?:{'|'.join(_word(w, flat) for w in words)}) "
    if piece.endswith("?"):
        return Piece(f"(?:{pattern})?")
    return Piece(pattern, frozenset(_first(w, flat) for w in words))


def _first(word: str, flat: Callable[[str], str]) -> str:
    return word.rstrip("*")[:STEM] if word.endswith("*") else flat(word).split()[0]


def _word(word: str, flat: Callable[[str], str]) -> str:
    stem = word.endswith("*")
    plain = flatten(word.rstrip("*"), {}) if stem else flat(word)
    return re.escape(plain.strip()).replace(r"\ ", " ") + ("[a-z]*" if stem else "")
