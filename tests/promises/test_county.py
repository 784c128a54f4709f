"""A synthetic year: the report names the planted gaps, is not fooled by the nuisances, and every figure is true."""

from __future__ import annotations

import datetime as dt

import pytest
from county import BEGIN, MONTHS, PLANTED, Truth, questions, replay

from signpost.report.desk import Desk, Report
from signpost.report.figures import figures
from signpost.report.measure import COUNTY_ONLY, MEASURES, Measure
from signpost.report.people import AREAS, DISTRICTS
from signpost.report.period import Period, month_of, read
from signpost.report.release import Spot
from signpost.report.say import Say
from signpost.report.suppress import FEWEST, Shown, Step
from signpost.service import Assistant
from signpost.storage import Store

FIRST = month_of(BEGIN)


def is_true(shown: Shown, count: int) -> bool:
    """Whether a figure says what the generator counted, as far as it may be said."""
    match shown.step:
        case Step.HIDDEN:
            return count < FEWEST
        case Step.OPEN:
            return count >= FEWEST
        case Step.UNSAID:
            return True
    return count >= FEWEST and abs(shown.about - count) * 2 <= shown.step


@pytest.fixture
async def told(store: Store, assistant: Assistant, full_size: bool) -> tuple[Report, Truth]:
    truth = await replay(questions(100_000 if full_size else 4_000), assistant, store)
    desk = Desk(store, lambda: assistant.knowledge, lambda: dt.datetime(2026, 4, 3, tzinfo=dt.UTC))
    return await desk.report(), truth


async def test_the_report_of_a_synthetic_year(told: tuple[Report, Truth]) -> None:
    report, truth = told
    year = read("2025-26-year")
    assert year
    found = figures(report, year)
    assert {g.theme.name for g in found.themes[: len(PLANTED)]} == {m.name for m in PLANTED}
    first = found.themes[0]
    assert (first.theme.name, first.most) == (PLANTED[0].name, Spot("Fenland", PLANTED[0].area, "11-15"))
    assert PLANTED[0].name in Say(report.known).three(found)[0]

    for name in ("A helicopter to school", "Free scooters"):
        people = truth.of_matter(name, range(MONTHS))
        assert people <= MONTHS, "one person, once a month"
        assert is_true(next((g.people for g in found.themes if g.theme.name == name), Shown(Step.HIDDEN)), people)

    checked, wrong = 0, []
    for period in report.release.periods:
        months = range(period.first - FIRST, period.first - FIRST + period.months)
        for measure in MEASURES:
            spots = [Spot(), *(Spot(district=d) for d in DISTRICTS)] if measure not in COUNTY_ONLY else [Spot()]
            for spot in spots:
                shown, count = report.release.people(measure, period, spot), truth.count(measure, months, spot.district)
                wrong += [] if is_true(shown, count) else [(period.key, measure, spot, shown, count)]
                checked += 1
        for theme in report.themes:
            for area in (None, *AREAS):
                shown = report.release.theme(theme.id, period, Spot(area=area))
                count = truth.of_theme(theme.id, months, area)
                wrong += [] if is_true(shown, count) else [(period.key, theme.name, area, shown, count)]
                checked += 1
    held = [truth.held[matter.name] for matter in PLANTED]
    print(
        f"\nof each planted gap the engine alone put {min(held):.0%} to {max(held):.0%} into one theme; a person merges the rest"
    )
    rising = [report.release.theme(first.theme.id, Period(FIRST + 3 * q, 3)).least for q in range(4)]
    print(
        f"\n{report.release.people(Measure.ASKED, year).about:,} people: {checked:,} figures checked, {len(wrong)} not true"
    )
    print(f"{PLANTED[0].name}, by quarter: {rising}")
    assert not wrong and checked > 2_000
    assert min(held) > 0.5
    assert rising[0] < min(rising[1:]) and rising[-1] == max(rising), "rising from spring"
