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
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Space = Literal["word", "piece"]

PIECES = (2, 5)
SPACES: tuple[Space, ...] = ("word", "piece")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Sparse:
    """One text in one space: feature numbers, rising, and their weights (length one in all, or empty)."""

    ids: Ints
    weights: Floats


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("'", ""))


def raw_features(text: str, space: Space) -> Counter[str]:
    found = tokens(text)
    if space == "word":
        return Counter(found + [f"{a} {b}" for a, b in itertools.pairwise(found)])
    counts: Counter[str] = Counter()
    for word in found:
        padded = f" {word} "
        for size in range(PIECES[0], PIECES[1] + 1):
            counts.update(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
    return counts


class Lexicon:
    """The features of one space and how rare each is. Immutable after `learn`."""

    def __init__(self, space: Space, names: Sequence[str], idf: Floats) -> None:
        self.space, self.names, self.idf = space, tuple(names), idf
        self._number = {name: i for i, name in enumerate(names)}

    @classmethod
    def learn(cls, space: Space, texts: Iterable[str]) -> Lexicon:
        """Features of `texts`; idf = ln((1 + n) / (1 + df)) + 1, as in scikit-learn's documentation."""
        seen: Counter[str] = Counter()
        total = 0
        for text in texts:
            seen.update(raw_features(text, space).keys())
            total += 1
        names = sorted(seen)
        idf = np.array([math.log((1 + total) / (1 + seen[name])) + 1 for name in names], np.float32)
        return cls(space, names, idf)

    def __contains__(self, name: str) -> bool:
        return name in self._number

    def __len__(self) -> int:
        return len(self.names)

    def vector(self, text: str) -> Sparse:
        known = [(self._number[f], n) for f, n in raw_features(text, self.space).items() if f in self._number]
        if not known:
            return Sparse(np.empty(0, np.int32), np.empty(0, np.float32))
        known.sort()
        ids = np.array([i for i, _ in known], np.int32)
        weights = (1 + np.log(np.array([n for _, n in known], np.float32))) * self.idf[ids]
        return Sparse(ids, weights / np.linalg.norm(weights))
