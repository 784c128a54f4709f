"""Why a message was answered as it was: one structure, which the terminal and the curators' page draw.

It holds a person's words. It is shown to the curator who typed them, and is never stored or logged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .match.decide import costs
from .model import Answered, Candidate, Match, Reading
from .outcomes import OUTCOMES, Disposition

Row = tuple[str, str]
"""A key of the wording, and what is said under it."""


@dataclass(frozen=True, slots=True)
class Cost:
    way: str
    """The disposition, as the JSON calls it."""
    expected: float


@dataclass(frozen=True, slots=True)
class Explanation:
    outcome: str
    """What became of the message, in words."""
    understood: tuple[Row, ...]
    chances: tuple[tuple[str, float], ...]
    """Keys of the wording, and probabilities."""
    costs: tuple[Cost, ...]
    """The least first."""
    candidates: tuple[Candidate, ...]
    """The best topics; the first few with their evidence."""


def explain(answered: Answered) -> Explanation | None:
    """The evidence of an answer that was asked for with `explain=True`; None when the road broke."""
    match = answered.match
    if match is None:
        return None
    by_cost = sorted(costs(match).items(), key=lambda x: x[1])
    return Explanation(
        outcome=OUTCOMES[Disposition(answered.reply.outcome)].label,
        understood=tuple(_understood(match.reading, match)),
        chances=(
            ("explain.covered", match.covered),
            ("explain.unmet", match.unmet),
            ("explain.off-topic", match.off_topic),
            ("explain.smalltalk", match.smalltalk),
            ("explain.alarm", match.alarm),
        ),
        costs=tuple(Cost(str(way), expected) for way, expected in by_cost),
        candidates=match.candidates,
    )


def _understood(r: Reading, match: Match) -> Iterator[Row]:
    yield "explain.read-as", r.text
    yield "explain.role", r.message.role.value
    for repair in r.repairs:
        yield "explain.repaired", f"{repair.wrong} → {repair.right} ({repair.why})"
    for segment in r.segments[1:]:
        yield "explain.part", segment
    if r.ages:
        yield "explain.ages", "-".join(map(str, dict.fromkeys(r.ages)))
    told = (
        ("explain.phase", r.phase),
        ("explain.place", r.place),
        ("explain.district", r.district),
        ("explain.voice", r.voice),
        ("explain.ruled-out", ", ".join(r.not_about)),
        ("explain.rejected", ", ".join(r.rejected)),
        ("explain.needs", ", ".join(match.needs)),
    )
    yield from ((key, str(value)) for key, value in told if value)
    if r.danger:
        yield "explain.danger", f"{r.danger.kind} ({r.danger.certainty:.2f}): {r.danger.because}"
    if match.beside:
        yield "explain.beside", f"{match.beside.kind}: {match.beside.entry} ({match.beside.score:.2f})"
