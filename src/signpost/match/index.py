"""The knowledge base's examples as one index, built once and kept on disk.

All heads read one row: the likeness of the message to every example, a weighted sum of cosines in the word and piece
spaces and of a Gaussian of the distance in the network's. From it come, for each entry, (1) the cosine with the entry's
centroid, (2) the best example, and (3) a softmax regression trained on the same likeness (kernel logistic regression,
accelerated gradient descent: Nesterov 1983). The three together beat each alone: see docs/matching.md.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ..knowledge.load import Knowledge
from .cache import clear_out, mark_used
from .encoder import Encoder
from .features import SPACES, Floats, Ints, Lexicon, Space, Sparse
from .product import SMALL, across
from .remember import kept_rows, rows_of

FORMAT = 6
"""Raised whenever the arrays or what they mean change, so that an old cache is never read."""
SHARE: dict[Space, float] = {"word": 0.25, "piece": 0.49}
"""Weight of the words; chosen on the development questions, flat around these values."""
COMMON = 0.05
"""Share of the examples from which a feature is common; between 2% and 10% it makes no difference to speed."""
AT_ONCE = 16
"""Of their rows taken at most at a time, which then stay in the processor's own memory."""
STEPS, SHARPNESS, DECAY = 120, 10.0, 0.01
KINDS = ("topic", "unmet", "off-topic", "smalltalk", "urgent", "not-urgent")
"""In the order of the entries. The last two only tell danger from words that sound like it."""
CALM = KINDS[:4]


@dataclass(frozen=True)
class Trust:
    """How far the network is believed beside the words."""

    share: float
    sharp: float
    """A cosine x counts as exp(sharp * (x - 1)): a Gaussian of the distance between two vectors of length one."""


LEARNED, STRANGE = Trust(0.7, 4.0), Trust(3.0, 3.0)
"""For a knowledge base that the network was tuned on, to which every example looks nearer to its like than a question
ever will, and for one of topics alone from elsewhere. Chosen on our own questions, and on those that CLINC150 and
BANKING77 keep for choosing; flat around these values. See docs/matching.md."""


