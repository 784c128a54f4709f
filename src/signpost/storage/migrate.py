"""Brings the tables to the newest revision: one head, one transaction, one process at a time.

The transaction is the lock. SQLite's `BEGIN IMMEDIATE` keeps every other writer out; on PostgreSQL an advisory lock
held to the end of the transaction does. Whoever waited finds the work done. A crash half-way leaves nothing behind,
since both databases undo changes of tables too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from ..errors import StorageError

SCRIPTS = Path(__file__).parent / "migrations"
LOCK = 0x5167_6E70
"""Number of the advisory lock ("Sgnp"); any number that nothing else in the database uses."""


@dataclass(frozen=True, slots=True)
class Status:
    """Which revision a database has, and which this Signpost needs."""

    has: str | None
    needs: str


async def upgrade(engine: AsyncEngine, to: str = "head") -> Status:
    """Bring the database to revision `to`, and say where it stood before. Raises StorageError when it is newer."""
    async with engine.begin() as connection:
        return await connection.run_sync(_upgrade, to)


def _upgrade(connection: Connection, to: str) -> Status:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = status(connection)
    if before.has == before.needs:
        return before
    command.upgrade(config(connection), to)
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StorageError("the new tables do not fit together")
    return before


def status(connection: Connection) -> Status:
    """Compare the database with the scripts. Raises StorageError when it was made by a newer Signpost."""
    scripts = ScriptDirectory(str(SCRIPTS))
    has = MigrationContext.configure(connection).get_current_revision()
    if has is not None and has not in {s.revision for s in scripts.walk_revisions()}:
        raise StorageError(f"made by a newer Signpost (revision {has}); install that one, or restore a backup")
    return Status(has, scripts.get_current_head() or "")


def config(connection: Connection) -> Config:
    """Alembic's settings for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS))
    made.attributes["connection"] = connection
    return made
