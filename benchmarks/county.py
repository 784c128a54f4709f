"""A synthetic year of questions for one county, with what is true of it known: what reports are held against.

    python benchmarks/county.py --questions 100000 --database sqlite+aiosqlite:////tmp/county.sqlite3

Nothing here comes from a real question or from any question set: sentences are made of the frames below. A person has a
home, an area of need, a child's age, and asks one to three questions in a month. Each question goes through the real
`ask` (equal texts are asked once, for the road is pure), and is recorded as a channel records it, redacted; the person then
taps that it was not what they need, why, where and for which need. At the end of each month the gaps are grouped, and at the
end of the year somebody names the themes. Planted are

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
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby

from sqlalchemy import select

from signpost.gap import UNMET_NEED, Area, District, Reason
from signpost.model import Answered, Message
from signpost.record import record_of, tapped, write
from signpost.service import Assistant
from signpost.storage import Session, Store
from signpost.storage.tables import DispositionRow, GapRow
from signpost.triage import Desk

BEGIN = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
MONTHS = 12


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
FOREIGN = {
    "pl": "gdzie mogę znaleźć pomoc dla mojego syna, który ma autyzm",
    "lt": "kur galėčiau rasti pagalbą savo sūnui, kuris turi autizmą",
    "uk": "де я можу знайти допомогу для мого сина з аутизмом",
}
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
    """Of the text, where it is not English."""


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
        language = rng.choice(list(FOREIGN)) if rng.random() < 0.004 else None
        text = FOREIGN[language] if language else text
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
    themes: dict[tuple[int, int], dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """The same of (month, theme), by the theme that holds each question's gap: person -> the area they last spoke of"""
    held: dict[str, float] = field(default_factory=dict)
    """Share of a matter's questions that the engine had put into one theme, before somebody merged its themes"""

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

    def of_theme(self, theme: int, months: range, area: str | None = None) -> int:
        return sum(area in (None, spoken) for m in months for spoken in self.themes[m, theme].values())


async def replay(year: list[Asked], assistant: Assistant, store: Store) -> Truth:
    """Ask and record everything, group it month by month, and name the themes. Says what is true."""
    truth, topics = Truth(), [topic.title.lower() for topic in assistant.knowledge.topics.values()]
    rng = random.Random(7)
    ask = cache(lambda text: assistant.ask(Message(text)))
    desk = Desk(assistant, store, lambda: BEGIN)
    missed: dict[str, Asked] = {}
    for _, then in groupby(enumerate(year, 1), lambda pair: _month(pair[1])):
        async with store.begin() as session:
            for number, asked in then:
                text = asked.text.replace("{topic}", rng.choice(topics))
                answered = ask(text)
                gap = await _record(session, assistant, answered, text, asked, str(number))
                if _note(truth, answered, asked, gap):
                    told = answered.match.reading.area if answered.match else None
                    missed[str(number)] = replace(asked, area=asked.area or (Area(told) if told else None))
        await desk.group()
    await _name(desk, truth, missed)
    return truth


def _month(asked: Asked) -> int:
    return (asked.at.year - BEGIN.year) * 12 + asked.at.month - BEGIN.month


def _person(asked: Asked) -> str:
    return "flood" if asked.person.startswith("flood/") else asked.person


async def _record(
    session: Session, assistant: Assistant, answered: Answered, text: str, asked: Asked, source: str
) -> bool:
    """As a channel does, with what the person taps then; whether there is a gap. Whoever has a matter that nobody meets
    is not helped by anything else."""
    asker = hashlib.sha256(f"{_month(asked)}/{asked.person}".encode()).hexdigest()
    kept = record_of(assistant, Message(text), answered, channel="county", source=source, at=asked.at, asker=asker)
    await write(session, kept)
    if kept.note is None:
        return False
    outcome = answered.reply.outcome
    if asked.matter and outcome in NOT_IT:
        await tapped(session, kept.note, NOT_IT[outcome], asked.at)
    elif outcome != "unmet" and not asked.language:
        return False
    for name, value in (("reason", asked.reason), ("area", asked.area), ("district", asked.district)):
        if value:
            await tapped(session, kept.note, f"tell:{name}={value}", asked.at)
    return True


NOT_IT = {"answer": "not", "choose": "none"}
"""What a person taps of an answer that is not what they need."""


def _note(truth: Truth, answered: Answered, asked: Asked, gap: bool) -> bool:
    """Count a question; says whether it counts as an unmet need, or may be one."""
    month, person = _month(asked), _person(asked)
    reading = answered.match.reading if answered.match else None
    district = (asked.district if gap else None) or (reading.district if reading else None)
    reason = Reason.LANGUAGE if asked.language else asked.reason
    truth.note(month, person, _kinds(answered.reply.outcome, gap, reason), district)
    unmet = gap and (reason is None or reason in UNMET_NEED)
    if unmet and asked.matter:
        truth.matters[month, asked.matter.name].add(person)
    return unmet


async def _name(desk: Desk, truth: Truth, missed: dict[str, Asked]) -> None:
    """Do what somebody at the desk does: call themes by their matter, and merge those that are of one. Count the people."""
    shared: dict[str, Counter[int]] = defaultdict(Counter)
    mostly: dict[int, Counter[str]] = defaultdict(Counter)
    for theme, asked in await _placed(desk, missed):
        if asked.matter:
            shared[asked.matter.name][theme] += 1
            mostly[theme][asked.matter.name] += 1
    for matter in (*PLANTED, *SMALL, _INSISTENT, _FLOOD):
        mine = [t for t, _ in shared[matter.name].most_common() if mostly[t].most_common(1)[0][0] == matter.name]
        if not mine:
            continue
        truth.held[matter.name] = shared[matter.name][mine[0]] / shared[matter.name].total()
        for other in mine[1:]:
            await desk.merge(other, mine[0], "the generator")
        await desk.rename(mine[0], matter.name, "the generator")
        if matter.milestone:
            await desk.link(mine[0], [matter.milestone], "the generator")
    for theme, asked in await _placed(desk, missed):
        people = truth.themes[_month(asked), theme]
        people[_person(asked)] = asked.area or people.get(_person(asked), "not-said")


async def _placed(desk: Desk, missed: dict[str, Asked]) -> list[tuple[int, Asked]]:
    """(theme, question) of every gap that a theme holds and that counts as unmet."""
    query = select(GapRow.theme_id, DispositionRow.source).join(DispositionRow).order_by(DispositionRow.id)
    async with desk.store.read() as session:
        return [(theme, missed[s]) for theme, s in await session.execute(query) if theme is not None and s in missed]


def _kinds(outcome: str, gap: bool, reason: Reason | None) -> set[str]:
    """The measures that a question counts for, written down apart from `report.measure`."""
    if outcome == "smalltalk":
        return set()
    if outcome == "off_topic":
        return {"off-topic"}
    if not gap:
        return {"asked", {"choose": "chose", "urgent": "urgent"}.get(outcome, "answered")}
    if reason is None:
        return {"asked", "missed", "unsaid"}
    return {"asked", "missed", str(reason)} | ({"need"} if reason in UNMET_NEED else set())


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
