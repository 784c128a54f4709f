"""What people are counted for. The measures are a closed set; wording names each (`reports.measure-…`)."""

from __future__ import annotations

from enum import StrEnum

from ..gap import UNMET_NEED, Kind, Reason
from ..outcomes import Disposition


class Measure(StrEnum):
    """People of whom at least one question of a month was of this kind."""

    ASKED = "asked"
    """Anything but a greeting or another matter."""
    ANSWERED = "answered"
    CHOSE = "chose"
    MISSED = "missed"
    URGENT = "urgent"
    """Urgent help alone; counted for the county only."""
    NEED = "need"
    """Missed for a reason that is an unmet need (`gap.UNMET_NEED`)."""
    UNSAID = "unsaid"
    """Missed, and nobody said why."""
    CONTENT = "content-missing"
    NOT_UNDERSTOOD = "not-understood"
    OUT_OF_SCOPE = "out-of-scope"
    LANGUAGE = "language"
    NOT_THIS_CHILD = "not-this-child"
    FULL = "full"
    TOO_FAR = "too-far"
    WRONG_TIME = "wrong-time"
    TOO_DEAR = "too-dear"
    NO_SUCH_SERVICE = "no-such-service"
    OFF_TOPIC = "off-topic"
    """Another matter altogether, apart from all the rest."""
    HELPED = "helped"
    """Said "this helped"; like those who asked for a person, counted for the county only."""
    PERSON = "person"
    """Wanted to talk to a person."""


MEASURES = tuple(Measure)
PLACE = {measure: place for place, measure in enumerate(MEASURES)}
COUNTY_ONLY = frozenset({Measure.URGENT, Measure.HELPED, Measure.PERSON})
"""Measures of which no place, need or age is ever told."""
OUTCOMES = (Measure.ANSWERED, Measure.CHOSE, Measure.MISSED, Measure.URGENT)
SAID = (Measure.HELPED, Measure.PERSON)
WHYS = (
    Measure.NEED, Measure.UNSAID, Measure.CONTENT, Measure.NOT_UNDERSTOOD, Measure.OUT_OF_SCOPE, Measure.LANGUAGE,
)  # fmt: skip
NEEDS = tuple(Measure(reason) for reason in Reason if reason in UNMET_NEED)
PARENT: dict[Measure, Measure] = (
    dict.fromkeys((*OUTCOMES, *SAID), Measure.ASKED)
    | dict.fromkeys(WHYS, Measure.MISSED)
    | dict.fromkeys(NEEDS, Measure.NEED)
)
"""Among whose people a measure's own are; all the children together make up the parent."""


def measures(outcome: str, kind: str | None, reason: str | None, said: str | None = None) -> tuple[Measure, ...]:
    """What one question counts for. `kind` and `reason` are those of its gap, if it made one; `said` is `Said`'s."""
    became = _became(outcome, kind, reason)
    return (*became, Measure(said)) if Measure.ASKED in became and said else became


def _became(outcome: str, kind: str | None, reason: str | None) -> tuple[Measure, ...]:
    if kind != Kind.LOGGED:
        if outcome == Disposition.SMALLTALK:
            return ()
        if outcome == Disposition.OFF_TOPIC:
            return (Measure.OFF_TOPIC,)
    if kind is None and outcome != Disposition.UNMET:
        return (Measure.ASKED, _MET.get(outcome, Measure.ANSWERED))
    if reason is None:
        return (Measure.ASKED, Measure.MISSED, Measure.UNSAID)
    if Reason(reason) in UNMET_NEED:
        return (Measure.ASKED, Measure.MISSED, Measure.NEED, Measure(reason))
    return (Measure.ASKED, Measure.MISSED, Measure(reason))


_MET = {str(Disposition.CHOOSE): Measure.CHOSE, str(Disposition.URGENT): Measure.URGENT}
