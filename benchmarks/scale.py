"""Directories of made services, of any size, and questions for them; everything follows from the seed.

A service is called after a made place, a need and a kind ("Elmsford hearing group") and told in words drawn from common
English as often as people use them (Zipf's law: a word's share falls with its rank). A question is the place, the need
and two words of its text; every third one has a slip in one word. So exactly one service is meant.
"""

from __future__ import annotations

import random
import zlib
from itertools import accumulate

from questions import mistyped

SEED = 2016
TOLD = 18
"""Words that tell what a service does, beside its name."""
NEEDS = [
    "hearing",
    "sight",
    "speech",
    "autism",
    "dyslexia",
    "sensory",
    "feeding",
    "sleep",
    "transport",
    "respite",
    "equipment",
    "toys",
    "swimming",
    "music",
    "benefits",
    "carers",
    "siblings",
    "epilepsy",
    "wheelchairs",
    "mobility",
    "behaviour",
    "anxiety",
    "attendance",
    "exclusion",
    "travel",
    "college",
    "employment",
    "housing",
    "nursery",
    "parenting",
    "portage",
    "signing",
    "massage",
    "counselling",
    "advocacy",
    "mediation",
    "nursing",
    "physiotherapy",
]
KINDS = [
    "group",
    "team",
    "club",
    "service",
    "helpline",
    "project",
    "centre",
    "network",
    "clinic",
    "charity",
    "trust",
    "hub",
    "forum",
    "scheme",
]
STARTS = [
    "Elm",
    "Oak",
    "Nor",
    "Sut",
    "Wes",
    "Eas",
    "Chat",
    "Hun",
    "Wis",
    "Fen",
    "Bram",
    "Cot",
    "Dod",
    "Gran",
    "Hard",
    "Ken",
    "Lin",
    "Mel",
    "Pap",
    "Ram",
    "Saw",
    "Stil",
    "Swav",
    "Tri",
    "Wil",
    "Yax",
]
MIDDLES = ["s", "en", "ing", "er", "ham", "bur", "wor", "mar", "stan", "del", "ring", "tin"]
ENDS = ["ford", "ton", "ley", "wick", "bridge", "field", "sey", "well", "hurst", "port", "mere", "stead"]


def services(count: int) -> list[str]:
    """`count` services, each as one text."""
    from signpost.english import common_english
    from signpost.understand.spelling import COMMON

    rng = random.Random(SEED)
    english = [w for w, rank in common_english().items() if rank < COMMON and len(w) > 2]
    often = list(accumulate(1 / rank for rank in range(1, len(english) + 1)))
    places = [start + middle + end for start in STARTS for middle in MIDDLES for end in ENDS]
    out = []
    for _ in range(count):
        name = f"{rng.choice(places)} {rng.choice(NEEDS)} {rng.choice(KINDS)}"
        out.append(f"{name}. {' '.join(rng.choices(english, cum_weights=often, k=TOLD))}.")
    return out


def questions(texts: list[str], count: int) -> list[tuple[str, int]]:
    """(what is asked, place of the service that is meant)."""
    rng = random.Random(SEED + 1)
    out = []
    for i in range(count):
        meant = rng.randrange(len(texts))
        name, _, told = texts[meant].partition(". ")
        words = [*name.lower().split()[:2], *rng.sample(told.rstrip(".").split(), 2)]
        if i % 3 == 0:
            at = zlib.crc32(texts[meant].encode()) % len(words)
            words[at] = mistyped(words[at], 1)
        rng.shuffle(words)
        out.append((" ".join(words), meant))
    return out
