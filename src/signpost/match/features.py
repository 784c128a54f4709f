"""Turns text into two sparse spaces: words (one and two together) and pieces of words (2 to 5 letters).

Weights are tf-idf with sublinear counts, each space scaled to length one (Salton and Buckley 1988). The pieces are
what survives typing in a hurry; the words are what tells neighbours apart.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Space = Literal["word", "piece"]

PIECES = (2, 5)
REMEMBERED = 20_000
"""Words whose pieces are kept at hand: most of what is typed is words typed before."""
SPACES: tuple[Space, ...] = ("word", "piece")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Sparse:
    """One text in one space: feature numbers, rising, and their weights (length one in all, or empty)."""

    ids: Ints
    weights: Floats


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("'", ""))


def raw_features(text: str, space: Space) -> list[str]:
    """Every feature as often as it stands in the text."""
    found = tokens(text)
    if space == "word":
        return found + [f"{a} {b}" for a, b in itertools.pairwise(found)]
    return [piece for word in found for piece in pieces(word)]


def pieces(word: str) -> list[str]:
    padded = f" {word} "
    sizes = range(PIECES[0], PIECES[1] + 1)
    return [padded[i : i + size] for size in sizes for i in range(max(1, len(padded) - size + 1))]


class Lexicon:
    """The features of one space and how rare each is. Immutable after `learn`."""

    def __init__(self, space: Space, names: Sequence[str], idf: Floats) -> None:
        self.space, self.names, self.idf = space, tuple(names), idf
        self._number = {name: i for i, name in enumerate(names)}
        self._pieces = lru_cache(maxsize=REMEMBERED)(self._numbers_of_pieces)

    @classmethod
    def learn(cls, space: Space, texts: Iterable[str]) -> Lexicon:
        """Features of `texts`; idf = ln((1 + n) / (1 + df)) + 1, as in scikit-learn's documentation."""
        seen: Counter[str] = Counter()
        total = 0
        for text in texts:
            seen.update(set(raw_features(text, space)))
            total += 1
        names = sorted(seen)
        idf = np.array([math.log((1 + total) / (1 + seen[name])) + 1 for name in names], np.float32)
        return cls(space, names, idf)

    def __contains__(self, name: str) -> bool:
        return name in self._number

    def __len__(self) -> int:
        return len(self.names)

    def vector(self, text: str) -> Sparse:
        if self.space == "piece":
            known = [n for word in tokens(text) for n in self._pieces(word)]
        else:
            known = [n for f in raw_features(text, self.space) if (n := self._number.get(f)) is not None]
        if not known:
            return Sparse(np.empty(0, np.int32), np.empty(0, np.float32))
        ids, counts = np.unique(np.array(known, np.int32), return_counts=True)
        weights = (1 + np.log(counts.astype(np.float32))) * self.idf[ids]
        return Sparse(ids, weights / np.linalg.norm(weights))

    def _numbers_of_pieces(self, word: str) -> tuple[int, ...]:
        return tuple(n for piece in pieces(word) if (n := self._number.get(piece)) is not None)
