"""Sends what waits in the outbox: paced, in order within a chat, at least once.

A message leaves the outbox only after Telegram took it. Where Telegram's answer is lost it is sent again, so a person
may now and then read a reply twice, and never waits for one that was lost. What Telegram refuses for good (400, 403) is
not tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from signpost.errors import StorageError
from signpost.storage import Session, outbox
from signpost.storage.outbox import Due, Outgoing

from .channel import Channel
from .event import CHANNEL
from .pace import Pace
from .render import Page

LOG = logging.getLogger("signpost.telegram")
AT_ONCE = 60
"""Messages under way; with the pace they leave within a second or two, far less than the outbox's lease."""
TIMEOUT = 8.0
"""Seconds that one request may take; with the wait before it, less than the outbox's lease of 20."""
IDLE = 0.2
"""Seconds between looks into the outbox when nobody says that there is something new."""
SLOWEST = 60.0
"""Seconds between tries, at most, while Telegram is out of order."""
SEND, EDIT = "sendMessage", "editMessageText"
UNCHANGED = "message is not modified"
Write = Callable[[Session], Awaitable[None]]
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def outgoing(who: str, chat_id: int, pages: tuple[Page, ...], replaces: int = 0) -> list[Outgoing]:
    """A reply's pages as calls in order; a single page may take the place of the message `replaces`."""
    edit = replaces and len(pages) == 1
    return [
        Outgoing(
            who,
            chat_id,
            EDIT if edit else SEND,
            {
                "html": page.html,
                "rows": [[[b.label, b.data] for b in row] for row in page.rows],
                "message": replaces if edit else 0,
            },
        )
        for page in pages
    ]


class Sender:
    """Empties the outbox for as long as this process is the one that talks to Telegram."""

    def __init__(self, channel: Channel) -> None:
        self._bot, self._store, self._clock = channel.bot, channel.store, channel.clock
        self._pace, self._new = Pace(), asyncio.Event()
        self._under_way: dict[asyncio.Task[None], int] = {}
        self._writes: asyncio.Queue[tuple[Write, asyncio.Future[None]]] = asyncio.Queue()

    def wake(self) -> None:
        """Something new waits."""
        self._new.set()

    async def run(self) -> None:
        """Send until cancelled. What is under way then is finished, so that it is not sent twice."""
        writing = asyncio.create_task(self._write())
        try:
            while True:
                self._new.clear()
                if not await self._take():
                    await news(self._new)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=TIMEOUT)
            writing.cancel()

    async def _take(self) -> bool:
        """Start sending what is due; False when there was nothing to start."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            async with self._store.begin() as session:
                due = await outbox.due(session, CHANNEL, self._clock(), room, but=self._under_way.values())
        except StorageError as down:
            LOG.error("%s; the outbox waits", down)
            await asyncio.sleep(1)
            return False
        for message in due:
            task = asyncio.create_task(self._send(message))
            self._under_way[task] = message.id
            task.add_done_callback(self._done)
        return bool(due)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._new.set()  # the next message of that chat may be due now
        if not task.cancelled() and (error := task.exception()):
            LOG.error("sending: %s; it will be tried again", type(error).__name__)

    async def _send(self, due: Due) -> None:
        async with self._pace.turn(due.who):
            try:
                await self._call(due.method, due.chat_id, due.payload)
            except RetryAfter as busy:
                await self._again(due, _seconds(busy.retry_after))
            except Forbidden:
                await self._settle(lambda session: outbox.drop_chat(session, CHANNEL, due.who))
            except (BadRequest, ChatMigrated) as refused:
                LOG.error("%s refused: %s", due.method, type(refused).__name__)
                await self._settle(lambda session: outbox.give_up(session, due.id))
            except TelegramError:
                await self._again(due, min(2.0 ** (due.attempts - 1), SLOWEST))
            else:
                await self._settle(lambda session: outbox.sent(session, due.id))

    async def _again(self, due: Due, seconds: float) -> None:
        at = self._clock() + dt.timedelta(seconds=seconds)
        await self._settle(lambda session: outbox.retry(session, due.id, at))

    async def _settle(self, write: Write) -> None:
        """Write what became of a message; returns when it is committed. Raises StorageError."""
        committed = asyncio.get_running_loop().create_future()
        await self._writes.put((write, committed))
        await committed

    async def _write(self) -> None:
        """One transaction for all that came while the one before was being committed."""
        while True:
            writes = [await self._writes.get()]
            while not self._writes.empty():
                writes.append(self._writes.get_nowait())
            failed: StorageError | None = None
            try:
                async with self._store.begin() as session:
                    for write, _ in writes:
                        await write(session)
            except StorageError as down:
                failed = down
            for _, committed in writes:
                if failed:
                    committed.set_exception(failed)
                else:
                    committed.set_result(None)

    async def _call(self, method: str, chat_id: int, given: dict[str, Any]) -> None:
        """One call. A message that can no longer be edited is sent anew; one that is already so is done."""
        if method == EDIT:
            try:
                await self._bot.edit_message_text(
                    given["html"], chat_id, given["message"], parse_mode=ParseMode.HTML,
                    reply_markup=_keyboard(given["rows"]), link_preview_options=NO_PREVIEW,
                    read_timeout=TIMEOUT,
                )  # fmt: skip
                return
            except BadRequest as refused:
                if UNCHANGED in str(refused).lower():
                    return
        await self._bot.send_message(
            chat_id, given["html"], parse_mode=ParseMode.HTML, reply_markup=_keyboard(given["rows"]),
            link_preview_options=NO_PREVIEW, read_timeout=TIMEOUT,
        )  # fmt: skip


async def send_now(bot: Bot, chat_id: int, pages: tuple[Page, ...]) -> None:
    """Send without outbox or pace: the urgent help, when the database is out of order. Raises TelegramError."""
    for call in outgoing("", chat_id, pages):
        await bot.send_message(
            chat_id, call.payload["html"], parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW,
            read_timeout=TIMEOUT,
        )  # fmt: skip


def _keyboard(rows: list[list[list[str]]]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data) for text, data in r] for r in rows])


def _seconds(wait: int | dt.timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


async def news(event: asyncio.Event) -> None:
    """Wait for something new, `IDLE` seconds at most.

    Not by `asyncio.wait_for`: before Python 3.12 it swallows a cancellation that comes with the event, and whoever
    loses the lease would never stop.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(IDLE):
            await event.wait()
