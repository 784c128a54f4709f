"""Where the marks of a picture stand. Templates draw them; the same numbers stand in a table beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .people import UNSAID
from .suppress import Shown, Step

ROOM = 210
"""Of the longest bar, of a picture 320 units wide; what is left is for its number."""
STUB = 12
"""Length of a bar that stands for a number that is hidden."""
ROW, SECOND = 40, 54
"""Height of a row with one bar, and with two."""
SHADES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: a label, and one or two bars under it."""

    label: str
    y: int
    first: int
    first_said: str
    second: int
    second_said: str
    is_first_told: bool
    is_second_told: bool


@dataclass(frozen=True, slots=True)
class Bars:
    rows: tuple[Bar, ...]
    height: int
    is_double: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A district of the schematic map."""

    name: str
    lines: tuple[str, ...]
    said: str
    shade: int
    """0 (hidden or none) to `SHADES`."""
    x: int
    y: int


Row = tuple[str, Shown, str, Shown | None, str]
"""(label, count, in words, second count, in words)"""
SIDE, TALL, APART = 104, 66, 4
TILES = {
    "Fenland": (1, 0), "Huntingdonshire": (0, 1), "Cambridge City": (1, 1), "East Cambridgeshire": (2, 1),
    "South Cambridgeshire": (1, 2), "outside": (0, 3), UNSAID: (2, 3),
}  # fmt: skip


def bars(rows: Sequence[Row]) -> Bars:
    """Bars to one scale. A number that is hidden gets a short open bar, the same for all."""
    most = max((max(shown.least, second.least if second else 0) for _, shown, _, second, _ in rows), default=0) or 1
    double = any(second is not None for *_, second, _ in rows)
    step = SECOND if double else ROW

    def length(shown: Shown | None) -> int:
        return max(STUB, round(ROOM * shown.least / most)) if shown and shown.least else STUB if shown else 0

    return Bars(
        tuple(
            Bar(label, i * step, length(one), said, length(two), said_two, bool(one.least), bool(two and two.least))
            for i, (label, one, said, two, said_two) in enumerate(rows)
        ),
        max(1, len(rows)) * step,
        double,
    )


def tiles(districts: Sequence[tuple[str, str, Shown, str]]) -> tuple[Tile, ...]:
    """The map of (district, its name, count, in words)."""
    most = max((shown.least for district, _, shown, _ in districts if district != UNSAID), default=0) or 1
    return tuple(
        Tile(
            district,
            tuple(name.split(" ", 1)),
            said,
            0 if shown.step in (Step.HIDDEN, Step.UNSAID) else min(SHADES, 1 + SHADES * shown.least // (most + 1)),
            TILES[district][0] * (SIDE + APART),
            TILES[district][1] * (TALL + APART) + (10 if TILES[district][1] == 3 else 0),
        )
        for district, name, shown, said in districts
    )
