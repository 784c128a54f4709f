"""Keeps sending within what Telegram allows: one message a second in a chat, thirty a second overall.

The library's own limiter knows no limit for private chats, and one chat's `retry_after` stops every other in it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram.constants import FloodLimit

OVERALL = 1 / FloodLimit.MESSAGES_PER_SECOND
PER_CHAT = 1 / FloodLimit.MESSAGES_PER_SECOND_PER_CHAT + 0.02
"""Seconds between two messages in a chat, with a little for clocks and networks that jitter."""
SLOW = 0.1
"""Seconds after which a message no longer waits for the one before it to be settled."""
REMEMBERED = 5_000
"""Chats after which those whose second is long over are forgotten."""


class Pace:
    """When the next message may leave. One for a process; only the process that holds the lease sends."""

    def __init__(self) -> None:
        self._next = 0.0
        self._chats: dict[str, float] = {}
        self._line, self._before = asyncio.Lock(), asyncio.Event()
        self._before.set()

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Wait until a message may leave for this chat; the block ends when what became of it is written.

        The next of any chat waits for that, unless it takes long: a process that is killed then leaves one message of
        which nobody knows whether it was read, not all that are under way.
        """
        await asyncio.sleep(self._chats.get(who, 0.0) - time.monotonic())
        settled = asyncio.Event()
        async with self._line:
            with suppress(TimeoutError):
                async with asyncio.timeout(SLOW):
                    await self._before.wait()
            self._next = max(self._next + OVERALL, time.monotonic())
            await asyncio.sleep(self._next - time.monotonic())
            self._before = settled
        try:
            yield
        finally:
            settled.set()
            self._left(who)

    def _left(self, who: str) -> None:
        now = time.monotonic()
        if len(self._chats) > REMEMBERED:
            self._chats = {w: at for w, at in self._chats.items() if at > now}
        self._chats[who] = now + PER_CHAT
