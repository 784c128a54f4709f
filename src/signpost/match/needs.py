"""Finds further needs in a long message: what a part of it asks for, read on its own.

Chosen on 15 messages with two or three needs and on long messages with one (`tests/questions/`).
"""

from __future__ import annotations

import numpy as np

from ..model import TopicId
from .calibrate import Calibration, entry_probabilities
from .features import Floats
from .index import CALM, Index
from .score import Heads, Scores

SURE = 0.9
"""Share of what a part may mean that one topic must hold, against every other topic and matter."""
ALIKE = 0.16
"""Likeness to one of that topic's examples: a part that is like nothing is no need."""
MOST_PARTS = 8
MOST = 2
"""Needs beside the first one; more would bury the answer."""


def further_needs(
    scores: Scores, index: Index, fitted: Calibration, lost: Floats, *, first: TopicId
) -> tuple[TopicId, ...]:
    """Topics besides `first` that a part of the message is plainly about, surest first."""
    part, h = slice(1, MOST_PARTS + 1), scores.parts
    calm = slice(0, index.of_kind(CALM[-1]).stop or index.of_kind("topic").stop)
    mine = Heads(h.centroid[part, calm], h.best[part, calm], h.soft[part, calm])
    if not len(mine.best):
        return ()
    p = entry_probabilities(mine, fitted.mix_for(index))
    p[:, index.of_kind("topic")] *= np.exp(-lost)
    found: dict[str, float] = {}
    for shares, likeness in zip(p, mine.best, strict=True):
        best = int(shares.argmax())
        kind, ident = index.entries[best]
        if kind == "topic" and ident != first and shares[best] >= SURE and likeness[best] >= ALIKE:
            found[ident] = max(found.get(ident, 0.0), float(shares[best] * likeness[best]))
    return tuple(TopicId(t) for t in sorted(found, key=lambda t: -found[t])[:MOST])
