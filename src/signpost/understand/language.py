"""The words of one knowledge base, compiled once: what the reading of every message needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..english import common_english
from ..knowledge.load import Knowledge
from .normalise import words
from .spelling import Spelling

SEEN_OFTEN = 3
"""An unknown word in the examples is one of ours when it stands in so many of them; fewer may be a typed slip."""


@dataclass(frozen=True)
class Language:
    spelling: Spelling
    places: dict[str, tuple[str, str]]
    """Lower-case place -> (name, district)."""
    places_too: frozenset[str]
    """Places that are also words, which count only after a preposition."""
    outward: dict[str, tuple[str, ...]]
    years: dict[str, tuple[int, int]]
    """School-year words -> ages."""
    areas: tuple[tuple[str, re.Pattern[str]], ...]
    """Area of need -> the words that tell it."""
    phases: tuple[tuple[str, tuple[int, int]], ...]
    phase_words: tuple[tuple[str, re.Pattern[str]], ...]


def compile_language(known: Knowledge) -> Language:
    """Gather vocabulary, short forms, places and school years."""
    english = common_english()
    told: Counter[str] = Counter()
    for topic in known.topics.values():
        told.update(words(" ".join((topic.title, topic.covers, topic.answer, topic.who_for, *topic.steps))))
    short: set[str] = set()
    for term in known.glossary:
        told.update(words(f"{term.term} {term.expansion}"))
        forms = re.split(r"\s*/\s*", term.term)
        short |= {form.lower() for form in forms if any(c.isupper() for c in form[1:])}
    typed = Counter(w for t in known.topics.values() for e in t.examples for w in set(words(e)))
    slips = set(known.misspellings)
    own = told + Counter({w: n for w, n in typed.items() if w in english or n >= SEEN_OFTEN})
    names = {w for p in known.places.places for n in (p.name, *p.also) for w in words(n)}
    keep = names | short | {w for t in known.glossary for e in t.everyday for w in words(e) if w not in slips}
    places = {n.lower(): (p.name, p.district) for p in known.places.places for n in (p.name, *p.also)}
    years = {n.lower(): y.ages for y in known.years.years for n in (y.name, *y.also)}
    return Language(
        spelling=Spelling([w for w, _ in own.most_common() if w not in slips], known.misspellings, keep),
        places=places,
        places_too=frozenset(w.lower() for w in known.places.words_too),
        outward={code.upper(): districts for code, districts in known.places.outward.items()},
        years=years,
        areas=tuple((area, _any_of(told)) for area, told in known.areas.items()),
        phases=tuple((p.id, p.ages) for p in known.years.phases),
        phase_words=tuple((p.id, _any_of(p.words)) for p in known.years.phases if p.words),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(w.lower()) for w in words) + r")\b")
