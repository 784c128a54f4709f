"""Repairs spelling against the knowledge base's own words first, then common English.

A word that is right, an acronym, a name or a number is never touched. rapidfuzz finds the nearest word by
optimal string alignment: one slip in a word of four to seven letters, two in a longer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from ..model import Repair

SHORTEST = 4
"""Shorter words are left alone: too many of them are one letter from another word."""
LONG_WORD = 8
COMMON = 30_000
"""How many of the commonest English words a slip may be repaired to."""


@lru_cache(maxsize=1)
def common_english() -> dict[str, int]:
    """English words and their rank by frequency (0 is the commonest), from the list that symspellpy ships (MIT)."""
    lines = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return {line.partition(" ")[0]: rank for rank, line in enumerate(lines.splitlines())}


class Spelling:
    """Knows the words of one knowledge base. Immutable after construction."""

    def __init__(self, own: Iterable[str], misspellings: Mapping[str, str], keep: Iterable[str] = ()) -> None:
        self._own = _by_shape({w for w in own if len(w) >= SHORTEST and w.isalpha()})
        english = common_english()
        self._english = _by_shape({w for w, rank in english.items() if rank < COMMON and len(w) >= SHORTEST})
        self._right = {*english, *own, *keep}
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
            near = _nearest(bare, where)
            if near:
                return Repair(word, near, "vocabulary" if why == "vocabulary" else "misspelling")
        return None


def _slips(word: str) -> int:
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG_WORD else 2


def _by_shape(words: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """Words by first letter and length, most of the way to the nearest ones."""
    shapes: dict[tuple[str, int], list[str]] = {}
    for word in sorted(words):
        shapes.setdefault((word[0], len(word)), []).append(word)
    return shapes


def _nearest(word: str, shapes: Mapping[tuple[str, int], list[str]]) -> str | None:
    slips = _slips(word)
    firsts = {word[0], word[1]} if slips else set()
    near = [
        w
        for first in firsts
        for n in range(len(word) - slips, len(word) + slips + 1)
        for w in shapes.get((first, n), ())
    ]
    best = extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=3) if near else []
    if not best or (len(best) > 1 and best[0][1] == best[1][1] and best[0][1] > 1):
        return None
    return best[0][0]
