"""Works on a database whose disk breaks at the n-th write or sync and is mended; `bad_disk.c` must be preloaded.

Prints, as JSON for each trial: what was acknowledged and lost, whether a copy made in the worst moment (as a power cut
would leave it) and the database itself are sound, and the seconds until it took updates again.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import shutil
import sqlite3
import sys
import time
from pathlib import Path

import worker

from signpost.storage import Store

NAME = "bad-disk.sqlite3"
"""What `bad_disk.c` looks for."""
MOST = 400
"""Updates within which the n-th write must have come."""
DISK = ctypes.CDLL(None)


def held(file: Path, what: str) -> set[int]:
    """Numbers of the updates in a database that is sound; raises AssertionError for one that is not."""
    database = sqlite3.connect(file)
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {int(n) for (n,) in database.execute(what)}
    finally:
        database.close()


async def trial(folder: Path, empty: Path, n: int, error: int) -> dict[str, object]:
    for old in folder.glob("*sqlite3*"):
        old.unlink()
    shutil.copy(empty, folder / NAME)
    store = await Store.open(f"sqlite+aiosqlite:///{folder / NAME}")
    acknowledged: list[tuple[float, str, int]] = []
    mended, copied = 0.0, set[int]()

    async def mend() -> None:
        nonlocal mended
        while not DISK.disk_hits():  # noqa: ASYNC110 - the disk tells nobody when it breaks
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        sure = {number for _, what, number in acknowledged if what == "received"}
        for file in folder.glob(f"{NAME}*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder / file.name.replace(NAME, "cut.sqlite3"))
        copied.update(sure - held(folder / "cut.sqlite3", "SELECT update_id FROM inbox"))
        DISK.disk_mend()
        mended = time.monotonic()

    DISK.disk_break(n, error)
    mending, count = asyncio.create_task(mend()), 0
    while count < MOST and not (mending.done() and any(at > mended for at, _, _ in acknowledged)):
        await worker.receive(store, count, lambda what, number: acknowledged.append((time.monotonic(), what, number)))
        count += 1
        if count % 4 == 0:
            await worker.handle(
                store, count, lambda what, number: acknowledged.append((time.monotonic(), what, number))
            )
    assert DISK.disk_hits(), f"write {n} was not reached"
    await mending
    await worker.handle(store, count, lambda what, number: acknowledged.append((time.monotonic(), what, number)))
    await store.close()
    inbox = held(folder / NAME, "SELECT update_id FROM inbox")
    handled = held(folder / NAME, "SELECT source FROM disposition")
    lost = [n for _, what, n in acknowledged if n not in (inbox if what == "received" else handled)]
    back = min(at for at, _, _ in acknowledged if at > mended) - mended
    return {"n": n, "lost": len(lost) + len(copied), "all": handled == inbox == set(range(count)), "back": back}


async def main(folder: Path, most: int, step: int, errors: list[int]) -> None:
    empty = folder / "empty.db"
    store = await Store.open(f"sqlite+aiosqlite:///{empty}")
    await store.close()
    for error in errors:
        for n in range(1, most + 1, step):
            print(json.dumps({"error": error, **await trial(folder, empty, n, error)}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), [int(e) for e in sys.argv[4:]]))
