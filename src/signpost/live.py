"""The assistant in use, renewed while it answers whenever the knowledge folder is edited.

Names, times and sizes of the files are looked at every few seconds. A new index is built in a process of its own
(`ahead.py`), what it left in the cache is loaded in a thread, and the whole assistant is swapped in one assignment: a
message is answered by the old one or by the new one, never by parts of both. An edit with a fault leaves the old one in
place, and each fault is logged with its file and line.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from .apart import run_apart
from .bootstrap import assemble, open_knowledge
from .directory.look import list_services
from .directory.record import Listed
from .errors import Fault, KnowledgeError
from .knowledge.check import broken_links
from .knowledge.load import Knowledge
from .service import Assistant
from .themes.respond import Published

LOG = logging.getLogger("signpost.live")
BEAT = 2.0
"""Seconds between looks at the folder. An edit is taken up when two looks agree: somebody may still be saving."""

Signature = tuple[dt.date, tuple[tuple[str, int, int], ...]]
"""The day, because what is overdue depends on it, then path, time and size of each file."""


class Live:
    """Holds the current assistant; channels ask for `now` with each message."""

    def __init__(
        self, assistant: Assistant, cache: Path, *, beat: float = BEAT, today: Callable[[], dt.date] = dt.date.today
    ) -> None:
        self._now, self._cache, self._beat, self._today = assistant, cache, beat, today
        self._day = today()
        self._faults: tuple[Fault, ...] = ()

    @property
    def now(self) -> Assistant:
        return self._now

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why the folder as it is now is not used; empty when it is what is served."""
        return self._faults

    @property
    def folder(self) -> Path:
        return self._now.knowledge.folder

    def tell(self, published: tuple[Published, ...]) -> None:
        """From now on whoever asks about one of these gaps is told what was done."""
        self._now = replace(self._now, parts=replace(self._now.parts, published=published))

    async def offer(self, held: Sequence[tuple[str, Listed]]) -> None:
        """From now on a miss shows what fits of these services, each with its directory. Builds in a thread."""
        now = self._now
        listings = await asyncio.to_thread(list_services, held, now.knowledge, now.parts.language, self._cache)
        self._now = replace(self._now, parts=replace(self._now.parts, listings=listings))

    async def watch(self) -> None:
        """Look after the folder until cancelled."""
        tried = seen = None
        while True:
            await asyncio.sleep(self._beat)
            found = await asyncio.to_thread(self._signature)
            if found == seen != tried:
                tried = found
                await self.renew()
            seen = found

    async def renew(self) -> None:
        """Serve the folder as it is now, or say why not and go on as before. Never raises for an edit's sake."""
        try:
            await self._renew()
        except KnowledgeError as bad:
            self._faults = bad.faults
        except Exception as bad:  # whatever an edit brings, the old knowledge goes on answering
            self._faults = (Fault(self.folder, 1, "renew", type(bad).__name__),)
        else:
            self._faults = ()
        for fault in self._faults:
            LOG.error("the edited knowledge is not used: %s", fault)

    async def _renew(self) -> None:
        known, day = await asyncio.to_thread(self._usable), self._today()
        if (known.version, day) == (self._now.knowledge.version, self._day):
            return
        await self._index_ahead()
        renewed = await asyncio.to_thread(assemble, known, self._now.parts.encoder, self._cache, day)
        before = self._now.parts
        parts = replace(renewed.parts, published=before.published, listings=before.listings)
        self._now = replace(renewed, parts=parts)
        self._day = day
        LOG.warning("knowledge %s is in use", known.version)

    def _usable(self) -> Knowledge:
        """The folder's knowledge. Raises KnowledgeError also for what would only break when a reply is made."""
        known = open_knowledge(self.folder)
        faults = [*broken_links(known), *self._lost_words(known)]
        if faults:
            raise KnowledgeError(tuple(faults))
        return known

    def _lost_words(self, known: Knowledge) -> Iterator[Fault]:
        for key in sorted(self._now.knowledge.wording.keys() - known.wording.keys()):
            room = key.partition(".")[0]
            yield Fault(self.folder / "wording" / f"{room}.yaml", 1, "wording", f"the line '{key}' is gone")

    async def _index_ahead(self) -> None:
        """Have the index built into the cache. Should that fail, `assemble` builds it here, and answers are slower."""
        if status := await run_apart("signpost.ahead", str(self.folder), str(self._cache)):
            LOG.warning("the index was not built ahead (status %s)", status)

    def _signature(self) -> Signature:
        """Raises nothing for a file that goes while it is looked at."""
        files: list[tuple[str, int, int]] = []
        for file in sorted(self.folder.rglob("*.yaml")):
            with suppress(OSError):
                found = file.stat()
                files.append((str(file), found.st_mtime_ns, found.st_size))
        return self._today(), tuple(files)
