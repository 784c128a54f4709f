"""Receives and handles updates as a channel does, and says on standard output what it has acknowledged.

Run as `worker.py ADDRESS COUNT`: one line `received N` after the commit that received it, `handled N` after the one
that handled it. Whatever the database does, it goes on until all are handled.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Callable

from signpost.errors import StorageError
from signpost.model import Role
from signpost.storage import Store, dispositions, inbox, outbox
from signpost.storage.dispositions import Recorded
from signpost.storage.inbox import Arrived
from signpost.storage.outbox import Outgoing

PAUSE = 0.1
CHATS = 5
Say = Callable[[str, int], None]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def receive(store: Store, number: int, say: Say) -> None:
    """One update, durably; the sender repeats it until it is acknowledged."""
    while True:
        try:
            async with store.begin() as session:
                arrived = Arrived(number, f"{number % CHATS:064}", {"text": f"words {number}"})
                await inbox.receive(session, "telegram", [arrived], now())
        except StorageError:
            await asyncio.sleep(PAUSE)
        else:
            say("received", number)
            return


async def handle(store: Store, count: int, say: Say) -> None:
    """Handle until `count` are done."""
    done: set[int] = set()
    while len(done) < count:
        try:
            async with store.begin() as session:
                item = await inbox.next_unhandled(session, "telegram")
                if item:
                    await dispositions.record(session, _recorded(item.update_id))
                    reply = [Outgoing(item.who, 7, "sendMessage", {"text": "an answer"})]
                    await outbox.enqueue(session, "telegram", str(item.update_id), reply, now())
                    await inbox.mark_handled(session, item, now())
        except StorageError:
            await asyncio.sleep(PAUSE)
            continue
        if item:
            say("handled", item.update_id)
            done.add(item.update_id)
        else:
            async with store.read() as session:
                total = sum((await dispositions.count(session)).values())
            if total >= count:  # a commit that broke after it was made counts too
                return
            await asyncio.sleep(PAUSE)


def _recorded(number: int) -> Recorded:
    return Recorded(
        "telegram", str(number), now(), "unmet", urgent=False, danger=None, topics=(("ehc-request", 0.4),),
        knowledge="test", tier="fast", role=Role.PARENT,
    )  # fmt: skip


async def main(address: str, count: int) -> None:
    def say(what: str, number: int) -> None:
        print(what, number, flush=True)

    while True:
        try:
            store = await Store.open(address)
            break
        except StorageError:
            await asyncio.sleep(PAUSE)
    for number in range(count):
        await receive(store, number, say)
        if number % 10 == 9:
            await handle(store, number + 1, say)
    await handle(store, count, say)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
