"""The figures of one report: what a page, a file and a message show of a release. Pure; every count is a `Shown`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .desk import Report
from .measure import NEEDS, OUTCOMES, SAID, WHYS, Measure
from .people import AGES, AREAS, DISTRICTS
from .period import Period
from .queries import Theme
from .release import COUNTY, Release, Spot
from .suppress import Shown, Step

SMALLEST_RATE = 50
"""People (as shown) below which no percentage is made: rounding alone would move it by more than ten points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One count beside the period before, and as a part of another."""

    name: str
    people: Shown
    before: Shown
    rate: int | None = None
    """Per cent, made of the shown numbers alone; None where they are too small."""
    rate_before: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """One measure across two divisions; the last of each row and column is the total (`""`)."""

    rows: str
    columns: str
    cells: tuple[tuple[str, tuple[tuple[str, Shown], ...]], ...]


@dataclass(frozen=True, slots=True)
class Grown:
    """A theme with its people in this period and the one before."""

    theme: Theme
    people: Shown
    before: Shown
    need: Shown
    """Of them, those of whom it is known that the need was unmet, and why."""
    most: Spot
    """The district, area of need and age with half of them or more, where there is one; else None."""

    @property
    def growth(self) -> int:
        """More people than in the time before; 0 where there is none to compare with."""
        return 0 if self.before.step is Step.UNSAID else self.people.least - self.before.least


@dataclass(frozen=True, slots=True)
class Promise:
    """A milestone of the plan beside what people asked about it."""

    milestone: str
    asked: Shown
    missed: Shown
    rate: int | None
    themes: tuple[Grown, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """How long the themes that can be told of wait for a published response. Counts themes, not people."""

    answered: int
    waiting: int
    days: int | None
    """Median from the first question to the response; None when nothing was answered yet."""
    longest: int | None
    """Days that the oldest theme without a response has waited at the end of the period."""


@dataclass(frozen=True)
class Figures:
    """Everything about one period and one part of the county's people."""

    period: Period
    spot: Spot
    of: Measure
    """Whose people the map and the grids count."""
    overview: tuple[Line, ...]
    months: tuple[tuple[Period, Shown, Shown], ...]
    """(month, asked, missed): the months of the period and those before it, oldest first."""
    whys: tuple[Line, ...]
    reasons: tuple[Line, ...]
    languages: tuple[tuple[str, Shown], ...]
    districts: tuple[tuple[str, Shown], ...]
    grids: tuple[Grid, ...]
    themes: tuple[Grown, ...]
    themes_hidden: int
    """Themes of too few people to be told of."""
    promises: tuple[Promise, ...]
    no_lead: tuple[str, ...]
    no_date: tuple[str, ...]
    answering: Answering


MONTHS = 12
"""Months in the picture of the trend."""
NAMES = {"district": DISTRICTS, "area": AREAS, "age": AGES}
GRIDS = (("area", "district"), ("area", "age"), ("district", "age"))


def figures(report: Report, period: Period, spot: Spot = COUNTY, of: Measure = Measure.NEED) -> Figures:
    """The figures of a period, for all the county's people or a part of them."""
    release, plan = report.release, report.known.plan
    themes = _themes(report, period, spot)
    told = tuple(grown for grown in themes if grown.people.least or grown.before.least)
    newest = period.first + period.months - 1
    months = [Period(month, 1) for month in range(max(release.first, newest - MONTHS + 1), newest + 1)]
    return Figures(
        period,
        spot,
        of,
        tuple(
            _line(release, m, Measure.ASKED, period, spot) for m in (Measure.ASKED, *OUTCOMES, *SAID, Measure.OFF_TOPIC)
        ),
        tuple((m, release.people(Measure.ASKED, m, spot), release.people(Measure.MISSED, m, spot)) for m in months),
        tuple(_line(release, m, Measure.MISSED, period, spot) for m in WHYS),
        tuple(_line(release, m, Measure.NEED, period, spot) for m in NEEDS),
        tuple(_falling(release.languages(period).items())),
        tuple((d, release.people(of, period, _with(spot, "district", d))) for d in DISTRICTS),
        tuple(_grid(release, of, period, spot, across) for across in GRIDS) if period.months > 1 else (),
        told,
        len(themes) - len(told),
        tuple(_promises(report, period, themes)),
        tuple(row.milestone.id for row in plan.rows if not row.milestone.leads),
        tuple(row.milestone.id for row in plan.rows if not row.milestone.dates),
        _answering([grown.theme for grown in told], period.end),
    )


