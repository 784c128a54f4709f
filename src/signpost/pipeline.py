"""The road of one message, in order: read -> look up -> match -> decide -> compose -> tell. Pure and synchronous.

No I/O, clock, randomness or channel name in here: what the stages need arrives in `Parts`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from .directory.look import Listings
from .directory.show import shown
from .match.decide import decide
from .match.encoder import Encoder
from .match.index import Index
from .match.rank import rank
from .match.scope import Scopes
from .model import Answered, Decision, Found, Match, Message, Reading, Reply, Turn
from .outcomes import Disposition
from .plan.look import Lookups
from .reply.compose import Composer
from .themes.respond import Published, response_to
from .understand.language import Language
from .understand.read import read
from .understand.safety import Safety

TOLD = (Disposition.UNMET, Disposition.CHOOSE, Disposition.ANSWER)
"""Replies that say what was done about a gap like this question."""
SURE = 0.5
"""Below this no topic is likely, and a follow-up is read as being about the topic before."""

NAMING = 0.95
"""Below this a topic alone is no reason to name an officer."""


@dataclass(frozen=True)
class Parts:
    """Everything the stages read; replaced as a whole when the knowledge changes."""

    safety: Safety
    language: Language
    index: Index
    encoder: Encoder | None
    lookups: Lookups
    scopes: Scopes
    composer: Composer
    today: dt.date
    """What is overdue is overdue on this day."""
    titles: dict[str, str]
    """Topic id -> title, which stands in for a follow-up's "it"."""
    published: tuple[Published, ...] = ()
    """What was done about gaps, for those who ask again."""
    listings: Listings | None = None
    """Services of other people's directories, where there are any."""


def travel(message: Message, parts: Parts, *, explain: bool = False) -> Answered:
    """Answer one message. `explain` keeps the evidence for a curator."""
    reading = read(message, parts.language, parts.safety)
    found = parts.lookups.look(reading, parts.today)
    match = _matched(reading, parts, explain)
    decision = decide_between(match, found, parts.lookups)
    reply = _listed(_told(parts.composer.reply(match, decision), match, parts), reading, parts)
    return Answered(match, reply, next_turn(message, decision, reply))


def decide_between(match: Match, found: Found | None, lookups: Lookups) -> Decision:
    """What was looked up; where the words only hint at the plan, beside the topic that its rows are about."""
    if found and found.lookup.hinted:
        usual = decide(match)
        beside = lookups.beside(usual.topics[0], found) if usual.disposition is Disposition.ANSWER else None
        if beside and (found.milestones or _sureness(match) >= NAMING):
            return replace(usual, found=beside)
        if not found.milestones:
            return usual
    return decide(match, found)


def _told(reply: Reply, match: Match, parts: Parts) -> Reply:
    """The reply, and what was done since others asked the same; nothing is put before urgent help."""
    if reply.urgent or reply.outcome not in TOLD or not parts.published:
        return reply
    found = response_to(match, parts.published, parts.encoder)
    return parts.composer.told(reply, found.you_said, found.we_did, found.on) if found else reply


def _listed(reply: Reply, reading: Reading, parts: Parts) -> Reply:
    """A miss with what other people's directories hold; it stays a miss, for the council holds nothing on it."""
    if parts.listings is None or reply.outcome != Disposition.UNMET:
        return reply
    found = parts.listings.find(reading)
    return shown(reply, found, parts.composer.words, parts.today) if found else reply


def _matched(reading: Reading, parts: Parts, explain: bool) -> Match:
    """Rank a reading; a follow-up ("and how long does that take?") also with the topic that it leans on.

    Read alone and with the end of that topic's title, the surer of the two counts; where neither is sure, the whole
    title stands in for "it". "No, the other one" looks around the topic that it rejects; "not that, I mean the appeal"
    does not.
    """
    alone = rank(reading, parts.index, parts.encoder, parts.scopes, explain=explain)
    if not reading.leans_back:
        return alone
    title = parts.titles.get(reading.message.before.topics[0], "").lower()
    if reading.only_rejects:
        return _said(reading, title, parts, explain)
    if reading.rejected:
        return alone
    near = max((alone, _said_with(reading, " ".join(title.split()[-2:]), parts, explain)), key=_sureness)
    return near if _sureness(near) >= SURE else _said_with(reading, title, parts, explain)


def _said_with(reading: Reading, about: str, parts: Parts, explain: bool) -> Match:
    return _said(reading, f"{reading.text} {about}", parts, explain)


def _said(reading: Reading, text: str, parts: Parts, explain: bool) -> Match:
    return rank(
        replace(reading, text=text, segments=(text,)), parts.index, parts.encoder, parts.scopes, explain=explain
    )


def _sureness(match: Match) -> float:
    return match.candidates[0].score if match.candidates else 0.0


def next_turn(message: Message, decision: Decision, reply: Reply) -> Turn:
    """What the conversation carries on: topics or rows of the plan shown last, and misses in a row."""
    before, urgent = message.before, message.before.urgent or reply.urgent
    if decision.disposition is Disposition.SMALLTALK:
        return replace(before, urgent=urgent)
    missed = decision.disposition is Disposition.UNMET
    rows = decision.found.milestones if decision.found else ()
    return Turn(reply.topics or before.topics, before.misses + 1 if missed else 0, urgent, rows)
