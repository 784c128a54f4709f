"""Takes updates in so that none is lost: written down and committed first, acknowledged to Telegram only then.

By long polling the next request's offset acknowledges, so it moves on after the commit; by webhook the 200 does. What
Telegram repeats is found in the inbox already. The library's own updater keeps updates in memory and acknowledges them
before they are handled, which is why it is not used.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from signpost.errors import StorageError
from signpost.model import Danger, Reply
from signpost.storage import inbox
from signpost.storage.conversations import Conversation

from .answer import answer
from .channel import Channel
from .event import ALLOWED, CHANNEL, Event
from .render import pages
from .send import send_now

LOG = logging.getLogger("signpost.telegram")
POLL = 20
"""Seconds that Telegram may keep a poll waiting for something to happen."""
PAUSE = 1.0
"""Seconds before the next try when Telegram or the database is out of order."""
HURRY = 0.25
"""Seconds that whoever names a danger waits for a commit. It takes 5 ms, but others may write for 0.1 s before it, and
help that goes out beside the answer is said twice. A database that refuses is not waited for."""
LOOK = 0.03
"""Seconds between looks for newer updates while those before cannot be written down, and so not acknowledged."""
HEADER = "x-telegram-bot-api-secret-token"
REMEMBERED = 1_000
"""Updates remembered in memory as helped directly, so that a repeat does not help again."""


class Receiver:
    """Writes updates into the inbox; `wake` tells the handler."""

    def __init__(self, channel: Channel, wake: Callable[[], None]) -> None:
        self._channel, self._wake = channel, wake
        self._helped: OrderedDict[int, None] = OrderedDict()

    async def poll(self, leads: Callable[[], bool]) -> None:
        """Ask Telegram for updates until another process does, which `leads` now. Raises InvalidToken."""
        offset = 0
        while True:
            try:
                updates = await self._updates(offset)
            except InvalidToken:
                raise
            except RetryAfter as busy:
                wait = busy.retry_after
                await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            except TelegramError as out_of_order:
                if isinstance(out_of_order, Conflict) and not leads():
                    return
                LOG.warning("no updates (%s); trying again", type(out_of_order).__name__)
                await asyncio.sleep(PAUSE)
            else:
                if not updates:
                    continue
                if await self._kept(updates, offset):
                    offset = updates[-1]["update_id"] + 1

    async def _kept(self, updates: Sequence[dict[str, Any]], offset: int) -> bool:
        """Write down and commit; while that takes long, look who else needs urgent help."""

        async def kept() -> bool:
            if await self._keep([_event(self._channel, update) for update in updates]):
                return True
            await asyncio.sleep(PAUSE)
            return False

        keeping = asyncio.create_task(kept())
        seen = {update["update_id"] for update in updates}
        try:
            while not (await asyncio.wait({keeping}, timeout=LOOK))[0]:
                with contextlib.suppress(TelegramError):
                    newer = [u for u in await self._updates(offset, 0) if u["update_id"] not in seen]
                    seen |= {u["update_id"] for u in newer}
                    await asyncio.gather(*(self._help(_event(self._channel, u)) for u in newer))
            return keeping.result()
        finally:
            keeping.cancel()

    async def _updates(self, offset: int, patience: int = POLL) -> list[dict[str, Any]]:
        """As Telegram sent them: one that the library cannot read must not keep those behind it."""
        asked = {"offset": offset, "timeout": patience, "allowed_updates": ALLOWED}
        found: list[dict[str, Any]] = await self._channel.bot.do_api_request(
            "getUpdates", asked, read_timeout=patience + 10
        )
        return found

    async def webhook(self, headers: Mapping[str, str], body: bytes, secret: str) -> int:
        """One call of the webhook; the status to answer. Anything but 200 makes Telegram come again."""
        if not hmac.compare_digest(headers.get(HEADER, "").encode(), secret.encode()):
            return 403
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return 415
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        if not isinstance(given, dict) or type(given.get("update_id")) is not int:
            return 400
        return 200 if await self._keep([_event(self._channel, given)]) else 503

    async def _keep(self, events: Sequence[Event]) -> bool:
        """Write down and commit. Where that takes long or fails, those in danger are helped all the same.

        Whoever names a danger outright waits least; a hint of one takes the whole road to be found.
        """
        writing = asyncio.create_task(self._write(events))
        named = [event for event in events if event.kind == "text" and self._named(event)]
        for patience, those in ((HURRY, named), (PAUSE - HURRY, events)):
            await asyncio.wait({writing}, timeout=patience)
            if writing.done() and writing.result():
                return True
            await asyncio.gather(*map(self._help, those))
        return await writing

    async def _write(self, events: Sequence[Event]) -> bool:
        channel = self._channel
        try:
            async with channel.store.begin() as session:
                await inbox.receive(session, CHANNEL, map(channel.arrived, events), channel.clock())
        except StorageError as down:
            LOG.error("%s; Telegram keeps %d updates meanwhile", down, len(events))
            return False
        self._wake()
        return True

    def _named(self, event: Event) -> Danger | None:
        return self._channel.assistant.parts.safety.phrase(event.text)

    async def _help(self, event: Event) -> None:
        """Urgent help straight from memory, without the database. The full answer follows when that is back."""
        if event.kind != "text" or event.update_id in self._helped:
            return
        composer = self._channel.assistant.parts.composer
        if danger := self._named(event):
            reply: Reply | None = composer.urgent(danger)
        else:
            reply = (await asyncio.to_thread(answer, self._channel.assistant, event, Conversation())).reply
        if reply is None or not reply.urgent:
            return
        try:
            await send_now(self._channel.bot, event.chat_id, pages(reply, composer.words))
        except TelegramError as failed:
            LOG.error("urgent help could not be sent: %s", type(failed).__name__)
            return
        self._helped[event.update_id] = None
        if len(self._helped) > REMEMBERED:
            self._helped.popitem(last=False)


def _event(channel: Channel, given: dict[str, Any]) -> Event:
    """The event in an update's JSON; `nothing` when the library cannot read it, or it would come again for ever."""
    try:
        update = Update.de_json(given, channel.bot)
        return channel.read(update)
    except Exception as unread:
        LOG.error("an update could not be read: %s", type(unread).__name__)
        return Event(given["update_id"], 0, "nothing")
