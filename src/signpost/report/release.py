"""Everything that may be published up to a month: counts in, shown figures out. Pure; nothing raw leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .measure import COUNTY_ONLY, MEASURES, PARENT, PLACE, Measure
from .people import AGES, AREAS, DISTRICTS, Counts
from .period import PLACES, TIMES, Period, over, year_of
from .suppress import NOT_SHOWN, Bools, Ints, Published, Shown, Step, Table, publish

STAGES = (range(12), range(12, 16), (16,))
DETAIL = (1,) * 12 + (2,) * 5
"""How many of district, area of need and age are told at once: one for a month, two for a quarter or a year."""
THEME_DETAIL = (1,) * PLACES
"""A theme is one matter of few people: district, area of need or age."""
Themes = Mapping[int, Mapping[int, Counts]]
"""Month -> theme -> people."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A part of the county's people; None is all of them."""

    district: str | None = None
    area: str | None = None
    age: str | None = None


COUNTY = Spot()


@dataclass(frozen=True)
class _Year:
    people: Published
    """(measure, time, district, area, age)"""
    languages: Published
    language: Mapping[str, int]
    milestones: Published
    milestone: Mapping[tuple[str, bool], int]
    themes: Mapping[int, Published]
    """Theme -> (all its people, or those of a plain unmet need; time, district, area, age)"""


@dataclass(frozen=True)
class Release:
    """What may be shown of the months up to `last`."""

    first: int
    last: int
    versions: tuple[str, ...]
    """Versions of the knowledge base that answered."""
    _years: Mapping[int, _Year]

    @classmethod
    def of(cls, months: Mapping[int, Counts], themes: Themes, last: int) -> Release:
        """Hide what must be hidden, year by year."""
        months = {month: counts for month, counts in months.items() if month <= last}
        first = min(months, default=last)
        versions = tuple(sorted({v for counts in months.values() for v in counts.versions}))
        starts = range(year_of(first), last + 1, 12) if months else range(0)
        return cls(first, last, versions, {year: _year(year, months, themes, last) for year in starts})

    @property
    def periods(self) -> list[Period]:
        return over(self.first, self.last) if self._years else []

    def people(self, measure: Measure, period: Period, spot: Spot = COUNTY) -> Shown:
        """How many people, as it may be shown; not shown where there is nothing to show."""
        year, time = period.place
        if year not in self._years or (measure in COUNTY_ONLY and spot != COUNTY):
            return NOT_SHOWN
        return self._years[year].people[(PLACE[measure], time, *_place(spot))]

    def languages(self, period: Period) -> dict[str, Shown]:
        """People who wrote in a language that cannot be answered."""
        year, time = period.place
        held = self._years.get(year)
        return {code: held.languages[place, time] for code, place in held.language.items()} if held else {}

    def milestone(self, milestone: str, period: Period, *, missed: bool = False) -> Shown:
        """People who asked about what a milestone promised, or of them those who got nowhere."""
        year, time = period.place
        held = self._years.get(year)
        place = held.milestone.get((milestone, missed)) if held else None
        return held.milestones[place, time] if held and place is not None else Shown(Step.HIDDEN)

    def themes(self, period: Period) -> list[int]:
        held = self._years.get(period.place[0])
        return list(held.themes) if held else []

    def theme(self, theme: int, period: Period, spot: Spot = COUNTY, *, need: bool = False) -> Shown:
        """People of a theme, all or only those of a plain unmet need."""
        year, time = period.place
        held = self._years.get(year)
        found = held.themes.get(theme) if held else None
        return found[(int(need), time, *_place(spot))] if found else NOT_SHOWN


def _place(spot: Spot) -> tuple[int, int, int]:
    return (
        DISTRICTS.index(spot.district) if spot.district else -1,
        AREAS.index(spot.area) if spot.area else -1,
        AGES.index(spot.age) if spot.age else -1,
    )


