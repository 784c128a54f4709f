"""Features, heads and the decision."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

import numpy as np
import pytest

from signpost.knowledge.load import load
from signpost.match.calibrate import calm_probabilities
from signpost.match.decide import decide
from signpost.match.features import Lexicon, Sparse, tokens
from signpost.match.index import SHARE, build
from signpost.match.score import score
from signpost.model import Candidate, Match, Message, Reading, TopicId
from signpost.outcomes import Disposition


def test_a_vector_has_length_one_and_knows_only_what_was_learnt() -> None:
    lexicon = Lexicon.learn("word", ["speech therapy", "school transport"])
    assert np.linalg.norm(lexicon.vector("speech therapy please").weights) == pytest.approx(1)
    assert len(lexicon.vector("nothing known").ids) == 0
    assert "speech therapy" in lexicon


def test_rare_features_weigh_more() -> None:
    lexicon = Lexicon.learn("word", ["help autism", "help transport", "help money"])
    vector = lexicon.vector("help autism")
    weight = {lexicon.names[i]: w for i, w in zip(vector.ids, vector.weights, strict=True)}
    assert weight["autism"] > weight["help"]


def test_pieces_survive_typing_in_a_hurry() -> None:
    lexicon = Lexicon.learn("piece", ["dyslexia test", "school taxi"])
    a, b, c = (lexicon.vector(t) for t in ("dyslexia", "dislexia", "taxi"))

    def dot(x, y):  # type: ignore[no-untyped-def]
        known = dict(zip(y.ids.tolist(), y.weights.tolist(), strict=True))
        return sum(w * known.get(i, 0) for i, w in zip(x.ids.tolist(), x.weights.tolist(), strict=True))

    assert dot(a, b) > 3 * dot(a, c)


def test_apostrophes_do_not_split_words() -> None:
    assert tokens("He's in Year 9, isn't he?") == ["hes", "in", "year", "9", "isnt", "he"]


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "topics").mkdir()
    for name, lines in {
        "buses": ["the bus is late", "taxi to school"],
        "words": ["cannot read", "spelling is hard"],
    }.items():
        text = f"id: {name}\ntitle: {name}\nexamples:\n" + "".join(f"  - {line}\n" for line in lines)
        (tmp_path / "topics" / f"{name}.yaml").write_text(text)
    return tmp_path


def test_what_was_not_used_for_a_month_leaves_the_cache(tmp_path: Path) -> None:
    known, cache = load(_folder(tmp_path)), tmp_path / "cache"
    build(known, None, cache)
    (mine,) = cache.iterdir()
    for name in ("index-old.npz", "network-old.npz", "somebody-elses"):
        (cache / name).touch()
    (cache / "directory-old").mkdir()
    (cache / "index-young.npz").touch()
    for old in (mine, *cache.glob("*old*"), cache / "somebody-elses"):
        os.utime(old, (0, time.time() - 32 * 24 * 3600))
    build(known, None, cache)
    assert {path.name for path in cache.iterdir()} == {mine.name, "index-young.npz", "somebody-elses"}


def test_the_cache_gives_the_same_index_and_a_damaged_one_is_rebuilt(tmp_path: Path) -> None:
    known, cache = load(_folder(tmp_path)), tmp_path / "cache"
    first, second = build(known, None, cache), build(known, None, cache)
    text = ["the taxi was late"]
    assert np.allclose(first.likeness(text, None), second.likeness(text, None), atol=1e-3)
    assert np.allclose(first.soft, second.soft, atol=0.02)
    (file,) = cache.glob("index-*.npz")
    file.write_bytes(file.read_bytes()[:1000])
    assert np.allclose(build(known, None, cache).soft, first.soft, atol=0.02)


def test_a_need_is_heard_among_small_talk_and_every_space_weighs_as_by_hand(tmp_path: Path) -> None:
    known = load(_folder(tmp_path))
    index = build(known, None, None)
    row = index.likeness(["taxi to school", "cannot read"], None)
    for i, text in enumerate(("taxi to school", "cannot read")):
        for j, example in enumerate(index.examples):
            dots = [
                SHARE[space] * sum(ours.get(f, 0) * w for f, w in theirs.items())
                for space, lexicon in index.lexicons.items()
                for ours, theirs in [[_weights(lexicon.vector(t)) for t in (text, example)]]
            ]
            assert row[i, j] == pytest.approx(sum(dots) / sum(SHARE.values()), abs=1e-5)
    parts = ("soup for lunch and the taxi to school", "soup for lunch", "the taxi to school")
    p = calm_probabilities(score(Reading(Message("x"), parts[0], parts), index, None), index, (8.0, 4.0, 1.0))
    assert p[0] > 0.5 and index.entries[0] == ("topic", "buses")


def _weights(vector: Sparse) -> dict[int, float]:
    return dict(zip(vector.ids.tolist(), vector.weights.tolist(), strict=True))


def test_a_changed_example_makes_a_new_index(tmp_path: Path) -> None:
    folder, cache = _folder(tmp_path), tmp_path / "cache"
    build(load(folder), None, cache)
    file = folder / "topics" / "buses.yaml"
    file.write_text(file.read_text() + "  - the driver did not come\n")
    assert "the driver did not come" in build(load(folder), None, cache).examples


def _match(scores: list[float], covered: float, unmet: float = 0.0, off: float = 0.0, small: float = 0.0) -> Match:
    reading = Reading(Message("x"), "x", ("x",))
    return Match(
        reading, tuple(Candidate(TopicId(f"t{i}"), s) for i, s in enumerate(scores)), covered, unmet, off, small
    )


@pytest.mark.parametrize(
    ("match", "disposition", "topics"),
    [
        (_match([0.95, 0.02], 0.98, 0.02), Disposition.ANSWER, 1),
        (_match([0.5, 0.4, 0.05], 0.98, 0.02), Disposition.CHOOSE, 2),
        (_match([0.3, 0.25, 0.2, 0.1, 0.05], 0.95, 0.05), Disposition.CHOOSE, 4),
        (_match([0.1, 0.05], 0.2, 0.8), Disposition.UNMET, 0),
        (_match([0.02, 0.01], 0.05, 0.05, 0.9), Disposition.OFF_TOPIC, 0),
        (_match([0.02, 0.01], 0.05, 0.0, 0.05, 0.9), Disposition.SMALLTALK, 0),
        (_match([0.97], 0.98), Disposition.ANSWER, 1),
    ],
)
def test_the_cheapest_mistake_is_risked(match: Match, disposition: Disposition, topics: int) -> None:
    decision = decide(match)
    assert (decision.disposition, len(decision.topics)) == (disposition, topics)


def test_scores_are_probabilities(assistant) -> None:  # type: ignore[no-untyped-def]
    for text in ("taxi to school", "asdf", "he will not go in and they fined us", "dentist", "hello"):
        match = assistant.ask(Message(text)).match
        scores = [c.score for c in match.candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= s <= 1 for s in scores) and sum(scores) <= 1.001
        assert math.isclose(match.covered + match.unmet + match.off_topic + match.smalltalk, 1, abs_tol=1e-3)
