"""Small and large matters are found side by side, whatever the order of the texts."""

from __future__ import annotations

import numpy as np
import pytest

from signpost.match.features import Floats
from signpost.themes.group import placed

WIDTH = 64
NOBODY = np.zeros((0, WIDTH), np.float32)


def about(*sizes: int, spread: float, seed: int = 1) -> tuple[Floats, list[int]]:
    """Rows of length one around as many directions, none near another, and which direction each is around."""
    rng, truth = np.random.default_rng(seed), [way for way, size in enumerate(sizes) for _ in range(size)]
    rows = np.eye(WIDTH)[truth] + spread * rng.normal(size=(len(truth), WIDTH)) / WIDTH**0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), truth


@pytest.mark.parametrize("sizes", [(3, 3), (2, 3, 5, 40, 80), (1, 1, 1, 1), (60,), (1,)])
def test_groups_of_all_sizes_are_found(sizes: tuple[int, ...]) -> None:
    rows, truth = about(*sizes, spread=0.6)
    assert placed(rows, NOBODY) == truth


def test_a_matter_stays_one_however_often_each_way_of_saying_it_is_repeated() -> None:
    ways, truth = about(4, 4, 4, 4, spread=0.9)
    often = np.repeat(ways, 80, 0) + 0.02 * np.random.default_rng(3).normal(size=(16 * 80, WIDTH))
    rows = (often / np.linalg.norm(often, axis=1, keepdims=True)).astype(np.float32)
    assert placed(rows, NOBODY) == np.repeat(truth, 80).tolist()


def test_the_order_of_a_batch_does_not_matter() -> None:
    rows, _ = about(4, 9, 30, 30, spread=1.3)
    order = np.random.default_rng(2).permutation(len(rows))
    found, shuffled = np.array(placed(rows, NOBODY))[order], np.array(placed(rows[order], NOBODY))
    assert ((found[:, None] == found) == (shuffled[:, None] == shuffled)).all() and found.max() > 1


def test_what_is_like_a_theme_that_there_was_joins_it_and_the_rest_is_new() -> None:
    rows, truth = about(5, 5, 2, spread=0.6)
    centres = np.stack([rows[5:7].mean(0), rows[:2].mean(0)])
    assert placed(rows, centres) == [{0: 1, 1: 0, 2: 2}[way] for way in truth]
