"""What a knowledge base itself names, which stays in a redacted text unless it is somebody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...knowledge.load import Knowledge
from ..normalise import words
from .lists import first_names, sure

Own = frozenset[tuple[str, ...]]
"""Lower-case words and runs of words."""
LONGEST = 6
"""Words of the longest run that is looked for."""


def own_words(known: Knowledge) -> Own:
    """Places, services and terms as runs of words, and the single words of topics that are surely no names."""
    named = [n for p in known.places.places for n in (p.name, *p.also)]
    named += [s.name for s in known.services.values()]
    named += [w for t in known.glossary for w in (t.term, *t.everyday)]
    told = [
        w for t in known.topics.values() for w in words(" ".join((t.title, t.covers, t.answer, t.who_for, *t.steps)))
    ]
    told += [*known.misspellings, *known.shorthand, *(w for name in named for w in words(name))]
    return frozenset(
        {(w,) for w in told if not sure(w) and w not in first_names()} | {tuple(words(n)[:LONGEST]) for n in named}
    )


def stay(spoken: Sequence[str], own: Own) -> list[bool]:
    """Which of the words of a text are the knowledge base's own, as the longest run that begins at each."""
    out = [False] * len(spoken)
    for i in range(len(spoken)):
        for size in _sizes(len(spoken) - i):
            if tuple(spoken[i : i + size]) in own:
                out[i : i + size] = [True] * size
                break
    return out


def _sizes(left: int) -> Iterable[int]:
    return range(min(LONGEST, left), 0, -1)
