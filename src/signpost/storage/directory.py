"""Directories of other people: their services, how far an import has come, and what it found wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select, update

from ..directory.record import Fault, Listed
from . import Session
from .tables import DirectoryFaultRow as FaultRow
from .tables import DirectoryFeedRow as FeedRow
from .tables import DirectoryServiceRow as ServiceRow
from .write import put

GOES_ON = dt.timedelta(days=1)
"""How long after it was begun an import that was cut short may be gone on with; later the feed is another one."""
AT_ONCE = 500
"""Rows of one statement; SQLite takes 32,766 values in all."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run:
    """An import under way. `next_page` is 1 for a new one."""

    source: str
    number: int
    next_page: int = 1
    pages: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a service already."""

    run: int
    digest: str
    modified: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A service to be written, with what it is known by the next time."""

    listed: Listed
    digest: str
    modified: str


@dataclass(frozen=True, slots=True)
class Feed:
    source: str
    services: int
    faults: int
    finished_at: dt.datetime | None
    next_page: int | None


async def begin(session: Session, source: str, now: dt.datetime) -> Run:
    """The import to go on with, or a new one."""
    row = await session.get(FeedRow, source)
    if row and row.next_page is not None and now - row.begun_at < GOES_ON:
        return Run(source, row.run, row.next_page, tuple(row.pages), row.counts)
    await session.execute(delete(FaultRow).where(FaultRow.source == source))
    run = row.run + 1 if row else 1
    await put(session, FeedRow, {
        "source": source, "run": run, "begun_at": now, "next_page": 1, "pages": [], "counts": {},
        "finished_at": row.finished_at if row else None,
    })  # fmt: skip
    return Run(source, run)


async def held(session: Session, source: str) -> dict[str, Held]:
    query = select(ServiceRow.ident, ServiceRow.run, ServiceRow.digest, ServiceRow.modified)
    rows = await session.execute(query.where(ServiceRow.source == source))
    return {ident: Held(run, digest, modified) for ident, run, digest, modified in rows}


async def add_page(
    session: Session, run: Run, brought: Sequence[Brought], seen: Sequence[str], faults: Sequence[Fault]
) -> None:
    """Write what one page brought; `run` says where the import stands after it."""
    for some in _parts(brought):
        await put(session, ServiceRow, *(
            {
                "source": run.source, "ident": b.listed.ident, "run": run.number, "digest": b.digest,
                "modified": b.modified, "listed": b.listed.as_json(),
            }
            for b in some
        ))  # fmt: skip
    for idents in _parts(seen):
        mine = update(ServiceRow).where(ServiceRow.source == run.source, ServiceRow.ident.in_(idents))
        await session.execute(mine.values(run=run.number).execution_options(synchronize_session=False))
    if faults:
        await session.execute(insert(FaultRow), [
            {
                "source": run.source, "page": f.page, "ident": f.ident, "field": f.field[:200], "why": f.why[:300],
                "is_refused": f.is_refused,
            }
            for f in faults
        ])  # fmt: skip
    stands = {"next_page": run.next_page, "pages": list(run.pages), "counts": dict(run.counts)}
    await session.execute(update(FeedRow).where(FeedRow.source == run.source).values(**stands))


async def finish(session: Session, run: Run, gone: Sequence[str], now: dt.datetime) -> None:
    """The import came to its end; `gone` are the services that the feed no longer holds."""
    for idents in _parts(gone):
        mine = delete(ServiceRow).where(ServiceRow.source == run.source, ServiceRow.ident.in_(idents))
        await session.execute(mine.execution_options(synchronize_session=False))
    done: dict[str, Any] = {"next_page": None, "pages": [], "counts": dict(run.counts), "finished_at": now}
    await session.execute(update(FeedRow).where(FeedRow.source == run.source).values(**done))


async def forget_faults(session: Session, source: str, first: int) -> None:
    """Of the pages from `first` on, which the import will read again."""
    await session.execute(delete(FaultRow).where(FaultRow.source == source, FaultRow.page >= first))


async def faults(session: Session, source: str) -> list[Fault]:
    """What the last import found wrong, in the order of the feed."""
    rows = await session.scalars(select(FaultRow).where(FaultRow.source == source).order_by(FaultRow.page, FaultRow.id))
    return [Fault(r.page, r.ident, r.field, r.why, r.is_refused) for r in rows]


async def feeds(session: Session) -> list[Feed]:
    services = select(func.count()).where(ServiceRow.source == FeedRow.source).scalar_subquery()
    wrong = select(func.count()).where(FaultRow.source == FeedRow.source).scalar_subquery()
    rows = await session.execute(select(FeedRow, services, wrong).order_by(FeedRow.source))
    return [Feed(r.source, n, bad, r.finished_at, r.next_page) for r, n, bad in rows]


async def remove(session: Session, source: str) -> bool:
    """Take a directory out, whole; False when there is none of that name."""
    for table in (ServiceRow, FaultRow):
        await session.execute(delete(table).where(table.source == source))
    gone = delete(FeedRow).where(FeedRow.source == source).returning(FeedRow.source)
    return (await session.execute(gone)).first() is not None


async def version(session: Session) -> tuple[tuple[str, dt.datetime], ...]:
    """Changes whenever an import ends or a directory is taken out; empty while there is none."""
    query = select(FeedRow.source, FeedRow.finished_at).where(FeedRow.finished_at.is_not(None))
    return tuple((s, at) for s, at in await session.execute(query.order_by(FeedRow.source)) if at)


async def everything(session: Session) -> list[tuple[str, Listed]]:
    """Each service with its source, of the directories whose import has ended once."""
    query = (
        select(ServiceRow.source, ServiceRow.listed)
        .join(FeedRow, FeedRow.source == ServiceRow.source)
        .where(FeedRow.finished_at.is_not(None))
        .order_by(ServiceRow.source, ServiceRow.ident)
    )
    return [(source, Listed.from_json(held)) for source, held in await session.execute(query)]


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE))
