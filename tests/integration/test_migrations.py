"""The tables and the scripts that make them agree, on both databases; each script runs over a filled copy."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from signpost.errors import StorageError
from signpost.storage import Store, backup, outbox
from signpost.storage.backlog import backlog as waiting
from signpost.storage.engine import migrator, read_address, revision
from signpost.storage.migrate import SCRIPTS, upgrade
from signpost.storage.outbox import Outgoing
from signpost.storage.tables import Base

SIGNPOST = str(Path(sys.executable).with_name("signpost"))
NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)


def value(column: sa.Column[Any], n: int) -> Any:
    """Something that fits the column, different for each row."""
    match column.type:
        case sa.Boolean():
            return bool(n % 2)
        case sa.Integer():
            return n
        case sa.DateTime():
            return NOW
        case sa.JSON():
            return [["ehc-request", 0.9]]
        case sa.String(length=length):
            return f"{column.name[:8]}{n}"[-(length or 99) :]
        case sa.LargeBinary():
            return b"\x00\xff"
    raise NotImplementedError(repr(column.type))


def fill(connection: sa.Connection, rows: int) -> None:
    """Rows in every table there is, whatever the revision."""
    held = sa.MetaData()
    held.reflect(connection)
    for table in held.sorted_tables:
        if table.name != "alembic_version":
            count = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            new = [{c.name: value(c, n) for c in table.columns} for n in range(count + 1, rows + 1)]
            if new:
                connection.execute(table.insert(), new)


def count(connection: sa.Connection) -> dict[str, int]:
    held = sa.MetaData()
    held.reflect(connection)
    return {t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in held.sorted_tables}


async def test_every_script_runs_over_a_filled_database_and_the_tables_agree(address: str) -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert len(scripts.get_heads()) == 1
    engine = migrator(read_address(address))
    for script in reversed(list(scripts.walk_revisions())):
        await upgrade(engine, script.revision)
        async with engine.begin() as connection:
            await connection.run_sync(fill, 20)
    async with engine.begin() as connection:
        counted = await connection.run_sync(count)
        differences = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), Base.metadata)
        )
    await engine.dispose()
    assert differences == []
    assert set(counted) == set(Base.metadata.tables) | {"alembic_version"}
    assert {n for name, n in counted.items() if name != "alembic_version"} == {20}


async def test_a_newer_database_is_refused_in_one_line(address: str) -> None:
    await (await Store.open(address)).close()
    engine = migrator(read_address(address))
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(StorageError, match="newer Signpost"):
        await Store.open(address)


async def test_a_database_that_is_up_to_date_opens_while_another_process_writes(tmp_path: Path) -> None:
    """So `signpost db status`, reports and a second process start under load."""
    address = f"sqlite+aiosqlite:///{tmp_path}/busy.sqlite3"
    await (await Store.open(address)).close()
    other = sqlite3.connect(tmp_path / "busy.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(5):
        store = await Store.open(address)
        assert await store.answers()
        assert (await revision(address)).has
    await store.close()
    other.close()


def test_many_processes_start_at_once(address: str) -> None:
    starts = [
        subprocess.Popen([SIGNPOST, "--database", address, "db", "upgrade"], stderr=subprocess.PIPE) for _ in range(4)
    ]
    for start in starts:
        _, said = start.communicate(timeout=60)
        assert start.returncode == 0, said


async def test_a_backup_holds_everything_and_can_be_restored_on_either(store: Store, tmp_path: Path) -> None:
    async with store.begin() as session:
        await (await session.connection()).run_sync(fill, 1_200)
    file = tmp_path / "backup.sqlite3"
    rows = await backup.backup(store, file)
    assert rows == 1_200 * len(Base.metadata.tables)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if "backup" in p.name] == ["backup.sqlite3"]
    with pytest.raises(StorageError, match="--replace"):
        await backup.restore(store, file)
    async with store.begin() as session:
        await outbox.drop_chat(session, "channel1", "who1")
    assert await backup.restore(store, file, replace=True) == rows
    assert await backup.backup(store, tmp_path / "again.sqlite3") == rows
    async with store.begin() as session:
        assert await outbox.enqueue(session, "telegram", "new", [Outgoing("w", 1, "m", {})], NOW) == 1, "numbers go on"


async def test_what_is_no_backup_changes_nothing(store: Store, tmp_path: Path) -> None:
    async with store.begin() as session:
        await outbox.enqueue(session, "telegram", "1", [Outgoing("w", 1, "m", {})], NOW)
    (tmp_path / "text").write_text("not a database " * 100)
    (tmp_path / "empty").touch()
    cut = tmp_path / "cut"
    await backup.backup(store, cut)
    cut.write_bytes(cut.read_bytes()[:-9_000])
    for name in ("text", "empty", "cut"):
        with pytest.raises(StorageError, match="not a whole backup"):
            await backup.restore(store, tmp_path / name, replace=True)
    async with store.read() as session:
        assert (await waiting(session, NOW)).outbox == 1


def test_the_commands(address: str, tmp_path: Path) -> None:
    def db(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SIGNPOST, "--database", address, "db", *args], capture_output=True, text=True, timeout=60
        )

    assert db("upgrade").returncode == 0
    assert "up to date" in db("status").stdout
    file = str(tmp_path / "b.sqlite3")
    assert "0 rows" in db("backup", file).stdout
    assert "0 rows" in db("restore", file).stdout
    done = subprocess.run(
        [SIGNPOST, "--database", "nonsense", "db", "status"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and "SIGNPOST_DATABASE_URL" in done.stderr
