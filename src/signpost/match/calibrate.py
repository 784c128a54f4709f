"""Turns raw scores into probabilities that hold, with coefficients fitted by `benchmarks/calibrate.py`.

Each judgement is a logistic regression over a handful of features. They are fitted on questions that the index had not
seen: examples left out in three folds (whole entries of `beside/`, so that unmet needs are new ones) and the second
development set in `tests/questions/`. The coefficients are data: `data/calibration.json`, one set a tier.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from .features import Floats
from .index import CALM, LEARNED, Index
from .score import Heads, Scores

TINY = 1e-4
WHOLE = 3.0
"""The whole of a long message speaks louder than its parts; from 1 to 4 what padding gains, long stories lose."""
LOUD = 6.0
"""The network's signs count no further than this, either way."""
ABSENT = (-9.0, -9.0, 0.0, 0.0, -3.0)
"""Features of a kind of entry that a knowledge base does not have."""
Logistic = dict[str, Any]
"""`mean`, `scale` and `weights` of each feature, and `bias`; one row of weights a class."""


@dataclass(frozen=True)
class Calibration:
    mix: tuple[float, float, float]
    """How much centroid, best and soft weigh in the softmax over entries."""
    gate: Logistic
    """topic / unmet / off-topic / smalltalk, for a knowledge base that has all four."""
    plain_gate: Logistic
    """covered or not, for a knowledge base of topics alone."""
    right: Logistic
    """whether the best topic is the right one, given that some topic is."""
    danger: Logistic
    """whether somebody may be in danger."""
    plain_mix: tuple[float, float, float]
    """`mix` for a knowledge base of topics alone, which has few examples a topic."""

    def mix_for(self, index: Index) -> tuple[float, float, float]:
        return self.mix if index.trust is LEARNED else self.plain_mix


@lru_cache(maxsize=2)
def calibration(tier: str) -> Calibration:
    """The committed coefficients of a tier ("fast" or "full")."""
    sets = json.loads(resources.files("signpost.match").joinpath("data", "calibration.json").read_text())
    found = sets[tier]
    return Calibration(
        tuple(found["mix"]),
        found["gate"],
        found["plain_gate"],
        found["right"],
        found["danger"],
        tuple(found["plain_mix"]),
    )


def softmax(z: Floats) -> Floats:
    """Over the last axis."""
    e = np.exp(z - z.max(-1, keepdims=True))
    out: Floats = e / e.sum(-1, keepdims=True)
    return out


def entry_probabilities(heads: Heads, mix: tuple[float, float, float]) -> Floats:
    """A softmax over the entries of `heads` (over the last axis)."""
    return softmax(mix[0] * heads.centroid + mix[1] * heads.best + mix[2] * np.clip(heads.soft, -3, 9))


def calm_probabilities(scores: Scores, index: Index, mix: tuple[float, float, float]) -> Floats:
    """The softmax over topics, unmet needs, other matters and small talk: danger is judged apart.

    Of a long message every part speaks as loudly as it is about some one need, met or unmet, so that small talk around
    a need is heard less than the need.
    """
    calm = slice(0, index.of_kind(CALM[-1]).stop or index.of_kind("topic").stop)
    h = scores.parts
    parts = entry_probabilities(Heads(h.centroid[:, calm], h.best[:, calm], h.soft[:, calm]), mix)
    loud = parts[:, : index.of_kind("unmet").stop or index.of_kind("topic").stop].max(1)
    loud[0] *= WHOLE
    out: Floats = loud @ parts / loud.sum()
    return out


def gate_features(scores: Scores, p: Floats, index: Index, known_share: float, length: int) -> list[float]:
    """What tells apart covered, unmet, off-topic and small talk."""
    out: list[float] = []
    f = scores.fused
    for kind in CALM:
        mine = index.of_kind(kind)
        if mine.stop == mine.start:
            out += ABSENT
            continue
        out += [
            float(np.log(p[mine].sum() + TINY)),
            float(np.log(p[mine].max() + TINY)),
            float(f.centroid[mine].max()),
            float(f.best[mine].max()),
            float(f.soft[mine].max()),
        ]
    first, second = _top_two(p[index.of_kind("topic")])
    margin = float(np.log((first + TINY) / (second + TINY)))
    stray = max(-LOUD, min(LOUD, scores.stray))
    return [*out, margin, float(f.best[: len(p)].max()), known_share, min(length, 60) / 60, stray]


def right_features(scores: Scores, p: Floats, index: Index) -> list[float]:
    """What tells whether the best topic is the right one, and for topics alone whether any is."""
    mine = index.of_kind("topic")
    t = np.sort(p[mine])[::-1]
    t = t / t.sum()
    first, second = _top_two(t)
    soft, next_soft = _top_two(scores.fused.soft[mine])
    return [
        float(np.log(first + TINY)),
        float(np.log((first + TINY) / (second + TINY))),
        float(np.log(t[:3].sum() + TINY)),
        float(scores.fused.best[mine].max()),
        float(scores.fused.centroid[mine].max()),
        soft,
        soft - next_soft,
    ]


def danger_features(scores: Scores, index: Index, mix: tuple[float, float, float], length: int) -> list[float]:
    """What tells danger: how the index parts the text between danger and words that only sound like it, beside the
    network's alarm, or beside more of what the index has on the fast tier."""
    urgent, safe = index.of_kind("urgent"), index.of_kind("not-urgent")
    p = entry_probabilities(scores.parts, mix)
    alarm = np.log(p[:, urgent].sum(1) + TINY)
    told = [float(alarm[0]), float(np.log(p[0, safe].sum() + TINY))]
    if scores.alarm is not None:
        return [*told, max(-LOUD, min(LOUD, scores.alarm))]
    f = scores.fused
    return [
        *told,
        float(alarm.max()),
        float(scores.parts.best[0, urgent].max() - scores.parts.best[0, : urgent.start].max()),
        float(f.soft[urgent].max()),
        float(f.soft[safe].max()) if safe.stop > safe.start else 0.0,
        min(length, 60) / 60,
    ]


def _top_two(values: Floats) -> tuple[float, float]:
    top = np.sort(values)[::-1][:2]
    return float(top[0]), float(top[1]) if len(top) > 1 else 0.0


def judge(model: Logistic, features: list[float]) -> Floats:
    """Probabilities of a fitted logistic regression: one for a single row of weights, else one a class."""
    x = (np.array(features) - np.array(model["mean"])) / np.array(model["scale"])
    z = np.array(model["weights"]) @ x + np.array(model["bias"])
    return softmax(z) if len(z) > 1 else (1 / (1 + np.exp(-z))).astype(np.float32)
