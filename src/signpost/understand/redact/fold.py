"""Folds a text to plain letters, remembering where each of them stood."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_PLAIN = {"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "“": '"', "”": '"', "ł": "l", "Ł": "L", "ø": "o", "Ø": "O"}
_PLAIN |= {"ı": "i", "đ": "d", "Đ": "D"} | dict.fromkeys("‐‑‒–—−", "-")
_ENDS = "\n\r\u2028\u2029\x0b\x0c\x85"


@dataclass(frozen=True)
class Folded:
    text: str
    """The same text without accents, invisible characters and odd spaces, hyphens, quotation marks and digits."""
    at: tuple[int, ...]
    """Index in the original of each character, and the length of the original at the end."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of `text` as a stretch of the original, with the marks that belong to its last letter."""
        first = self.at[start]
        while end < len(self.text) and self.at[end] == self.at[end - 1]:
            end += 1
        return first, self.at[end]


def fold(text: str) -> Folded:
    """Plain letters in the same order; the cost is linear."""
    if text.isascii() and text.isprintable():
        return Folded(text, tuple(range(len(text) + 1)))
    out: list[str] = []
    at: list[int] = []
    for i, c in enumerate(text):
        plain = c if c.isascii() and c.isprintable() else _fold(c)
        out.append(plain)
        at.extend([i] * len(plain))
    return Folded("".join(out), (*at, len(text)))


def _fold(c: str) -> str:
    if c in _PLAIN:
        return _PLAIN[c]
    if c in _ENDS:
        return "\n"
    kind = unicodedata.category(c)
    if kind in ("Zs", "Cc"):
        return " "
    if kind == "Nd":
        return str(unicodedata.digit(c))
    if kind[0] in "CM":
        return ""
    wide = unicodedata.normalize("NFKD", c)
    return "".join(d for d in wide if unicodedata.category(d)[0] not in "CM")
