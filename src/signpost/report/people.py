"""Counts people, not messages: one month's questions in, the number of people of each kind out. Pure.

Whoever asks a hundred times is one person. A flood is one person too, from however many addresses it comes: more than
`FLOOD` messages in an hour that the matcher can hardly tell apart (all off-topic; no topic likely, and the same one
least unlikely, to the same tenth; or the same four topics in the same order, and the same sureness to the hundredth).
Each need that staff log on a family's behalf is that family. A question of which nobody knows who asked it is a
person of its own.

Within a month a person stands in one district, one area of need and one age band: the last they spoke of. So parts add
up to their totals, and nobody is counted as "not said" who said it the next minute.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..gap import UNMET_NEED, AgeBand, Area, District, Kind, Origin
from ..outcomes import Disposition
from .measure import MEASURES, PLACE, Measure, measures

FLOOD = 30
"""Some 12 questions an hour come to a county with 100,000 a year, and they are about ninety topics. The price: of more
than 30 real people who ask for one missing thing in an hour, the report sees one; the triage page shows them all."""
LIKELY = 0.5
UNSAID = "not-said"
DISTRICTS = (*map(str, District), UNSAID)
AREAS = (*map(str, Area), UNSAID)
AGES = (*map(str, AgeBand), UNSAID)
Spot = tuple[int, int, int]
"""Places in DISTRICTS, AREAS and AGES."""


@dataclass(frozen=True, slots=True)
class Question:
    """One message as it is counted."""

    ident: int
    at: dt.datetime
    asker: str | None
    origin: str
    outcome: str
    topic: str = ""
    """The best one."""
    likeness: str = ""
    """What near-identical messages have in common; empty for a message that is like no other."""
    district: str | None = None
    area: str | None = None
    age_band: str | None = None
    language: str | None = None
    kind: str | None = None
    reason: str | None = None
    said: str | None = None
    """`gap.Said`."""


@dataclass(slots=True)
class Counts:
    """One month's people. Raw: to be shown only by way of `suppress`."""

    people: Counter[tuple[Measure, Spot]] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    milestones: Counter[tuple[str, bool]] = field(default_factory=Counter)
    """(milestone, missed?): who asked about what it promised, and of them who got nowhere."""
    versions: set[str] = field(default_factory=set)
    questions: int = 0


@dataclass(slots=True)
class _Person:
    spot: list[int]
    measures: int = 0
    more: set[object] | None = None


class Counting:
    """Takes a month's questions day by day, in the order of time."""

    def __init__(self, promised: Mapping[str, Sequence[str]] | None = None) -> None:
        """`promised`: topic -> the milestones of the plan that promised something about it."""
        self._promised = promised or {}
        self._people: dict[int, _Person] = {}
        self._counts = Counts()

    def day(self, questions: Iterable[tuple[Question, str]]) -> None:
        """One day's questions, each with the version of the knowledge that answered it."""
        day = list(questions)
        floods = flooded([question for question, _ in day])
        for question, version in day:
            self._counts.questions += 1
            self._counts.versions.add(version)
            self.note(question, floods)

    def note(self, question: Question, floods: frozenset[tuple[dt.datetime, str]]) -> None:
        """One question."""
        kinds = measures(question.outcome, question.kind, question.reason, question.said)
        who = person(question, floods)
        found = self._people.get(who)
        if found is None:
            found = self._people[who] = _Person([len(DISTRICTS) - 1, len(AREAS) - 1, len(AGES) - 1])
        for axis, names, said in (
            (0, DISTRICTS, question.district), (1, AREAS, question.area), (2, AGES, question.age_band),
        ):  # fmt: skip
            if said is not None:
                found.spot[axis] = names.index(said)
        for kind in kinds:
            found.measures |= 1 << PLACE[kind]
        more: set[object] = set()
        if Measure.LANGUAGE in kinds and question.language:
            more.add(question.language)
        promised = self._promised.get(question.topic, ()) if question.outcome in ("answer", "choose") else ()
        for milestone in promised:
            more |= {(milestone, False)} | ({(milestone, True)} if Measure.MISSED in kinds else set())
        if more:
            found.more = (found.more or set()) | more

    def done(self) -> Counts:
        """The month's counts."""
        for found in self._people.values():
            spot = (found.spot[0], found.spot[1], found.spot[2])
            for place, measure in enumerate(MEASURES):
                if found.measures >> place & 1:
                    self._counts.people[measure, spot] += 1
            for one in found.more or ():
                if isinstance(one, tuple):
                    self._counts.milestones[one] += 1
                else:
                    self._counts.languages[str(one)] += 1
        return self._counts


