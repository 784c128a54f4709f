"""One matcher in a process of its own, so that memory, start-up and speed are its own.

    python benchmarks/worker.py < job.json > result.json

A job's `task` is `learn` (build, and keep on disk), `serve` (start from there and answer), `few_shot` (public intent
sets), `directory_…` (many services) or `grouping`. A package that is missing is said in the result, `{"absent": name}`.
"""

from __future__ import annotations

import json
import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import scale
from figures import Said, abstention, calibration_error, quality, speed
from peers import PEERS, Material

from questions import SHOTS, SPOILT, Draw, as_knowledge, draws, labelled, spoil

OURS = {"Signpost, full": True, "Signpost, fast": False}
"""Name -> whether the network may be used."""
BESIDE = ("unmet", "off-topic", "smalltalk")
WARM_UP = 20
TEN = 10
SPOILT_EVERY = 5
"""Of a public set, one question in so many is also asked spoilt."""


class Ours:
    """Signpost as it is: text to ranked topics. The fast tier runs as it does where `full` is not installed."""

    certain = True

    def __init__(self, folder: Path, cache: Path | None, full: bool) -> None:
        if not full:
            sys.modules["onnxruntime"] = None  # type: ignore[assignment]
        from signpost.bootstrap import start
        from signpost.match.rank import rank
        from signpost.model import Message
        from signpost.understand.read import read

        self.assistant = start(folder, cache)
        assert self.assistant.tier == ("full" if full else "fast")
        self._read, self._rank, self._message = read, rank, Message

    def say(self, text: str) -> Said:
        parts = self.assistant.parts
        match = self._rank(
            self._read(self._message(text), parts.language, parts.safety), parts.index, parts.encoder, parts.scopes
        )
        best = match.candidates
        return Said(tuple(c.topic for c in best), best[0].score if best else 0.0, (match.covered,))

    def answer(self, text: str) -> None:
        """The whole road, to the reply."""
        self.assistant.ask(self._message(text))


class Theirs:
    """A peer's scores as ranked topics. How sure it is that any fits is told in every way its scores allow."""

    def __init__(self, peer: Any, topics: tuple[str, ...]) -> None:
        self.peer, self.topics, self.certain = peer, topics, peer.certain

    def say(self, text: str) -> Said:
        scores = self.peer.scores(text)
        mine, beside = scores[: len(self.topics)], scores[len(self.topics) :]
        order = np.argsort(-mine, kind="stable")[:10]
        best = float(mine[order[0]])
        covered = [best, float(mine.sum())]
        if len(beside):
            covered.append(best - float(beside.max()))
        if hasattr(self.peer, "covered"):
            covered = list(self.peer.covered(mine))
        return Said(tuple(self.topics[i] for i in order), best, tuple(covered))


def material(folder: Path) -> Material:
    """The same texts that our index holds, without those of danger, which no peer is asked about."""
    from signpost.bootstrap import open_knowledge

    known = open_knowledge(folder)
    told = [(t.title, *filter(None, (t.covers,)), *t.examples) for t in known.topics.values()]
    told += [(e.title, *e.examples) for kind in BESIDE for e in known.beside.get(kind, ())]
    starts = np.cumsum([0, *map(len, told)])[:-1]
    return Material(tuple(known.topics), tuple(text for texts in told for text in texts), starts)


def learn(job: dict[str, Any]) -> dict[str, Any]:
    folder, cache = Path(job["knowledge"]), Path(job["cache"])
    began = time.monotonic()
    if job["matcher"] in OURS:
        Ours(folder, cache, OURS[job["matcher"]])
    else:
        texts = material(folder)
        peer = PEERS[job["matcher"]](texts, cache)
        (cache / "peer.pickle").write_bytes(pickle.dumps((peer, texts.topics)))
    return {"learnt_in": time.monotonic() - began}


def serve(job: dict[str, Any]) -> dict[str, Any]:
    cache = Path(job["cache"])
    matcher: Any
    if job["matcher"] in OURS:
        matcher = Ours(Path(job["knowledge"]), cache, OURS[job["matcher"]])
    else:
        matcher = Theirs(*pickle.loads((cache / "peer.pickle").read_bytes()))  # noqa: S301 - written a moment ago by us
    questions = labelled(Path(job["questions"]))
    matcher.say("where do we begin")
    figures: dict[str, Any] = {"start": time.monotonic() - job["spawned"]}
    for q in spoil(questions, "typos 20%")[:WARM_UP]:
        matcher.say(q.text)
    asked = [q.text for q in questions]
    said, took = _timed(asked, matcher.say)
    figures["memory"] = _resident()
    figures |= quality(questions, said) | speed(took) | abstention(questions, said)
    if matcher.certain:
        figures["calibration_error"] = calibration_error(questions, said)
    if job["matcher"] in OURS:
        figures["to_reply"] = speed(_timed(asked, matcher.answer)[1])
    for how in SPOILT:
        spoilt = spoil(questions, how)
        figures[how] = quality(spoilt, [matcher.say(q.text) for q in spoilt])["top1"]
    return figures


def _timed(texts: list[str], ask: Callable[[str], Any]) -> tuple[list[Any], list[float]]:
    said, took = [], []
    for text in texts:
        began = time.perf_counter()
        said.append(ask(text))
        took.append((time.perf_counter() - began) * 1000)
    return said, took


