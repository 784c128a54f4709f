"""What a button sends back when it is pressed: a choice's `do` in at most 64 bytes, with a version in front.

Nothing about a button is kept, so one drawn before a restart, or on another machine, still works. A `do` that is too
long is sent as a hash, and found again among everything the knowledge base can offer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from hashlib import blake2b

from telegram.constants import InlineKeyboardButtonLimit

from signpost.knowledge.load import Knowledge
from signpost.model import Role
from signpost.reply.tell import is_known

VERSION = "1"
"""Raise it when the meaning of a `do` changes: older buttons then say kindly that they have expired."""
PLAIN, HASHED, IN_PLACE = f"{VERSION}|", f"{VERSION}#", f"{VERSION}~"
"""The do itself, its hash, and the do of a step whose reply takes the place of the message that holds the button."""
FIXED = ("none", "person", "helped", "not", "help", "urgent", "notice")
ROLES = tuple(role.value for role in Role)
MAX_DATA = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)


def pack(do: str, *, in_place: bool = False) -> str:
    """The callback data of a choice: at most 64 bytes."""
    plain = (IN_PLACE if in_place else PLAIN) + do
    return plain if len(plain.encode()) <= MAX_DATA else HASHED + _hash(do)


def unpack(data: str, known: Knowledge) -> str | None:
    """The `do` that a button stands for, or None when it has expired: another version, or a topic no longer held."""
    if data.startswith(HASHED):
        return next((do for do in _offers(known) if _hash(do) == data.removeprefix(HASHED)), None)
    if not data.startswith((PLAIN, IN_PLACE)):
        return None
    do = data[len(PLAIN) :]
    verb, _, what = do.partition(":")
    rows = known.plan.by_id
    held: Mapping[str, Container[str]] = {"topic": known.topics, "milestone": rows, "undo": rows, "role": ROLES}
    if verb in held:
        return do if what in held[verb] else None
    return do if verb == "menu" or do in FIXED or is_known(do) else None


def _offers(known: Knowledge) -> Iterable[str]:
    return (f"topic:{topic}" for topic in known.topics)


def _hash(do: str) -> str:
    return blake2b(do.encode(), digest_size=12).hexdigest()
