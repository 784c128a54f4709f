"""A backup is a SQLite file with our tables, whichever database it comes from and goes to.

It is one consistent look at a running database. It does not hold the secret: without the key beside the database (or
`SIGNPOST_SECRET_KEY`) the keyed hashes in it can no longer be matched to anybody, so keep both, and apart.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from ..errors import StorageError
from .engine import Store, migrator, read_address
from .migrate import status
from .tables import Base

BATCH = 1_000
"""Rows held in memory at a time."""


async def backup(store: Store, file: Path) -> int:
    """Copy everything into `file`, whole or not at all, readable by its owner alone; says how many rows.

    Raises StorageError.
    """
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder:
        fresh = Path(folder) / "backup.sqlite3"
        copy = await Store.open(_address(fresh))
        try:
            rows = await _copy(store, copy)
        finally:
            await copy.close()
        fresh.chmod(0o600)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(file)
    return rows


async def restore(store: Store, file: Path, *, replace: bool = False) -> int:
    """Put what `file` holds in place of what is there, in one transaction; says how many rows.

    A backup of an older Signpost is brought up to date on the way. Raises StorageError when the file is no whole
    backup, or the database is not empty and `replace` is false; then nothing has changed.
    """
    with tempfile.TemporaryDirectory(prefix="signpost-restore-") as folder:
        copied = _address(Path(shutil.copy(file, Path(folder) / "backup.sqlite3")))
        if not await _is_whole(copied):
            raise StorageError(f"'{file}' is not a whole backup of Signpost")
        copy = await Store.open(copied)
        try:
            return await _copy(copy, store, replace=replace)
        finally:
            await copy.close()


async def _is_whole(address: str) -> bool:
    engine = migrator(read_address(address))
    try:
        async with engine.connect() as connection:
            whole = await connection.scalar(text("PRAGMA integrity_check")) == "ok"
            return whole and (await connection.run_sync(status)).has is not None
    except SQLAlchemyError:
        return False
    finally:
        await engine.dispose()


def _address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file.absolute()}"


async def _copy(source: Store, target: Store, *, replace: bool = False) -> int:
    rows = 0
    async with source.read() as reading, target.begin() as writing:
        into = await writing.connection()
        if not replace and not await _is_empty(into):
            raise StorageError("it is not empty; say --replace to lose what it holds")
        for table in reversed(Base.metadata.sorted_tables):
            await writing.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            found = await reading.stream(select(table))
            async for batch in found.mappings().partitions(BATCH):
                await into.execute(insert(table), [dict(row) for row in batch])
                rows += len(batch)
        if not target.is_sqlite:
            await _count_on(into)
    return rows


async def _is_empty(connection: AsyncConnection) -> bool:
    return not any([await connection.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables])


async def _count_on(connection: AsyncConnection) -> None:
    """Let PostgreSQL's counters go on after the highest number that was restored."""
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement:
            highest = select(func.coalesce(func.max(table.c.id), 0) + 1)
            sequence = func.pg_get_serial_sequence(table.name, "id")
            await connection.execute(select(func.setval(sequence, highest.scalar_subquery(), False)))
