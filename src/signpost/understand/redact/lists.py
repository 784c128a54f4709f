"""The lists of names and words that redaction knows. Where they come from and their licences: NOTICE."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from ...english import common_english


def read(file: str) -> frozenset[str]:
    """The words of one list."""
    text = resources.files(__package__).joinpath("data", file).read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


FUNCTION = read("function-words.txt")
"""Words that carry a sentence. None is taken for a name unless its company leaves no doubt."""
CALENDAR = read("calendar.txt")


@lru_cache(maxsize=1)
def words_too() -> frozenset[str]:
    """Names that are also words, months or places."""
    return read("words-too.txt")


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    return read("first-names.txt")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    return read("surnames.txt")


@lru_cache(maxsize=1)
def stays() -> frozenset[str]:
    return read("stays.txt")


_SHORT = re.compile(r"'(?:s|ll|ve|d|re|m)$")

COMMON = 20_000
"""How many of the commonest English words a slip may be a slip of."""


@lru_cache(maxsize=1)
def _slips() -> frozenset[str]:
    """Common words and what is left of them when one letter is dropped."""
    common = [w for w, rank in common_english().items() if rank < COMMON and len(w) > 3]
    return frozenset(common).union(w[:i] + w[i + 1 :] for w in common for i in range(len(w)))


def slip(word: str) -> bool:
    """Whether a lower-case word is short, or a common word but for a letter or two: mistyped rather than a name."""
    known = _slips()
    return len(word) < 4 or word in known or any(word[:i] + word[i + 1 :] in known for i in range(len(word)))


def sure(word: str) -> bool:
    """Whether a lower-case word is a name and nothing else."""
    if word in words_too() or word in stays() or word in FUNCTION:
        return False
    return (len(word) > 2 and word in first_names()) or (len(word) > 3 and word in surnames() and not slip(word))


def ordinary(word: str) -> bool:
    """Whether a lower-case word is in the English dictionary or the words that stay, and is not surely a name."""
    word = _SHORT.sub("", word)
    bare = word.replace("'", "")
    if bare in FUNCTION or word in FUNCTION or bare in stays() or bare in CALENDAR:
        return True
    return (bare in common_english() or word in common_english()) and not sure(word)
