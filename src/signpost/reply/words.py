"""The wording of a knowledge base, by key."""

from __future__ import annotations

import datetime as dt

from ..knowledge.load import Knowledge


class Words:
    """Fills in a line of wording, and fails loudly in tests when one is missing."""

    def __init__(self, known: Knowledge) -> None:
        self._lines = known.wording

    def __call__(self, key: str, **filled: object) -> str:
        return self._lines[key].format(**filled) if filled else self._lines[key]


def day_name(day: dt.date) -> str:
    """A day as people write it: 5 March 2026."""
    return f"{day.day} {day:%B %Y}"
