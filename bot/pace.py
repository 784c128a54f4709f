"""Keeps sending within what Telegram allows: one message a second in a chat, thirty a second overall.

The library's own limiter knows no limit for private chats, and one chat's `retry_after` stops every other in it.
"""

from __future__ import annotations

import asyncio
import time

from telegram.constants import FloodLimit

OVERALL = 1 / FloodLimit.MESSAGES_PER_SECOND
PER_CHAT = 1 / FloodLimit.MESSAGES_PER_SECOND_PER_CHAT + 0.02
"""Seconds between two messages in a chat, with a little for clocks and networks that jitter."""
REMEMBERED = 5_000
"""Chats after which those whose second is long over are forgotten."""


class Pace:
    """When the next message may leave. One for a process; only the process that holds the lease sends."""

    def __init__(self) -> None:
        self._next = 0.0
        self._chats: dict[str, float] = {}

    async def turn(self, who: str) -> None:
        """Wait until a message may leave for this chat."""
        await asyncio.sleep(self._chats.get(who, 0.0) - time.monotonic())
        self._next = max(self._next + OVERALL, time.monotonic())
        await asyncio.sleep(self._next - time.monotonic())

    def left(self, who: str) -> None:
        """A message has left for this chat."""
        now = time.monotonic()
        if len(self._chats) > REMEMBERED:
            self._chats = {w: at for w, at in self._chats.items() if at > now}
        self._chats[who] = now + PER_CHAT

    def pause(self, seconds: float) -> None:
        """Telegram is busy for everybody: nothing leaves before then."""
        self._next = max(self._next, time.monotonic() + seconds)
