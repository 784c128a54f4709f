"""What is written down of a message: its disposition, and its redacted words where it was not met.

A message's words leave memory in one shape only: redacted, in a sealed `Note` that the person's own page or chat holds
for an hour, so that "not what I need" can say what was needed. They are stored when that is said, or when nothing was
found. Of a conversation in which urgent help was shown no word is kept, and nothing is asked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from cryptography.fernet import InvalidToken

from .gap import AgeBand, Area, District, Kind, Origin, Reason, Said
from .model import Answered, Message, Role
from .outcomes import Disposition
from .service import Assistant
from .storage import Session, dispositions, gaps
from .storage.dispositions import Recorded
from .storage.keys import Secret
from .understand.redact import redact

GOOD_FOR = 3600
"""Seconds for which a note can be used."""
MISSED = {"not": Kind.NOT_NEEDED, "none": Kind.NEAR_TIE}
"""What a person says by these choices."""
DETAILS = {"reason": Reason, "area": Area, "age_band": AgeBand, "district": District, "role": Role}
"""What may be told about a gap, in the order in which it is asked."""
NOTED = (Disposition.ANSWER, Disposition.CHOOSE, Disposition.UNMET)


@dataclass(frozen=True, slots=True)
class Note:
    """What a later tap needs of the question before it."""

    channel: str
    source: str
    """The disposition, by its natural key."""
    text: str
    """Redacted."""
    told: tuple[str, ...] = ()
    """Names in `DETAILS` that the message told already."""


class Notes:
    """Seals notes with a key made from the installation's secret (Fernet)."""

    def __init__(self, secret: Secret) -> None:
        self._fernet = secret.seal("note")

    def seal(self, note: Note) -> str:
        return self._fernet.encrypt(json.dumps(asdict(note)).encode()).decode()

    def open(self, sealed: str) -> Note | None:
        """None when it is too old, was sealed by another installation, or is no note."""
        try:
            held = json.loads(self._fernet.decrypt(sealed.encode(), ttl=GOOD_FOR))
        except (InvalidToken, UnicodeEncodeError):
            return None
        return Note(held["channel"], held["source"], held["text"], tuple(held["told"]))


@dataclass(frozen=True, slots=True)
class Record:
    what: Recorded
    note: Note | None
    """None where nothing may be kept or asked."""
    reason: Reason | None = None
    """Why it was missed, where that is plain."""
    kind: Kind = Kind.UNMET


def record_of(
    assistant: Assistant, message: Message, answered: Answered, *,
    channel: str, source: str, at: dt.datetime, asker: str | None,
) -> Record:  # fmt: skip
    """What to keep of one answered message. Redacts, which takes about a millisecond."""
    what = dispositions.recorded(
        answered, channel=channel, source=source, at=at, role=message.role,
        knowledge=assistant.knowledge.version, tier=assistant.tier, asker=asker,
    )  # fmt: skip
    reading = answered.match.reading if answered.match else None
    if reading is None or answered.turn.urgent:
        return Record(what, None)
    if reading.language:
        return Record(what, Note(channel, source, ""), Reason.LANGUAGE)
    if answered.reply.outcome not in NOTED:
        return Record(what, None)
    told = tuple(name for name in DETAILS if name not in ("reason", "role") and getattr(what, name))
    return Record(what, Note(channel, source, redact(message.text, assistant.own).text, told))


def logged(
    assistant: Assistant, text: str, details: Mapping[str, str], *,
    origin: Origin, channel: str, source: str, at: dt.datetime, asker: str | None,
) -> Record:  # fmt: skip
    """A need that staff write down for a family. `details`, named as in `DETAILS`, go before what the words tell."""
    message = Message(text, Role(details.get("role", Role.PROFESSIONAL)))
    found = record_of(assistant, message, assistant.ask(message), channel=channel, source=source, at=at, asker=asker)
    what = replace(
        found.what, outcome=str(Disposition.UNMET), origin=origin, urgent=False, danger=None,
        area=details.get("area", found.what.area), age_band=details.get("age_band", found.what.age_band),
        district=details.get("district", found.what.district),
    )  # fmt: skip
    reason = Reason(details["reason"]) if "reason" in details else None
    return Record(what, Note(channel, source, redact(text, assistant.own).text), reason, Kind.LOGGED)


async def write(session: Session, record: Record) -> None:
    """The disposition, and the gap where nothing was found or nothing can be read. A repeat changes nothing."""
    new = await dispositions.record(session, record.what)
    missed = record.what.outcome == Disposition.UNMET or record.reason is not None
    if new and record.note and missed:
        await _miss(session, record.note, record.kind, record.what.at, record.reason)


async def tapped(session: Session, note: Note, do: str, at: dt.datetime) -> None:
    """Note what a choice says of the question before it; any other choice says nothing."""
    if do in list(Said):
        await dispositions.say(session, note.channel, note.source, Said(do))
    elif do in MISSED:
        await _miss(session, note, MISSED[do], at)
    elif detail := detail_of(do):
        await gaps.amend(session, note.channel, note.source, dict([detail]))


async def _miss(session: Session, note: Note, kind: Kind, at: dt.datetime, reason: Reason | None = None) -> None:
    text = note.text or None
    await gaps.record(session, note.channel, note.source, kind=kind, text=text, at=at, reason=reason)


def detail_of(do: str) -> tuple[str, str] | None:
    """(name, value) of a choice like `tell:area=semh`; None for a skipped one and for anything else."""
    name, _, value = do.removeprefix("tell:").partition("=")
    known = DETAILS.get(name) if do.startswith("tell:") else None
    return (name, value) if known and value in {str(one) for one in known} else None
