"""Repairs spelling against the knowledge base's own words first, then common English.

A word that is right, an acronym, a name or a number is never touched. rapidfuzz finds the nearest word by
optimal string alignment: one slip in a word of four to seven letters, two in a longer one. Of several words one slip
away the commonest is meant ("waht" is "what", not "wait").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from ..english import common_english
from ..model import Repair

SHORTEST = 4
"""Shorter words are left alone: too many of them are one letter from another word."""
SHORTEST_RIGHT = 3
"""The shortest word that a slip may have made longer ("whoo")."""
LONG_WORD = 8
COMMON = 30_000
"""How many of the commonest English words a slip may be repaired to."""


class Spelling:
    """Knows the words of one knowledge base, given commonest first. Immutable after construction."""

    def __init__(self, own: Iterable[str], misspellings: Mapping[str, str], keep: Iterable[str] = ()) -> None:
        own = tuple(own)
        self._own = Shapes(w for w in own if w.isalpha())
        self._english = _english()
        self._right = {*common_english(), *own, *keep}
        self._misspellings = dict(misspellings)
        self._repair = lru_cache(maxsize=20_000)(self._find)

    def repair(self, word: str, *, capital: bool = False) -> Repair | None:
        """How to put a lower-case word right, or None. `capital`: it was written like a name inside a sentence."""
        known = self._misspellings.get(word)
        if known and known != word:
            return Repair(word, known, "misspelling")
        return None if capital else self._repair(word)

    def _find(self, word: str) -> Repair | None:
        bare = word.replace("'", "")
        if bare in self._right or word in self._right or not bare.isalpha() or not bare.isascii():
            return None
        if bare.endswith("s") and bare[:-1] in self._right:
            return None
        for where, why in ((self._own, "vocabulary"), (self._english, "vocabulary")):
            near = where.nearest(bare)
            if near:
                return Repair(word, near, "vocabulary" if why == "vocabulary" else "misspelling")
        return None


def _slips(word: str) -> int:
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG_WORD else 2


class Shapes:
    """Words by what a slip leaves: the first letter and the length, or all but the first letter."""

    def __init__(self, words: Iterable[str]) -> None:
        self._rank: dict[str, int] = {}
        self._shapes: dict[tuple[str, int], list[str]] = {}
        self._tails: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= SHORTEST_RIGHT and word not in self._rank:
                self._rank[word] = len(self._rank)
                self._shapes.setdefault((word[0], len(word)), []).append(word)
                self._tails.setdefault(word[1:], []).append(word)

    def nearest(self, word: str) -> str | None:
        """The nearest word, or None when none is near or two are equally near and two slips away."""
        slips = _slips(word)
        near = {w for tail in (word, word[1:]) for w in self._tails.get(tail, ())} if slips else set()
        for first in {word[0], word[1]} if slips else ():
            for length in range(len(word) - slips, len(word) + slips + 1):
                near.update(self._shapes.get((first, length), ()))
        found = extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=None)
        found.sort(key=lambda f: (f[1], self._rank[f[0]]))
        if not found or (len(found) > 1 and found[0][1] == found[1][1] > 1):
            return None
        return found[0][0]


@lru_cache(maxsize=1)
def _english() -> Shapes:
    return Shapes(word for word, rank in common_english().items() if rank < COMMON)
