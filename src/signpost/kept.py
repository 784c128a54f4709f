"""The assistant of the moment with what was recorded about the plan since, whichever process recorded it."""

from __future__ import annotations

import asyncio
import logging

from .errors import Fault, StorageError
from .knowledge.plan import NOTHING_YET
from .plan.alive import fold
from .service import Assistant, Source
from .storage import Session, Store, plan_events

LOG = logging.getLogger("signpost.kept")
BEAT = 2.0
"""Seconds between looks for what other processes recorded."""


class Kept:
    """A source over another, whose assistant knows the plan's changes. `now` does no I/O."""

    def __init__(self, source: Source) -> None:
        self._source, self._newest, self._alive = source, 0, NOTHING_YET
        self._base = self._now = source.now

    @property
    def now(self) -> Assistant:
        base, alive = self._source.now, self._alive
        if base is not self._base or alive is not self._now.knowledge.plan.alive:
            self._base, self._now = base, base.with_plan(alive)
        return self._now

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self._source.faults

    async def refresh(self, session: Session) -> None:
        """Take up what is recorded by now."""
        newest = await plan_events.newest(session)
        if newest != self._newest:
            self._alive, self._newest = fold(await plan_events.everything(session)), newest

    async def follow(self, store: Store) -> None:
        """Take up what anybody records, until cancelled. While the database is away, what is known stays."""
        while True:
            try:
                async with store.read() as session:
                    await self.refresh(session)
            except StorageError as down:
                LOG.warning("%s; the plan's changes are read later", down)
            await asyncio.sleep(BEAT)
