"""Scores every entry for one reading and explains the score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..model import Evidence, Reading
from .encoder import Encoder
from .features import Floats
from .index import Index
from .product import along

PART_WEIGHT = 0.9
"""A part of a long message counts a little less than the whole, so that the whole wins a tie."""
MOST_WORDS = 8


@dataclass(frozen=True, eq=False)
class Heads:
    """Each head's score for every entry: one row, or one row a part of the message."""

    centroid: Floats
    """Cosine with the entry's mean example."""
    best: Floats
    """Cosine with the entry's nearest example."""
    soft: Floats
    """Logit of the softmax regression."""


@dataclass(frozen=True, eq=False)
class Scores:
    parts: Heads
    """Row by row; the first row is the whole message."""
    fused: Heads
    """The best over the parts, entry by entry."""
    likeness: Floats
    """The best likeness over the parts, example by example."""
    alarm: float | None
    """The network's logit that somebody may be in danger; None without a network."""
    stray: float
    """The network's logit that this is not our business; 0 without a network."""

    def nearest(self, index: Index, entry: int) -> str:
        """The example of an entry that was most like the message."""
        first, last = int(index.starts[entry]), int(index.starts[entry + 1])
        best = first + int(np.argmax(self.likeness[first:last]))
        return index.examples[best]


def score(reading: Reading, index: Index, encoder: Encoder | None) -> Scores:
    """Scores of one reading against the whole index."""
    sense = encoder.sense(reading.segments[0], reading.segments[1:]) if encoder else None
    rows = index.likeness(reading.segments, sense.rows if sense else None)
    parts = _heads(rows, index)
    weight = np.array([1.0] + [PART_WEIGHT] * (len(rows) - 1), np.float32)[:, None]
    fused = Heads(*((head * weight).max(0) for head in (parts.centroid, parts.best, parts.soft)))
    signs = (sense.alarm, sense.stray) if sense else (None, 0.0)
    return Scores(parts, fused, rows.max(0), *signs)


def _heads(rows: Floats, index: Index) -> Heads:
    """What each head makes of rows of likeness, one row a part."""
    begin = index.starts[:-1]
    sizes = (np.diff(index.starts) * index.spread).astype(np.float32)
    mean: Floats = (np.add.reduceat(rows, begin, axis=1) / sizes).astype(np.float32)
    return Heads(mean, np.maximum.reduceat(rows, begin, axis=1), along(rows, index.soft))


def evidence(reading: Reading, index: Index, scores: Scores, entry: int) -> Evidence:
    """Why an entry scored as it did: its heads, its nearest example, and what each word brought."""
    example = scores.nearest(index, entry)
    shared: dict[str, float] = {}
    lexicon = index.lexicons["word"]
    ours, theirs = lexicon.vector(reading.text), lexicon.vector(example)
    weight = dict(zip(theirs.ids.tolist(), theirs.weights.tolist(), strict=True))
    for number, value in zip(ours.ids.tolist(), ours.weights.tolist(), strict=True):
        if number in weight:
            shared[lexicon.names[number]] = value * weight[number]
    words = sorted(shared.items(), key=lambda x: (-x[1], x[0]))[:MOST_WORDS]
    heads = tuple((name, float(getattr(scores.fused, name)[entry])) for name in ("centroid", "best", "soft"))
    return Evidence(tuple(words), example, float(scores.fused.best[entry]), heads)
