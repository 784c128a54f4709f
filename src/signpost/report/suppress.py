"""Hides small numbers, once for every view: nothing leaves this module but what may be published.

The rule: a count of fewer than 8 people is hidden, and none is not told apart from seven; others are shown to the
nearest 5, totals on their own. That none is hidden too costs little and closes a door: six hidden parts of a hidden
total would be 1 or 2 each. Rounded totals can still betray a hidden part (17 shown as 15, and 23 in all shown as 25,
leave 6 or 7), so everything published is attacked with interval bounds, and where a hidden count is left fewer than
`MARGIN` values, the number that betrays it is rounded more coarsely: to 10, 20, 50, 100, then "8 or more", then not at
all.

What was published once is not made coarser later, so it is published in stages: months, then quarters, then years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST = 8
"""People below which a count is hidden."""
PROMISED = 3
"""Values that a hidden count can still have for whoever knows everything published."""
MARGIN = 6
"""Values kept here: bounds are a little weaker than an integer programme, against which a test holds the promise."""
ALL = 1 << 40
"""Stands for "no upper bound"."""
ROUNDS = 60
"""Rounds of bounds; they settle in fewer than ten, and stopping early only leaves bounds that are true."""


class Step(IntEnum):
    """How a count is published; the numbers are what it is rounded to."""

    HIDDEN = 0
    FIVE = 5
    TEN = 10
    TWENTY = 20
    FIFTY = 50
    HUNDRED = 100
    OPEN = 1_000
    """8 or more."""
    UNSAID = 2_000
    """Not shown."""


COARSER = {
    Step.FIVE: Step.TEN, Step.TEN: Step.TWENTY, Step.TWENTY: Step.FIFTY, Step.FIFTY: Step.HUNDRED,
    Step.HUNDRED: Step.OPEN, Step.OPEN: Step.UNSAID, Step.HIDDEN: Step.UNSAID,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be published. There is no way back from it to the count."""

    step: Step
    about: int = 0
    """The rounded number; 0 unless `step` is one that rounds."""

    @property
    def is_number(self) -> bool:
        return Step.FIVE <= self.step <= Step.HUNDRED

    @property
    def least(self) -> int:
        """For sorting and for the length of a bar: a number that the count is about, or 0."""
        return self.about if self.is_number else FEWEST if self.step is Step.OPEN else 0


NOT_SHOWN = Shown(Step.UNSAID)


def alone(count: int) -> Shown:
    """A count that stands in no table with others."""
    return Shown(Step.HIDDEN) if count < FEWEST else Shown(Step.FIVE, nearest(count, 5))


def nearest(count: int, step: int) -> int:
    return (2 * count + step) // (2 * step) * step


@dataclass(frozen=True)
class Table:
    """Counts with every total in place, and how their parts add up.

    `counts` has the axes (measure, time, ...). Along each axis of `summed` the last place holds the total of the
    others. `times` says which times add up to which; `parents`, for each measure, whose people its own are among, or
    -1.
    """

    counts: Ints
    times: Sequence[tuple[int, tuple[int, ...]]]
    """(total, its parts), places on the axis of time."""
    stages: Sequence[Sequence[int]]
    """Places on the axis of time in the order in which they are published; those in none are not."""
    summed: tuple[int, ...]
    parents: Sequence[int]
    covered: Sequence[int] = ()
    """Measures whose every person is in one of their children at least."""
    told: Bools | None = None
    """Which counts may be published at all, in a shape that `counts` broadcasts with; None: all."""


@dataclass(frozen=True)
class Published:
    """A table as it may be seen, and the bounds that anyone can work out from it."""

    steps: Ints
    about: Ints
    low: Ints
    high: Ints

    def __getitem__(self, place: tuple[int, ...]) -> Shown:
        return Shown(Step(int(self.steps[place])), int(self.about[place]))

    def only(self, *place: int | slice) -> Published:
        """A part of it, for `publish` of a table whose first measures it is."""
        return Published(self.steps[place], self.about[place], self.low[place], self.high[place])


