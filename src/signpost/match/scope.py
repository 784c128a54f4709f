"""What is known beside the words: whom a topic is for, and what the person has ruled out, as log-odds on the topics.

A topic's `ages` and `stages` are wide where it is for everybody, so that only what plainly lies outside is lowered.
The weights were chosen on `tests/questions/own.jsonl`, by the likelihood of the right topic; it is flat around them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..knowledge.schema import Topic
from ..model import Reading
from .calibrate import calibration, calm_probabilities
from .features import Floats
from .index import Index
from .score import score

A_YEAR_OUTSIDE = 3.0
"""Log-odds that a topic loses for each year by which the age said lies outside its ages."""
FAR_OUTSIDE = 9.0
"""And no more than this, since an age may be a sibling's."""
OTHER_STAGE = 1.0
"""Log-odds lost when no age was said and the stage of school that the words hint at is not the topic's."""
RULED_OUT = 5.0
"""Log-odds lost by a topic that the stretch after "not about" means for sure; in proportion where it is less sure."""
REJECTED = 60.0
"""Log-odds lost by what was shown a moment ago and waved away: it comes last."""
ELSEWHERE = 30.0
"""Log-odds lost, after a bare "the other one", by what no curator calls a neighbour of what was shown."""
EVER = (0, 99)


@dataclass(frozen=True, eq=False)
class Scopes:
    """Whom each topic is for, in the order of the index."""

    topics: tuple[str, ...]
    ages: NDArray[np.int64]
    """topics x 2: youngest and oldest."""
    stages: dict[str, NDArray[np.bool_]]
    """Stage of school -> topics that are for it; a topic that names none is for all."""
    neighbours: dict[str, frozenset[str]]

    @classmethod
    def of(cls, topics: Iterable[Topic]) -> Scopes:
        told = tuple(topics)
        ages = [tuple(map(int, t.ages.split("-"))) if t.ages else EVER for t in told]
        named: set[str] = {stage for t in told for stage in t.stages}
        stages = {stage: np.array([not t.stages or stage in t.stages for t in told]) for stage in named}
        near = {t.id: frozenset(n.topic for n in t.neighbours) for t in told}
        return cls(tuple(t.id for t in told), np.array(ages, np.int64).reshape(-1, 2), stages, near)

    def lost(self, reading: Reading, index: Index) -> Floats:
        """Log-odds that each topic loses by what was read of a message."""
        lost = np.zeros(len(self.topics), np.float32)
        if reading.ages:
            below, above = self.ages[:, 0] - reading.ages[1], reading.ages[0] - self.ages[:, 1]
            years = np.maximum(0, np.maximum(below, above))
            lost += np.minimum(FAR_OUTSIDE, A_YEAR_OUTSIDE * years).astype(np.float32)
        elif reading.phase in self.stages:
            lost += OTHER_STAGE * ~self.stages[reading.phase]
        for stretch in reading.not_about:
            lost += RULED_OUT * _meant(stretch, reading, index)
        lost[[t in reading.rejected for t in self.topics]] += REJECTED
        if reading.only_rejects:
            near = frozenset[str]().union(*(self.neighbours.get(t, frozenset()) for t in reading.rejected))
            lost[[t not in near for t in self.topics]] += ELSEWHERE
        return lost


def _meant(stretch: str, reading: Reading, index: Index) -> Floats:
    """How likely each topic is meant by a few words; the fast tier is enough for a topic's own name."""
    scores = score(replace(reading, text=stretch, segments=(stretch,)), index, None)
    mine = calm_probabilities(scores, index, calibration("fast").mix)[index.of_kind("topic")]
    share: Floats = mine / mine.sum()
    return share
