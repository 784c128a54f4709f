"""How common a word is in English at large."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def common_english() -> dict[str, int]:
    """English words and their rank by frequency (0 is the commonest), from the list that symspellpy ships (MIT)."""
    lines = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return {line.partition(" ")[0]: rank for rank, line in enumerate(lines.splitlines())}
