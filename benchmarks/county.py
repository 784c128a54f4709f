"""A synthetic year of questions for one county, with what is true of it known: what reports are held against.

    python benchmarks/county.py --questions 100000 --database sqlite+aiosqlite:////tmp/county.sqlite3

Nothing here comes from a real question or from any question set: sentences are made of the frames below. A person has a
home, an area of need, a child's age, and asks one to three questions in a month. Each question goes through the real
`ask` (equal texts are asked once, for the road is pure); what it says decides the disposition, and the person then says
whether it helped. Planted are

- five gaps, each in one place, at one age, with its own course over the year (`PLANTED`);
- forty small matters that few ask about, so that the five stand among others (`SMALL`);
- an insistent sender, who asks for one thing 2% of all questions long, from one address;
- a flood, 3% of all questions, near-identical messages within three hours, each from another address.

The true counts (`Truth`) are made here by sets of people, apart from the code of the reports.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import func, insert, select

from signpost.gap import UNMET_NEED, AgeBand, Area, District, Kind, Reason
from signpost.model import Message
from signpost.service import Assistant
from signpost.storage import Store
from signpost.storage.tables import DispositionRow, GapRow, ThemeMilestoneRow, ThemeRow

BEGIN = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
MONTHS = 12
AT_ONCE = 5_000


@dataclass(frozen=True)
class Matter:
    """Something people ask for; `frames` are filled with `{place}` and `{age}`."""

    name: str
    frames: tuple[str, ...]
    share: float
    """Of all questions."""
    course: tuple[float, ...] = (1.0,) * MONTHS
    """How much of it falls into each month."""
    district: District | None = None
    area: Area | None = None
    ages: tuple[int, ...] = ()
    reasons: tuple[Reason, ...] = ()
    milestone: str = ""


PLACES = {
    District.FENLAND: ("Wisbech", "Chatteris", "Whittlesey"),
    District.EAST: ("Ely", "Soham", "Littleport"),
    District.HUNTINGDONSHIRE: ("Huntingdon", "St Ives", "St Neots"),
    District.SOUTH: ("Cambourne", "Sawston", "Histon"),
    District.CAMBRIDGE: ("Cambridge", "Cherry Hinton", "Trumpington"),
}
RISING = (0.2, 0.4, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6)
PLANTED = (
    Matter(
        "Weekend short breaks for deaf teenagers in Fenland",
        ("is there a weekend short break near {place} where staff sign, my deaf girl is {age}",
         "weekend short breaks for a deaf {age} year old in {place}",
         "looking for a saturday group in {place} for a deaf teenager, {age}",
         "my deaf son is {age}, anything at weekends near {place} so we get a rest"),
        0.028, RISING, District.FENLAND, Area.SENSORY_PHYSICAL, (13, 14, 15), (Reason.NO_SUCH_SERVICE, Reason.TOO_FAR), "SP-16",
    ),
    Matter(
        "After-school clubs that take a wheelchair in East Cambridgeshire",
        ("after school club near {place} that takes a wheelchair, she is {age}",
         "which after school clubs in {place} have a hoist, my boy is {age}",
         "{place} after school club turned us away because of the wheelchair, he is {age}"),
        0.024, (1.0,) * MONTHS, District.EAST, Area.SENSORY_PHYSICAL, (7, 8, 9, 10), (Reason.NOT_THIS_CHILD, Reason.NO_SUCH_SERVICE),
    ),
    Matter(
        "Quiet swimming sessions in Huntingdonshire",
        ("quiet swimming session for an autistic {age} year old near {place}",
         "does the pool in {place} have a quiet hour, my autistic lad is {age}",
         "swimming lessons one to one for autism, {place}, age {age}"),
        0.021, (2.0, 1.5, 1.5, 1.5, 1.0, 1.0, 0.7, 0.7, 0.5, 0.5, 0.5, 0.6), District.HUNTINGDONSHIRE, Area.COMMUNICATION, (6, 7, 8, 9), (Reason.FULL, Reason.WRONG_TIME),
    ),
    Matter(
        "Speech therapy after working hours in South Cambridgeshire",
        ("speech therapy in the evening near {place}, we both work, he is {age}",
         "can speech and language sessions be after 6pm in {place}, she is {age}",
         "saturday speech therapist for a {age} year old in {place}"),
        0.018, (0.8,) * 6 + (1.2,) * 6, District.SOUTH, Area.COMMUNICATION, (3, 4), (Reason.WRONG_TIME, Reason.TOO_DEAR),
    ),
    Matter(
        "Supported work experience for 16 and 17 year olds in Cambridge",
        ("work experience with a job coach in {place} for my {age} year old with learning disabilities",
         "who finds supported work experience in {place}, she is {age} and has moderate learning difficulties",
         "my son is {age}, special school, needs a placement with support in {place}"),
        0.016, (0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5), District.CAMBRIDGE, Area.COGNITION, (16, 17), (Reason.FULL, Reason.NO_SUCH_SERVICE),
    ),
)  # fmt: skip
THINGS = (
    "a dentist", "a barber", "a riding school", "a drum teacher", "a photographer", "a driving instructor", "a dog trainer",
    "a shoe shop", "a cinema", "a caravan site", "a football team", "a scout group", "a church group", "a holiday cottage",
    "a travel insurer", "a bed maker", "a tailor", "a language tutor", "a chess club", "a pottery class",
)  # fmt: skip
SMALL = tuple(
    Matter(f"{thing} {who}", (f"where is {thing} {who}", f"do you know {thing} {who} near {{place}}"), 0.0008)
    for thing in THINGS
    for who in ("who is good with autism", "that is easy for a wheelchair")
)
ORDINARY = (
    "{topic}", "how does {topic} work", "who do i ask about {topic}", "we need help with {topic}",
    "what is {topic}", "i have a question about {topic}, we live in {place}", "{topic} for a {age} year old",
)  # fmt: skip
OFF_TOPIC = (
    "what time is the football on",
    "when are the bins emptied in {place}",
    "recipe for pancakes",
    "pay my council tax",
)
INSISTENT = "I demand a private helicopter to school for my son"
FLOOD = "win a free mobility scooter today offer {n}"
INSISTENT_SHARE, FLOOD_SHARE = 0.02, 0.03


@dataclass(frozen=True)
class Asked:
    """One question of the year, before it is answered."""

    at: dt.datetime
    person: str
    text: str
    matter: Matter | None = None
    district: District | None = None
    """Tapped, when the person tapped it."""
    area: Area | None = None
    reason: Reason | None = None
    """Tapped after a miss."""
    language: str | None = None


def questions(count: int, seed: int = 2026) -> list[Asked]:
    """The year, in the order of time. `count` questions in all, the same for the same seed."""
    rng = random.Random(seed)
    made = [*_flood(round(count * FLOOD_SHARE)), *_insistent(rng, round(count * INSISTENT_SHARE))]
    for matter in (*PLANTED, *SMALL):
        made += _people(rng, matter, max(1, round(count * matter.share)))
    made += _ordinary(rng, count - len(made))
    return sorted(made, key=lambda asked: (asked.at, asked.person, asked.text))


def _people(rng: random.Random, matter: Matter, count: int) -> Iterator[Asked]:
    """People of one matter; one in five asks again within the month."""
    number = 0
    while number < count:
        month = rng.choices(range(MONTHS), matter.course)[0]
        district = matter.district or rng.choice(list(PLACES))
        person = f"{matter.name}/{rng.getrandbits(48):x}"
        area = matter.area if rng.random() < 0.6 else None
        tapped = district if rng.random() < 0.5 else None
        for _ in range(2 if rng.random() < 0.2 else 1):
            text = rng.choice(matter.frames).format(
                place=rng.choice(PLACES[district]), age=rng.choice(matter.ages or (8,))
            )
            reason = rng.choice(matter.reasons) if matter.reasons and rng.random() < 0.45 else None
            yield Asked(_moment(rng, month), person, text, matter, tapped, area, reason)
            number += 1


def _ordinary(rng: random.Random, count: int) -> Iterator[Asked]:
    people = max(1, count // 18)
    for _ in range(count):
        month, person = rng.randrange(MONTHS), f"person/{rng.randrange(people)}"
        if rng.random() < 0.05:
            text = rng.choice(OFF_TOPIC).format(place=rng.choice(PLACES[District.EAST]))
        else:
            district = rng.choice(list(PLACES))
            text = rng.choice(ORDINARY)
            text = text.replace("{place}", PLACES[district][0]).replace("{age}", str(rng.choice((4, 8, 13))))
        language = rng.choice(("pl", "lt", "uk")) if rng.random() < 0.004 else None
        yield Asked(_moment(rng, month), person, text, language=language)


def _insistent(rng: random.Random, count: int) -> Iterator[Asked]:
    for _ in range(count):
        yield Asked(_moment(rng, rng.randrange(MONTHS)), "insistent", INSISTENT, _INSISTENT)


def _flood(count: int) -> Iterator[Asked]:
    night = dt.datetime(2025, 11, 8, 1, tzinfo=dt.UTC)
    for n in range(count):
        yield Asked(night + dt.timedelta(seconds=3 * 3600 * n / count), f"flood/{n}", FLOOD.format(n=n % 10), _FLOOD)


_INSISTENT, _FLOOD = Matter("A helicopter to school", (), 0.0), Matter("Free scooters", (), 0.0)


def _moment(rng: random.Random, month: int) -> dt.datetime:
    year, ahead = divmod(BEGIN.month - 1 + month, 12)
    day = dt.datetime(BEGIN.year + year, ahead + 1, 1, tzinfo=dt.UTC)
    return day + dt.timedelta(days=rng.randrange(28), hours=rng.randrange(7, 23), seconds=rng.randrange(3600))


@dataclass
class Truth:
    """What is true of the year: sets of people by month. A flood is one person."""

    people: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(month, measure) -> people"""
    home: dict[tuple[int, str], str] = field(default_factory=dict)
    """(month, person) -> the district they last spoke of"""
    matters: dict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """(month, name of the matter) -> people with an unmet need, or a miss without a reason"""

    def note(self, month: int, person: str, kinds: set[str], district: str | None) -> None:
        for kind in kinds:
            self.people[month, kind].add(person)
        if district:
            self.home[month, person] = district

    def count(self, measure: str, months: range, district: str | None = None) -> int:
        return sum(
            sum(district is None or self.home.get((m, p), "not-said") == district for p in self.people[m, measure])
            for m in months
        )

    def of_matter(self, name: str, months: range) -> int:
        return sum(len(self.matters[m, name]) for m in months)


