"""The types that travel the road: message -> reading -> match -> reply.

All are frozen: a stage takes one and returns the next, and nothing else happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NewType

from .outcomes import Disposition

TopicId = NewType("TopicId", str)
ServiceId = NewType("ServiceId", str)
EntryId = NewType("EntryId", str)
"""A topic's id, or the id of an entry in `knowledge/beside/` (a need nobody meets, small talk, ...)."""


class Role(StrEnum):
    """Who is asking: a choice of voice, not a right."""

    PARENT = "parent"
    YOUNG_PERSON = "young_person"
    PROFESSIONAL = "professional"
    EMPLOYER = "employer"
    COMMISSIONER = "commissioner"

    @property
    def is_family(self) -> bool:
        return self in (Role.PARENT, Role.YOUNG_PERSON)

    @property
    def is_at_work(self) -> bool:
        """Whether the plan's officers are of use to them: anyone else gets the team and the public route."""
        return self in (Role.PROFESSIONAL, Role.COMMISSIONER)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the open conversation still needs to know of the turn before."""

    topics: tuple[TopicId, ...] = ()
    """Topics shown last, best first."""
    misses: int = 0
    """Misses in a row, so that the second one can offer a person first."""
    urgent: bool = False
    """Urgent help was shown in this conversation: nothing is asked in it any more, and no word of it is kept."""
    milestones: tuple[str, ...] = ()
    """Ids of the plan's rows shown last, which "it" in the next question means."""


@dataclass(frozen=True, slots=True)
class Message:
    """A person's words as a channel received them."""

    text: str
    role: Role = Role.PARENT
    before: Turn = Turn()
    proven: bool = False
    """True when the channel has proof of the role, and not only a choice of voice."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A word that was put right before matching."""

    wrong: str
    right: str
    why: Literal["misspelling", "vocabulary", "glossary"]


@dataclass(frozen=True, slots=True)
class Danger:
    """Why the urgent help comes first."""

    kind: str
    """Id of an entry in `beside/urgent.yaml`."""
    certainty: float
    """1.0 for a phrase of the reviewed list, else the classifier's probability."""
    because: str
    """The phrase or the nearest reviewed example; shown to curators, never stored."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a message, before anything is looked up."""

    message: Message
    text: str
    """Normalised and repaired: what is matched."""
    segments: tuple[str, ...]
    """The parts of a long message, in order; one for a short message."""
    repairs: tuple[Repair, ...] = ()
    ages: tuple[int, int] | None = None
    """Youngest and oldest age meant, in years."""
    phase: str | None = None
    district: str | None = None
    place: str | None = None
    voice: Role | None = None
    """Who seems to be writing, when the words say so."""
    not_about: tuple[str, ...] = ()
    """Stretches of text that the person ruled out."""
    rejected: tuple[TopicId, ...] = ()
    """Topics shown a moment ago that were not what was meant."""
    only_rejects: bool = False
    """True for "no, the other one": it says what was wrong, and nothing of what is right."""
    leans_back: bool = False
    """True when the message only makes sense after the one before."""
    danger: Danger | None = None
    area: str | None = None
    """The area of need, `gap.Area`, when the words tell one and no other."""
    language: str | None = None
    """ISO 639 code of a language in which no answer exists."""
    readable: bool = True
    """False for nonsense and for languages in which no answer exists."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an entry scored as it did."""

    words: tuple[tuple[str, float], ...] = ()
    """Words and their share of the score, largest first."""
    example: str = ""
    """The curated example most like the message."""
    likeness: float = 0.0
    """Cosine with that example, 0 to 1."""
    heads: tuple[tuple[str, float], ...] = ()
    """Each head's own score."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic with the probability that it is the right one."""

    topic: TopicId
    score: float
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Beside:
    """What the message seems to be about when it is not a topic."""

    kind: Literal["unmet", "off-topic", "smalltalk"]
    entry: EntryId
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """Every candidate worth showing, and how sure the matcher is that any is right."""

    reading: Reading
    candidates: tuple[Candidate, ...]
    """The best ten, falling by score."""
    covered: float
    """Probability that some topic covers the message; with the next three it makes one."""
    unmet: float
    off_topic: float
    smalltalk: float
    beside: Beside | None = None
    alarm: float = 0.0
    """Probability that somebody may be in danger."""
    needs: tuple[TopicId, ...] = ()
    """In a long message, further topics that a part of it is plainly about."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a question asks of the plan. Every condition that is given must hold."""

    asks: Literal["list", "lead", "reporting", "when", "chair", "rag", "text"] = "list"
    """Which cell of the row answers; the whole row is shown all the same."""
    ids: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """Initials, all of which lead."""
    reporting: tuple[str, ...] = ()
    """Initials, all of which are reported to."""
    people: tuple[str, ...] = ()
    """Initials that stand anywhere in the row."""
    led_by: tuple[str, ...] = ()
    """Initials, one of which leads."""
    apart: tuple[str, ...] = ()
    """Milestones that were shown already, and are left out."""
    months: tuple[str, str] | None = None
    """First and last month, YYYY-MM, in which something was due."""
    section: str = ""
    blank: tuple[Literal["lead", "date", "reporting"], ...] = ()
    overdue: str = ""
    """A month, YYYY-MM: every date of the milestone lies before it."""
    rag: str = ""
    """A colour, as `knowledge.plan.Rag` writes it."""
    words: str = ""
    """What it is about, in the person's words less those that frame the question."""
    certain: bool = False
    """True when the words can only mean the plan: "not found" is then the answer, and no reason to look elsewhere."""
    hinted: bool = False
    """True when the words may as well ask for the matter itself: a topic about these rows is then answered too."""


