"""Tells the language of a message that is not in English: answers exist in English only, and that is an access gap."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ..english import common_english

UNKNOWN = "und"
"""ISO 639-2 for "undetermined"."""
COMMONEST, ENGLISH = 3_000, 0.3
"""A text of which this share are among the commonest English words is English, whatever its spelling."""
FEWEST_WORDS = 4
SURE, OTHER_SCRIPT_SURE = 0.7, 0.5
"""Probability from which the language is believed: in Latin letters, and in others, which are not English at all."""
HARDLY_ENGLISH = 0.02
"""Probability of English below which a text is in another language, whichever."""
READ = 400
"""Letters that are looked at."""


def language_of(plain: str, spoken: Sequence[str]) -> str | None:
    """ISO 639-1 code of the language, `UNKNOWN` for one that cannot be named, None for English or for no language.

    `spoken` are the words of `plain` in lower case. Keywords, acronyms and bad spelling pass for English.
    """
    letters = [c for c in plain if c.isalpha()][:READ]
    if not letters:
        return None
    latin = sum(unicodedata.name(c, "").startswith("LATIN") for c in letters) >= 0.6 * len(letters)
    if latin and (len(spoken) < FEWEST_WORDS or _is_common_english(spoken)):
        return None
    chances = _identifier().rank(plain[:READ])
    language, chance = chances[0]
    if chance >= (SURE if latin else OTHER_SCRIPT_SURE):
        return None if latin and language == "en" else str(language)
    return None if latin and dict(chances)["en"] >= HARDLY_ENGLISH else UNKNOWN


def _is_common_english(spoken: Sequence[str]) -> bool:
    rank = common_english()
    return sum(rank.get(w, COMMONEST) < COMMONEST for w in spoken) >= ENGLISH * len(spoken)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """py3langid's naive Bayes over byte n-grams (BSD-3-Clause), opened when the first such message comes."""
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
