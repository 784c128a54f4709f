"""Names of people. A name that is nothing else goes wherever it stands; one that is also a word needs company.

Company is what stands before ("my son", "Mrs", "called"), what follows ("is 7", "'s dad"), another name beside it,
or a capital letter where an ordinary word has none. A word that no list knows is a name when its company says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .company import BEFORE_PLACE, BEFORE_TIME, EPONYM, FOLLOWS, FOLLOWS_SURELY, VERB, expected
from .found import NAME, Found
from .lists import CALENDAR, FUNCTION, first_names, ordinary, slip, stays, sure, surnames, words_too
from .own import Own, stay

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:'[^\W\d_]+)*")
_NEXT_WORD = re.compile(r" ([^\W\d_]+)")
_IRISH = re.compile(r"(?:o|d|n|m|l|k)'[a-z]{3,}")
_NOT_IRISH = frozenset({"o'clock", "d'you", "m'lady"})
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "da",
        "di",
        "dos",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "binti",
        "abu",
        "ap",
        "mc",
        "mac",
        "st",
        "o",
    ]
)
_SENTENCE = re.compile(r"[.!?:;\n•]|- ")
_PAIR = re.compile(r"\s{0,3}(?:,|&|\+|/|and|or|n|, ?and)\s{0,3}", re.IGNORECASE)
_BESIDE = re.compile(r"[ \-]|\. ?")
_PAIRED = re.compile(r"\W*(?:are|were|both|have|they|twins|who|go|goes|is|$|[.,!?\n])")
TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev"])
VERBS_TOO = frozenset(["hope", "will", "mark", "chase", "grant", "bill", "rob", "pat", "drew", "sue", "may", "can"])
"""First names that stand before a name as verbs: "hope Ann gets", lower or upper case."""
CROWDED = 0.7
"""Share of capitals from which a text is read as if it had none."""


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    low: str
    """Lower case, without a possessive 's."""
    capital: bool
    opens: bool
    """First of a sentence, where a capital letter says nothing."""
    own: bool
    """The knowledge base says it too."""


def names(text: str, off: list[bool], own: Own) -> Iterator[Found]:
    """Every name in a folded text. `off` marks the characters that are already something else."""
    tokens = _tokens(text, off, own)
    hits = _Hits(text, tokens, expected(text))
    hits.look()
    start = end = -1
    for i in sorted(hits.found):
        if text[end : tokens[i].start] in (" ", "-") and end >= 0:
            end = tokens[i].end
            continue
        if end >= 0:
            yield Found(NAME, start, end)
        start, end = tokens[i].start, tokens[i].end
    if end >= 0:
        yield Found(NAME, start, end)


def _tokens(text: str, off: list[bool], own: Own) -> list[_Token]:
    spans = [m.span() for m in _WORD.finditer(text)]
    long = [text[a:b] for a, b in spans if b - a > 1]
    crowded = len(long) > 3 and sum(w[0].isupper() for w in long) > CROWDED * len(long)
    tokens: list[_Token] = []
    last = 0
    kept = stay([text[a:b].lower().removesuffix("'s") for a, b in spans], own)
    for (start, end), mine in zip(spans, kept, strict=True):
        between = text[last:start]
        word = text[start:end]
        low = word.lower().removesuffix("'s")
        opens = not tokens or bool(_SENTENCE.search(between))
        last = start + len(word)
        if not off[start] and low:
            tokens.append(_Token(start, start + len(low), low, word[0].isupper() and not crowded, opens, mine))
    return tokens


