"""Updates, written down before they are acknowledged and handled once.

The order of things, which loses nothing and doubles nothing:

1. `receive` what came, commit, and only then acknowledge it to the sender. A repeat is already there, and harmless.
2. In one transaction: `next_unhandled`, handle it, write disposition, conversation and outgoing messages,
   `mark_handled`, commit. A crash before the commit leaves the update waiting; after it, done.
3. Send from the outbox.

Within a chat the order of the updates' numbers is kept: an update waits while an older one of its chat does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from . import Session
from .tables import InboxRow
from .write import insert_once


@dataclass(frozen=True, slots=True)
class Arrived:
    """One update as a channel hands it over."""

    update_id: int
    who: str
    """Keyed hash of its chat (`keys.Secret.who`)."""
    payload: Any
    """What JSON can hold."""


@dataclass(frozen=True, slots=True)
class Item:
    """One update that waits to be handled."""

    id: int
    channel: str
    update_id: int
    who: str
    payload: Any
    received_at: dt.datetime


async def receive(session: Session, channel: str, updates: Iterable[Arrived], now: dt.datetime) -> int:
    """Write down updates in the given order; says how many were new. Those already there are left as they are."""
    rows = [
        {"channel": channel, "update_id": u.update_id, "who": u.who, "payload": u.payload, "received_at": now}
        for u in updates
    ]
    return await insert_once(session, InboxRow, rows)


async def next_unhandled(session: Session, channel: str) -> Item | None:
    """The oldest update that may be handled now: none older of its chat waits.

    Belongs into the transaction that handles it. On PostgreSQL the row stays locked until that ends and other processes
    pass it over; on SQLite the transaction itself keeps them out. So no update is handled twice at once.
    """
    older = aliased(InboxRow)
    waits_behind = exists().where(
        older.channel == InboxRow.channel,
        older.who == InboxRow.who,
        older.handled_at.is_(None),
        older.update_id < InboxRow.update_id,
    )
    row = await session.scalar(
        select(InboxRow)
        .where(InboxRow.channel == channel, InboxRow.handled_at.is_(None), ~waits_behind)
        .order_by(InboxRow.update_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=InboxRow)
    )
    if row is None:
        return None
    return Item(row.id, row.channel, row.update_id, row.who, row.payload, row.received_at)


async def mark_handled(session: Session, item: Item, now: dt.datetime) -> None:
    """Close an update and let its words and its chat go; what stays is its number, to know it again."""
    await session.execute(update(InboxRow).where(InboxRow.id == item.id).values(handled_at=now, payload=None, who=""))
