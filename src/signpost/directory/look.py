"""Finds services of other people's directories that fit a question's words, the child's age and the place."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..english import common_english
from ..knowledge.load import Knowledge
from ..match.directory import Directory, build_directory
from ..match.features import tokens
from ..model import Reading
from ..understand.about import place_of
from ..understand.language import Language
from .record import Listed

MOST = 3
"""Services shown."""
LOOKED_AT = 60
"""Of those that share words, how many are looked at for age and place."""
EVERYDAY = 1_200
"""So many of the commonest English words ("club", "school", "find") do not tell what is sought."""
FRAME = 8
"""A word in the examples of so many topics ("daughter") belongs to the asking."""
SHORTEST = 3
SHARE = 0.5
"""Of the telling words that a question has, how many a service must say."""
OUTSIDE = "outside"
EVERYWHERE = re.compile(
    r"\b(cambridgeshire|county|england|uk|united kingdom|national|nationwide|online)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A service to show, and whose directory it comes from."""

    service: Listed
    source: str


@dataclass(frozen=True, eq=False)
class Listings:
    """All services that may be offered. Immutable; built anew after an import."""

    index: Directory
    services: Sequence[Offered]
    said: Sequence[frozenset[str]]
    """Service by service: the words that it says."""
    needs: frozenset[str]
    """Words of areas of need, which say for whom and not for what: they count when nothing else tells."""
    untelling: frozenset[str]
    places: Sequence[frozenset[str]]
    """Service by service: names of places and districts, or nothing when it is for everywhere."""
    language: Language

    def find(self, reading: Reading) -> list[Offered]:
        """Up to `MOST` that fit, heaviest first; none when the question says too little."""
        telling = _words(reading.text) - self.untelling - self._place_words(reading)
        wanted = (telling - self.needs) or telling
        if not wanted:
            return []
        found = self.index.find(_folded(reading.text), LOOKED_AT)
        return [self.services[i] for i, _ in found if self._fits(i, reading, wanted)][:MOST]

    def _fits(self, i: int, reading: Reading, wanted: frozenset[str]) -> bool:
        shared = len(wanted & self.said[i])
        return shared > 0 and shared >= SHARE * len(wanted) and self._fits_age(i, reading) and self._is_near(i, reading)

    def _fits_age(self, i: int, reading: Reading) -> bool:
        service = self.services[i].service
        if reading.ages is None:
            return True
        youngest, oldest = reading.ages
        return (service.youngest or 0) < oldest + 1 and (service.oldest is None or youngest <= service.oldest)

    def _is_near(self, i: int, reading: Reading) -> bool:
        places = self.places[i]
        if not places or reading.place is None:
            return True
        asked = {reading.place, reading.district, *self.language.outward.get(reading.place, ())} - {OUTSIDE, None}
        return not places.isdisjoint(asked)

    def _place_words(self, reading: Reading) -> frozenset[str]:
        return frozenset(map(_fold, tokens(reading.place or "")))


def list_services(
    held: Iterable[tuple[str, Listed]], known: Knowledge, language: Language, cache: Path | None
) -> Listings | None:
    """What is to be offered of what is held; None for nothing. What curators tell themselves is not offered again."""
    ours = {service.name.casefold() for service in known.services.values()}
    kept = [(source, s) for source, s in held if s.is_active and s.name.casefold() not in ours]
    if not kept:
        return None
    texts = [_folded(s.words) for _, s in kept]
    needs = _words(" ".join(word for words in known.areas.values() for word in words))
    return Listings(
        build_directory(texts, cache),
        [Offered(s, _owner(source)) for source, s in kept],
        [_words(text) for text in texts],
        needs,
        _untelling(known) - needs,
        [_places(s, language) for _, s in kept],
        language,
    )


def _owner(source: str) -> str:
    """The host of a feed's address, or a file's name."""
    return urlsplit(source).hostname or source


def _fold(word: str) -> str:
    """A plural is its singular; enough for names of things, and the same on both sides."""
    return word[:-1] if len(word) > SHORTEST and word.endswith("s") and not word.endswith("ss") else word


def _folded(text: str) -> str:
    return " ".join(map(_fold, tokens(text)))


def _words(text: str) -> frozenset[str]:
    return frozenset(sys.intern(_fold(w)) for w in tokens(text) if len(w) >= SHORTEST and not w.isdigit())


def _untelling(known: Knowledge) -> frozenset[str]:
    """Words that do not tell what is sought."""
    asked = Counter(word for topic in known.topics.values() for word in _words(" ".join(topic.examples)))
    everyday = {_fold(word) for word, rank in common_english().items() if rank < EVERYDAY}
    return frozenset(everyday | {word for word, topics in asked.items() if topics >= FRAME})


def _places(service: Listed, language: Language) -> frozenset[str]:
    if any(EVERYWHERE.search(area) for area in service.areas) or not (service.areas or service.towns):
        return frozenset()
    found: set[str] = set()
    for told in service.areas or service.towns:
        name, district = place_of(f"in {told.lower()}", language)
        found |= {told, *(x for x in (name, district) if x and x != OUTSIDE)}
        if name:
            found.update(d for d in language.outward.get(name, ()) if d != OUTSIDE)
    return frozenset(found)