def publish(table: Table, before: Published | None = None) -> Published:
    """The table with small numbers hidden. `before`: what was published of the first measures in another table."""
    counts = table.counts
    steps = np.where(counts < FEWEST, Step.HIDDEN, Step.FIVE).astype(np.int64)
    if table.told is not None:
        steps[~np.broadcast_to(table.told, counts.shape)] = Step.UNSAID
    fixed = 0
    if before is not None:
        fixed = before.steps.shape[0]
        steps[:fixed] = before.steps
    times = np.zeros(counts.shape[1], bool)
    for stage in table.stages:
        open_now = np.zeros(counts.shape, bool)
        open_now[fixed:, list(stage)] = True
        times[list(stage)] = True
        while (marks := _betrays(table, steps, times, open_now, before)).any():
            steps[marks] = _coarser(counts[marks], steps[marks])
    steps[:, ~times] = Step.UNSAID
    about = np.where(_rounds(steps), _nearest(counts, steps), 0)
    return Published(steps, about, *_bounds(table, steps, times, before))


def _coarser(counts: Ints, steps: Ints) -> Ints:
    """One step on for each; what would round to nothing is said to be 8 or more."""
    further = np.array([COARSER[Step(step)] for step in steps.tolist()], np.int64)
    further[_rounds(further) & (_nearest(counts, further) == 0)] = Step.OPEN
    return further


def _rounds(steps: Ints) -> Bools:
    return (steps >= Step.FIVE) & (steps <= Step.HUNDRED)


def _nearest(counts: Ints, steps: Ints) -> Ints:
    step: Ints = np.maximum(steps, 1)
    about: Ints = (2 * counts + step) // (2 * step) * step
    return about


