"""The lists of names and words that redaction knows. Where they come from and their licences: NOTICE."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from ..spelling import common_english

FUNCTION = frozenset(
    (
        "a an the this that these those some any all both each every no not none and or but nor so yet if then than as because though although"
        " while when where why how who whom whose which what whatever whenever i me my mine we us our ours you your yours he him his she her hers"
        " it its they them their theirs myself himself herself themselves one ones someone anyone everyone nobody anybody everybody something"
        " anything everything nothing am is are was were be been being do does did done doing have has had having can could will would shall should"
        " may might must ought need needs needed get gets got getting go goes went gone going come comes came make makes made take takes took say says"
        " said tell tells told ask asks asked know knows knew think thinks thought want wants wanted see sees saw seen look looks try tries tried"
        " keep keeps kept let lets give gives gave put puts feel feels felt seem seems help helps start starts started stop stops stopped to of in on"
        " at by for from with without about into onto over under after before between through during until till since near around against off out"
        " up down again very too also just only even still already now here there today tomorrow yesterday soon later never always often maybe"
        " please thanks thank yes hi hello hey hiya dear sorry ok okay really quite much many more most less least few lot lots other another same such"
        " own back away like well good bad new old big little im ive id ill hes shes its were theyre thats theres whats dont doesnt didnt cant wont"
        " isnt wasnt arent hasnt havent wouldnt couldnt i'm i've i'd i'll he's she's it's we're we've they're that's there's what's don't doesn't"
        " didn't can't won't isn't wasn't aren't hasn't haven't wouldn't couldn't shouldn't who's where's how's let's you're you've they've he'd"
        " she'd we'd they'd he'll she'll we'll they'll it'll u ur"
    ).split()
)
"""Words that carry a sentence. None is taken for a name unless its company leaves no doubt."""

CALENDAR = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
    " monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter easter christmas".split()
)


def _read(file: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath("data", file).read_text("utf-8")
    return frozenset(w for line in text.splitlines() if not line.startswith("#") for w in line.split())


@lru_cache(maxsize=1)
def words_too() -> frozenset[str]:
    """Names that are also words, months or places."""
    return _read("words-too.txt")


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    return _read("first-names.txt")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    return _read("surnames.txt")


@lru_cache(maxsize=1)
def stays() -> frozenset[str]:
    return _read("stays.txt")


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
