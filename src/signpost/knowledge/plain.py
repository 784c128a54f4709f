"""How hard a text is to read, from letters, words and sentences alone.

Coleman and Liau (1975), 0.0588 L - 0.296 S - 15.8, and the Automated Readability Index (Senter and Smith 1967),
4.71 c/w + 0.5 w/s - 21.43. Both give a United States school grade; their mean steadies short texts.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Za-z0-9'’-]+")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)|\n+")
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]{1,}[A-Za-z]*\b")


def grade(text: str) -> float:
    """Mean of the two grades; 0.0 for a text without words."""
    found = _WORD.findall(text)
    if not found:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part)) or 1
    letters = sum(c.isalnum() for word in found for c in word)
    per_word, per_sentence = letters / len(found), len(found) / sentences
    index = 4.71 * per_word + 0.5 * per_sentence - 21.43
    coleman_liau = 5.88 * per_word - 29.6 / per_sentence - 15.8
    return float(index + coleman_liau) / 2


def acronyms(text: str) -> list[str]:
    """Short forms in order of appearance: words with two capitals or more ("SENCo", "EHC")."""
    return list(dict.fromkeys(_ACRONYM.findall(text)))
