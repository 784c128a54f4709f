"""The plan as data agrees with the plan as received."""

from __future__ import annotations

import re
import unicodedata

import pytest

from signpost.knowledge.load import Knowledge


@pytest.fixture(scope="module")
def received(known: Knowledge) -> list[str]:
    return (known.folder / "sources" / "send-action-plan-2016-2020.txt").read_text("utf-8").splitlines()


def squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text)


def test_every_milestone_stands_on_its_line(known: Knowledge, received: list[str]) -> None:
    milestones = known.plan.milestones
    assert len(milestones) == 61
    for m in milestones.values():
        assert squeezed(m.text) in squeezed(received[m.line - 1]), m.id


def test_initials_are_latin_and_what_was_received_is_kept(known: Knowledge) -> None:
    for m in known.plan.milestones.values():
        for cell in (m.lead, m.reporting, *m.leads, *m.reports_to):
            assert all("LATIN" in unicodedata.name(c) for c in cell if c.isalpha()), m.id
        for kept in (m.lead_received, m.reporting_received):
            assert not kept or any(ord(c) > 127 for c in kept)
    repaired = [m for m in known.plan.milestones.values() if m.lead_received or m.reporting_received]
    assert len(repaired) == 8  # nine cells


def test_blanks_stay_blank(known: Knowledge) -> None:
    by_id = known.plan.milestones
    assert by_id["SP-30"].lead == "tbc" and by_id["SP-30"].leads == ()
    assert all(m.dates == () for m in by_id.values() if m.when == "")
    assert all(m.status is None for m in by_id.values())


def test_every_milestone_is_shown_by_a_topic(known: Knowledge) -> None:
    shown = {m for topic in known.topics.values() for m in topic.plan}
    assert shown == set(known.plan.milestones)


def test_the_six_aims_and_the_sections(known: Knowledge) -> None:
    assert len(known.plan.about["aims"]) == 6
    assert [s.section for s in known.plan.sections] == ["whole-system", "universal", "targeted", "specialist"]
