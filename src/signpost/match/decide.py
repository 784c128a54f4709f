"""Decides what becomes of a message from calibrated probabilities and what each mistake costs, stated here once."""

from __future__ import annotations

from ..model import Decision, Found, Match
from ..outcomes import Disposition

WRONG_ANSWER = 14.0
"""Cost of one wrong signpost: a family is sent to the wrong door."""
CHOICE = 2.2
"""Cost of a choice that holds the right topic: one more step."""
WRONG_CHOICE = 5.0
"""Cost of a choice that does not hold it: one more step, and then "none of these"."""
FALSE_NOTHING = 7.0
"""Cost of saying "nothing" when a topic would have served."""
FALSE_OFFER = 5.0
"""Cost of offering topics for a need that none covers; a single answer costs WRONG_ANSWER."""
TAKEN_FOR_NOISE, NEED_TAKEN_FOR_NOISE = 7.0, 4.0
"""Cost of waving away as not ours, or as small talk, a question that a topic answers, and a need that none covers:
there nothing but the evidence is lost."""
MOST_CHOICES = 4
ENOUGH = 0.92
"""Topics are added to a choice until they hold this share of what is likely, from two to four."""


def costs(match: Match) -> dict[Disposition, float]:
    """The expected cost of each disposition that can be had."""
    scores = [c.score for c in match.candidates]
    best = scores[0] if scores else 0.0
    inside = sum(scores[: _picked(scores)])
    uncovered = match.unmet + match.off_topic + match.smalltalk
    noise = match.covered * TAKEN_FOR_NOISE + match.unmet * NEED_TAKEN_FOR_NOISE
    cost = {
        Disposition.ANSWER: (1 - best) * WRONG_ANSWER,
        Disposition.CHOOSE: inside * CHOICE + (match.covered - inside) * WRONG_CHOICE + uncovered * FALSE_OFFER,
        Disposition.UNMET: match.covered * FALSE_NOTHING + (match.off_topic + match.smalltalk) * CHOICE,
        Disposition.OFF_TOPIC: noise + match.smalltalk * CHOICE,
        Disposition.SMALLTALK: noise + match.off_topic * CHOICE,
    }
    if len(scores) < 2:
        cost.pop(Disposition.CHOOSE)
    return cost


def decide(match: Match, looked_up: Found | None = None) -> Decision:
    """A look-up where the plan was asked; else the disposition whose expected cost is least."""
    if looked_up is not None:
        return Decision(Disposition.LOOKUP, found=looked_up)
    if not match.reading.text:
        return Decision(Disposition.SMALLTALK)
    topics = tuple(c.topic for c in match.candidates)
    if match.reading.only_rejects and len(topics) > 1:
        return Decision(Disposition.CHOOSE, topics[:MOST_CHOICES])
    cost = costs(match)
    found = min(cost, key=lambda d: cost[d])
    if found is Disposition.ANSWER:
        return Decision(found, (topics[0], *match.needs))
    if found is Disposition.CHOOSE:
        count = _picked([c.score for c in match.candidates])
        wanted = tuple(dict.fromkeys((topics[0], *match.needs, *topics)))
        return Decision(found, wanted[: max(count, 1 + len(match.needs))])
    return Decision(found)


def _picked(scores: list[float]) -> int:
    """How many topics to offer: enough to hold most of what is likely."""
    total, held = sum(scores) or 1.0, 0.0
    for count, score in enumerate(scores[:MOST_CHOICES], 1):
        held += score
        if count >= 2 and held >= ENOUGH * total:
            return count
    return min(MOST_CHOICES, len(scores))
