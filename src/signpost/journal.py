"""Writes down what became of each message, for channels that answer at once (web, JSON).

Channels with an inbox record in the transaction that handles the update instead.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from .access.gate import Gate, utc_now
from .errors import StorageError
from .model import Answered, Message
from .record import Notes, record_of, tapped, write
from .service import Source
from .storage import Session
from .storage.dispositions import asker_of

LOG = logging.getLogger("signpost.journal")
WAIT = 0.05
"""Seconds that a reply waits for its record, which takes about 5 ms; urgent help has 100 ms in all."""
MOST_WAITING = 1_000
"""Records held in memory while the database is away; beyond them counts are lost, never answers."""


@dataclass(frozen=True)
class Journal:
    """Notes dispositions for channels that answer at once. Whatever becomes of the database, the reply goes out."""

    source: Source
    gate: Gate
    clock: Callable[[], dt.datetime] = utc_now
    writing: set[asyncio.Task[None]] = field(default_factory=set)

    async def record(self, message: Message, answered: Answered, channel: str, address: str) -> str:
        """Note one disposition, and wait no longer than `WAIT` for it. Never raises for the database's sake.

        `address` is where the message came from, which is hashed. Gives back the sealed note that the page may carry,
        or nothing.
        """
        now = self.clock()
        what = await asyncio.to_thread(
            record_of, self.source.now, message, answered,
            channel=channel, source=secrets.token_hex(16), at=now,
            asker=asker_of(self.gate.secret, channel, address, now),
        )  # fmt: skip
        await self._keep(lambda session: write(session, what))
        return self.notes.seal(what.note) if what.note else ""

    async def tapped(self, sealed: str, do: str) -> tuple[str, ...]:
        """Note what a choice says of the question before; gives back what that question told already of the need."""
        note = self.notes.open(sealed)
        if note is None:
            return ()
        now = self.clock()
        await self._keep(lambda session: tapped(session, note, do, now))
        return note.told

    @property
    def notes(self) -> Notes:
        return Notes(self.gate.secret)

    async def _keep(self, write: Callable[[Session], Awaitable[None]]) -> None:
        if len(self.writing) >= MOST_WAITING:
            LOG.error("a disposition was not recorded: the database is too slow")
            return
        task = asyncio.create_task(self._write(write))
        self.writing.add(task)
        task.add_done_callback(self.writing.discard)
        await asyncio.wait({task}, timeout=WAIT)

    async def _write(self, write: Callable[[Session], Awaitable[None]]) -> None:
        try:
            async with self.gate.store.begin() as session:
                await write(session)
        except StorageError as failed:
            LOG.error("a disposition was not recorded: %s", failed.why)

    async def finish(self) -> None:
        """Let what is being written end, before the database is closed."""
        while self.writing:
            await asyncio.wait(self.writing)
