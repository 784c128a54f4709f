"""Turns any text into a bounded, visible, single-spaced line without changing what it says."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 4_096
"""Longest text that is read; Telegram's own limit for one message."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_SPACES = re.compile(r"\s+")
_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_LONG_RUN = re.compile(r"(.)\1{3,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def normalise(text: str, limit: int = MAX_CHARS) -> str:
    """The same words in Unicode form NFKC, without invisible or control characters, runs of marks or extra space.

    `limit` is in characters and is applied first, so that the cost is bounded for any input.
    """
    text = text[:limit].encode("utf-8", "replace").decode("utf-8")
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)[:limit]
    if not text.isprintable():
        text = "".join(" " if c in "\n\t\r" else c for c in text if c in "\n\t\r" or unicodedata.category(c)[0] != "C")
    return _SPACES.sub(" ", _LONG_RUN.sub(r"\1\1\1", _MARKS.sub(r"\1", text))).strip()


def words(text: str) -> list[str]:
    """Lower-case words, apostrophes kept inside a word."""
    return _WORD.findall(text.lower())