def person(question: Question, floods: frozenset[tuple[dt.datetime, str]] = frozenset()) -> int:
    """A number that is equal for questions of one person."""
    if floods and (_hour(question), question.likeness) in floods:
        return hash(question.likeness)
    if question.asker is None or question.origin != Origin.SELF:
        return -question.ident - 1
    return int(question.asker[:15], 16)


def flooded(questions: Sequence[Question]) -> frozenset[tuple[dt.datetime, str]]:
    """The floods among a day's questions, as (hour, likeness)."""
    seen = Counter((_hour(q), q.likeness) for q in questions if q.likeness and q.kind != Kind.LOGGED)
    return frozenset(flood for flood, count in seen.items() if count > FLOOD)


def _hour(question: Question) -> dt.datetime:
    return question.at.replace(minute=0, second=0, microsecond=0)


def likeness(outcome: str, topics: Sequence[Sequence[str | float]]) -> str:
    """The same for messages that the matcher can hardly tell apart. `topics` are [id, score], best first."""
    if not topics:
        return ""
    best, score = topics[0][0], float(topics[0][1])
    if outcome == Disposition.OFF_TOPIC:  # which of the topics that it is not about comes first says nothing
        return outcome
    if score < LIKELY:
        return f"{outcome} {best} {score:.1f}"
    return f"{outcome} {' '.join(str(topic) for topic, _ in topics)} {score:.2f}"


def by_theme(gaps: Sequence[tuple[int, Question]]) -> dict[int, Counts]:
    """People of each theme in one month; `gaps` are (theme, question) in the order of time.

    Only a plain unmet need, or a miss of which nobody said why, makes somebody one of a theme's people.
    """
    gaps = [(theme, q) for theme, q in gaps if q.reason is None or q.reason in UNMET_NEED]
    floods = flooded([question for _, question in gaps])
    each: dict[int, Counting] = defaultdict(Counting)
    for theme, question in gaps:
        each[theme].note(question, floods)
    return {theme: counting.done() for theme, counting in each.items()}


def as_json(counts: Counts) -> dict[str, Any]:
    """The counts as they are kept; places by name, so that a longer list of names changes nothing."""
    people: dict[str, dict[str, int]] = defaultdict(dict)
    for (measure, (d, a, g)), n in sorted(counts.people.items()):
        people[measure][f"{DISTRICTS[d]}|{AREAS[a]}|{AGES[g]}"] = n
    return {
        "people": people,
        "languages": dict(sorted(counts.languages.items())),
        "milestones": {
            f"{m}|{'missed' if missed else 'asked'}": n for (m, missed), n in sorted(counts.milestones.items())
        },
        "versions": sorted(counts.versions),
        "questions": counts.questions,
    }


def from_json(kept: Mapping[str, Any]) -> Counts:
    """What `as_json` wrote."""
    counts = Counts(versions=set(kept["versions"]), questions=kept["questions"])
    for measure, spots in kept["people"].items():
        for spot, n in spots.items():
            d, a, g = spot.split("|")
            counts.people[Measure(measure), (DISTRICTS.index(d), AREAS.index(a), AGES.index(g))] = n
    counts.languages.update(kept["languages"])
    for key, n in kept["milestones"].items():
        milestone, _, what = key.partition("|")
        counts.milestones[milestone, what == "missed"] = n
    return counts
