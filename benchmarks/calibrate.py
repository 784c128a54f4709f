"""Fits `src/signpost/match/data/calibration.json`: run it when the heads or the kinds of entries change.

    .venv/bin/python benchmarks/calibrate.py [--check FILE.jsonl]

Three sources, none of which index or network has seen when it is scored: of the examples left out in three folds (entries
of `beside/` as wholes, so that an unmet need is a new one) those that `tune.py` left out too, the texts of `training/` that `tune.py` left out, and the second
development set `tests/questions/own.jsonl`.
`--check` prints how well the probabilities hold on another labelled file; nothing is fitted on it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import written
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from signpost.bootstrap import open_knowledge
from signpost.knowledge.load import Knowledge
from signpost.match import calibrate as c
from signpost.match.encoder import find_encoder
from signpost.match.features import tokens
from signpost.match.index import CALM, Index, build
from signpost.match.score import Scores, score
from signpost.model import Message, Reading
from signpost.settings import OWN_KNOWLEDGE
from signpost.understand.language import compile_language
from signpost.understand.read import read
from signpost.understand.safety import Safety

ROOT = Path(__file__).parents[1]
OUT = ROOT / "src/signpost/match/data/calibration.json"
OWN = ROOT / "tests/questions/own.jsonl"
FOLDS = 3
OWN_WEIGHT = 6.0
"""A real question counts as much as so many left-out examples, which are odder than what people ask."""
PLAIN_MIX = {"full": (32.0, 4.0, 0.8), "fast": (10.0, 5.0, 0.5)}
"""The mix for a knowledge base of topics alone. Ours, cut to few examples, misleads here, since the network learned from
them: so it was chosen by likelihood on a grid, on 5 and 10 examples of each intent of NLU-Evaluation-Data (CC BY 4.0)."""
MISS = 3.0
"""A missed danger costs as much as so many false alarms, beyond the phrase list that catches outright words."""


@dataclass(eq=False)
class Seen:
    """One question with its scores by an index that had not seen it."""

    kind: str
    accept: list[str]
    scores: Scores
    index: Index
    known: float
    length: int
    weight: float


class Remembering:
    """The encoder, asked once for each text."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.name = inner, inner.name
        self.known: dict[str, Any] = {}
        self.sense = cache(inner.sense)

    def rows(self, texts: Any) -> Any:
        new = [t for t in dict.fromkeys(texts) if t not in self.known]
        if new:
            self.known.update(zip(new, self.inner.rows(new), strict=True))
        return np.stack([self.known[t] for t in texts])


def main() -> None:
    known = open_knowledge(OWN_KNOWLEDGE)
    language, safety = compile_language(known), Safety(known.beside["urgent"], known.shorthand, known.danger_words)
    found = find_encoder()
    sets: dict[str, Any] = {}
    for tier, encoder in (("fast", None), *((("full", Remembering(found)),) if found else ())):

        def look(text: str, index: Index, kind: str, accept: list[str], weight: float, enc: Any = encoder) -> Seen:
            reading: Reading = read(Message(text), language, safety)
            own = tokens(reading.text)
            share = sum(w in index.lexicons["word"] for w in own) / max(len(own), 1)
            return Seen(kind, accept, score(reading, index, enc), index, share, len(own), weight)

        whole = build(known, encoder, None)
        own = [look(q["q"], whole, q["kind"], q["accept"], OWN_WEIGHT) for q in map(json.loads, OWN.open())]
        left_out = [
            look(text, index, kind, [owner], 1.0)
            for rest, held in _folds(known)
            for index in [build(rest, encoder, None)]
            for kind, owner, text in held
            if written.is_left_out(text)
        ]
        left_out += [look(text, whole, kind, [owner], 1.0) for kind, owner, text in written.texts(left_out=True)]
        sets[tier] = fit(own, left_out) | {"plain_mix": PLAIN_MIX[tier]}
        print(f"{tier}: {len(own)} own questions, {len(left_out)} texts left out", flush=True)
        for name in sys.argv[2:] if "--check" in sys.argv else []:
            check(
                tier,
                sets[tier],
                [look(q["q"], whole, q["kind"], q["accept"], 1.0) for q in map(json.loads, Path(name).open())],
            )
        print(tier, "on own questions (fitted on them):")
        check(tier, sets[tier], own)
    OUT.write_text(json.dumps(sets, indent=1) + "\n")


def _folds(known: Knowledge) -> Any:
    """(knowledge without a fold, what was held out), fold by fold."""
    rng = np.random.default_rng(2016)
    topic_fold = {t.id: rng.integers(0, FOLDS, len(t.examples)) for t in known.topics.values()}
    entry_fold = {(k, e.id): int(rng.integers(0, FOLDS)) for k in known.beside for e in known.beside[k]}
    danger_fold = {
        (k, e.id): rng.integers(0, FOLDS, len(e.examples))
        for k in ("urgent", "not-urgent", "smalltalk")
        for e in known.beside[k]
    }
    for f in range(FOLDS):
        held: list[tuple[str, str, str]] = []
        topics, beside = {}, {}
        for t in known.topics.values():
            held += [("answer", t.id, x) for x, g in zip(t.examples, topic_fold[t.id], strict=True) if g == f]
            rest = tuple(x for x, g in zip(t.examples, topic_fold[t.id], strict=True) if g != f)
            topics[t.id] = t.model_copy(update={"examples": rest})
        for kind, entries in known.beside.items():
            kept = []
            for e in entries:
                by = danger_fold.get((kind, e.id))
                if by is None and entry_fold[kind, e.id] == f:
                    held += [(kind.replace("-", "_"), e.id, x) for x in e.examples]
                elif by is None:
                    kept.append(e)
                else:
                    held += [(kind.replace("-", "_"), e.id, x) for x, g in zip(e.examples, by, strict=True) if g == f]
                    kept.append(
                        e.model_copy(
                            update={"examples": tuple(x for x, g in zip(e.examples, by, strict=True) if g != f)}
                        )
                    )
            beside[kind] = tuple(kept)
        yield known.__class__(**{**known.__dict__, "topics": topics, "beside": beside}), held