@dataclass(frozen=True)
class Postings:
    """Examples by feature: for feature f, `examples[start[f]:start[f+1]]` and their weights."""

    start: Ints
    examples: Ints
    weights: Floats

    count: int
    """Of examples."""

    def likeness(self, vectors: Sequence[Sparse]) -> Floats:
        """Dot products of sparse texts with every example: texts x examples."""
        place, rows = self._common
        out = np.zeros((len(vectors), self.count), np.float32)
        often = np.zeros((len(vectors), len(rows)), np.float32)
        for i, vector in enumerate(vectors):
            at = place[vector.ids]
            common = at >= 0
            often[i, at[common]] = vector.weights[common]
            out[i] = self._rare(vector.ids[~common], vector.weights[~common])
        used = np.flatnonzero(often.any(0))
        step = AT_ONCE if len(vectors) == 1 else max(1, min(AT_ONCE, SMALL // out.size))
        for begin in range(0, len(used), step):
            some = used[begin : begin + step]
            out += often[:, some] @ rows[some]
        return out

    def _rare(self, ids: Ints, weights: Floats) -> Floats | float:
        """Posting by posting."""
        if not len(ids):
            return 0.0
        first, last = self.start[ids], self.start[ids + 1]
        sizes = last - first
        where = np.repeat(first - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
        share = self.weights[where] * np.repeat(weights, sizes)
        return np.bincount(self.examples[where], share, self.count).astype(np.float32)

    @cached_property
    def _common(self) -> tuple[Ints, Floats]:
        """Features that stand in COMMON of the examples, also as whole rows: to add a row is quicker than its postings.

        Returns the place of each feature among the rows (-1 for a rare one), and the rows.
        """
        number = np.flatnonzero(np.diff(self.start) > COMMON * self.count)
        place = np.full(len(self.start) - 1, -1, np.int32)
        place[number] = np.arange(len(number))
        rows = np.zeros((len(number), self.count), np.float32)
        for row, f in enumerate(number):
            mine = slice(self.start[f], self.start[f + 1])
            rows[row, self.examples[mine]] = self.weights[mine]
        return place, rows


@dataclass(frozen=True)
class Index:
    entries: tuple[tuple[str, str], ...]
    """(kind, id) of every entry; topics first."""
    examples: tuple[str, ...]
    """Grouped by entry, in the entries' order."""
    starts: Ints
    """entries + 1: where each entry's examples begin, and the end."""
    lexicons: dict[Space, Lexicon]
    postings: dict[Space, Postings]
    rows: Floats | None
    """Network vectors, one row an example; None on the fast tier."""
    spread: Floats
    """entries: length of each entry's mean example, which turns a mean likeness into a cosine."""
    soft: Floats
    """examples x entries: the likeness row times this is the softmax regression's logit."""

    def of_kind(self, kind: str) -> slice:
        """The entries of one kind; entries are grouped by kind."""
        return self._kinds[kind]

    @cached_property
    def _kinds(self) -> dict[str, slice]:
        kinds = [kind for kind, _ in self.entries]
        return {k: slice(kinds.index(k), kinds.index(k) + kinds.count(k)) if k in kinds else slice(0, 0) for k in KINDS}

    @cached_property
    def trust(self) -> Trust:
        return _trust(self.entries)

    def likeness(self, texts: Sequence[str], senses: Floats | None) -> Floats:
        """texts x examples. `senses` are the network's vectors of the texts, on the full tier."""
        scale = sum(SHARE.values())
        out = np.zeros((len(texts), len(self.examples)), np.float32)
        for space in SPACES:
            vectors = [self.lexicons[space].vector(text) for text in texts]
            out += SHARE[space] * self.postings[space].likeness(vectors)
        if senses is not None and self.rows is not None:
            out += _near(senses, self.rows, self.trust)
            scale += self.trust.share
        return out / np.float32(scale)


def build(known: Knowledge, encoder: Encoder | None, cache: Path | None) -> Index:
    """The index of a knowledge base, from the cache when its examples and the tier have not changed."""
    entries, examples, starts = _training(known)
    if cache is None:
        return _build(entries, examples, starts, encoder, None)
    path = cache / f"index-{_key(entries, examples, starts, encoder)}.npz"
    mark_used(path)
    if encoder:
        mark_used(kept_rows(encoder, cache))
    clear_out(cache)
    if path.exists():
        try:
            return _read(path, entries, examples, starts)
        except (OSError, ValueError, KeyError, BadZipFile):
            path.unlink(missing_ok=True)
    index = _build(entries, examples, starts, encoder, cache)
    _write(path, index)
    return index


Entries = tuple[tuple[str, str], ...]


def _trust(entries: Entries) -> Trust:
    return LEARNED if any(kind == "unmet" for kind, _ in entries) else STRANGE


def _near(some: Floats, others: Floats, trust: Trust) -> Floats:
    """How near the network puts each of `some` to each of `others`, as weighty as it is trusted."""
    out: Floats = trust.share * np.exp(np.float32(trust.sharp) * (across(some, others) - 1))
    return out


def _training(known: Knowledge) -> tuple[Entries, tuple[str, ...], Ints]:
    """Entries, examples, and where each entry's begin."""
    told = [("topic", t.id, (t.title, *filter(None, (t.covers,)), *t.examples)) for t in known.topics.values()]
    told += [(k, e.id, (e.title, *e.examples)) for k in KINDS[1:] for e in known.beside.get(k, ())]
    starts = np.cumsum([0, *(len(said) for _, _, said in told)]).astype(np.int32)
    examples = tuple(example.lower() for _, _, said in told for example in said)
    return tuple((kind, ident) for kind, ident, _ in told), examples, starts


def _key(entries: Entries, examples: tuple[str, ...], starts: Ints, encoder: Encoder | None) -> str:
    trust = astuple(_trust(entries))
    what = json.dumps(
        [FORMAT, SHARE, trust, STEPS, SHARPNESS, DECAY, encoder.name if encoder else "", entries, examples]
    )
    return hashlib.sha256(what.encode() + starts.tobytes()).hexdigest()[:16]


def _build(
    entries: Entries, examples: tuple[str, ...], starts: Ints, encoder: Encoder | None, cache: Path | None
) -> Index:
    from scipy import sparse

    lexicons: dict[Space, Lexicon] = {space: Lexicon.learn(space, examples) for space in SPACES}
    postings: dict[Space, Postings] = {}
    n = len(examples)
    gram = np.zeros((n, n), np.float32)
    for space, lexicon in lexicons.items():
        vectors = [lexicon.vector(e) for e in examples]
        begin = np.cumsum([0, *(len(v.ids) for v in vectors)])
        table = sparse.csr_matrix(
            (np.concatenate([v.weights for v in vectors]), np.concatenate([v.ids for v in vectors]), begin),
            shape=(n, len(lexicon)),
        )
        gram += SHARE[space] * (table @ table.T).toarray()
        by_feature = table.tocsc()
        postings[space] = Postings(
            by_feature.indptr.astype(np.int32),
            by_feature.indices.astype(np.int32),
            by_feature.data.astype(np.float32),
            n,
        )
    scale = sum(SHARE.values())
    rows = None
    if encoder is not None:
        trust = _trust(entries)
        rows = rows_of(examples, encoder, cache)
        gram += _near(rows, rows, trust)
        scale += trust.share
    gram /= scale

    target = np.zeros((n, len(entries)), np.float32)
    target[np.arange(n), np.repeat(np.arange(len(entries)), np.diff(starts))] = 1
    mean = target / target.sum(0)
    spread = np.sqrt(np.einsum("ij,ij->j", mean, gram @ mean))
    soft = SHARPNESS * _softmax_regression(gram, target)
    return Index(entries, examples, starts, lexicons, postings, rows, spread, soft)


def _softmax_regression(gram: Floats, target: Floats) -> Floats:
    """Weights a (examples x entries) so that softmax(SHARPNESS * gram @ a) fits `target`."""
    step = 1 / (0.5 * SHARPNESS**2 * _top_eigenvalue(gram))
    old = np.zeros_like(target)
    ahead, pace = old, 1.0
    for _ in range(STEPS):
        logits = SHARPNESS * (gram @ ahead)
        logits -= logits.max(1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(1, keepdims=True)
        slope = SHARPNESS * (logits - target) + DECAY * SHARPNESS**2 * ahead
        new: Floats = (ahead - step * slope).astype(np.float32)
        next_pace = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = new + (pace - 1) / next_pace * (new - old)
        old, pace = new, next_pace
    return old


def _top_eigenvalue(gram: Floats) -> float:
    v = np.ones(len(gram), np.float32)
    for _ in range(12):
        v = gram @ v
        v /= np.linalg.norm(v)
    return float(v @ gram @ v)


def _write(path: Path, index: Index) -> None:
    """Whole or not at all; a cache that cannot be written is only slower."""
    arrays: dict[str, Any] = {
        "spread": index.spread,
        "soft": index.soft.astype(np.float16),
    }
    if index.rows is not None:
        arrays["rows"] = index.rows.astype(np.float16)
    for space, postings in index.postings.items():
        arrays |= {f"{space}_{f}": getattr(postings, f) for f in ("start", "examples", "weights")}
        arrays[f"{space}_idf"] = index.lexicons[space].idf
        arrays[f"{space}_names"] = np.frombuffer("\n".join(index.lexicons[space].names).encode(), np.uint8)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(half, **arrays)
        half.replace(path)
    except OSError:
        return


def _read(path: Path, entries: Entries, examples: tuple[str, ...], starts: Ints) -> Index:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        lexicons: dict[Space, Lexicon] = {}
        postings: dict[Space, Postings] = {}
        for space in SPACES:
            names = arrays[f"{space}_names"].tobytes().decode().split("\n")
            lexicons[space] = Lexicon(space, names, arrays[f"{space}_idf"])
            start, mine, weights = (arrays[f"{space}_{f}"] for f in ("start", "examples", "weights"))
            postings[space] = Postings(start, mine, weights, len(examples))
        rows = arrays["rows"].astype(np.float32) if "rows" in arrays else None
        soft = arrays["soft"].astype(np.float32)
        return Index(entries, examples, starts, lexicons, postings, rows, arrays["spread"], soft)
