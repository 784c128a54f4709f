"""People with a right, on Telegram: an invitation or a code after `/start`, and a code to sign in with on the web."""

from __future__ import annotations

import re
from dataclasses import replace

from signpost.access.gate import CODE_LENGTH, CODE_LETTERS, Who
from signpost.access.rights import VOICES
from signpost.model import Role
from signpost.storage import Session
from signpost.storage.conversations import Conversation

from .answer import Said, fixed
from .channel import Channel
from .event import Event, command

INVITATION = "invite-"
CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")


async def prove(channel: Channel, session: Session, event: Event, who: str, before: Conversation) -> Said | None:
    """The answer to a proof of a right, or to a wish for a code; None when the event is neither.

    In the transaction that handles the update: an invitation is used up if and only if its answer is on its way.
    """
    gate, assistant = channel.gate, channel.assistant
    name, given = command(event)
    if name == "code":
        member = await gate.on_telegram(session, who)
        if member is None:
            return None
        code = await gate.make_code(session, member.member, "web")
        return Said(fixed(assistant, "code", code=f"{code[:5]}-{code[5:]}"), before)
    if name != "start":
        return None
    if given.startswith(INVITATION):
        proven = await gate.accept(session, given.removeprefix(INVITATION), who)
    elif CODE.fullmatch(given):
        proven = await gate.link_telegram(session, given, who)
    else:
        return None
    if proven is None:
        return Said(fixed(assistant, "no-right"), before)
    return Said(fixed(assistant, f"right-{proven.right}"), voice(before, proven), right=proven.right)


def voice(before: Conversation, member: Who | None) -> Conversation:
    """The conversation of somebody with a right: a new one is held in the voice that goes with it."""
    role = VOICES.get(member.right) if member else None
    return replace(before, role=role) if role and before == Conversation() else before


def is_proven(member: Who | None, role: Role) -> bool:
    """Whether the voice is a right that was proven, and no mere choice."""
    return member is not None and VOICES.get(member.right) is role
