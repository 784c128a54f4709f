"""A lease that one process holds at a time, and that its death ends: who holds it may poll.

On PostgreSQL it is an advisory lock of one session, which the server lets go when the connection ends; on SQLite a
locked file beside the database, which the system lets go when the process ends. A frozen process can wake up after
losing it; so what it guards must bear being done twice (updates have unique numbers).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from .engine import CONNECT, Store

LEASES = 0x5367_6C73
"""First number of our advisory locks ("Sgls"); the second is made from the name."""
PAUSE = 1.0
"""Seconds between tries; a dead holder is followed within this and, when its machine died, `KEEPALIVE`."""
KEEPALIVE = ("SET tcp_keepalives_idle = 3", "SET tcp_keepalives_interval = 2", "SET tcp_keepalives_count = 2")
"""PostgreSQL notices within 7 seconds that a holder's machine is gone."""


@dataclass(frozen=True)
class Lease:
    """Held; ask now and then whether it still is."""

    connection: AsyncConnection | None

    async def is_held(self) -> bool:
        """False once the connection that carries the lock has broken: stop, and take the lease anew."""
        if self.connection is None:
            return True
        try:
            await self.connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return False
        return True


@asynccontextmanager
async def hold(store: Store, name: str) -> AsyncIterator[Lease]:
    """Wait until this process holds the lease `name`, however long; let it go at the end of the block."""
    async with _file(store, name) if store.is_sqlite else _session(store, name) as lease:
        yield lease


@asynccontextmanager
async def _file(store: Store, name: str) -> AsyncIterator[Lease]:
    database = Path(str(store.writer.url.database))
    handle = os.open(database.with_name(f"{database.name}.{name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(PAUSE)
        yield Lease(None)
    finally:
        os.close(handle)


@asynccontextmanager
async def _session(store: Store, name: str) -> AsyncIterator[Lease]:
    engine = create_async_engine(
        store.writer.url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": CONNECT},
    )
    try:
        connection = await _locked(engine, crc32(name.encode()) & 0x7FFF_FFFF)
        try:
            yield Lease(connection)
        finally:
            await connection.invalidate()  # ends the session, and the lock with it
            await connection.close()
    finally:
        await engine.dispose()


async def _locked(engine: AsyncEngine, number: int) -> AsyncConnection:
    """A connection that holds the lock; while the server is away or another holds it, try again."""
    while True:
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with contextlib.AsyncExitStack() as stack:
                connection = await stack.enter_async_context(engine.connect())
                for setting in KEEPALIVE:
                    await connection.execute(text(setting))
                while not await connection.scalar(select(func.pg_try_advisory_lock(LEASES, number))):  # noqa: ASYNC110
                    await asyncio.sleep(PAUSE)
                stack.pop_all()
                return connection
        await asyncio.sleep(PAUSE)