def _year(year: int, months: Mapping[int, Counts], themes: Themes, last: int) -> _Year:
    stages = tuple(tuple(t for t in stage if _is_over(year, t, last)) for stage in STAGES)
    times = [month for month in range(year, year + 12) if month in months]

    counts = np.zeros((len(MEASURES), PLACES, len(DISTRICTS) + 1, len(AREAS) + 1, len(AGES) + 1), np.int64)
    for month in times:
        for (measure, (d, a, g)), n in months[month].people.items():
            counts[PLACE[measure], month - year, d, a, g] = n
    parents = [PLACE[PARENT[m]] if m in PARENT else -1 for m in MEASURES]
    covered = sorted({parent for parent in parents if parent >= 0})
    told = _told(counts.shape)
    told[[PLACE[m] for m in COUNTY_ONLY]] &= _detail(counts.shape)[0] == 0
    people = publish(Table(_summed(counts, (2, 3, 4)), TIMES, stages, (2, 3, 4), parents, covered, told))

    codes = sorted({code for month in times for code in months[month].languages})
    spoken = np.zeros((len(codes) + 1, PLACES), np.int64)
    county = people.only(slice(PLACE[Measure.LANGUAGE], PLACE[Measure.LANGUAGE] + 1), slice(None), -1, -1, -1)
    spoken[0] = _summed(counts, (2, 3, 4))[PLACE[Measure.LANGUAGE], :, -1, -1, -1]
    for month in times:
        for place, code in enumerate(codes, 1):
            spoken[place, month - year] = months[month].languages[code]
    _over_time(spoken[1:])
    languages = publish(Table(spoken, TIMES, stages, (), [-1, *(0 for _ in codes)]), county)

    named = sorted({m for month in times for m, _ in months[month].milestones})
    milestone = {(m, missed): 2 * place + missed for place, m in enumerate(named) for missed in (False, True)}
    promised = np.zeros((2 * len(named), PLACES), np.int64)
    for month in times:
        for key, n in months[month].milestones.items():
            promised[milestone[key], month - year] = n
    _over_time(promised)
    table = Table(promised, TIMES, stages, (), [place - 1 if place % 2 else -1 for place in range(len(promised))])

    held = sorted({theme for month in times for theme in themes.get(month, ())})
    return _Year(
        people, languages, {code: place for place, code in enumerate(codes, 1)}, publish(table), milestone,
        {theme: publish(_theme(year, theme, themes, stages)) for theme in held},
    )  # fmt: skip


def _theme(year: int, theme: int, themes: Themes, stages: Sequence[Sequence[int]]) -> Table:
    counts = np.zeros((2, PLACES, len(DISTRICTS) + 1, len(AREAS) + 1, len(AGES) + 1), np.int64)
    for month in range(12):
        found = themes.get(year + month, {}).get(theme, Counts())
        for (measure, spot), n in found.people.items():
            if measure in (Measure.MISSED, Measure.NEED):
                counts[(int(measure is Measure.NEED), month, *spot)] += n
    among, told = (-1, 0), _told(counts.shape, THEME_DETAIL)
    return Table(_summed(counts, (2, 3, 4)), TIMES, stages, (2, 3, 4), among, told=told)


def _detail(shape: tuple[int, ...]) -> Ints:
    """How many of a count's places are no totals; shape (1, 1, ...)."""
    parts = shape[2:]
    totals = np.array(parts).reshape(-1, *(1,) * len(parts)) - 1
    detail: Ints = (np.indices(parts) < totals).sum(0)[None, None]
    return detail


def _told(shape: tuple[int, ...], detail: Sequence[int] = DETAIL) -> Bools:
    most = np.array(detail).reshape(1, -1, *(1,) * (len(shape) - 2))
    return np.broadcast_to(_detail(shape) <= most, shape).copy()


def _summed(counts: Ints, axes: tuple[int, ...]) -> Ints:
    """With the total at the end of each axis, quarters and the year after the months."""
    counts = counts.copy()
    for axis in axes:
        np.moveaxis(counts, axis, 0)[-1] = np.moveaxis(counts, axis, 0)[:-1].sum(0)
    _over_time(counts)
    return counts


def _over_time(counts: Ints) -> None:
    for total, parts in TIMES:
        counts[:, total] = counts[:, list(parts)].sum(1)


def _is_over(year: int, time: int, last: int) -> bool:
    ends = time if time < 12 else 3 * (time - 12) + 2 if time < 16 else 11
    return year + ends <= last
