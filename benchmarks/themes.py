"""Grouping beside k-means, once told the true number of groups and once without, and HDBSCAN, all over MiniLM vectors.

Each is set up as scikit-learn's documentation advises: where nobody knows the number, k-means is run for several and the
one with the best silhouette is taken. What is grouped is the synthetic county's gaps, by the matter
that their generator gave them, and the test questions of the public sets, by their intent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import county
import numpy as np
import scipy.cluster.hierarchy  # noqa: F401 - so that no import is timed
from peers import MiniLm
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score, v_measure_score

from questions import draws
from signpost.match.encoder import find_encoder
from signpost.themes.group import placed, rows

COUNTY = "Synthetic county"
YEAR = 100_000
"""Questions of the county, from which its gaps are taken; equal texts count once."""
SEED = 1
NUMBERS = (8, 16, 32, 64, 128, 256, 512)
"""Of groups, that k-means tries when it is not told."""
Labelled = tuple[list[str], list[str]]
"""Texts, and the group of each."""


def sets(data: Path | None) -> dict[str, Labelled]:
    """What there is to group, by name: see README.md for where to get the public sets."""
    gaps = dict(sorted({(q.text, q.matter.name) for q in county.questions(YEAR) if q.matter}))
    found = {COUNTY: (list(gaps), list(gaps.values()))}
    for name, drawn in draws(data).items() if data else ():
        asked = [q for q in drawn[0].questions if q.accept]
        found[name] = [q.text for q in asked], [q.accept[0] for q in asked]
    return found


def grouped(name: str, texts: list[str], truth: list[str]) -> dict[str, float]:
    """How like the truth one way's groups are, and its seconds of processor time, which a busy machine does not lengthen."""
    see, group = WAYS[name](len(set(truth)))
    see(texts[:2])
    seen, seeing = _timed(lambda: see(texts))
    found, grouping = _timed(lambda: group(seen))
    return {
        "groups": len(set(found)),
        "rand": adjusted_rand_score(truth, found),
        "v_measure": v_measure_score(truth, found),
        "seeing": seeing,
        "grouping": grouping,
        "in_all": seeing + grouping,
    }


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    return work(), time.process_time() - began


Way = tuple[Callable[[list[str]], Any], Callable[[Any], Any]]
"""From texts to vectors, and from there to a group for each."""


def _ours(full: bool) -> Way:
    encoder = find_encoder() if full else None
    return lambda texts: rows(texts, encoder), lambda seen: placed(seen, np.zeros((0, seen.shape[1]), np.float32))


def _theirs(group: Callable[[Any], Any]) -> Way:
    peer = MiniLm.__new__(MiniLm)
    peer._open()
    return peer.vectors, group


def _best_of_several(seen: Any) -> Any:
    tried = [KMeans(k, random_state=SEED).fit_predict(seen) for k in NUMBERS if k < len(seen)]
    return max(tried, key=lambda found: silhouette_score(seen, found))


WAYS: dict[str, Callable[[int], Way]] = {
    "Signpost, full": lambda _: _ours(True),
    "Signpost, fast": lambda _: _ours(False),
    "k-means, true number": lambda groups: _theirs(KMeans(groups, random_state=SEED).fit_predict),
    "k-means, number by silhouette": lambda _: _theirs(_best_of_several),
    "HDBSCAN": lambda _: _theirs(HDBSCAN(min_cluster_size=5, copy=True).fit_predict),
}
