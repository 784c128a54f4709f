"""Finds further needs in a long message: what a part of it asks for, read on its own.

The whole message's vector blurs two needs into the louder one, so the network reads each part here. Chosen on 15
messages with two or three needs and on long messages with one (`tests/questions/`).
"""

from __future__ import annotations

import numpy as np

from ..model import Reading, TopicId
from .calibrate import Calibration, entry_probabilities
from .encoder import Encoder
from .features import Floats
from .index import CALM, Index
from .score import Heads, heads

SURE = 0.7
"""Share of what a part may mean that one topic must hold, against every other topic and matter."""
ALIKE = 0.38
"""Likeness to one of that topic's examples: a part that is like nothing is no need."""
MOST_PARTS = 8
MOST = 2
"""Needs beside the first one; more would bury the answer."""


def further_needs(
    reading: Reading, index: Index, encoder: Encoder | None, fitted: Calibration, lost: Floats, *, first: TopicId
) -> tuple[TopicId, ...]:
    """Topics besides `first` that a part of the message is plainly about, surest first."""
    parts = reading.segments[1 : MOST_PARTS + 1]
    if not parts:
        return ()
    vectors = encoder(parts).rows if encoder else [None] * len(parts)
    rows = np.vstack([index.likeness([text], row) for text, row in zip(parts, vectors, strict=True)])
    calm = slice(0, index.of_kind(CALM[-1]).stop or index.of_kind("topic").stop)
    all_heads = heads(rows, index)
    mine = Heads(all_heads.centroid[:, calm], all_heads.best[:, calm], all_heads.soft[:, calm])
    p = entry_probabilities(mine, fitted.mix)
    p[:, index.of_kind("topic")] *= np.exp(-lost)
    found: dict[str, float] = {}
    for shares, likeness in zip(p, mine.best, strict=True):
        best = int(shares.argmax())
        kind, ident = index.entries[best]
        if kind == "topic" and ident != first and shares[best] >= SURE and likeness[best] >= ALIKE:
            found[ident] = max(found.get(ident, 0.0), float(shares[best] * likeness[best]))
    return tuple(TopicId(t) for t in sorted(found, key=lambda t: -found[t])[:MOST])