def _said(counts: Ints, steps: Ints) -> tuple[Ints, Ints]:
    """The least and the most that each number says by itself."""
    about = _nearest(counts, steps)
    low = np.where(_rounds(steps), np.maximum(FEWEST, about - steps // 2), np.where(steps == Step.OPEN, FEWEST, 0))
    high = np.where(_rounds(steps), about + (steps - 1) // 2, np.where(steps == Step.HIDDEN, FEWEST - 1, ALL))
    return low, high


def _bounds(table: Table, steps: Ints, times: Bools, before: Published | None) -> tuple[Ints, Ints]:
    """What can be worked out from all that is published: bounds pushed along every sum until nothing moves."""
    steps = steps.copy()
    steps[:, ~times] = Step.UNSAID
    low, high = _said(table.counts, steps)
    if before is not None:
        n = before.low.shape[0]
        low[:n], high[:n] = np.maximum(low[:n], before.low), np.minimum(high[:n], before.high)
    for _ in range(ROUNDS):
        was = low.sum(), high.sum()
        for total, parts in _lines(table):
            _push(low, high, total, parts)
        _among(table, low, high)
        np.minimum(high, ALL, out=high)
        if was == (low.sum(), high.sum()):
            break
    return low, high


Place = tuple[Any, ...]


def _lines(table: Table) -> list[tuple[Place, Place]]:
    """Every family of sums as (where the totals are, where their parts are along the axis put first)."""
    found: list[tuple[Place, Place]] = []
    for axis in table.summed:
        ahead = (slice(None),) * axis
        found.append(((*ahead, slice(-1, None)), (*ahead, slice(None, -1))))
    for total, parts in table.times:
        found.append(((slice(None), [total]), (slice(None), list(parts))))
    return found


def _push(low: Ints, high: Ints, total: Place, parts: Place) -> None:
    axis = len(parts) - 1
    part_low, part_high = low[parts], high[parts]
    sum_low, sum_high = part_low.sum(axis, keepdims=True), part_high.sum(axis, keepdims=True)
    low[total] = total_low = np.maximum(low[total], sum_low)
    high[total] = total_high = np.minimum(high[total], sum_high)
    low[parts] = np.maximum(part_low, total_low - (sum_high - part_high))
    high[parts] = np.minimum(part_high, total_high - (sum_low - part_low))


def _among(table: Table, low: Ints, high: Ints) -> None:
    for child, parent in enumerate(table.parents):
        if parent >= 0:
            np.minimum(high[child], high[parent], out=high[child])
            np.maximum(low[parent], low[child], out=low[parent])
    for parent in table.covered:
        children = _children(table, parent)
        total = high[children].sum(0)
        np.minimum(high[parent], total, out=high[parent])
        low[children] = np.maximum(low[children], low[parent] - (total - high[children]))


def _betrays(table: Table, steps: Ints, times: Bools, open_now: Bools, before: Published | None) -> Bools:
    """The numbers, of those that are open now, by which a hidden count is left fewer than `MARGIN` values.

    What bounds such a count is traced back from number to number, until one is found that can still be made coarser;
    that a number is hidden is taken back ("not shown") only where nothing else helps.
    """
    low, high = _bounds(table, steps, times, before)
    is_out = times[(None, slice(None), *(None,) * (steps.ndim - 2))]
    blamed: Bools = (steps == Step.HIDDEN) & is_out & (high - low + 1 < MARGIN)
    if not blamed.any():
        return blamed
    said_low, said_high = _said(table.counts, np.where(is_out, steps, Step.UNSAID))
    bounds = _Bounds(low, high, low > said_low, high < said_high)
    for able in (open_now & (steps >= Step.FIVE) & (steps != Step.UNSAID), open_now & (steps != Step.UNSAID)):
        if (marks := _traced(table, blamed, bounds, able)).any():
            return marks
    anything: Bools = open_now & (steps != Step.UNSAID)
    return anything


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: Ints
    high: Ints
    is_raised: Bools
    """More is known from others than the number itself says."""
    is_lowered: Bools


def _traced(table: Table, blamed: Bools, bounds: _Bounds, able: Bools) -> Bools:
    """The nearest numbers behind the blamed ones that are able to change."""
    while True:
        totals, others = _binding(table, blamed, bounds)
        for marks in (totals & able, others & able):
            if marks.any():
                return marks
        further = blamed | totals | others
        if (further == blamed).all():
            left: Bools = blamed & able
            return left
        blamed = further


def _binding(table: Table, narrow: Bools, b: _Bounds) -> tuple[Bools, Bools]:
    """What bounds the narrow numbers: totals over them, and other numbers in the same sums."""
    totals, others = np.zeros(narrow.shape, bool), np.zeros(narrow.shape, bool)
    for total, parts in _lines(table):
        axis = len(parts) - 1
        low, high = b.low[parts], b.high[parts]
        sum_low, sum_high = low.sum(axis, keepdims=True), high.sum(axis, keepdims=True)
        from_below = b.is_raised[parts] & (b.low[total] - (sum_high - high) >= low)
        from_above = b.is_lowered[parts] & (b.high[total] - (sum_low - low) <= high)
        bound = (narrow[parts] & (from_below | from_above)).any(axis, keepdims=True)
        totals[total] |= bound
        pushed = (b.is_raised[total] & (sum_low >= b.low[total])) | (b.is_lowered[total] & (sum_high <= b.high[total]))
        others[parts] |= bound | (narrow[total] & pushed)
    for parent in table.covered:
        children = _children(table, parent)
        from_cover = b.low[parent] - (b.high[children].sum(0) - b.high[children]) >= b.low[children]
        totals[parent] |= (narrow[children] & b.is_raised[children] & from_cover).any(0)
        others[children] |= narrow[parent] & b.is_lowered[parent]
    for child, parent in enumerate(table.parents):
        if parent >= 0:
            others[child] |= narrow[parent] & b.is_raised[parent] & (b.low[child] >= b.low[parent])
            totals[parent] |= narrow[child] & b.is_lowered[child] & (b.high[parent] <= b.high[child])
    return totals, others


def _children(table: Table, parent: int) -> list[int]:
    return [child for child, over in enumerate(table.parents) if over == parent]
