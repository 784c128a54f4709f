"""What was promised to go goes: from the database's files too, also when the purge dies in the middle."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import subprocess
import sys
import time
from pathlib import Path

import pytest

from signpost.gap import Kind, Origin
from signpost.model import Role
from signpost.storage import Store, dispositions, gaps, purge
from signpost.storage.dispositions import Recorded

ROOT = Path(__file__).parents[2]
ASKED = dt.datetime(2026, 10, 1, 9, 0, tzinfo=dt.UTC)
CANARY = "zebra-canary"


async def _fill(store: Store, count: int) -> None:
    for start in range(0, count, 500):
        async with store.begin() as session:
            for n in range(start, start + 500):
                what = Recorded(
                    "web", str(n), ASKED, "unmet", False, None, (), "v", "full", Role.PARENT, "asker", Origin.SELF
                )
                await dispositions.record(session, what)
                text = f"{CANARY}-{n} needs something that is not there"
                await gaps.record(session, "web", str(n), kind=Kind.UNMET, text=text, at=ASKED)


async def test_words_go_after_thirty_days_from_the_files_too(
    full_size: bool, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 100_000 if full_size else 2_000
    await _fill(store, count)
    assert sum((await purge.purge(store, ASKED + gaps.KEPT - dt.timedelta(seconds=1))).values()) == 0
    real, calls = purge._some, itertools.count()

    async def dies(*given: object) -> int:
        if next(calls) == 2:
            raise RuntimeError("the process dies here")
        return await real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(purge, "_some", dies)
    with pytest.raises(RuntimeError):
        await purge.purge(store, ASKED + gaps.KEPT)
    monkeypatch.undo()
    began = time.perf_counter()
    done = await purge.purge(store, ASKED + gaps.KEPT)
    took = time.perf_counter() - began
    assert done["redacted words of a gap"] == count - 2 * purge.AT_ONCE, "it goes on where it died"
    async with store.read() as session:
        left = await gaps.listed(session, most=count)
        assert len(left) == count and not any(g.text for g in left), "what was counted stays"
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert CANARY.encode() not in held
    print(f"\nretention: the words of {count} gaps gone in {took:.1f} s, after a purge that died in the middle")
    assert took < 60


def test_the_privacy_page_says_how_long_each_thing_is_kept() -> None:
    page = " ".join((ROOT / "docs/privacy.md").read_text("utf-8").split())
    for rule in purge.RULES:
        assert f"| {rule.what} | {rule.kept} |" in page, rule.what


DIES = """
import asyncio, datetime as dt, sys
from signpost.storage import Store, purge
purge.AT_ONCE, real = 20, purge._some
async def some(*given):
    count = await real(*given)
    print(count, flush=True)
    return count
purge._some = some
async def main():
    await purge.purge(await Store.open(sys.argv[1]), dt.datetime.fromisoformat(sys.argv[2]))
asyncio.run(main())
"""


async def test_a_purge_that_is_killed_is_finished_by_the_next(store: Store, address: str, tmp_path: Path) -> None:
    count, when = 500, ASKED + gaps.KEPT
    await _fill(store, count)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, address, when.isoformat(), stdout=subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"20\n"
    process.kill()
    rest = (await process.communicate())[0].count(b"20\n")
    done = await purge.purge(store, when)
    left = done["redacted words of a gap"]
    assert count - 20 * (rest + 2) <= left <= count - 20 * (rest + 1), (
        "what was committed stays so, nothing else is lost"
    )
    assert left > 0, "it was killed in the middle"
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert CANARY.encode() not in held
    print(f"\nretention: a purge killed after {rest + 1} steps, the next let go of the other {left} words")
