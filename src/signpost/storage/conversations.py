"""Open conversations: the turn before, the voice chosen, and when both are let go.

Of what was said only the last question is there, redacted and sealed (`record.Note`), and good for an hour.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select

from ..model import Role, TopicId, Turn
from . import Session
from .tables import ConversationRow
from .write import put

KEPT = dt.timedelta(hours=24)
"""After this long without a message a conversation starts afresh."""


NEW = Turn()


@dataclass(frozen=True, slots=True)
class Conversation:
    turn: Turn = NEW
    role: Role = Role.PARENT
    note: str = ""
    """The sealed note of the last question, so that a tap can say that it was not met."""


async def find(session: Session, who: str, now: dt.datetime) -> Conversation:
    """The open conversation of a chat, or a new one when there is none or its time is over."""
    held = await session.scalar(
        select(ConversationRow.turn).where(ConversationRow.who == who, ConversationRow.expires_at > now)
    )
    if held is None:
        return Conversation()
    turn = Turn(
        tuple(map(TopicId, held["topics"])),
        held["misses"],
        held.get("urgent", False),
        tuple(held.get("milestones", ())),
    )
    return Conversation(turn, Role(held["role"]), held.get("note", ""))


async def keep(session: Session, who: str, conversation: Conversation, now: dt.datetime) -> None:
    """Remember the conversation for `KEPT` from now."""
    turn = conversation.turn
    held = {
        "topics": list(turn.topics), "misses": turn.misses, "urgent": turn.urgent, "milestones": list(turn.milestones),
        "role": conversation.role.value, "note": conversation.note,
    }  # fmt: skip
    await put(session, ConversationRow, {"who": who, "turn": held, "expires_at": now + KEPT})


async def forget(session: Session, who: str) -> None:
    await session.execute(delete(ConversationRow).where(ConversationRow.who == who))
