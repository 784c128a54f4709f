"""Finds services in a directory of any size: word lists gather a few hundred, and those are weighed exactly.

A word's list is read from its heaviest service down and no further than `CHAMPIONS` (champion lists: Manning, Raghavan
and Schütze 2008, section 7.1.3). What a question costs therefore depends on its length and hardly on the directory's:
the topics' index (`index.py`) compares with every example and suits hundreds of entries, this suits many thousands.
Weights are BM25's (Robertson and Zaragoza 2009). Arrays are mapped from disk, so that starting reads almost nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .cache import mark_used
from .features import Floats, Ints, tokens

FORMAT = 1
"""Raised whenever the arrays or what they mean change, so that an old cache is never read."""
CHAMPIONS = 1_000
"""Services read from one word's list."""
WEIGHED = 200
"""Services that are weighed exactly."""
SATURATION, LENGTH_SHARE = 1.2, 0.75
"""BM25's k1 and b, as in its authors' survey."""
ARRAYS = ("names", "begins", "services", "heaviest", "rows", "words", "weights")


@dataclass(frozen=True, eq=False)
class Directory:
    numbers: dict[str, int]
    """Word -> number."""
    begins: Ints
    """words + 1: where each word's list begins in `services` and `heaviest`."""
    services: Ints
    """Word by word, heaviest first."""
    heaviest: Floats
    rows: Ints
    """services + 1: where each service's words begin in `words` and `weights`."""
    words: Ints
    weights: Floats

    def find(self, text: str, most: int = 10) -> list[tuple[int, float]]:
        """Places in the directory and their weight, heaviest first; `text` with its spelling already put right."""
        asked = np.unique(np.array([n for w in tokens(text) if (n := self.numbers.get(w)) is not None], np.int32))
        if not len(asked):
            return []
        lists = [
            slice(b, min(e, b + CHAMPIONS)) for b, e in zip(self.begins[asked], self.begins[asked + 1], strict=True)
        ]
        listed = np.concatenate([self.services[one] for one in lists])
        near, which = np.unique(listed, return_inverse=True)
        if len(near) > WEIGHED:
            rough = np.bincount(which, np.concatenate([self.heaviest[one] for one in lists]))
            near = near[np.argpartition(-rough, WEIGHED)[:WEIGHED]]
        weight = self._weigh(near, asked)
        order = np.lexsort((near, -weight))[:most]
        return [(int(near[i]), float(weight[i])) for i in order]

    def _weigh(self, near: Ints, asked: Ints) -> Floats:
        """The whole weight of each service for the words asked, also of words whose lists were cut."""
        sizes = self.rows[near + 1] - self.rows[near]
        first = np.cumsum(sizes) - sizes
        where = np.repeat(self.rows[near] - first, sizes) + np.arange(sizes.sum())
        words = self.words[where]
        place = np.searchsorted(asked, words)
        hit = np.flatnonzero(asked[np.minimum(place, len(asked) - 1)] == words)
        owner = np.repeat(np.arange(len(near)), sizes)[hit]
        return np.bincount(owner, self.weights[where[hit]], len(near)).astype(np.float32)


def build_directory(texts: Sequence[str], cache: Path | None = None) -> Directory:
    """The index of some services, each told as one text; from the cache when nothing has changed."""
    if cache is None:
        return _opened(_arrays(texts))
    digest = hashlib.sha256(f"{FORMAT} {SATURATION} {LENGTH_SHARE}".encode())
    for text in texts:
        digest.update(text.encode() + b"\0")
    folder = cache / f"directory-{digest.hexdigest()[:16]}"
    if not folder.is_dir():
        arrays = _arrays(texts)
        try:
            _write(folder, arrays)
        except OSError:  # a cache that cannot be written is only slower
            return _opened(arrays)
    mark_used(folder)
    return open_directory(folder)


def open_directory(folder: Path) -> Directory:
    """A directory that `build_directory` keeps in `folder`."""
    return _opened({name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS})


def _arrays(texts: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    numbers: dict[str, int] = {}
    said: list[int] = []
    lengths = np.zeros(len(texts), np.int64)
    for i, text in enumerate(texts):
        found = tokens(text)
        lengths[i] = len(found)
        said += [numbers.setdefault(word, len(numbers)) for word in found]
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    pairs, counts = np.unique(owner * len(numbers) + np.array(said, np.int64), return_counts=True)
    owner, word = np.divmod(pairs, max(len(numbers), 1))
    known_by = np.bincount(word, minlength=len(numbers))
    rarity = np.log1p((len(texts) - known_by + 0.5) / (known_by + 0.5))
    long = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * lengths / max(lengths.sum() / max(len(texts), 1), 1))
    weight = (rarity[word] * counts * (SATURATION + 1) / (counts + long[owner])).astype(np.float32)
    heaviest = np.lexsort((owner, -weight, word))
    return {
        "names": np.frombuffer("\n".join(numbers).encode(), np.uint8),
        "begins": np.cumsum([0, *known_by]).astype(np.int32),
        "services": owner[heaviest].astype(np.int32),
        "heaviest": weight[heaviest],
        "rows": np.cumsum([0, *np.bincount(owner, minlength=len(texts))]).astype(np.int32),
        "words": word.astype(np.int32),
        "weights": weight,
    }


def _opened(arrays: dict[str, NDArray[np.generic]]) -> Directory:
    names = arrays["names"].tobytes().decode().split("\n")
    rest = {name: arrays[name] for name in ARRAYS if name != "names"}
    return Directory({name: i for i, name in enumerate(names)}, **rest)  # type: ignore[arg-type]


def _write(folder: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Whole or not at all."""
    half = folder.with_suffix(f".{os.getpid()}")
    half.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(half / f"{name}.npy", array)
    try:
        half.rename(folder)
    except OSError:  # another process was first, with the same content
        shutil.rmtree(half)
