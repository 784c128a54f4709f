"""Opens the database and guards the one way to write: `async with store.begin() as session`.

SQLite and PostgreSQL behave alike here: a block is one transaction, committed at its end and not before; on SQLite
writers stand in line (one connection, `BEGIN IMMEDIATE`), on PostgreSQL they meet only at the rows they touch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from ..errors import SettingError, StorageError
from .migrate import Status, status, upgrade

BUSY = 10_000
"""Milliseconds that SQLite waits for another process's transaction; ours take about 5."""
PRAGMAS = {
    "busy_timeout": str(BUSY),
    "journal_mode": "WAL",
    "synchronous": "FULL",  # a commit is on the disk before it is acknowledged
    "foreign_keys": "ON",
    "secure_delete": "ON",  # what is deleted is overwritten
}
READERS = 4
CONNECTIONS = 8
"""To PostgreSQL, for one process; three processes stay far below the server's default of 100."""
PATIENCE = 30.0
"""Seconds to wait for a free connection before giving up."""
SOON = 1.0
"""Seconds within which a database that is well answers a look at one row."""
CONNECT = 5
"""Seconds to wait for PostgreSQL to accept a connection."""


@dataclass(frozen=True)
class Store:
    """One open database. Open it in the event loop that uses it, and close it there."""

    writer: AsyncEngine
    reader: AsyncEngine

    @classmethod
    async def open(cls, address: str) -> Store:
        """Connect, bring the tables up to date, and hand back the store. Raises SettingError or StorageError."""
        url = read_address(address)
        engine, store = migrator(url), _store(url)
        try:
            async with _clear_errors():
                stands = await store.stands()  # a look, which waits for nobody who writes
                if stands.has != stands.needs:
                    await upgrade(engine)
        except BaseException:
            await store.close()
            raise
        finally:
            await engine.dispose()
        return store

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()

    async def stands(self) -> Status:
        """Which revision the tables have, and which they should. Raises StorageError."""
        async with _clear_errors(), self.reader.connect() as connection:
            return await connection.run_sync(status)

    async def answers(self) -> bool:
        """Whether the database answers within `SOON` seconds."""
        try:
            async with asyncio.timeout(SOON), self.read() as session:
                await session.execute(text("SELECT version_num FROM alembic_version"))
        except (StorageError, TimeoutError):
            return False
        return True

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction that may write: committed when the block ends, undone when it raises.

        What the block wrote is on the disk when it has ended without error. Raises StorageError when the database
        cannot be reached or refuses; then nothing of the block is kept, unless the connection broke during the commit
        itself: so whatever is repeated carries a natural unique key.
        """
        async with _clear_errors(), AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One consistent look; any write in it fails. Raises StorageError."""
        async with _clear_errors(), AsyncSession(self.reader, expire_on_commit=False) as session, session.begin():
            yield session


@asynccontextmanager
async def _clear_errors() -> AsyncIterator[None]:
    """Turns the library's errors into one line without statement, parameters or rows, which may hold words."""
    try:
        yield
    except SQLAlchemyError as bad:
        raise StorageError(type(getattr(bad, "orig", None) or bad).__name__) from None
    except OSError as bad:
        raise StorageError(bad.strerror or type(bad).__name__) from None


async def revision(address: str) -> Status:
    """Which revision the tables have, without changing anything. Raises SettingError or StorageError."""
    url = read_address(address)
    if is_sqlite(url) and not Path(str(url.database)).exists():
        raise StorageError(f"there is no file '{url.database}' yet; it is made at the first start")
    store = _store(url)
    try:
        return await store.stands()
    finally:
        await store.close()


def read_address(address: str) -> URL:
    """The parts of a database address. Raises SettingError."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingError("SIGNPOST_DATABASE_URL", "not a database address") from None
    if url.drivername not in ("sqlite+aiosqlite", "postgresql+psycopg") or not url.database:
        raise SettingError(
            "SIGNPOST_DATABASE_URL",
            "write sqlite+aiosqlite:////folder/file.sqlite3 or postgresql+psycopg://user:password@host/name",
        )
    return url


def is_sqlite(url: URL) -> bool:
    return url.drivername.startswith("sqlite")


def migrator(url: URL) -> AsyncEngine:
    """An engine to change tables with: SQLite wants foreign keys off while a table is rebuilt."""
    if not is_sqlite(url):
        return _postgresql(url).writer
    file = Path(str(url.database))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)  # readable by its owner alone; the files beside it follow
    return _sqlite_engine(url, "BEGIN IMMEDIATE", 1, foreign_keys="OFF")


def _store(url: URL) -> Store:
    if not is_sqlite(url):
        return _postgresql(url)
    return Store(_sqlite_engine(url, "BEGIN IMMEDIATE", 1), _sqlite_engine(url, "BEGIN", READERS, query_only="ON"))


def _sqlite_engine(url: URL, begin: str, pool_size: int, **pragmas: str) -> AsyncEngine:
    """`begin` opens every transaction, in place of the driver, which would begin only at the first write."""
    engine = create_async_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=0, pool_timeout=PATIENCE)

    @event.listens_for(engine.sync_engine, "connect")
    def opened(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for name, value in (PRAGMAS | pragmas).items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: URL) -> Store:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT},
    )
    return Store(engine, engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ"))
