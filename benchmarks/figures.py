"""Figures from what a matcher said: right answers, silence where nothing fits, and probabilities that hold."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean
from typing import Any

import numpy as np

from questions import OUT_OF_SCOPE, Question

LOST = 0.03
"""Share of answerable questions that may be turned away when the rest is judged."""
BINS = 10


@dataclass(frozen=True)
class Said:
    """What a matcher made of one question."""

    topics: tuple[str, ...]
    """Best first."""
    score: float
    """Of the best topic."""
    covered: tuple[float, ...]
    """How sure that any topic fits, in each way a matcher can tell; its best way counts."""


def quality(questions: tuple[Question, ...], said: list[Said]) -> dict[str, float]:
    """Top-1, top-3 and mean reciprocal rank over the questions that have an answer."""
    ranks = [
        next((i for i, topic in enumerate(s.topics, 1) if topic in q.accept), 0)
        for q, s in zip(questions, said, strict=True)
        if q.kind == "answer"
    ]
    return {
        "top1": mean(r == 1 for r in ranks),
        "top3": mean(0 < r <= 3 for r in ranks),
        "mrr": mean(1 / r if r else 0 for r in ranks),
    }


def abstention(questions: tuple[Question, ...], said: list[Said]) -> dict[str, float]:
    """AUROC of answerable against not, and the share of each kind turned away when LOST of the answerable are."""
    ways = range(len(said[0].covered))
    return max((_abstention(questions, [s.covered[way] for s in said]) for way in ways), key=lambda f: f["auroc"])


def _abstention(questions: tuple[Question, ...], covered: list[float]) -> dict[str, float]:
    inside = np.array([c for q, c in zip(questions, covered, strict=True) if q.kind == "answer"])
    floor = np.sort(inside)[int(LOST * len(inside))]
    found = {}
    for kind in OUT_OF_SCOPE:
        values = np.array([c for q, c in zip(questions, covered, strict=True) if q.kind == kind])
        if len(values):
            found[kind] = float((values < floor).mean())
    outside = np.array([c for q, c in zip(questions, covered, strict=True) if q.kind in OUT_OF_SCOPE])
    if len(outside):
        # Mann-Whitney: how often an answerable question has the higher value; a tie counts half.
        below, ties = np.searchsorted(np.sort(outside), inside), np.searchsorted(np.sort(outside), inside, side="right")
        found["auroc"] = float((below + ties).mean() / 2 / len(outside))
    return found


def calibration_error(questions: tuple[Question, ...], said: list[Said]) -> float:
    """Expected calibration error of the best topic's score in ten equal bins (Guo et al. 2017)."""
    score = np.array([s.score for s in said])
    right = np.array([s.topics[0] in q.accept for q, s in zip(questions, said, strict=True)], float)
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [abs(score[place == b].mean() - right[place == b].mean()) * (place == b).sum() for b in set(place.tolist())]
    return float(sum(gaps) / len(score))


def speed(milliseconds: list[float]) -> dict[str, float]:
    return {
        "p50": float(np.percentile(milliseconds, 50)),
        "p99": float(np.percentile(milliseconds, 99)),
        "per_second": 1000 / mean(milliseconds),
    }


def mean_of(figures: list[dict[str, Any]]) -> dict[str, float]:
    """The mean of each figure over the draws that have it."""
    return {key: mean(f[key] for f in figures if key in f) for key in figures[0]}
