"""Understands a question that leans on the look-up before it: "and who does it report to?", "what else does she lead?".

It names nothing itself, so that it is a follow-up only when every word of it is one of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from ..knowledge.plan import Row
from ..model import Lookup

LONGEST = 80
"""Characters of a follow-up; more is a new question."""

_THING = r"(?:(?:it|this|that|these|those|they|them)|(?:this|that|the|these|those) (?:one|row|milestone|action)s?)"
_WHO = (
    r"(?:(?:the |this |that )?same (?:one|lead|person|officer)|(?:this|that|the) (?:lead|person|officer)|she|he|they)"
)
_DUE = r"(?:due|(?:(?:meant|supposed) to )?(?:be )?(?:done|finished|completed?|delivered))"
_START = r"(?:(?:and|so|ok|okay|but|also|then|thanks|great|right)\b[, ]*)*"
_END = r"(?: (?:please|then|though|again|exactly))*"
_SHAPES: tuple[tuple[Literal["reporting", "when", "lead", "rag", "text"], str], ...] = (
    (
        "reporting",
        rf"who (?:does|do|did|is|was|are|were) (?:{_THING}|{_WHO}) report(?:s|ed|ing)?(?: (?:in)?to)?"
        rf"|(?:to )?(?:who|whom)(?:'s| is| was)? (?:{_THING} )?report(?:s|ed|ing)? to"
        rf"|where (?:does|do|did) {_THING} report(?: to)?"
        r"|(?:(?:who|what)(?:'s| is| was| are| were)? )?(?:the |its |their )?reporting (?:officers?|line)"
        rf"|who gets? the reports?(?: on {_THING})?",
    ),
    (
        "when",
        rf"when (?:is|was|are|were|should|will|did) {_THING} {_DUE}|(?:by )?when(?: (?:is|was|are|were) {_THING})?"
        r"|(?:(?:what|when)(?:'s| is| was| are| were)? )?(?:the |its |their )?(?:deadline|due date|date)s?",
    ),
    (
        "lead",
        rf"who (?:leads|led|is leading|was leading|owns|runs|is in charge of|is responsible for)(?: on)?(?: {_THING})?"
        rf"|who(?:'s| is| was)? (?:leading|in charge of|responsible for|(?:the )?lead (?:on|for)) {_THING}"
        r"|(?:who(?:'s| is| was)? )?(?:the |its )?lead",
    ),
    (
        "rag",
        r"(?:what|how)(?:'s| is)? (?:the |its )?(?:status|rag|rag status|progress|colour)"
        rf"|how (?:is|are) {_THING} (?:going|doing)"
        rf"|(?:is|are|was|were) {_THING} (?:late|overdue|done|finished|on track|red|amber|green)",
    ),
    (
        "text",
        rf"what (?:does|do|did) {_THING} say|(?:show|tell) me (?:more|{_THING}(?: in full)?)|more(?: about {_THING})?"
        rf"|what (?:is|are) {_THING}(?: about)?|what(?:'s| is) the (?:full )?(?:text|wording)",
    ),
)
_ASKS = tuple((asks, re.compile(f"{_START}(?:{shape}){_END}")) for asks, shape in _SHAPES)
_ELSE = re.compile(
    rf"{_START}(?:(?:what|which) (?:else|other \w+) (?:does|do|did|is|are|was|were|has|have) (?:{_WHO}|{_THING} lead)"
    r" (?:leads?|leading|led|doing|do|done|got|have|own|owns|run|runs|responsible for|in charge of)(?: on)?"
    rf"|(?:anything|what|everything) else (?:that )?(?:{_WHO}) (?:leads?|led|owns?|runs?)(?: on)?){_END}"
)


def follow_up(text: str, before: Sequence[Row]) -> Lookup | None:
    """What a message asks of the rows shown `before`; None when it is no follow-up to them."""
    lower = " ".join(text.lower().replace("’", "'").split()).strip(" ?.!")
    if not before or not 0 < len(lower) <= LONGEST:
        return None
    ids = tuple(row.milestone.id for row in before)
    if _ELSE.fullmatch(lower):
        leads = _their_lead(before)
        return Lookup(led_by=leads, apart=ids, certain=True) if leads else None
    asks = next((asks for asks, shape in _ASKS if shape.fullmatch(lower)), None)
    return Lookup(asks=asks, ids=ids, certain=True) if asks else None


def _their_lead(rows: Sequence[Row]) -> tuple[str, ...]:
    """Who leads all of the rows; where nobody does, whoever leads one."""
    each = [row.milestone.leads for row in rows]
    return tuple(x for x in each[0] if all(x in leads for leads in each)) or tuple(
        dict.fromkeys(x for leads in each for x in leads)
    )