async def replay(year: list[Asked], assistant: Assistant, store: Store) -> Truth:
    """Ask everything and record what became of it; says what is true. Themes are the generator's own matters."""
    truth, topics = Truth(), [topic.title.lower() for topic in assistant.knowledge.topics.values()]
    rng = random.Random(7)
    ask = cache(lambda text: assistant.ask(Message(text)))
    themes: dict[str, int] = {}
    async with store.begin() as session:
        start = await session.scalar(select(func.coalesce(func.max(DispositionRow.id), 0))) or 0
        for matter in (*PLANTED, *SMALL, _INSISTENT, _FLOOD):
            row = {"name": matter.name, "named_by": "person", "made_at": BEGIN, "state": "new"}
            made = await session.execute(insert(ThemeRow).values(**row).returning(ThemeRow.id))
            themes[matter.name] = made.scalar_one()
            if matter.milestone:
                link = {"theme_id": themes[matter.name], "milestone": matter.milestone}
                await session.execute(insert(ThemeMilestoneRow).values(**link))
    rows: list[dict[str, object]] = []
    gaps: list[dict[str, object]] = []
    for number, asked in enumerate(year, start + 1):
        text = asked.text.replace("{topic}", rng.choice(topics))
        answered = ask(text)
        match, outcome = answered.match, str(answered.reply.outcome)
        reading = match.reading if match else None
        district = asked.district or (District(reading.district) if reading and reading.district else None)
        age = _band(reading.ages) if reading else None
        kind, reason = _gap(asked, outcome)
        if asked.language:
            outcome, kind, reason = "unmet", Kind.UNMET, Reason.LANGUAGE
        month = (asked.at.year - BEGIN.year) * 12 + asked.at.month - BEGIN.month
        rows.append({
            "id": number, "channel": "county", "source": str(number), "at": asked.at, "outcome": outcome,
            "urgent": answered.reply.urgent, "danger": None,
            "topics": [[c.topic, round(c.score, 4)] for c in (match.candidates if match else ())[:4]],
            "knowledge": assistant.knowledge.version, "tier": assistant.tier, "role": "parent",
            "asker": hashlib.sha256(f"{month}/{asked.person}".encode()).hexdigest(), "origin": "self",
            "area": asked.area, "age_band": age, "district": district, "language": asked.language,
        })  # fmt: skip
        if kind:
            theme = themes[asked.matter.name] if asked.matter else None
            gaps.append(
                {"disposition_id": number, "kind": kind, "reason": reason, "theme_id": theme, "placed_by": "engine"}
            )
        person = "flood" if asked.person.startswith("flood/") else asked.person
        truth.note(month, person, _kinds(outcome, kind, reason), district)
        if kind and asked.matter and (reason is None or reason in UNMET_NEED):
            truth.matters[month, asked.matter.name].add(person)
        if len(rows) == AT_ONCE or number == start + len(year):
            async with store.begin() as session:
                await session.execute(insert(DispositionRow), rows)
                if gaps:
                    await session.execute(insert(GapRow), gaps)
            rows, gaps = [], []
    return truth


