"""The directory of many services."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scale

from signpost.match import directory
from signpost.match.directory import build_directory

TEXTS = (
    "Elmsford hearing group. Meets on Mondays in the library.",
    "Norwick hearing clinic. Tests for babies.",
    "Elmsford swimming club. Meets on Mondays in the pool.",
    "Elmsford group. A group for any group of people.",
)


def test_the_service_that_is_meant_comes_first() -> None:
    found = build_directory(TEXTS)
    assert found.find("hearing group in elmsford")[0][0] == 0
    assert found.find("Norwick babies")[0][0] == 1
    assert [place for place, _ in found.find("mondays")] == [0, 2]
    assert found.find("xyzzy") == [] and found.find("") == []


def test_the_cache_gives_the_same_and_changed_texts_a_new_one(tmp_path: Path) -> None:
    first, second = build_directory(TEXTS, tmp_path), build_directory(TEXTS, tmp_path)
    assert (
        first.find("hearing elmsford")
        == second.find("hearing elmsford")
        == build_directory(TEXTS).find("hearing elmsford")
    )
    build_directory(TEXTS[:3], tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_only_slower(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, where the folder should be")
    assert build_directory(TEXTS, tmp_path / "cache").find("Norwick babies")[0][0] == 1


def test_an_empty_directory_finds_nothing(tmp_path: Path) -> None:
    assert build_directory((), tmp_path).find("anything") == []


def test_cut_lists_still_weigh_every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = scale.services(3_000)
    asked = scale.questions(texts, 60)
    whole = build_directory(texts)
    exact = [whole.find(text)[:1] for text, _ in asked]
    monkeypatch.setattr(directory, "CHAMPIONS", 60)
    cut = [whole.find(text)[:1] for text, _ in asked]
    same = np.mean([a == b for a, b in zip(exact, cut, strict=True)])
    print(f"\nwith lists cut to 60 of 3,000 services the same comes first in {same:.0%}")
    assert same >= 0.95