def fit(own: list[Seen], left_out: list[Seen]) -> dict[str, Any]:
    covered = [s for s in own + left_out if s.kind == "answer"]
    mix = _mix(covered)
    p = {id(s): c.calm_probabilities(s.scores, s.index, mix) for s in own + left_out}
    gated = [s for s in own + left_out if s.kind in GATE or (s.kind == "not_urgent" and s.accept and s.weight > 1)]
    gate = _logistic(
        [c.gate_features(s.scores, p[id(s)], s.index, s.known, s.length) for s in gated],
        [GATE.get(s.kind, 0) for s in gated],
        [s.weight for s in gated],
        0.3,
    )
    answered = [s for s in own if s.kind == "answer"]
    right = _logistic(
        [c.right_features(s.scores, p[id(s)], s.index) for s in answered],
        [_top(s, p[id(s)]) in s.accept for s in answered],
        None,
        0.3,
    )
    plain = [s for s in own if s.kind in GATE]
    plain_gate = _logistic(
        [c.right_features(s.scores, p[id(s)], s.index) for s in plain], [s.kind == "answer" for s in plain], None, 0.3
    )
    alarming = own + left_out
    danger = _logistic(
        [c.danger_features(s.scores, s.index, mix, s.length) for s in alarming],
        [s.kind == "urgent" for s in alarming],
        [s.weight * (MISS if s.kind == "urgent" else 1) for s in alarming],
        10,
    )
    return {"mix": mix, "gate": gate, "plain_gate": plain_gate, "right": right, "danger": danger}


GATE = {"answer": 0, "unmet": 1, "off_topic": 2, "smalltalk": 3}


def _mix(seen: list[Seen]) -> tuple[float, float, float]:
    """Weights of the three heads that make the right entry most likely."""
    accepted = [
        [i for i, entry in enumerate(s.index.entries) if entry in {("topic", x) for x in s.accept}] for s in seen
    ]

    def loss(w: Any) -> float:
        total = 0.0
        for s, ids in zip(seen, accepted, strict=True):
            total -= s.weight * float(np.log(c.calm_probabilities(s.scores, s.index, tuple(w))[ids].sum() + 1e-9))
        return total / sum(s.weight for s in seen)

    found = minimize(loss, [8.0, 4.0, 1.0], method="Nelder-Mead", options={"maxiter": 80})
    return tuple(round(float(x), 3) for x in found.x)  # type: ignore[return-value]


def _top(s: Seen, p: Any) -> str:
    mine = s.index.of_kind("topic")
    return s.index.entries[mine.start + int(np.argmax(p[mine]))][1]


def _logistic(x: Any, y: Any, weight: Any, strength: float) -> dict[str, Any]:
    scaler = StandardScaler().fit(np.array(x))
    model = LogisticRegression(C=strength, max_iter=5000).fit(
        scaler.transform(np.array(x)), np.array(y, int), sample_weight=weight
    )

    def short(a: Any) -> Any:
        return np.round(a, 4).tolist()

    return {
        "mean": short(scaler.mean_),
        "scale": short(scaler.scale_),
        "weights": short(model.coef_),
        "bias": short(model.intercept_),
    }


def check(tier: str, fitted: dict[str, Any], seen: list[Seen]) -> None:
    """Expected calibration error of the best topic's score, and what the gate and the alarm do."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    table: dict[str, list[str]] = {}
    danger: dict[bool, list[float]] = {True: [], False: []}
    for s in seen:
        p = c.calm_probabilities(s.scores, s.index, fitted["mix"])
        gate = c.judge(fitted["gate"], c.gate_features(s.scores, p, s.index, s.known, s.length))
        right = float(c.judge(fitted["right"], c.right_features(s.scores, p, s.index))[0])
        value = float(gate[0]) * right
        if s.kind in ("answer", "unmet", "off_topic", "smalltalk"):
            bins[min(9, int(value * 10))].append((value, _top(s, p) in s.accept))
            table.setdefault(s.kind, []).append(CALM[int(np.argmax(gate))])
        danger[s.kind == "urgent"].append(
            float(c.judge(fitted["danger"], c.danger_features(s.scores, s.index, fitted["mix"], s.length))[0])
        )
    n = sum(map(len, bins))
    ece = sum(abs(np.mean([v for v, _ in b]) - np.mean([r for _, r in b])) * len(b) for b in bins if b) / n
    print(
        f"  ECE {ece:.3f} over {n}; alarms: {np.mean(np.array(danger[True]) >= 0.5):.3f} of danger, {np.mean(np.array(danger[False]) >= 0.5):.3f} of the rest"
    )
    for kind, got in table.items():
        print("  ", kind, {k: round(got.count(k) / len(got), 3) for k in CALM}, flush=True)


if __name__ == "__main__":
    main()
