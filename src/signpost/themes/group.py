"""Groups texts by what they are about: first into the themes there are, what is left among itself.

A text is a vector of two parts, each of length one before it is weighted: what the network makes of it, and its words
and pairs of words, hashed, common English words counting least. Texts join by average linkage (Sokal and Michener 1958)
while the mean likeness of two groups stays above `JOINS`. Nothing is random, and the order of a batch does not matter.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..match.encoder import Encoder
from ..match.features import Floats, raw_features
from ..understand.spelling import common_english

HASHED = 1024
"""Places for words; two words may share one, which is rare enough among the words of one theme."""
WORDS = 0.3
"""Weight of the words beside the network's 1."""
JOINS = {True: 0.45, False: 0.2}
"""Cosine from which texts are one matter, with the network and without; chosen, like `WORDS`, on a fifth of the
CLINC150 training questions (adjusted Rand index 0.59 and 0.21)."""
MOST = 4_000
"""Texts of one batch: the likeness of each to each must fit in memory (64 MB)."""
_MARK = re.compile(r"\[[a-zA-Z ]+\]")


def rows(texts: Sequence[str], encoder: Encoder | None) -> Floats:
    """texts x (384 +) HASHED, each row of length one. `texts` are redacted."""
    plain = [_MARK.sub(" ", text).lower() for text in texts]
    told = np.stack([_words(text) for text in plain]) * WORDS
    if encoder is None:
        return _unit(told)
    return _unit(np.hstack([encoder.rows(plain), told]))


def placed(new: Floats, centres: Floats) -> list[int]:
    """For each new row the number of its theme: below `len(centres)` one that there was, from there on a new one.

    `centres` are means of rows, of any length.
    """
    joins = JOINS[new.shape[1] > HASHED]
    out = np.full(len(new), -1)
    if len(centres):
        near = new @ _unit(centres).T
        best = near.argmax(1)
        fits = near[np.arange(len(new)), best] >= joins
        out[fits] = best[fits]
    left = np.flatnonzero(out < 0)
    out[left] = len(centres) + _linked(new[left], joins)
    return [int(x) for x in out]


def _linked(new: Floats, joins: float) -> np.ndarray:
    """Groups of rows, numbered from 0 in the order of their first member."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(new) < 2:
        return np.zeros(len(new), int)
    apart = 1 - (new @ new.T)[np.triu_indices(len(new), 1)]
    found = fcluster(linkage(np.clip(apart, 0, 2), "average"), 1 - joins, "distance")
    order = {label: n for n, label in enumerate(dict.fromkeys(found.tolist()))}
    return np.array([order[label] for label in found.tolist()])


def _words(text: str) -> Floats:
    out = np.zeros(HASHED, np.float32)
    rank = common_english()
    for feature, count in Counter(raw_features(text, "word")).items():
        rare = min(math.log1p(rank.get(word, len(rank))) for word in feature.split()) / math.log1p(len(rank))
        out[zlib.crc32(feature.encode("utf-8", "replace")) % HASHED] += (1 + math.log(count)) * rare**2
    found: Floats = _unit(out[None])[0]
    return found


def _unit(given: Floats) -> Floats:
    length = np.linalg.norm(given, axis=1, keepdims=True)
    out: Floats = (given / np.where(length > 0, length, 1)).astype(np.float32)
    return out
