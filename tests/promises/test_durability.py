"""Nothing acknowledged is lost: with a torn log, and when PostgreSQL falls over."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import worker
from sqlalchemy import text

from postgresql import Server
from signpost.storage import Store, inbox
from signpost.storage.inbox import Arrived


async def test_a_torn_log_loses_nothing_acknowledged(full_size: bool, tmp_path: Path) -> None:
    """The end of the log that was not yet acknowledged may be cut or garbled; what was acknowledged stands.

    Where the damage reaches further back, what is left is a beginning without a hole, and sound.
    """
    trials = 1000 if full_size else 120
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/live.sqlite3")
    log = tmp_path / "live.sqlite3-wal"
    acknowledged = 30
    for number in range(acknowledged):
        async with store.begin() as session:
            await inbox.receive(session, "telegram", [Arrived(number, "w", {"n": number})], _now())
    safe = log.stat().st_size
    async with store.begin() as session:
        await inbox.receive(session, "telegram", [Arrived(acknowledged, "w", {"n": 1})], _now())
    image, written = (tmp_path / "live.sqlite3").read_bytes(), log.read_bytes()
    await store.close()
    chance = random.Random(4)
    lost = 0
    for trial in range(trials):
        damaged = bytearray(written)
        at = chance.randrange(safe if trial % 2 else 0, len(written))
        if trial % 4 < 2:
            del damaged[at:]
        else:
            damaged[at] ^= 1 << chance.randrange(8)
        copy = tmp_path / "copy.sqlite3"
        copy.write_bytes(image)
        copy.with_name("copy.sqlite3-wal").write_bytes(damaged)
        database = sqlite3.connect(copy)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = {n for (n,) in database.execute("SELECT name FROM sqlite_master WHERE name = 'inbox'")}
        held = [n for (n,) in database.execute("SELECT update_id FROM inbox ORDER BY id")] if tables else []
        database.close()
        for leftover in tmp_path.glob("copy*"):
            leftover.unlink()
        assert held == list(range(len(held))), "a hole"
        lost += at >= safe and len(held) < acknowledged
    print(f"\ntorn log: {trials} damaged copies, {lost} lost something acknowledged, integrity sound in all")
    assert lost == 0


def test_a_full_or_broken_disk_loses_nothing_acknowledged(full_size: bool, tmp_path: Path) -> None:
    """From the n-th write or sync on the disk refuses, and is mended a moment later: no restart, no operator."""
    most, step = (200, 1) if full_size else (200, 25)
    here, shim = Path(__file__).parent, tmp_path / "bad_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, here / "bad_disk.c", "-ldl"], check=True)
    done = subprocess.run(
        [sys.executable, here / "bad_disk.py", tmp_path, str(most), str(step), str(errno.ENOSPC), str(errno.EIO)],
        env=os.environ | {"LD_PRELOAD": str(shim), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    trials = [json.loads(line) for line in done.stdout.splitlines()]
    lost, back = sum(t["lost"] for t in trials), max(t["back"] for t in trials)
    print(
        f"\nfull or broken disk: {len(trials)} trials, {lost} acknowledged but lost, integrity sound in all, "
        f"back after {back:.2f} s at most"
    )
    assert len(trials) == 2 * len(range(1, most + 1, step))
    assert lost == 0 and all(t["all"] for t in trials) and back <= 5


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def fragile() -> Server:
    """A PostgreSQL of this test's own, to be struck down."""
    server = Server()
    yield server
    server.close()


async def test_postgresql_struck_down_under_load(full_size: bool, fragile: Server) -> None:
    strikes = 20 if full_size else 2
    store = await Store.open(fragile.make_database("load"))
    acknowledged: list[tuple[float, str, int]] = []

    def say(what: str, number: int) -> None:
        acknowledged.append((time.monotonic(), what, number))

    stop = asyncio.Event()
    sent = 0

    async def load() -> None:
        nonlocal sent
        while not stop.is_set():
            await asyncio.gather(*(worker.receive(store, sent + i, say) for i in range(4)), asyncio.sleep(0.05))
            sent += 4

    loading, handling = asyncio.create_task(load()), asyncio.create_task(worker.handle(store, 10**9, say))
    away = []
    for _ in range(strikes):
        await asyncio.sleep(1)
        await asyncio.to_thread(fragile.stop)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(fragile.start)
        up = time.monotonic()
        while not any(at > up for at, _, _ in acknowledged[-20:]):
            await asyncio.sleep(0.05)
            assert time.monotonic() < up + 10, "not back after ten seconds"
        away.append(time.monotonic() - up)
    stop.set()
    await loading
    handling.cancel()
    await worker.handle(store, sent, say)
    async with store.read() as session:
        held = Counter(n for (n,) in await session.execute(text("SELECT update_id FROM inbox")))
        handled = Counter(int(n) for (n,) in await session.execute(text("SELECT source FROM disposition")))
    await store.close()
    lost = sum(n not in (held if what == "received" else handled) for _, what, n in acknowledged)
    print(
        f"\nPostgreSQL struck down {strikes} times: {sent} updates, {lost} acknowledged but lost, "
        f"back after {max(away):.1f} s at most"
    )
    assert lost == 0
    assert handled == held == Counter(range(sent)), "each exactly once"
