"""The use case behind every view: the newest release, made once and kept until something of it changes."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ..knowledge.load import Knowledge
from ..reply.words import Words
from ..storage import Store
from . import queries
from .period import last_over, start
from .queries import Theme
from .release import Release

Mark = tuple[int, tuple[int, int, int]]


@dataclass(frozen=True)
class Report:
    """A release with what is told beside it: the themes, and the knowledge that names milestones."""

    release: Release
    themes: tuple[Theme, ...]
    known: Knowledge


@dataclass
class Desk:
    """Hands out reports over one database. `known` gives the knowledge base of the moment."""

    store: Store
    known: Callable[[], Knowledge]
    clock: Callable[[], dt.datetime]
    _made: tuple[Mark, Release, tuple[Theme, ...]] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ready(self) -> Report | None:
        """The newest report if it is made already. Reads only. Raises StorageError."""
        mark = await self._mark(self.clock())
        return self._report() if self._made is not None and self._made[0] == mark else None

    async def report(self) -> Report:
        """The newest report. Counts the months that are over and were not counted yet. Raises StorageError."""
        now = self.clock()
        async with self._turn:
            mark = await self._mark(now)
            if self._made is None or self._made[0] != mark:
                self._made = (mark, *await self._make(mark[0], now, self.known()))
        return self._report()

    async def _mark(self, now: dt.datetime) -> Mark:
        async with self.store.read() as session:
            return last_over(now), await queries.theme_mark(session, now)

    def _report(self) -> Report:
        if self._made is None:
            raise RuntimeError("no report was made")
        _, release, themes = self._made
        known = self.known()
        say = Words(known)
        named = (t if t.name else replace(t, name=say("reports.theme-unnamed", number=t.id)) for t in themes)
        return Report(release, tuple(named), known)

    async def _make(self, last: int, now: dt.datetime, known: Knowledge) -> tuple[Release, tuple[Theme, ...]]:
        promised = {topic.id: topic.plan for topic in known.topics.values()}
        async with self.store.read() as session:
            first = await queries.first_month(session)
            months = await queries.counted(session)
        first = last + 1 if first is None else first
        for month in range(first, last + 1):
            if month not in months:
                async with self.store.read() as session:
                    months[month] = await queries.count_month(session, month, promised)
                async with self.store.begin() as session:
                    await queries.keep(session, month, months[month], now)
        async with self.store.read() as session:
            per_theme = await queries.theme_counts(session, start(first), start(last + 1))
            themes = await queries.themes(session)
        release = await asyncio.to_thread(Release.of, months, per_theme, last)
        return release, tuple(themes)
