"""The closed set of dispositions a message can end with, in one table.

A *disposition* is what became of a message. The JSON key is `outcome`; the plan's own "outcomes" are another thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    ANSWER = "answer"
    CHOOSE = "choose"
    UNMET = "unmet"
    OFF_TOPIC = "off_topic"
    SMALLTALK = "smalltalk"
    LOOKUP = "lookup"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    colour: str
    """Of the report palette; never the only carrier of meaning."""
    is_gap: bool


OUTCOMES: dict[Disposition, Row] = {
    Disposition.ANSWER: Row("One signpost given", "green", is_gap=False),
    Disposition.CHOOSE: Row("Two to four choices offered", "blue", is_gap=False),
    Disposition.UNMET: Row("Nothing held that fits", "red", is_gap=True),
    Disposition.OFF_TOPIC: Row("Not a matter for this service", "grey", is_gap=False),
    Disposition.SMALLTALK: Row("Greeting or thanks", "grey", is_gap=False),
    Disposition.LOOKUP: Row("Plan or lead looked up", "green", is_gap=False),
    Disposition.URGENT: Row("Urgent help alone", "orange", is_gap=False),
}
