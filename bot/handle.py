"""Handles what waits in the inbox.

An update's disposition, gap, conversation, outgoing messages and "handled" are committed in one transaction, so a crash
at any moment leaves it either waiting or done, and a repeat finds it done. A few updates may share one.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from telegram import BotCommandScopeChat
from telegram.error import TelegramError

from signpost.errors import StorageError
from signpost.gap import Origin
from signpost.model import Message, Reply
from signpost.outcomes import Disposition
from signpost.record import Notes, Record, logged, record_of, tapped, write
from signpost.storage import Session, conversations, digests, inbox, notices, outbox, plan_events, switch
from signpost.storage.conversations import Conversation
from signpost.storage.dispositions import asker_of

from .answer import Said, answer, broken, commands, offering, switched_off
from .channel import Channel
from .event import CHANNEL, Event
from .notices import mark_of, promise
from .render import Page, pages
from .report import Reporter
from .rights import is_proven, prove, voice
from .send import Sender, news, outgoing

LOG = logging.getLogger("signpost.telegram")
SHARED = 0.03
"""Seconds that updates may share a transaction; a commit takes about 5 ms, and others wait to write meanwhile."""
BREATH = 0.01
"""Seconds between such transactions, so that other processes get their turn at SQLite, which keeps no queue."""


class Handler:
    """Empties the inbox for as long as this process is the one that talks to Telegram."""

    def __init__(self, channel: Channel, sender: Sender) -> None:
        self._channel, self._sender, self._reporter = channel, sender, Reporter(channel)
        self._new = asyncio.Event()
        self._aside_calls: set[asyncio.Task[None]] = set()
        self._notes = Notes(channel.gate.secret)

    def wake(self) -> None:
        """Something new waits."""
        self._new.set()

    async def run(self) -> None:
        """Handle until cancelled; the database may go and come back meanwhile."""
        while True:
            self._new.clear()
            try:
                while await self.some():
                    self._sender.wake()
                    await asyncio.sleep(BREATH)
            except StorageError as down:
                LOG.error("%s; the inbox waits", down)
                await asyncio.sleep(1)
            await news(self._new)

    async def some(self) -> int:
        """Handle what waits, for up to `SHARED` seconds; says how many. Raises StorageError: then nothing happened."""
        replies: list[Reply | None] = []
        until = time.monotonic() + SHARED
        async with self._channel.store.begin() as session:
            while time.monotonic() < until and (item := await inbox.next_unhandled(session, CHANNEL)):
                replies.append(await self._handle(session, item))
        if replies:
            self._channel.telemetry.handled(CHANNEL, len(replies))
        for reply in filter(None, replies):
            self._channel.telemetry.answered(reply, CHANNEL)
        return len(replies)

    async def _handle(self, session: Session, item: inbox.Item) -> Reply | None:
        """Handle one update; the reply when it was a question."""
        reply = None
        try:
            event = self._channel.seal.open(item.payload)
        except InvalidToken:
            LOG.error("an update was sealed with another key and is let go: was SIGNPOST_SECRET_KEY changed?")
        else:
            reply = await self._answer(session, event, item.who)
        await inbox.mark_handled(session, item, self._channel.clock())
        return reply

    async def _answer(self, session: Session, event: Event, who: str) -> Reply | None:
        channel, now = self._channel, self._channel.clock()
        if event.kind == "nothing":
            return None
        if event.kind == "blocked":
            await self._forget(session, who)
            return None
        await channel.source.refresh(session)
        member = await channel.gate.on_telegram(session, who)
        before = voice(await conversations.find(session, who, now), member)
        if event.query_id:  # stop the pressed button from spinning
            self._aside(channel.bot.answer_callback_query(event.query_id))
        on = await switch.is_on(session, CHANNEL)
        ready = await prove(channel, session, event, who, before) if on else None
        if on and ready is None:
            ready = await self._reporter.answer(session, event, who, before, member)
        note = self._notes.open(before.note) if before.note else None
        before = before if note else replace(before, note="")
        right, proven = member.right if member else None, is_proven(member, before.role)
        told = note.told if note else ()

        def answered() -> Said:
            return ready or answer(channel.assistant, event, before, right, proven=proven, told=told)

        said, drawn, kept = await asyncio.to_thread(self._said, event, before, answered if on else None)
        if said.forget:
            await self._forget(session, who)
        elif said.conversation == Conversation():
            await conversations.forget(session, who)
        else:
            await conversations.keep(session, who, said.conversation, now)
        if said.right:
            offered = commands(channel.assistant, said.right)
            self._aside(channel.bot.set_my_commands(offered, BotCommandScopeChat(event.chat_id)))
        if said.wish and member:
            source = f"{CHANNEL}:{event.update_id}"
            await plan_events.add(session, said.wish, by=member.label, source=source, now=now)
        if kept:
            await write(session, kept)
        elif note and said.tap:
            await tapped(session, note, said.tap, now)
        elif note and said.notice:
            await promise(session, channel, note.source, who, event.chat_id)
        await outbox.enqueue(
            session, CHANNEL, str(event.update_id), outgoing(who, event.chat_id, drawn, said.replaces), now
        )
        return said.reply if said.answered else None

    def _said(
        self, event: Event, before: Conversation, answered: Callable[[], Said] | None
    ) -> tuple[Said, tuple[Page, ...], Record | None]:
        """The answer, drawn, and its record. When anything breaks, a polite one whose reference the log knows too."""
        assistant = self._channel.assistant
        words = assistant.parts.composer.words
        try:
            said = answered() if answered else Said(switched_off(assistant), before)
            said, kept = self._recorded(event, before, said)
            return said, pages(said.reply, words) if said.reply else (), kept
        except Exception as error:
            reference, place = secrets.token_hex(4), traceback.extract_tb(error.__traceback__)[-1]
            LOG.error("%s: %s at %s:%s", reference, type(error).__name__, Path(place.filename).name, place.lineno)
            reply = broken(assistant, reference)
            return Said(reply, before), pages(reply, words), None

    def _recorded(self, event: Event, before: Conversation, said: Said) -> tuple[Said, Record | None]:
        """What to keep of an answer, and the answer with its note in the conversation. A miss offers to say more."""
        channel, now = self._channel, self._channel.clock()
        whence: dict[str, Any] = {
            "channel": CHANNEL, "source": str(event.update_id), "at": now,
            "asker": asker_of(channel.gate.secret, CHANNEL, str(event.chat_id), now),
        }  # fmt: skip
        if said.logged:
            return said, logged(channel.assistant, said.logged, {}, origin=Origin.PROFESSIONAL, **whence)
        if said.answered is None:
            return said, None
        kept = record_of(channel.assistant, Message(event.text, before.role), said.answered, **whence)
        note = self._notes.seal(kept.note) if kept.note else ""
        said = replace(said, conversation=replace(said.conversation, note=note))
        if note and said.reply and said.reply.outcome == Disposition.UNMET:
            said = replace(said, reply=offering(channel.assistant, said.reply))
        return said, kept

    def _aside(self, call: Awaitable[bool]) -> None:
        """Call Telegram without waiting. Nothing is lost when it fails: the reply is what counts."""

        async def called() -> None:
            try:
                await call
            except TelegramError as failed:
                LOG.warning("a call aside failed: %s", type(failed).__name__)

        task = asyncio.create_task(called())
        self._aside_calls.add(task)
        task.add_done_callback(self._aside_calls.discard)

    async def _forget(self, session: Session, who: str) -> None:
        await conversations.forget(session, who)
        await digests.drop(session, who)
        await notices.forget(session, mark_of(self._channel.gate.secret, who))
        await outbox.drop_chat(session, CHANNEL, who)