def _resident() -> float:
    """Megabytes in memory now."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def few_shot(job: dict[str, Any]) -> dict[str, Any]:
    """The draws of one public set through our own knowledge-base loader. A text is encoded once for all draws."""
    rows = []
    known: dict[str, Any] = {}
    for draw in draws(Path(job["data"]))[job["set"]]:
        if draw.seed > job["seeds"]:
            continue
        questions = draw.questions[:: job["every"]]
        with tempfile.TemporaryDirectory() as folder:
            say = _drawn(job["matcher"], draw, Path(folder), known)
            said = [say(q.text) for q in questions]
            found = {"shots": draw.shots, **quality(questions, said)}
            if any(q.kind != "answer" for q in questions):
                found |= abstention(questions, said)
            if draw.seed == 1 and draw.shots == max(SHOTS):
                some = questions[::SPOILT_EVERY]
                plain = tuple(q for q in some if q.kind == "answer")
                found["unspoilt"] = quality(plain, [say(q.text) for q in plain])["top1"]
                for how in SPOILT:
                    spoilt = spoil(some, how)
                    found[how] = quality(spoilt, [say(q.text) for q in spoilt])["top1"]
        rows.append(found)
    return {"draws": rows}


def _drawn(name: str, draw: Draw, folder: Path, known: dict[str, Any]) -> Callable[[str], Said]:
    """A matcher that has learnt a draw; `known` holds what its encoder made of texts before."""
    as_knowledge(draw, folder / "knowledge")
    if name in OURS:
        ours = Ours(folder / "knowledge", None, OURS[name])
        parts = ours.assistant.parts
        if parts.encoder:
            once = _Once(parts.encoder, known)
            ours.assistant = replace(ours.assistant, parts=replace(parts, encoder=once))
        return ours.say
    texts = material(folder / "knowledge")
    kind = PEERS[name]
    if hasattr(kind, "vector"):
        kind = type(kind.__name__, (kind,), {"vector": _once(kind.vector, known)})
    return Theirs(kind(texts, folder), texts.topics).say


class _Once:
    """Our encoder, asked once for each text: its parts are always the same."""

    def __init__(self, encoder: Any, known: dict[str, Any]) -> None:
        self._encoder, self._known, self.name, self.rows = encoder, known, encoder.name, encoder.rows

    def sense(self, text: str, parts: Any = ()) -> Any:
        if text not in self._known:
            self._known[text] = self._encoder.sense(text, parts)
        return self._known[text]


def _once(vector: Callable[[Any, str], Any], known: dict[str, Any]) -> Callable[[Any, str], Any]:
    """A peer's encoder, asked once for each text."""

    def remembered(self: Any, text: str) -> Any:
        if text not in known:
            known[text] = vector(self, text)
        return known[text]

    return remembered


class OurDirectory:
    """Our index of many services, with words put right as the road puts them right before it matches."""

    def __init__(self, material: Material, folder: Path) -> None:
        from signpost.match.directory import build_directory

        self.folder = folder
        build_directory(material.texts, folder)

    def __setstate__(self, state: dict[str, Any]) -> None:
        from signpost.match.directory import open_directory
        from signpost.understand.spelling import Spelling

        (kept,) = state["folder"].glob("directory-*")
        self.directory = open_directory(kept)
        self.spelling = Spelling(self.directory.numbers, {})

    def find(self, text: str, most: int) -> list[int]:
        repaired = (self.spelling.repair(word) for word in text.split())
        right = " ".join(r.right if r else word for r, word in zip(repaired, text.split(), strict=True))
        return [place for place, _ in self.directory.find(right, most)]


DIRECTORIES: dict[str, Any] = {"Signpost, directory": OurDirectory} | {
    name: kind for name, kind in PEERS.items() if hasattr(kind, "find")
}


def directory_learn(job: dict[str, Any]) -> dict[str, Any]:
    texts = tuple(scale.services(job["size"]))
    cache = Path(job["cache"])
    began = time.monotonic()
    peer = DIRECTORIES[job["matcher"]](Material((), texts, np.arange(len(texts))), cache)
    (cache / "peer.pickle").write_bytes(pickle.dumps(peer))
    took = time.monotonic() - began
    return {"learnt_in": took, "asked": scale.questions(list(texts), job["asked"])}


def directory_serve(job: dict[str, Any]) -> dict[str, Any]:
    peer = pickle.loads((Path(job["cache"]) / "peer.pickle").read_bytes())  # noqa: S301 - written a moment ago by us
    peer.find("a first question", TEN)
    figures: dict[str, Any] = {"start": time.monotonic() - job["spawned"]}
    meant = [place for _, place in job["asked"]]
    found, took = _timed([text for text, _ in job["asked"]], lambda text: peer.find(text, TEN))
    figures["memory"] = _resident()
    figures["top1"] = sum(f[:1] == [m] for f, m in zip(found, meant, strict=True)) / len(meant)
    figures["top10"] = sum(m in f for f, m in zip(found, meant, strict=True)) / len(meant)
    return figures | speed(took)


def grouping(job: dict[str, Any]) -> dict[str, Any]:
    """One way to group the texts of one set."""
    import themes

    texts, truth = themes.sets(Path(job["data"]) if job["data"] else None)[job["set"]]
    return themes.grouped(job["matcher"], texts[:: job["every"]], truth[:: job["every"]])


TASKS = {
    "learn": learn,
    "serve": serve,
    "few_shot": few_shot,
    "directory_learn": directory_learn,
    "directory_serve": directory_serve,
    "grouping": grouping,
}


def main() -> None:
    job = json.load(sys.stdin)
    try:
        result = TASKS[job["task"]](job)
    except ModuleNotFoundError as missing:
        result = {"absent": missing.name}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