@dataclass(frozen=True, slots=True)
class Found:
    """A look-up and the milestones that meet it, in the order of the plan; none is a result, and then the nearest."""

    lookup: Lookup
    milestones: tuple[str, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    disposition: Disposition
    topics: tuple[TopicId, ...] = ()
    """The one answered (then what else may be meant), or those to choose from."""
    found: Found | None = None
    """What was looked up in the plan; with the disposition `answer`, beside a topic."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a short list of lines."""

    lines: tuple[str, ...]
    heading: str = ""
    style: Literal["plain", "heading", "steps", "list", "cells", "note", "danger", "more", "source"] = "plain"
    """How a channel may draw it: steps, a list, cells ("label: value"), or `more`, which may be folded away."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A service a person can reach, or an honest line about what is not known."""

    service: ServiceId
    name: str
    summary: str
    how: str
    lines: tuple[tuple[str, str, str], ...]
    """(label, text, address) for each way in; the address is a URI (tel:, mailto:, https:) or empty."""
    notice: str = ""
    """What is not confirmed, as said to the reader."""


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a person may pick next. `do` is what a channel sends back when they do."""

    label: str
    do: str
    about: str = ""


Block = Text | Contact | Link


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person reads, in blocks that any channel can draw and that read well as plain text."""

    outcome: str
    """One of `outcomes.OUTCOMES`."""
    urgent: bool
    title: str
    blocks: tuple[Block, ...]
    choices: tuple[Choice, ...] = ()
    """Two to four topics, or next steps; numbered in text channels."""
    topics: tuple[TopicId, ...] = ()
    """Topics whose words are shown (one for an answer, several for choices)."""
    page: str = ""
    """Path of the page that shows the same, for channels that have pages."""
    feedback: bool = True
    """Whether to offer "this helped", "not what I need" and "talk to a person"."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The whole road of one message: what every channel, report and explanation starts from."""

    match: Match | None
    """None only when the road broke and the urgent help had to stand alone."""
    reply: Reply
    turn: Turn
    """What the conversation carries into the next message."""