def rate(part: Shown, whole: Shown) -> int | None:
    """Per cent of shown numbers; None where the whole is not shown or small, or the part is hidden."""
    if not part.is_number or not whole.is_number or whole.about < SMALLEST_RATE:
        return None
    return min(100, round(100 * part.about / whole.about))


def _line(release: Release, measure: Measure, of: Measure, period: Period, spot: Spot) -> Line:
    now, before = (release.people(measure, p, spot) for p in (period, period.before))
    if measure in (of, Measure.OFF_TOPIC):
        return Line(measure, now, before)
    whole, whole_before = (release.people(of, p, spot) for p in (period, period.before))
    return Line(measure, now, before, rate(now, whole), rate(before, whole_before))


def _with(spot: Spot, division: str, name: str) -> Spot:
    held = {"district": spot.district, "area": spot.area, "age": spot.age}
    return Spot(**{**held, division: name or held[division]})


def _grid(release: Release, of: Measure, period: Period, spot: Spot, across: tuple[str, str]) -> Grid:
    rows, columns = across

    def names(division: str) -> tuple[str, ...]:
        chosen = getattr(spot, division)
        return (chosen,) if chosen else (*NAMES[division], "")

    return Grid(rows, columns, tuple(
        (row, tuple(
            (column, release.people(of, period, _with(_with(spot, rows, row), columns, column)))
            for column in names(columns)
        ))
        for row in names(rows)
    ))  # fmt: skip


def _falling(counts: Iterable[tuple[str, Shown]]) -> list[tuple[str, Shown]]:
    return sorted(counts, key=lambda pair: (-pair[1].least, pair[0]))


def _themes(report: Report, period: Period, spot: Spot) -> list[Grown]:
    """Every theme that anybody asked about then, most people first."""
    release, held = report.release, set(report.release.themes(period))
    found = [_grown(release, theme, period, spot) for theme in report.themes if theme.id in held]
    return sorted(found, key=lambda grown: (-grown.people.least, -grown.need.least, -grown.growth, grown.theme.id))


def _grown(release: Release, theme: Theme, period: Period, spot: Spot) -> Grown:
    one = next((_with(COUNTY, d, held) for d in NAMES if (held := getattr(spot, d))), COUNTY)

    def people(p: Period, *, need: bool = False) -> Shown:
        return release.theme(theme.id, p, one, need=need)

    def most(division: str) -> str | None:
        if getattr(spot, division):
            return None
        by = [(release.theme(theme.id, period, _with(COUNTY, division, n)).least, n) for n in NAMES[division][:-1]]
        first, second = sorted(by, reverse=True)[:2]
        return first[1] if first[0] > second[0] and 2 * first[0] >= people(period).least else None

    return Grown(
        theme, people(period), people(period.before), people(period, need=True), Spot(**{d: most(d) for d in NAMES})
    )


def _promises(report: Report, period: Period, themes: Sequence[Grown]) -> list[Promise]:
    """Milestones that anybody asked about, the least kept first."""
    release, found = report.release, []
    for milestone in report.known.plan.by_id:
        linked = tuple(grown for grown in themes if milestone in grown.theme.milestones and grown.people.least)
        asked, missed = (release.milestone(milestone, period, missed=m) for m in (False, True))
        if asked.least or linked:
            found.append(Promise(milestone, asked, missed, rate(missed, asked), linked))
    return sorted(
        found, key=lambda p: (-p.missed.least - sum(g.people.least for g in p.themes), -p.asked.least, p.milestone)
    )


def _answering(themes: Sequence[Theme], until: dt.datetime) -> Answering:
    asked = [
        theme for theme in themes if theme.first_asked and theme.first_asked < until and theme.state != "not-a-gap"
    ]
    took = [
        (theme.answered_at - theme.first_asked).days
        for theme in asked
        if theme.first_asked and theme.answered_at and theme.answered_at < until
    ]
    waiting = [
        (until - theme.first_asked).days
        for theme in asked
        if theme.first_asked and not (theme.answered_at and theme.answered_at < until)
    ]
    return Answering(len(took), len(waiting), round(median(took)) if took else None, max(waiting, default=None))
