"""The periods that reports are about: whole months, quarters, and years from April to March, in UTC.

Only what is over is reported, each period once and for all: a figure that grew by the day would tell, by what it was
yesterday, what today's one person asked.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

GRACE = dt.timedelta(days=1)
"""After the end of a month, for late taps on "why" and for grouping."""
APRIL = 4


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole months from `first` on; `first` counts months since year 0."""

    first: int
    months: int

    @property
    def key(self) -> str:
        year, month = divmod(self.first, 12)
        match self.months:
            case 1:
                return f"{year}-{month + 1:02}"
            case 3:
                return f"{year}-q{month // 3 + 1}"
        return f"{year}-{(year + 1) % 100:02}-year"

    @property
    def start(self) -> dt.datetime:
        return start(self.first)

    @property
    def end(self) -> dt.datetime:
        return start(self.first + self.months)

    @property
    def before(self) -> Period:
        return Period(self.first - self.months, self.months)

    @property
    def place(self) -> tuple[int, int]:
        """(first month of its year, place on that year's axis of time): 12 months, 4 quarters, the year."""
        year = year_of(self.first)
        ahead = self.first - year
        return year, ahead if self.months == 1 else 12 + ahead // 3 if self.months == 3 else 16


TIMES: tuple[tuple[int, tuple[int, ...]], ...] = (
    (12, (0, 1, 2)), (13, (3, 4, 5)), (14, (6, 7, 8)), (15, (9, 10, 11)), (16, (12, 13, 14, 15)),
)  # fmt: skip
"""Which places on a year's axis of time add up to which."""
PLACES = 17


def start(month: int) -> dt.datetime:
    year, ahead = divmod(month, 12)
    return dt.datetime(year, ahead + 1, 1, tzinfo=dt.UTC)


def year_of(month: int) -> int:
    """The April at or before a month."""
    return month - (month - APRIL + 1) % 12


def month_of(at: dt.datetime) -> int:
    return at.year * 12 + at.month - 1


def last_over(now: dt.datetime) -> int:
    """The newest month that can be reported."""
    return month_of(now - GRACE) - 1


def read(key: str) -> Period | None:
    """The period of a key: `2026-03`, `2026-q1` (January to March), `2025-26-year`; None when it is none."""
    if found := re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", key):
        return Period(int(found[1]) * 12 + int(found[2]) - 1, 1)
    if found := re.fullmatch(r"(20\d\d)-q([1-4])", key):
        return Period(int(found[1]) * 12 + 3 * (int(found[2]) - 1), 3)
    found = re.fullmatch(r"(20\d\d)-(\d\d)-year", key)
    if found and (int(found[1]) + 1) % 100 == int(found[2]):
        return Period(int(found[1]) * 12 + APRIL - 1, 12)
    return None


def over(first: int, last: int) -> list[Period]:
    """Every period that has a month from `first` on and is over with month `last`; longest first, newest first."""
    found: list[Period] = []
    for months in (12, 3, 1):
        newest = last - (last - APRIL + 2) % months if months > 1 else last
        begin = newest - months + 1
        while begin + months > first:
            found.append(Period(begin, months))
            begin -= months
    return found
