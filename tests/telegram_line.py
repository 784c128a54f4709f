"""The bot over one database, without Telegram and in this process."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any, cast

from sqlalchemy import select

from bot.channel import Channel
from bot.event import CHANNEL, Event, Seal, Us
from bot.handle import Handler
from bot.notices import Teller
from bot.send import Sender
from signpost.access.gate import Gate
from signpost.kept import Kept
from signpost.service import Assistant
from signpost.storage import Store, inbox, outbox
from signpost.storage.keys import Secret
from signpost.storage.tables import NoticeRow
from signpost.telemetry import Telemetry
from signpost.triage import Desk

SECRET = Secret(b"n" * 32)
DOGS = "where can we get an assistance dog for a deaf girl"
PRESS = "1|notice"


class Line:
    """The bot over one database, without Telegram: what is handed to it is handled, and what it would send is read."""

    def __init__(self, assistant: Assistant, store: Store) -> None:
        self.now = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)
        gate = Gate(store, SECRET, lambda: self.now)
        self.channel = Channel(
            cast("Any", None), Us(1, "SignpostTestBot"), Kept(assistant), gate, Seal.of(SECRET), lambda: self.now,
            Telemetry(),
        )  # fmt: skip
        self.store, self.desk = store, Desk(assistant, store, lambda: self.now)
        sender = Sender(self.channel)
        self.handler, self.teller = Handler(self.channel, sender), Teller(self.channel, sender)
        self.numbers = itertools.count(1)

    async def hears(self, chat: int, text: str, kind: Any = "text") -> list[Any]:
        """One event; gives the payloads that answer it."""
        self.now += dt.timedelta(seconds=1)
        arrived = self.channel.arrived(Event(next(self.numbers), chat, kind, text))
        async with self.store.begin() as session:
            await inbox.receive(session, CHANNEL, [arrived], self.now)
        assert await self.handler.some() == 1
        return [one.payload for one in await self.sent()]

    async def sent(self) -> list[outbox.Due]:
        """What waits to be sent, which is sent with that."""
        out: list[outbox.Due] = []
        while True:
            async with self.store.begin() as session:
                batch = await outbox.due(session, CHANNEL, self.now)
                for one in batch:
                    await outbox.sent(session, one.id)
            if not batch:
                return out
            out += batch

    async def wishes(self, *chats: int) -> None:
        for chat in chats:
            missed = await self.hears(chat, DOGS)
            assert ["Tell me when this changes", PRESS] in [b for row in missed[-1]["rows"] for b in row]
            assert "I will tell you" in (await self.hears(chat, PRESS, "press"))[0]["html"]

    async def publishes(self, did: str) -> int:
        """The dogs' theme is answered."""
        self.now += dt.timedelta(minutes=1)
        await self.desk.group()
        number = await self.desk.respond(1, "There are no assistance dogs.", did, "one")
        await self.desk.approve(number, "another")
        return number

    async def held(self) -> list[NoticeRow]:
        async with self.store.read() as session:
            return list(await session.scalars(select(NoticeRow)))
