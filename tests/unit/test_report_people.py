"""People, not messages, are counted; and only what is an unmet need is called one."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from signpost.gap import Reason
from signpost.report.measure import Measure
from signpost.report.people import (
    AGES,
    AREAS,
    DISTRICTS,
    FLOOD,
    Counting,
    Counts,
    Question,
    as_json,
    from_json,
    likeness,
)
from signpost.report.period import GRACE, Period, last_over, month_of, over, read

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def question(number: int, asker: str | None = "a", outcome: str = "answer", **more: object) -> Question:
    who = hashlib.sha256(asker.encode()).hexdigest() if asker else None
    return Question(number, NOON, who, "self", outcome, **more)  # type: ignore[arg-type]


def counted(*questions: Question, promised: dict[str, tuple[str, ...]] | None = None) -> Counts:
    counting = Counting(promised)
    counting.day([(q, "v1") for q in questions])
    return counting.done()


def total(counts: Counts, measure: Measure) -> int:
    return sum(n for (m, _), n in counts.people.items() if m is measure)


def test_an_insistent_sender_is_one_person() -> None:
    counts = counted(*(question(i, "a", "unmet", kind="unmet", reason="full") for i in range(500)), question(900, "b"))
    assert [total(counts, m) for m in (Measure.ASKED, Measure.NEED, Measure.FULL)] == [2, 1, 1]
    assert counts.questions == 501


def test_a_flood_from_many_addresses_is_one_person_and_a_busy_hour_is_not() -> None:
    alike = likeness("unmet", [["short-breaks", 0.31], ["respite", 0.1]])
    near = likeness("unmet", [["short-breaks", 0.28], ["carers", 0.1]])
    assert alike == near
    flood = [
        question(i, f"a{i}", "unmet", kind="unmet", topic="short-breaks", likeness=alike) for i in range(FLOOD + 1)
    ]
    assert total(counted(*flood), Measure.MISSED) == 1
    assert total(counted(*flood[:-1]), Measure.MISSED) == FLOOD
    sure = [likeness("answer", [["ehc-request", s], ["ehc-what-is", 0.1]]) for s in (0.91, 0.97)]
    assert sure[0] != sure[1] and likeness("urgent", []) == ""


def test_what_staff_log_and_what_nobody_signed_is_a_person_each() -> None:
    outcomes = ("unmet", "off_topic", "smalltalk")  # what the road made of the words: staff knew better
    logged = [
        Question(i, NOON, "f" * 64, "phone-desk", o, kind="logged", reason="full") for i, o in enumerate(outcomes)
    ]
    unknown = [question(10 + i, None, "unmet", kind="unmet") for i in range(2)]
    assert total(counted(*logged, *unknown), Measure.MISSED) == 5


@pytest.mark.parametrize("reason", [None, *Reason])
def test_only_unmet_need_is_called_so(reason: Reason | None) -> None:
    counts = counted(question(1, "a", "unmet", kind="unmet", reason=reason and str(reason)))
    need = {"not-this-child", "full", "too-far", "wrong-time", "too-dear", "no-such-service"}
    assert total(counts, Measure.NEED) == (reason in need)
    assert total(counts, Measure.UNSAID) == (reason is None)
    assert total(counts, Measure.MISSED) == total(counts, Measure.ASKED) == 1


def test_other_matters_and_greetings_are_apart() -> None:
    counts = counted(question(1, "a", "off_topic"), question(2, "b", "smalltalk"))
    assert (total(counts, Measure.ASKED), total(counts, Measure.OFF_TOPIC)) == (0, 1)


def test_a_person_stands_in_one_place_the_last_they_spoke_of() -> None:
    counts = counted(
        question(1, "a", district="Fenland", age_band="5-10"),
        question(2, "a"),
        question(3, "a", district="Cambridge City"),
    )
    spots = [spot for (measure, spot) in counts.people if measure is Measure.ASKED]
    assert [(DISTRICTS[d], AREAS[a], AGES[g]) for d, a, g in spots] == [("Cambridge City", "not-said", "5-10")]


def test_what_the_plan_promised_is_counted_by_topic() -> None:
    promised = {"short-breaks": ("SP-16",)}
    counts = counted(
        question(1, "a", topic="short-breaks"), question(2, "b", topic="short-breaks", kind="not-needed"),
        question(3, "c", "unmet", topic="short-breaks", kind="unmet"), promised=promised,
    )  # fmt: skip
    assert counts.milestones == {("SP-16", False): 2, ("SP-16", True): 1}
    again = from_json(as_json(counts))
    assert again == counts


def test_periods_are_whole_months_quarters_and_years_from_april() -> None:
    march = month_of(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert [p.key for p in over(march - 11, march)][:5] == ["2025-26-year", "2026-q1", "2025-q4", "2025-q3", "2025-q2"]
    assert [p.key for p in over(march - 1, march)] == ["2025-26-year", "2026-q1", "2026-03", "2026-02"]
    for key in ("2026-03", "2026-q1", "2025-26-year"):
        period = read(key)
        assert period and period.key == key and period.end == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    assert read("2026-13") is read("2025-27-year") is read("x") is None
    april = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    assert last_over(april) == march - 1 and last_over(april + GRACE) == march
    assert Period(march, 1).place == (march - 11, 11)
