"""Small numbers stay hidden: an attacker with a linear programme over everything published, on random tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from signpost.report.suppress import FEWEST, PROMISED, Published, Step, Table, publish

Times = tuple[tuple[int, tuple[int, ...]], ...]
SIZES = (0.3, 2.0, 5.0, 9.0, 20.0, 60.0)


def said(published: Published, place: tuple[int, ...]) -> tuple[int, int | None]:
    """What a reader of the method knows a number to lie between."""
    shown = published[place]
    match shown.step:
        case Step.HIDDEN:
            return 0, FEWEST - 1
        case Step.OPEN:
            return FEWEST, None
        case Step.UNSAID:
            return 0, None
    return max(FEWEST, shown.about - shown.step // 2), shown.about + (shown.step - 1) // 2


def leaves(table: Table, place: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The finest cells that a count is the sum of."""
    shape, times = table.counts.shape, dict(table.times)

    def parts(axis: int, at: int) -> Sequence[int]:
        if axis == 1:
            return [leaf for part in times[at] for leaf in parts(1, part)] if at in times else [at]
        return range(shape[axis] - 1) if axis in table.summed and at == shape[axis] - 1 else [at]

    return list(product(*(parts(axis, at) for axis, at in enumerate(place))))


def narrowest(table: Table, published: Published, fewest: int = FEWEST) -> tuple[int, int]:
    """(hidden counts, fewest values that any of them can still have, `fewest` at most); asserts that what is shown is true.

    Every table that agrees with what is published, the true one first, shows values that hidden counts can have. Only a
    count that has shown fewer than `fewest` needs the programme for itself, so the answer is as if each had been attacked.
    """
    places = list(np.ndindex(table.counts.shape))
    cells = sorted({leaf for place in places for leaf in leaves(table, place)})
    number = {cell: i for i, cell in enumerate(cells)}
    rows: list[dict[int, float]] = []
    limits: list[float] = []
    hidden: list[dict[int, float]] = []
    for place in places:
        low, high = said(published, place)
        row = {number[leaf]: 1.0 for leaf in leaves(table, place)}
        if published[place].step is Step.HIDDEN:
            hidden.append(row)
        if high is not None:
            rows.append(row)
            limits.append(high)
        if low > 0:
            rows.append(dict.fromkeys(row, -1.0))
            limits.append(-low)
    for cell in cells:
        parent = table.parents[cell[0]]
        if parent >= 0:
            rows.append({number[cell]: 1.0, number[parent, *cell[1:]]: -1.0})
            limits.append(0)
        if cell[0] in table.covered:
            children = [m for m, over in enumerate(table.parents) if over == cell[0]]
            rows.append({number[cell]: 1.0} | {number[m, *cell[1:]]: -1.0 for m in children})
            limits.append(0)
    matrix, aims = _matrix(rows, len(cells)), _matrix(hidden, len(cells))
    truth = np.array([table.counts[cell] for cell in cells], float)
    assert (matrix @ truth <= limits).all(), "a number that is not true"
    least = most = aims @ truth

    def values(count: int) -> int:
        return int(np.floor(most[count] + 1e-6) - np.ceil(least[count] - 1e-6)) + 1

    def attack(counts: Sequence[int]) -> None:
        nonlocal least, most
        for sign in (1, -1):
            found = linprog(sign * aims[counts].sum(0), matrix, limits, bounds=(0, None))
            assert found.status == 0, found.message
            least, most = np.minimum(least, aims @ found.x), np.maximum(most, aims @ found.x)

    if hidden:
        attack(range(len(hidden)))
    for count in range(len(hidden)):
        if values(count) < fewest:
            attack([count])
            fewest = min(fewest, values(count))
    return len(hidden), fewest


def _matrix(rows: Sequence[dict[int, float]], width: int) -> csr_matrix:
    values = [v for row in rows for v in row.values()]
    places = [r for r, row in enumerate(rows) for _ in row], [i for row in rows for i in row]
    return csr_matrix((values, places), shape=(len(rows), width))


def filled(
    rng: np.random.Generator, shape: tuple[int, ...], times: tuple[tuple[int, tuple[int, ...]], ...]
) -> np.ndarray:  # type: ignore[type-arg]
    """Random counts with their totals in place."""
    counts = np.zeros(shape, np.int64)
    inner = (slice(None), slice(None), *(slice(None, -1) for _ in shape[2:]))
    counts[inner] = rng.poisson(rng.choice(SIZES, counts[inner].shape))
    for axis in range(2, len(shape)):
        ahead = (slice(None),) * axis
        counts[(*ahead, -1)] = counts[(*ahead, slice(None, -1))].sum(axis)
    for total, parts in times:
        counts[:, total] = counts[:, list(parts)].sum(1)
    return counts


def test_no_hidden_count_is_left_fewer_than_three_values(full_size: bool) -> None:
    rng = np.random.default_rng(20261126)
    tables, hidden, fewest, coarse, shown = 10_000 if full_size else 60, 0, FEWEST, 0, 0
    for _ in range(tables):
        shape = (1, 1, int(rng.integers(3, 6)), int(rng.integers(3, 6)))
        table = Table(filled(rng, shape, ()), (), ((0,),), (2, 3), (-1,))
        published = publish(table)
        count, fewest = narrowest(table, published, fewest)
        hidden += count
        coarse, shown = coarse + int((published.steps > Step.FIVE).sum()), shown + int((published.steps > 0).sum())
    print(
        f"\n{tables:,} tables: {hidden:,} hidden counts attacked, fewest values left {fewest}; "
        f"{coarse / shown:.1%} of the numbers shown are coarser than to the nearest 5"
    )
    assert fewest >= PROMISED and hidden > tables


def test_nor_across_months_quarters_and_measures(full_size: bool) -> None:
    rng = np.random.default_rng(5)
    fewest, hidden, times = FEWEST, 0, ((3, (0, 1, 2)),)
    for _ in range(300 if full_size else 6):
        counts = filled(rng, (3, 4, 4, 3), times)
        counts[0] = counts[1] + counts[2]  # all are in one of the two others
        table = Table(counts, times, ((0, 1, 2), (3,)), (2, 3), (-1, 0, 0), (0,))
        count, fewest = narrowest(table, publish(table), fewest)
        hidden += count
    print(f"\nacross times and measures: {hidden:,} hidden counts attacked, fewest values left {fewest}")
    assert fewest >= PROMISED


def test_what_was_published_is_not_made_coarser_by_what_follows() -> None:
    rng, times = np.random.default_rng(8), ((3, (0, 1, 2)),)
    for _ in range(40):
        counts = filled(rng, (1, 4, 4, 3), times)
        early = publish(Table(counts, times, ((0, 1, 2), ()), (2, 3), (-1,)))
        late = publish(Table(counts, times, ((0, 1, 2), (3,)), (2, 3), (-1,)))
        assert (early.steps[:, :3] == late.steps[:, :3]).all() and (early.steps[:, 3] == Step.UNSAID).all()


def test_the_rounding_that_betrays_is_made_coarser() -> None:
    """17 is shown as 15 and 23 as 25: then the hidden one could only be 6 or 7."""
    table = Table(np.array([[[17, 6, 23]]]), (), ((0,),), (2,), (-1,))
    published = publish(table)
    assert published[0, 0, 0].about == 15 and published[0, 0, 1].step is Step.HIDDEN
    assert published[0, 0, 2].step is Step.TEN and published[0, 0, 2].about == 20
