"""Groups texts by what they are about: first into the themes there are, what is left among itself.

A text is a vector of length one: what the network makes of it or, without the network, its words and pairs of words,
hashed, common English words counting least. Texts that say nearly the same, as all do that differ by a place or an
age, count once: how many say it is no matter of what it is about. They join into a tree by Ward's method (1963), two
branches the higher the further apart and the larger they are. A text's theme is the one of its branches that stands
most clear of what it would join next, by the ratio of the two heights; then each goes to the nearest theme. So small
matters and large ones are found side by side and nobody says how many there are. Nothing is random, and the order of
a batch does not matter.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..english import common_english
from ..match.encoder import Encoder
from ..match.features import Floats, Ints, raw_features

HASHED = 1024
"""Places for words; two words may share one, which is rare enough among the words of one theme."""
JOINS = {True: 0.45, False: 0.2}
"""Cosine from which texts are one matter, with the network and without: a text joins a theme that there was, and texts
so near are not split."""
SAME = 0.925
"""Cosine from which texts, each to each, say nearly the same."""
FAR = 3.5
"""Height above which branches are not told apart. This, `SAME` and `ONE` were chosen on samples of the CLINC150 and
BANKING77 training questions, with 1 to 100 of each intent, and on the synthetic county."""
ONE = 0.75
"""How far apart the two halves of a batch may be that is one matter: a share of the distance at which texts join."""
MOST = 4_000
"""Texts of one batch: the distance of each to each must fit in memory (64 MB)."""
_MARK = re.compile(r"\[[a-zA-Z ]+\]")


def rows(texts: Sequence[str], encoder: Encoder | None) -> Floats:
    """texts x 384, or x HASHED without an encoder; each row of length one. `texts` are redacted."""
    plain = [_MARK.sub(" ", text).lower() for text in texts]
    return np.stack([_words(text) for text in plain]) if encoder is None else encoder.rows(plain)


def eyes(encoder: Encoder | None) -> str:
    """Who makes `rows`: those of one network say nothing to another."""
    return encoder.name if encoder else "words"


def placed(new: Floats, centres: Floats) -> list[int]:
    """For each new row the number of its theme: below `len(centres)` one that there was, from there on a new one.

    `centres` are means of rows, of any length.
    """
    joins = JOINS[new.shape[1] != HASHED]
    out = np.full(len(new), -1)
    if len(centres):
        near = new @ _unit(centres).T
        best = near.argmax(1)
        fits = near[np.arange(len(new)), best] >= joins
        out[fits] = best[fits]
    left = np.flatnonzero(out < 0)
    out[left] = len(centres) + _linked(new[left], joins)
    return [int(x) for x in out]


def _linked(new: Floats, joins: float) -> Ints:
    """Groups of rows, numbered from 0 in the order of their first member."""
    if len(new) < 2:
        return np.zeros(len(new), np.int32)
    same = _numbered(_same(new))
    said = _centres(new, same)
    if len(said) < 2:
        return same
    themes = _centres(said, _clearest(_tree(said, "ward"), _apart(joins)))
    return _numbered((said @ themes.T).argmax(1)[same])


def _same(given: Floats) -> Ints:
    """Groups of rows that say nearly the same: complete linkage, which joins none but who are linked by near pairs."""
    from scipy.cluster.hierarchy import fcluster
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    label: Ints = connected_components(csr_array(_cosines(given) >= SAME), directed=False)[1]
    used = label.max()
    for several in np.flatnonzero(np.bincount(label) > 1):
        members = np.flatnonzero(label == several)
        label[members] = used + fcluster(_tree(given[members], "complete"), _apart(SAME), "distance")
        used = label.max()
    return label


def _tree(given: Floats, method: str) -> NDArray[np.float64]:
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    apart = _cosines(given)
    apart *= -2
    apart += 2
    np.sqrt(np.clip(apart, 0, None, out=apart), out=apart)
    tree: NDArray[np.float64] = linkage(squareform(apart, checks=False), method)
    return tree


def _cosines(given: Floats) -> Floats:
    """Of each with each. BLAS multiplies by a copy in two thirds of the time that it takes with the rows themselves."""
    out: Floats = given @ given.copy().T
    return out


def _apart(cosine: float) -> float:
    """How far apart rows of that cosine are."""
    return math.sqrt(2 - 2 * cosine)


def _centres(given: Floats, label: Ints) -> Floats:
    order = np.argsort(label, kind="stable")
    begins = np.flatnonzero(np.diff(label[order], prepend=-1))
    return _unit(np.add.reduceat(given[order], begins))


def _numbered(label: Ints) -> Ints:
    """The same groups, numbered from 0 in the order of their first member."""
    order = {group: n for n, group in enumerate(dict.fromkeys(label.tolist()))}
    return np.array([order[group] for group in label.tolist()], np.int32)


def _clearest(tree: NDArray[np.float64], near: float) -> Ints:
    """For each text the number of its branch: of those it is on, the one that stands most clear of the next.

    `tree` is scipy's: row i joins two branches into branch `texts + i`. Heights below `near` and above `FAR` are not
    told apart. Chosen are the branches, every text on one, by which the mean logarithm of the ratios is greatest
    (as clusters are by their excess of mass: Campello and others 2013). The whole, which joins nothing, is measured
    against the height at which two halves of it would join if their centres were `near` apart.
    """
    texts = len(tree) + 1
    forks = tree[:, :2].astype(int).tolist()
    height = np.concatenate([np.zeros(texts), tree[:, 2]]).clip(near, FAR)
    above = height.copy()
    for branch, (left, right) in enumerate(forks, texts):
        above[left] = above[right] = height[branch]
    above[-1] = max(height[-1], min(ONE * near * math.sqrt(texts / 2), FAR))
    size = np.concatenate([np.ones(texts), tree[:, 3]])
    clear = (size * np.log(above / height)).tolist()
    is_whole = [True] * len(clear)
    for branch, (left, right) in enumerate(forks, texts):
        if (apart := clear[left] + clear[right]) > clear[branch]:
            clear[branch], is_whole[branch] = apart, False
    label = np.full(len(clear), -1, np.int32)
    for branch in reversed(range(texts, len(clear))):
        if label[branch] < 0 and is_whole[branch]:
            label[branch] = branch
        label[forks[branch - texts]] = label[branch]
    alone = np.arange(texts)
    _, found = np.unique(np.where(label[:texts] < 0, alone, label[:texts]), return_inverse=True)
    return found.astype(np.int32)


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