class _Hits:
    """The names of one text, found in passes that each rest on those before."""

    def __init__(self, text: str, tokens: list[_Token], expect: dict[int, str]) -> None:
        self._text, self._tokens, self._expect = text, tokens, expect
        self.found: set[int] = set()

    def look(self) -> None:
        for i, token in enumerate(self._tokens):
            if self._alone(token) or self._in_company(token):
                self.found.add(i)
        for i in range(len(self._tokens)):  # forwards: surnames, particles, the second of a pair
            if i not in self.found and i - 1 in self.found and self._goes_on(i):
                self.found.add(i)
            elif i not in self.found and i - 2 in self.found and self._after_particle(i):
                self.found.update((i - 1, i))
        for i in range(len(self._tokens) - 2, -1, -1):  # backwards: a first name before a surname
            if i not in self.found and i + 1 in self.found and self._leads(i):
                self.found.add(i)
        learned = {self._tokens[i].low for i in self.found}
        self.found |= {i for i, t in enumerate(self._tokens) if t.low in learned and self._again(t)}

    def _follows(self, token: _Token, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self._text, token.end) is not None

    def _alone(self, token: _Token) -> bool:
        """A name that is nothing else, wherever it stands."""
        low = token.low
        if token.own or self._follows(token, EPONYM):
            return False
        if not ordinary(low) and not slip(low) and not self._stays(token):
            return True
        if token.capital and not token.opens and low in surnames() and low not in words_too() and low not in stays():
            return True
        if sure(low) or (
            low.endswith("s") and len(low) > 4 and sure(low[:-1]) and low[:-1] in first_names() and not ordinary(low)
        ):
            return True
        return bool(_IRISH.fullmatch(low)) and low not in _NOT_IRISH and not ordinary(low)

    def _in_company(self, token: _Token) -> bool:
        low, before = token.low, self._expect.get(token.start)
        if before == "signed":
            return low not in FUNCTION or low in words_too()
        if before == "miss":
            return not ordinary(low) or (low in surnames() and self._follows(token, FOLLOWS))
        if before == "title":
            return low not in FUNCTION or (low in words_too() and (token.capital or self._follows(token, FOLLOWS)))
        if len(low) < 2 or (low in FUNCTION and low not in words_too()):
            return False
        if token.capital and self._short(token):
            return False
        known = low in words_too() and low in first_names()
        strange = not token.own and not ordinary(low)
        surely, likely = self._follows(token, FOLLOWS_SURELY), self._follows(token, FOLLOWS)
        if before == "called":
            return known or strange or (token.capital and low in words_too())
        if before == "kin":
            return (token.capital and (known or strange)) or (
                (known or strange) and (likely or self._strange_after(token))
            )
        if before == "greeting":
            return (token.capital and (known or strange)) or (
                likely and (known or (strange and not slip(low))) and low not in CALENDAR
            )
        if token.own or not (known or strange) or low in stays() or self._follows(token, EPONYM) or self._stays(token):
            return False
        if not token.capital or token.opens:
            if strange and token.capital and self._follows(token, VERB):
                return True
            return surely and (strange or low not in FUNCTION)
        return surely or low not in CALENDAR

    def _strange_after(self, token: _Token) -> bool:
        m = _NEXT_WORD.match(self._text, token.end)
        return m is not None and not ordinary(m[1].lower())

    def _stays(self, token: _Token) -> bool:
        """A short form in capitals, a place after "in", a month after "since"."""
        before = self._text[max(0, token.start - 16) : token.start]
        if token.low in CALENDAR:
            return BEFORE_TIME.search(before) is not None
        return self._short(token) or BEFORE_PLACE.search(before) is not None

    def _short(self, token: _Token) -> bool:
        return token.capital and len(token.low) < 6 and self._text[token.start : token.end].isupper()

    def _gap(self, i: int) -> str:
        return self._text[self._tokens[i - 1].end : self._tokens[i].start]

    def _goes_on(self, i: int) -> bool:
        """Whether a word after a name belongs to it, or is the second of a pair."""
        token, gap = self._tokens[i], self._gap(i)
        low = token.low
        if low in FUNCTION and not (token.capital and low in words_too() and gap == " "):
            return False
        if _BESIDE.fullmatch(gap):
            if token.capital:
                return not token.opens or gap != ". "
            if gap == "-":
                return True
            return len(low) > 1 and (low in surnames() or not ordinary(low)) and self._follows(token, FOLLOWS)
        return False

    def _after_particle(self, i: int) -> bool:
        """`i` stands one word after a name: "Anna van Dijk", "Hope and Grace"."""
        token, middle = self._tokens[i], self._tokens[i - 1]
        link = self._text[self._tokens[i - 2].end : token.start]
        low = token.low
        if middle.low in _PARTICLES and not link.strip(" -'" + middle.low + middle.low.upper()).strip(" -"):
            return low not in FUNCTION
        if not _PAIR.fullmatch(link) or (low in FUNCTION and not token.capital):
            return False
        return (low in first_names() or not ordinary(low)) and (token.capital or self._follows(token, _PAIRED))

    def _leads(self, i: int) -> bool:
        token, after = self._tokens[i], self._tokens[i + 1]
        gap = self._text[token.end : after.start]
        if gap not in (" ", "-", ". ", "."):
            return False
        if len(token.low) == 1:
            return token.capital and token.low not in ("i", "a")
        if gap == "-":
            return True
        known = token.low in first_names() or not ordinary(token.low)
        if token.low in TITLES or (token.low in FUNCTION and token.low not in words_too()):
            return False
        if not ordinary(token.low) and not self._short(token):
            return True
        if token.start in self._expect:
            return known
        if token.low in FUNCTION or token.low in VERBS_TOO or (token.low in CALENDAR and token.opens):
            return False
        return known and token.capital == after.capital

    def _again(self, token: _Token) -> bool:
        """Whether a name of this message that comes again is the name again."""
        if not ordinary(token.low) and token.low not in words_too():
            return True
        if token.low in FUNCTION or token.low in CALENDAR:
            return False
        return token.capital or self._follows(token, FOLLOWS)
