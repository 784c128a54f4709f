"""Writes down what became of each message, for channels that answer at once (web, JSON).

Channels with an inbox record in the transaction that handles the update instead.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import StorageError
from .model import Answered, Message
from .service import Source
from .storage import Store, dispositions

LOG = logging.getLogger("signpost.journal")
WAIT = 0.05
"""Seconds that a reply waits for its record, which takes about 5 ms; urgent help has 100 ms in all."""
MOST_WAITING = 1_000
"""Records held in memory while the database is away; beyond them counts are lost, never answers."""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Journal:
    """Notes dispositions for channels that answer at once. Whatever becomes of the database, the reply goes out."""

    source: Source
    store: Store
    clock: Callable[[], dt.datetime] = utc_now
    writing: set[asyncio.Task[None]] = field(default_factory=set)

    async def record(self, message: Message, answered: Answered, channel: str) -> None:
        """Note one disposition, and wait no longer than `WAIT` for it. Never raises for the database's sake."""
        if len(self.writing) >= MOST_WAITING:
            LOG.error("a disposition was not recorded: the database is too slow")
            return
        assistant = self.source.now
        what = dispositions.recorded(
            answered,
            channel=channel,
            source=secrets.token_hex(16),
            at=self.clock(),
            role=message.role,
            knowledge=assistant.knowledge.version,
            tier=assistant.tier,
        )
        task = asyncio.create_task(self._write(what))
        self.writing.add(task)
        task.add_done_callback(self.writing.discard)
        await asyncio.wait({task}, timeout=WAIT)

    async def _write(self, what: dispositions.Recorded) -> None:
        try:
            async with self.store.begin() as session:
                await dispositions.record(session, what)
        except StorageError as failed:
            LOG.error("a disposition was not recorded: %s", failed.why)

    async def finish(self) -> None:
        """Let what is being written end, before the database is closed."""
        while self.writing:
            await asyncio.wait(self.writing)
