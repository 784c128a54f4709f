"""Brings somebody's directory in: page by page, each in one transaction, so that a killed import goes on at its page.

A record that is wrong is reported and the others go on. What the feed no longer lists goes only when every page was
read. Curated services are files of their own and are never touched.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .directory.feed import Feed, FeedError, Page
from .directory.record import Fault, is_id, plain, read_record, shown_id
from .errors import InputError
from .storage import Store, directory
from .storage.directory import Brought, Held, Run

AWAY = 3
"""Pages in a row that cannot be had: the feed is away, and the import stops where it stands."""
ROUND = 3
"""Pages in a row that bring nothing new: the pages go round, and the import ends."""
MOST_GONE = 0.5
"""Share of what is held that one import may take out; more is a broken feed rather than a smaller directory."""

Progress = Callable[[int, int | None, Counter[str]], None]
"""Told after each page: its number, pages in all where known, and the counts so far."""


@dataclass(frozen=True, slots=True)
class Report:
    """`counts`: read, new, changed, unchanged, refused, gone."""

    counts: Counter[str]
    faults: list[Fault]


@dataclass
class _Bringing:
    feed: Feed
    store: Store
    today: dt.date
    run: Run
    held: dict[str, Held]
    counts: Counter[str]

    async def page(self, number: int) -> tuple[Page | None, bool]:
        """Bring one page in. The page, or None when it could not be had; and whether it brought anything new."""
        try:
            page = await self.feed.page(number)
        except FeedError as bad:
            await self._keep([], [], [Fault(number, "", "page", str(bad))], number, "")
            return None, False
        idents = [r["id"] for r in page.records if isinstance(r, dict) and is_id(r.get("id"))]
        digest = hashlib.sha256("\0".join(idents).encode()).hexdigest()[:16]
        fresh = [i for i in idents if not self._is_seen(i)]
        if digest in self.run.pages or (idents and not fresh):
            why = "the same services as on a page before: the pages go round"
            await self._keep([], [], [Fault(number, "", "page", why)], number, "")
            return page, False
        if not page.records and page.total and number < page.total:
            await self._keep([], [], [Fault(number, "", "page", "empty, and not the last")], number, "")
            return page, False
        known = [i for i in idents if i in self.held]
        brought, faults = await self._records(page, number)
        await self._keep(brought, known, faults, number, digest)
        return page, bool(page.records)

    def _is_seen(self, ident: str) -> bool:
        return ident in self.held and self.held[ident].run == self.run.number

    async def _records(self, page: Page, number: int) -> tuple[list[Brought], list[Fault]]:
        self.counts["read"] += len(page.records)
        done = await asyncio.gather(*(self._record(record, number) for record in page.records))
        faults = [fault for _, found in done for fault in found]
        brought: dict[str, Brought] = {}
        for one, _ in done:
            if one is None:
                continue
            ident = one.listed.ident
            if ident in brought or self._is_seen(ident):
                faults.append(Fault(number, shown_id(ident), "id", "stood in this feed before"))
                self.counts["refused"] += 1
                continue
            brought[ident] = one
        return self._changed(brought), faults

    def _changed(self, brought: dict[str, Brought]) -> list[Brought]:
        """What has to be written."""
        changed = []
        for ident, one in brought.items():
            before = self.held.get(ident)
            is_same = before is not None and (before.digest, before.modified) == (one.digest, one.modified)
            self.counts["unchanged" if is_same else "changed" if before else "new"] += 1
            if not is_same:
                changed.append(one)
            self.held[ident] = Held(self.run.number, one.digest, one.modified)
        return changed

    async def _record(self, record: Any, number: int) -> tuple[Brought | None, list[Fault]]:
        ident = record.get("id") if isinstance(record, dict) else None
        if not isinstance(ident, str) or not is_id(ident):
            self.counts["refused"] += 1
            return None, read_record(record, number, self.today)[1]
        modified = plain(str(record.get("last_modified") or ""))[:40]
        before = self.held.get(ident)
        if before and modified and before.modified == modified and not self._is_seen(ident):
            self.counts["unchanged"] += 1
            self.held[ident] = replace(before, run=self.run.number)
            return None, []
        try:
            whole = await self.feed.whole(record)
        except FeedError as bad:
            self.counts["refused"] += 1
            return None, [Fault(number, shown_id(ident), "record", str(bad))]
        listed, faults = read_record(whole, number, self.today)
        if listed and listed.ident != ident:
            listed, faults = None, [Fault(number, shown_id(ident), "id", "the full record has another")]
        if listed is None:
            self.counts["refused"] += 1
            return None, faults
        digest = hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
        return Brought(listed, digest, "" if faults else modified), faults  # what is wrong is looked at again each time

    async def _keep(
        self, brought: list[Brought], seen: list[str], faults: list[Fault], number: int, digest: str
    ) -> None:
        pages = (*self.run.pages, digest) if digest else self.run.pages
        self.run = replace(self.run, next_page=number + 1, pages=pages, counts=dict(self.counts))
        async with self.store.begin() as session:
            await directory.add_page(session, self.run, brought, seen, faults)


async def bring_in(feed: Feed, store: Store, now: dt.datetime, tell: Progress) -> Report:
    """Import a feed, or go on with an import that was cut short. Raises InputError when the feed is away."""
    async with store.begin() as session:
        run = await directory.begin(session, feed.source, now)
    async with store.read() as session:
        held = await directory.held(session, feed.source)
    bringing = _Bringing(feed, store, now.date(), run, held, Counter(run.counts))
    away = idle = 0
    number, total = run.next_page, None
    while True:
        page, is_new = await bringing.page(number)
        away, idle = (0, 0 if is_new else idle + 1) if page else (away + 1, idle)
        total = page.total if page else total
        tell(number, total, bringing.counts)
        if page is None and (number == 1 or away == AWAY):
            raise InputError(await _stopped(bringing, number - away + 1))
        if (number >= total) if total else (page is not None and (page.is_last or not page.records)):
            break
        if idle == ROUND:
            break
        number += 1
    return await _finished(bringing, now)


async def _stopped(bringing: _Bringing, first: int) -> str:
    """Note that the import goes on at the first page that could not be had; hands back the one line that says so."""
    async with bringing.store.begin() as session:
        why = (await directory.faults(session, bringing.run.source))[-1].why
        await directory.add_page(session, replace(bringing.run, next_page=first), [], [], [])
        await directory.forget_faults(session, bringing.run.source, first)
    return f"{bringing.run.source} cannot be read ({why}); run the same command again to go on at page {first}"


async def _finished(bringing: _Bringing, now: dt.datetime) -> Report:
    run, counts = bringing.run, bringing.counts
    async with bringing.store.begin() as session:
        held = await directory.held(session, run.source)
        gone = sorted(ident for ident, one in held.items() if one.run != run.number)
        wrong = [f for f in await directory.faults(session, run.source) if f.field == "page"]
        if gone and wrong:
            why = f"not every page could be read, so nothing was taken out ({len(gone):,} were not seen)"
        elif len(gone) > MOST_GONE * len(held):
            why = f"{len(gone):,} of {len(held):,} services are gone from the feed; that looks broken, so they stay"
        else:
            counts["gone"] = len(gone)
            await directory.finish(session, replace(run, counts=dict(counts)), gone, now)
            return Report(counts, await directory.faults(session, run.source))
        last = [Fault(run.next_page - 1, "", "feed", why, is_refused=False)]
        await directory.add_page(session, run, [], [], last)
        await directory.finish(session, replace(run, counts=dict(counts)), [], now)
        return Report(counts, await directory.faults(session, run.source))
