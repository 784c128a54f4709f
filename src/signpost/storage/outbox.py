"""Messages to be sent, written in the transaction that decided them and deleted when they are sent.

Sending is at-least-once: a crash between sending and `sent` repeats a message after `LEASE`. Within a chat only the
oldest message is ever due, so the order holds, whatever fails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased

from . import Session
from .tables import OutboxRow
from .write import insert_once

LEASE = dt.timedelta(seconds=20)
"""How long a sender has a message to itself; longer than the time-out of the request that sends it."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call to a channel's interface."""

    who: str
    """Keyed hash of the chat, which orders its messages."""
    chat_id: int
    method: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Due:
    """A message that its reader has alone until `LEASE` is over."""

    id: int
    channel: str
    who: str
    chat_id: int
    method: str
    payload: Any
    attempts: int
    """Times it was handed out, this one included."""


async def enqueue(session: Session, channel: str, source: str, messages: Sequence[Outgoing], now: dt.datetime) -> int:
    """Put messages in line, in order; says how many were new.

    `source` names what they answer (the update's number, a code that was asked for): the same source enqueued again
    adds nothing, so a repeat is harmless.
    """
    rows = [
        {
            "channel": channel, "source": source, "ordinal": ordinal, "who": m.who, "chat_id": m.chat_id,
            "method": m.method, "payload": m.payload, "not_before": now, "attempts": 0,
        }
        for ordinal, m in enumerate(messages)
    ]  # fmt: skip
    return await insert_once(session, OutboxRow, rows)


async def due(
    session: Session, channel: str, now: dt.datetime, limit: int = 30, *, but: Iterable[int] = ()
) -> list[Due]:
    """Take the oldest message of each chat whose time has come, at most `limit`, each for the length of `LEASE`.

    `but` are the ids of those that the sender still has under way: on a busy machine they may outlast their lease.
    Commit before sending: no transaction is open while the network is waited for.
    """
    older = aliased(OutboxRow)
    waits_behind = exists().where(
        older.channel == OutboxRow.channel, older.who == OutboxRow.who, older.id < OutboxRow.id
    )
    ready = (
        select(OutboxRow.id)
        .where(OutboxRow.channel == channel, OutboxRow.not_before <= now, ~waits_behind, OutboxRow.id.not_in(list(but)))
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    ids = list(await session.scalars(ready))
    rows = await session.scalars(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids))
        .values(not_before=now + LEASE, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow)
    )
    return [
        Due(r.id, r.channel, r.who, r.chat_id, r.method, r.payload, r.attempts)
        for r in sorted(rows, key=lambda r: r.id)
    ]


async def sent(session: Session, ident: int) -> None:
    """Done: the message and the chat's id go."""
    await session.execute(delete(OutboxRow).where(OutboxRow.id == ident))


async def retry(session: Session, ident: int, at: dt.datetime) -> None:
    """Not sent, and worth another try at `at` (Telegram's `retry_after`, or a pause after an outage)."""
    await session.execute(update(OutboxRow).where(OutboxRow.id == ident).values(not_before=at))


async def give_up(session: Session, ident: int) -> None:
    """Never to be sent (refused for good): the message goes, and the next of its chat moves up."""
    await session.execute(delete(OutboxRow).where(OutboxRow.id == ident))


async def drop_chat(session: Session, channel: str, who: str) -> None:
    """Whoever blocked the bot or asked to be forgotten gets nothing more: all that waits for the chat goes."""
    await session.execute(delete(OutboxRow).where(OutboxRow.channel == channel, OutboxRow.who == who))
