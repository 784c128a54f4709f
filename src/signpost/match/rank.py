"""Ranks the topics for one reading, each with the probability that it is the right one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..model import Beside, Candidate, Danger, EntryId, Evidence, Match, Reading, TopicId
from .calibrate import (
    TINY,
    Calibration,
    calibration,
    calm_probabilities,
    danger_features,
    gate_features,
    judge,
    right_features,
)
from .encoder import Encoder
from .features import Floats, tokens
from .index import Index
from .needs import further_needs
from .scope import Scopes
from .score import Scores, evidence, score

BEST = 10
EXPLAINED = 3
"""How many of the best carry their evidence, when asked to explain."""
NO_EVIDENCE = Evidence()
DANGER_FROM, STRANGE = 0.25, 0.7
"""Probability from which danger is assumed, or twice that where the message is off-topic with the second. A miss is
worth many alarms: 0.35 misses 1.6 more dangers in a hundred of the texts left out, for a fifth fewer false alarms."""


def rank(reading: Reading, index: Index, encoder: Encoder | None, scopes: Scopes, *, explain: bool = False) -> Match:
    """The best ten topics, how likely any covers the message, and what it may be about when none does."""
    fitted = calibration("full" if encoder else "fast")
    scores = score(reading, index, encoder)
    p = calm_probabilities(scores, index, fitted.mix_for(index))
    topics = index.of_kind("topic")

    own = tokens(reading.text)
    if len(p) > topics.stop:
        seen = sum(word in index.lexicons["word"] for word in own) / max(len(own), 1)
        covered, unmet, off, small = judge(fitted.gate, gate_features(scores, p, index, seen, len(own))).tolist()
    else:
        (covered,) = judge(fitted.plain_gate, right_features(scores, p, index)).tolist()
        unmet, off, small = 1 - covered, 0.0, 0.0
    if not reading.readable:
        covered, unmet, off, small = 0.0, 0.0, 1.0, 0.0

    lost = scopes.lost(reading, index)
    p = _scoped(p, topics, lost)
    right = float(judge(fitted.right, right_features(scores, p, index))[0])
    shares = p[topics] / p[topics].sum()
    order = np.argsort(-shares, kind="stable")[:BEST]
    candidates = tuple(
        Candidate(
            TopicId(index.entries[i][1]),
            covered * _share(right, shares, order, place),
            evidence(reading, index, scores, int(i)) if explain and place < EXPLAINED else NO_EVIDENCE,
        )
        for place, i in enumerate(order)
    )
    alarm = _alarm(scores, index, fitted, len(own))
    is_danger = alarm >= (2 * DANGER_FROM if off > STRANGE else DANGER_FROM)
    danger = reading.danger or (_danger(scores, index, alarm) if is_danger else None)
    return Match(
        reading=replace(reading, danger=danger),
        candidates=candidates,
        covered=covered,
        unmet=unmet,
        off_topic=off,
        smalltalk=small,
        beside=_beside(index, p, unmet, off, small),
        alarm=alarm,
        needs=further_needs(scores, index, fitted, lost, first=candidates[0].topic),
    )


def _scoped(p: Floats, topics: slice, lost: Floats) -> Floats:
    """`p` with the topics' share parted anew; whether any topic covers the message is judged before."""
    if not lost.any():
        return p
    out = p.copy()
    out[topics] *= np.exp(-lost)
    out[topics] *= p[topics].sum() / max(float(out[topics].sum()), TINY**4)
    return out


def _alarm(scores: Scores, index: Index, fitted: Calibration, length: int) -> float:
    urgent = index.of_kind("urgent")
    if urgent.stop == urgent.start:
        return 0.0
    return float(judge(fitted.danger, danger_features(scores, index, fitted.mix_for(index), length))[0])


def _danger(scores: Scores, index: Index, alarm: float) -> Danger:
    urgent = index.of_kind("urgent")
    entry = urgent.start + int(np.argmax(scores.fused.soft[urgent]))
    return Danger(index.entries[entry][1], alarm, scores.nearest(index, entry))


def _share(right: float, shares: Floats, order: NDArray[np.int64], place: int) -> float:
    """The best topic has the calibrated probability; the others share what is left as the softmax does."""
    if place == 0:
        return right
    rest = float(1 - shares[order[0]])
    return min(right, (1 - right) * float(shares[order[place]]) / rest) if rest > 0 else 0.0


def _beside(index: Index, p: Floats, unmet: float, off: float, small: float) -> Beside | None:
    chances = {"unmet": unmet, "off-topic": off, "smalltalk": small}
    kind = max(chances, key=lambda k: chances[k])
    mine = index.of_kind(kind)
    if mine.stop == mine.start:
        return None
    best = mine.start + int(np.argmax(p[mine]))
    return Beside(kind, EntryId(index.entries[best][1]), float(p[best] / p[mine].sum()))  # type: ignore[arg-type]
