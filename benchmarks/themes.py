"""Grouping beside k-means (told the true number of groups) and HDBSCAN over MiniLM vectors, on public test questions.

    python benchmarks/themes.py --data DIR [--most N]

Seconds are those of grouping alone; each side's vectors are made before, and their time is a column of its own.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from peers import MiniLm
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from questions import draws
from signpost.match.encoder import find_encoder
from signpost.themes.group import placed, rows

SEED = 1


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder with CLINC150 and BANKING77: see README.md")
    options.add_argument("--most", type=int, default=4_500, help="questions of each set, spread over it evenly")
    given = options.parse_args()
    print("| set | grouping | groups | adjusted Rand | V-measure | seconds | vectors, seconds |\n" + "| --- " * 7 + "|")
    for name, drawn in draws(given.data).items():
        asked = [q for q in drawn[0].questions if q.accept]
        asked = asked[:: max(1, len(asked) // given.most)]
        texts, truth = [q.text for q in asked], [q.accept[0] for q in asked]
        for row in compared(texts, truth):
            print("| " + " | ".join([name, *row]) + " |", flush=True)


def compared(texts: list[str], truth: list[str]) -> list[list[str]]:
    ours, our_time = _timed(lambda: rows(texts, find_encoder()))
    theirs, their_time = _timed(lambda: _minilm(texts))
    ways: list[tuple[str, Callable[[], Any], float]] = [
        ("Signpost", lambda: placed(ours, np.zeros((0, ours.shape[1]), np.float32)), our_time),
        ("k-means, true number", lambda: KMeans(len(set(truth)), random_state=SEED).fit_predict(theirs), their_time),
        ("HDBSCAN", lambda: HDBSCAN(min_cluster_size=5, copy=True).fit_predict(theirs), their_time),
    ]
    out = []
    for name, way, seeing in ways:
        found, took = _timed(way)
        figures = (adjusted_rand_score(truth, found), v_measure_score(truth, found))
        out.append([name, str(len(set(found))), *(f"{x:.3f}" for x in figures), f"{took:.2f}", f"{seeing:.1f}"])
    return out


def _minilm(texts: list[str]) -> Any:
    peer = MiniLm.__new__(MiniLm)
    peer._open()
    return np.stack([peer.vector(text) for text in texts])


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


if __name__ == "__main__":
    main()
