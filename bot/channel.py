"""What receiving, handling and sending share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Bot, Update

from signpost.access.gate import Gate
from signpost.kept import Kept
from signpost.service import Assistant
from signpost.storage import Store
from signpost.storage.inbox import Arrived
from signpost.telemetry import Telemetry

from .event import CHANNEL, Event, Seal, Us, read


@dataclass(frozen=True)
class Channel:
    """One bot on Telegram, over one database, with the assistant of the moment."""

    bot: Bot
    us: Us
    source: Kept
    gate: Gate
    seal: Seal
    clock: Callable[[], dt.datetime]
    telemetry: Telemetry

    @property
    def assistant(self) -> Assistant:
        return self.source.now

    @property
    def store(self) -> Store:
        return self.gate.store

    def read(self, update: Update) -> Event:
        return read(update, self.us)

    def who(self, chat_id: int) -> str:
        return self.gate.secret.who(CHANNEL, chat_id)

    def arrived(self, event: Event) -> Arrived:
        """An event as the inbox keeps it: sealed, its chat a keyed hash."""
        return Arrived(event.update_id, self.who(event.chat_id), self.seal.close(event))
