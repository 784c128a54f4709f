"""The grammar of a danger phrase, as an editor may write it. What it matches: `understand/safety.py`."""

from __future__ import annotations

import re
from collections.abc import Mapping

GAPS = ("..", "...")
STEM = 4
"""Letters that must stand before any ending."""
_CHOICE = r"(?:\{[a-z-]+\}|[\w'-]+\*?)"
_PIECE = re.compile(rf"{_CHOICE}|\({_CHOICE}(?:\|{_CHOICE})*\)\??")


def phrase_fault(phrase: str, classes: Mapping[str, tuple[str, ...]]) -> str:
    """What keeps a phrase from being matched as it is written, or nothing."""
    pieces = phrase.split()
    if pieces[0] in GAPS or pieces[0].endswith("?"):
        return "the first word of a phrase must be there"
    for piece in pieces:
        if piece in GAPS:
            continue
        if not _PIECE.fullmatch(piece):
            return f"'{piece}': each side of (a|b) must be one word, its parts joined with hyphens"
        for choice in piece.rstrip("?").strip("()").split("|"):
            if choice.startswith("{") and choice[1:-1] not in classes:
                return f"{choice} is no class of language/danger-words.yaml"
            if choice.endswith("*") and len(choice) <= STEM:
                return f"'{choice}': give at least {STEM} letters before any ending"
    return ""
