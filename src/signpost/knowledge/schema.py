"""What each file of the knowledge base may hold, as strict models; also the source of `schema.json`.

Every scalar arrives as text (see `load`), so a phone number stays a phone number; the models convert.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
MilestoneId = Annotated[str, StringConstraints(pattern=r"^(WS|UP|TP|SP)-\d\d$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
Month = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
AsOf = Annotated[str, StringConstraints(pattern=r"^20\d\d(-\d\d(-\d\d)?)?$")]
AgeRange = Annotated[str, StringConstraints(pattern=r"^\d{1,2}-\d{1,2}$")]
Initials = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}$")]
Confidence = Literal["high", "medium", "low"]
Stage = Literal["early-years", "primary", "secondary", "post-16", "adult"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    id: Id


class LabelledLink(Part):
    label: Line
    url: Url


class Neighbour(Part):
    topic: Id
    when: Line = Field(description="Finishes 'If …': You need a taxi to school")


class Source(Part):
    """Where words came from: a line of the plan, or an entry of the facts file."""

    seed: int | None = Field(None, ge=1)
    fact: Id | None = None


class ProfessionalWords(Part):
    answer: Line | None = None
    services: tuple[Id, ...] = ()


class Topic(Named):
    title: Line
    group: str = Field("", description="The folder; filled in by the loader")
    covers: str = ""
    answer: str = ""
    who_for: str = ""
    ages: AgeRange | None = None
    stages: tuple[Stage, ...] = ()
    steps: tuple[Line, ...] = ()
    next: str = ""
    decides: str = ""
    disagree: str = ""
    cost: str = ""
    facts: tuple[Id, ...] = ()
    services: tuple[Id, ...] = ()
    links: tuple[LabelledLink, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    plan: tuple[MilestoneId, ...] = ()
    professional: ProfessionalWords | None = None
    sources: tuple[Source, ...] = ()
    status: Literal["current", "historic", "unconfirmed"] = "unconfirmed"
    last_checked: dt.date | None = None
    review_by: dt.date | None = None
    owner: str = ""
    examples: tuple[Line, ...] = Field(min_length=1)


class Service(Named):
    name: Line
    kind: Literal[
        "council", "nhs", "charity", "parent-forum", "national-helpline", "school-service", "statutory-body", "other"
    ]
    area: Literal["cambridgeshire", "cambridgeshire-and-peterborough", "england", "uk"]
    summary: Line
    who_for: str = ""
    ages: str = ""
    how: str = ""
    how_inferred: bool = False
    phone: str = ""
    phone_note: str = ""
    email: str = ""
    email_note: str = ""
    website: Url | None = None
    hours: str = ""
    professional_email: str = Field("", description="For schools and settings; never shown to a family")
    historic_phone: str = Field("", description="Kept for the record; never shown to anyone")
    source_url: Url
    as_of: AsOf | None = None
    confidence: Confidence
    conflict: str = Field("", description="For curators")
    note: str = Field("", description="For curators")
    last_checked: dt.date
    review_by: dt.date

    @property
    def is_reach_sure(self) -> bool:
        """Whether phone, email and hours may be given out: what is of low confidence is not."""
        return self.confidence != "low"


class Procedure(Named):
    """A rule or time limit, said once and shown in every topic that lists it."""

    text: Line
    basis: Literal["law", "guidance", "local", "news"]
    source_url: Url
    as_of: AsOf | None = None
    confidence: Confidence
    conflict: str = ""
    note: str = ""


class Milestone(Part):
    id: MilestoneId
    text: Line
    when: str = ""
    dates: tuple[Month, ...] = ()
    lead: str = ""
    leads: tuple[Initials, ...] = ()
    reporting: str = ""
    reports_to: tuple[Initials, ...] = ()
    lead_received: str = Field("", description="The cell as received, when it held look-alike letters")
    reporting_received: str = ""
    status: str | None = None
    line: int = Field(ge=1)
    note: str = ""
    doubt: str = Field("", description="Why the lead may be misread; said to the reader beside the initials")


class PlanOutcome(Part):
    """An outcome of the plan (not of a message): what is to become true for children and families."""

    id: str
    text: Line
    measures: tuple[Line, ...] = ()
    line: int = Field(ge=1)
    note: str = ""
    milestones: tuple[Milestone, ...] = ()


class PlanSection(Part):
    section: Literal["whole-system", "universal", "targeted", "specialist"]
    title: Line
    line: int = Field(ge=1)
    outcomes: tuple[PlanOutcome, ...]


class Asked(Part):
    """How people ask for a milestone: our short title of it, and the names that its matter goes by."""

    title: Line
    words: tuple[Line, ...] = ()


class Since(Part):
    """What is known to have changed since the plan was written; `fact` is an entry of the facts file."""

    milestones: tuple[MilestoneId, ...] = Field(min_length=1)
    text: Line
    fact: Id


class Term(Named):
    term: Line
    expansion: Line
    plain: str = ""
    everyday: tuple[Line, ...] = ()
    source: str = ""


class Entry(Named):
    """Something people write that no topic answers: a need nobody meets, another matter, small talk, danger."""

    title: Line
    say: str = Field("", description="What the assistant answers; the general wording when empty")
    services: tuple[Id, ...] = ()
    phrases: tuple[Line, ...] = Field((), description="Danger only: word patterns that always count")
    examples: tuple[Line, ...] = ()


class Place(Part):
    name: Line
    district: Line
    outward: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    council: str = ""


class Places(Part):
    source: str
    places: tuple[Place, ...]
    outward: dict[str, tuple[str, ...]] = {}
    words_too: tuple[str, ...] = ()


class SchoolYear(Part):
    name: Line
    also: tuple[str, ...] = ()
    ages: tuple[int, int]
    phase: Stage


class Phase(Part):
    id: Stage
    ages: tuple[int, int]
    words: tuple[str, ...] = ()


class Years(Part):
    years: tuple[SchoolYear, ...]
    phases: tuple[Phase, ...]


class MenuItem(Part):
    """A step of the path beside free text: it leads on to more steps, or to topics."""

    title: Line
    items: tuple[MenuItem, ...] = ()
    topics: tuple[Id, ...] = ()