def _gap(asked: Asked, outcome: str) -> tuple[Kind | None, Reason | None]:
    """What the person says of the answer: whoever has a matter that nobody meets is not helped by anything else."""
    if outcome == "unmet":
        return Kind.UNMET, asked.reason
    if asked.matter is None or outcome not in ("answer", "choose"):
        return None, None
    return (Kind.NOT_NEEDED if outcome == "answer" else Kind.NEAR_TIE), asked.reason


def _kinds(outcome: str, kind: Kind | None, reason: Reason | None) -> set[str]:
    """The measures that a question counts for, written down apart from `report.measure`."""
    if outcome == "smalltalk":
        return set()
    if outcome == "off_topic":
        return {"off-topic"}
    if kind is None:
        return {"asked", {"choose": "chose", "urgent": "urgent"}.get(outcome, "answered")}
    if reason is None:
        return {"asked", "missed", "unsaid"}
    return {"asked", "missed", str(reason)} | ({"need"} if reason in UNMET_NEED else set())


def _band(ages: tuple[int, int] | None) -> AgeBand | None:
    if ages is None:
        return None
    for band in AgeBand:
        low, high = map(int, band.split("-"))
        if low <= ages[0] and ages[1] <= high:
            return band
    return None


async def _main(count: int, database: str) -> None:
    from signpost.bootstrap import start
    from signpost.settings import from_environment

    settings = from_environment()
    store = await Store.open(database)
    truth = await replay(questions(count), start(settings.knowledge, settings.cache), store)
    await store.close()
    for matter in PLANTED:
        print(f"{truth.of_matter(matter.name, range(MONTHS)):>6}  {matter.name}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fill a database with a synthetic year.")
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--database", required=True)
    given = parser.parse_args()
    asyncio.run(_main(given.questions, given.database))
