"""Finds milestones by words: those whose own words, or the names they go by, cover what was asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum, log

from ..english import common_english
from ..knowledge.plan import Plan

ENOUGH = 0.7
"""Share of what was asked, by weight, that a milestone must hold; below it the plan does not speak of the matter."""
AS_GOOD = 0.05
"""Milestones this near to the best are given with it."""
SPECIFIC = 4
"""So many words that all stand in one milestone are as good as its name."""
NAMED = 0.5
"""Share that must be a name of the milestone for a question that might be about something else altogether."""
LONG = 6
"""Letters."""
BETWEEN = 2
"""Words that may stand among those of a name."""
COMMON, RARE = 1_500, 8_000
"""Ranks among English words. Below the first a word of the plan is no matter of its own; from the second on a word that
the plan does not hold is one."""
MOST_NEAR = 3

_NUMBERED = re.compile(r"\b(phase|cohort|year|level|tier|stage)\s?(\d+|one|two|three)\b")
_ORDINAL = re.compile(r"\b(first|second|third) (phase|cohort)\b")
_DIGIT = {"one": "1", "two": "2", "three": "3", "first": "1", "second": "2", "third": "3"}
_POST_16 = re.compile(r"\bpost[\s-]?16\b|\b16 ?\+")
_LEAD_PROFESSIONAL = re.compile(r"\blead professional")
_TOKEN = re.compile(r"[^\W_]+(?:&[^\W_]+)*")
_SMALL_WORDS = """
a an and any are as at be been by do does did for from had has have how i if in into is it its me my of on or our so
that the their them there these they this those to us was we were what when where which while who whom whose will with
would should could must might im ive id youre theyre dont you your please can tell show list give all every
everything anything anyone anybody someone about across
"""
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Hits:
    found: tuple[str, ...]
    near: tuple[str, ...]
    """The nearest milestones when none is found, best first."""
    named: bool
    """True when what was asked is a name of what was found, and not only a word in its text."""


class Words:
    """The words of one plan, weighed by how few milestones hold them. Immutable."""

    def __init__(self, plan: Plan) -> None:
        self._names: dict[str, list[frozenset[str]]] = {}
        self._held: dict[str, frozenset[str]] = {}
        for ident, row in plan.by_id.items():
            asked = plan.asked.get(ident)
            names = (asked.title, *asked.words) if asked else ()
            self._names[ident] = [frozenset(stems(name)) for name in names[1:]]
            self._held[ident] = frozenset(stems(" ".join((row.milestone.text, *names))))
        holders = Counter(stem for held in self._held.values() for stem in held)
        self._weight = {stem: log((1 + len(self._held)) / n) for stem, n in holders.items()}
        self._unknown = log(1 + len(self._held))

    def search(self, asked: Sequence[str]) -> Hits:
        """The milestones that cover the stems `asked` as well as any does, in the order of the plan."""
        wanted = frozenset(asked)
        if not wanted:
            return Hits((), (), False)
        total = self._weigh(wanted)
        cover = {ident: self._weigh(wanted & held) / total for ident, held in self._held.items()}
        name = {ident: self._weigh(self._named(wanted, ident)) / total for ident in self._held}
        best = max(self._held, key=lambda i: cover[i] + name[i], default="")
        if not best or cover[best] < ENOUGH:
            if said := self._said(asked):
                return Hits(said, (), True)
            near = sorted((i for i in cover if cover[i] > 0), key=lambda i: -cover[i])
            return Hits((), tuple(near[:MOST_NEAR]), False)
        limit = cover[best] + name[best] - AS_GOOD
        found = tuple(i for i in self._held if cover[i] >= ENOUGH and cover[i] + name[i] >= limit)
        specific = len(wanted) >= SPECIFIC and cover[best] == 1
        return Hits(found, (), specific or name[best] >= NAMED or best in self._said(asked))

    def holding(self, asked: Iterable[str]) -> tuple[str, ...]:
        """Every milestone that holds enough of what was asked: for questions that also give other conditions."""
        wanted = frozenset(asked)
        total = self._weigh(wanted)
        return tuple(i for i, held in self._held.items() if self._weigh(wanted & held) >= ENOUGH * total)

    def says_nothing(self, asked: Iterable[str]) -> bool:
        """Whether these stems are of everyday words alone, such as the plan uses everywhere or not at all."""
        return all(_ranks().get(x, RARE) < (COMMON if x in self._weight else RARE) for x in asked)

    def _said(self, asked: Sequence[str]) -> tuple[str, ...]:
        """The milestones of which the weightiest telling name is said in a row, give or take `BETWEEN` words."""
        weight = {
            ident: max((self._weigh(n) for n in names if self._is_telling(n) and _in_a_row(n, asked)), default=0.0)
            for ident, names in self._names.items()
        }
        most = max(weight.values(), default=0.0)
        return tuple(i for i, w in weight.items() if w and w == most)

    def _is_telling(self, name: frozenset[str]) -> bool:
        """Whether a name is more than one word, or a long and rare one that only one milestone holds."""
        return len(name) > 1 or all(
            len(x) >= LONG and _ranks().get(x, RARE) >= RARE and self._weight[x] == self._unknown for x in name
        )

    def _named(self, wanted: frozenset[str], ident: str) -> frozenset[str]:
        """The stems of `wanted` that belong to a name of the milestone, said whole."""
        return frozenset().union(*(name for name in self._names[ident] if name <= wanted))

    def _weigh(self, stems_: Iterable[str]) -> float:
        """The weights added exactly, for the order of a set is not the same on every run."""
        return fsum(self._weight.get(stem, self._unknown) for stem in stems_)


def _in_a_row(name: frozenset[str], asked: Sequence[str]) -> bool:
    width = len(name) + BETWEEN
    return name <= set(asked) and any(name <= set(asked[i : i + width]) for i in range(len(asked)))


@cache
def _ranks() -> dict[str, int]:
    """The rank of the commonest English word of a stem."""
    found: dict[str, int] = {}
    for word, rank in common_english().items():
        found.setdefault(_stem(word), rank)
    return found


def stems(text: str) -> list[str]:
    """The words of a text that carry meaning, without endings, in order. "Post 16" and "phase 2" are one word each."""
    lower = _POST_16.sub("post16", text.lower().replace("'", "").replace("’", ""))
    lower = _ORDINAL.sub(lambda m: m[2] + _DIGIT[m[1]], lower)
    lower = _NUMBERED.sub(lambda m: m[1] + _DIGIT.get(m[2], m[2]), lower)
    lower = _LEAD_PROFESSIONAL.sub("leadprofessional", lower)
    return [_stem(t) for t in _TOKEN.findall(lower.replace("/", " ").replace("co-ord", "coord")) if t not in _SMALL]


def about(text: str) -> str:
    """The text without small words at either end; empty when it holds nothing else."""
    tokens = text.split()
    while tokens and not stems(tokens[0]):
        tokens.pop(0)
    while tokens and not stems(tokens[-1]):
        tokens.pop()
    return " ".join(tokens).strip(" -,.?!:;")


def _stem(word: str) -> str:
    for end in ("ments", "ment", "ings", "ing", "ions", "ion", "ed", "es", "s", "e"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word
