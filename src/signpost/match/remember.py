"""Keeps the network's vectors of examples on disk, so that an edit costs the vectors of what is new and no others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from .encoder import Encoder
from .features import Floats

MOST = 50_000
"""Vectors kept, the newest: seven times our own knowledge base, 40 MB."""
Halves = NDArray[np.float16]


def kept_rows(encoder: Encoder, cache: Path) -> Path:
    """Where the vectors of this network are kept."""
    return cache / f"{encoder.name}.npz"


def rows_of(texts: Sequence[str], encoder: Encoder, cache: Path | None) -> Floats:
    """The vectors of `texts`, as exact as the cache keeps them whether they came from it or not."""
    path = kept_rows(encoder, cache) if cache else None
    held = _read(path) if path else {}
    keys = [hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in held}
    if new:
        fresh = encoder.rows(list(new.values())).astype(np.float16)
        mine = dict(zip(new, fresh, strict=True))
        held = {**held, **mine}
        if path:
            _write(path, held)
    rows = np.array([held[key] for key in keys], np.float32)
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _read(path: Path) -> dict[bytes, Halves]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(zip(map(bytes, arrays["keys"]), arrays["rows"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _write(path: Path, held: dict[bytes, Halves]) -> None:
    """Whole or not at all; a cache that cannot be written is only slower."""
    newest = list(held)[-MOST:]
    keys = np.frombuffer(b"".join(newest), np.uint8).reshape(len(newest), -1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.npz")
        np.savez(half, keys=keys, rows=np.array([held[key] for key in newest]))
        half.replace(path)
    except OSError:
        return
