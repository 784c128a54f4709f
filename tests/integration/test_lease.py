"""Only one process holds a lease, and its sudden death hands it on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from signpost.storage import Store
from signpost.storage.lease import hold

HOLDER = """
import asyncio, sys
from signpost.storage import Store
from signpost.storage.lease import hold
async def main():
    store = await Store.open(sys.argv[1])
    async with hold(store, "polling") as lease:
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.fixture
def holder(address: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER, address], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait(10)
    process.stdout.close()


async def test_a_killed_holder_is_followed_within_ten_seconds(holder: subprocess.Popen[str], store: Store) -> None:
    taken = asyncio.Event()

    async def follow() -> None:
        async with hold(store, "polling") as lease:
            assert await lease.is_held()
            taken.set()

    following = asyncio.create_task(follow())
    await asyncio.sleep(2)
    assert not taken.is_set(), "two held it"
    holder.kill()
    began = time.monotonic()
    await asyncio.wait_for(taken.wait(), 10)
    print(f"\nlease taken over after {time.monotonic() - began:.1f} s")
    await following


async def test_leases_of_other_names_are_apart_and_end_with_their_block(store: Store) -> None:
    async with hold(store, "polling"), asyncio.timeout(5), hold(store, "purging"):
        pass
    async with asyncio.timeout(5), hold(store, "polling"):
        pass
