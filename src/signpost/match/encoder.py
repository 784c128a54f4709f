"""The small network of the full tier: all-MiniLM-L6-v2 in int8, tuned by `benchmarks/tune.py`.

Its lowest layer (`words`) is read by two halves. `about` gives the words as its last layer sees them; their mean, of
length one, stands for the text (Reimers and Gurevych 2019), and the mean over some of them for a part of it, seen with
the rest (late chunking: Günther and others 2024). `danger` tells how alarming the text is and how far from our
business, which such a mean would wash out.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Protocol

import numpy as np

from .features import Floats

if TYPE_CHECKING:
    from tokenizers import Encoding

WINDOW, OVERLAP = 96, 24
"""Word pieces read at once; a longer text is read in windows that overlap."""
MOST_WINDOWS = 6
BATCH = 32
HALVES = ("words", "about", "danger")
ALIKE = 1.25
"""How much longer than the shortest a text read at once with it may be: all are padded to the longest."""
SLOW = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""What onnxruntime would put together to its own loss: adding and normalising apart takes a sixth of the time."""
MANY = 500
"""From so many texts on it is an index being built, and not a person waiting."""


@dataclass(frozen=True, eq=False)
class Sense:
    """What the network makes of a whole message."""

    rows: Floats
    """(1 + parts) x 384, each of length one: what the message is about, and then each part of it."""
    alarm: float
    """The logit that somebody may be in danger, in the most alarming window."""
    stray: float
    """The logit that it has nothing to do with families and special needs, in the window nearest to them."""


class Encoder(Protocol):
    name: str
    """Changes with the network's weights."""

    def rows(self, texts: Sequence[str]) -> Floats:
        """What each text is about: texts x 384, each row of length one."""

    def sense(self, text: str, parts: Sequence[str] = ()) -> Sense:
        """Everything about a text and stretches of it, in their order; the same whatever else is asked at the time."""


class Network:
    def __init__(self) -> None:
        from tokenizers import BertWordPieceTokenizer

        data = resources.files("signpost.match") / "data"
        self._weights = {name: (data / f"{name}.onnx").read_bytes() for name in HALVES}
        self.name = f"network-{zlib.crc32(b''.join(self._weights.values())):08x}"
        self._open(1)
        with resources.as_file(data / "bert-vocab.txt") as vocabulary:
            self._pieces = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        self._pieces.enable_truncation(WINDOW, stride=OVERLAP)

    def _open(self, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._sessions = {
            name: onnxruntime.InferenceSession(
                weights, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW
            )
            for name, weights in self._weights.items()
        }

    def rows(self, texts: Sequence[str]) -> Floats:
        read = [self._windows(r) for r in self._pieces.encode_batch(list(texts))]
        owner = np.repeat(np.arange(len(read)), [len(r) for r in read])
        windows = [w for r in read for w in r]
        if len(texts) > MANY:  # a whole knowledge base: every core for a moment, then one again
            self._open(os.cpu_count() or 1)
        rows = np.zeros((len(texts), 384), np.float32)
        for some in _alike([len(w) for w in windows]):
            mine = [windows[i] for i in some]
            (states,) = self._run(mine, "about")
            np.add.at(rows, owner[some], [each.mean(0) for each in _words(states, mine)])
        if len(texts) > MANY:
            self._open(1)
        return _unit(rows)

    def sense(self, text: str, parts: Sequence[str] = ()) -> Sense:
        windows = self._windows(self._pieces.encode(text))
        states, alarms, strays = self._run(windows, "about", "danger")
        words = _words(states, windows)
        seen, place = np.concatenate(words), np.concatenate([window.offsets for window in windows])
        rows, begin = [np.sum([each.mean(0) for each in words], 0)], -1
        for part in parts:
            begin = text.find(part, begin + 1)
            mine = (place[:, 0] >= begin) & (place[:, 1] <= begin + len(part)) & (place[:, 1] > place[:, 0])
            rows.append(seen[mine].mean(0) if begin >= 0 and mine.any() else self.rows([part])[0])
        return Sense(_unit(np.stack(rows)), float(alarms.max()), float(strays.min()))

    @staticmethod
    def _windows(read: Encoding) -> list[Encoding]:
        return [read, *read.overflowing[: MOST_WINDOWS - 1]]

    def _run(self, windows: Sequence[Encoding], *halves: str) -> list[Floats]:
        """What the halves say of each window, one after the other."""
        width = max(map(len, windows))
        ids = np.zeros((len(windows), width), np.int64)
        mask = np.zeros_like(ids)
        for i, window in enumerate(windows):
            ids[i, : len(window)] = window.ids
            mask[i, : len(window)] = 1
        (below,) = self._sessions["words"].run(None, {"input_ids": ids, "attention_mask": mask})
        given = {"below": below, "attention_mask": mask}
        return [found for half in halves for found in self._sessions[half].run(None, given)]


def _alike(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts that are read at once."""
    some: list[int] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if some and (len(some) == BATCH or lengths[i] > ALIKE * lengths[some[0]]):
            yield some
            some = []
        some.append(i)
    if some:
        yield some


def _words(states: Floats, windows: Sequence[Encoding]) -> list[Floats]:
    """The words of each window; what follows them in `states` is padding."""
    return [state[: len(window)] for state, window in zip(states, windows, strict=True)]


def _unit(rows: Floats) -> Floats:
    out: Floats = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return out


def find_encoder() -> Encoder | None:
    """The full tier's network, or None where the extra `full` is not installed."""
    try:
        return Network()
    except ImportError:
        return None
