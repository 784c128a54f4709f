"""What is kept of an update until it is handled: who to answer, and what was said. Names, photos and places are let go.

It waits in the inbox sealed with the installation's key, so that neither the database, nor its log, nor a backup shows
a word of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from cryptography.fernet import Fernet
from telegram import Message, Update
from telegram.constants import ChatType

from signpost.storage.keys import Secret

Kind = Literal["text", "press", "media", "location", "group", "blocked", "nothing"]
CHANNEL = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds of update that we ask Telegram for."""
GONE = ("kicked", "left")


@dataclass(frozen=True, slots=True)
class Event:
    """One update, reduced to what answering needs."""

    update_id: int
    chat_id: int
    kind: Kind
    text: str = ""
    """The words, or a button's data."""
    message_id: int = 0
    """Of the message whose button was pressed."""
    query_id: str = ""
    """Of the press, which Telegram wants acknowledged."""


@dataclass(frozen=True, slots=True)
class Us:
    """Who the bot is on Telegram: how a group addresses it."""

    ident: int
    username: str


def read(update: Update, us: Us) -> Event:
    """The event in an update. What we do not know, or need not answer, is `nothing`."""
    ident, chat = update.update_id, update.effective_chat
    message = update.message or update.edited_message
    if chat is None:
        return Event(ident, 0, "nothing")
    if update.my_chat_member and chat.type == ChatType.PRIVATE:
        kind: Kind = "blocked" if update.my_chat_member.new_chat_member.status in GONE else "nothing"
        return Event(ident, chat.id, kind)
    if query := update.callback_query:
        number = query.message.message_id if query.message else 0
        return Event(ident, chat.id, "press", query.data or "", number, query.id)
    if message is None:
        return Event(ident, chat.id, "nothing")
    if chat.type != ChatType.PRIVATE:
        return Event(ident, chat.id, "group" if update.message and _addressed(message, us) else "nothing")
    if text := message.text or message.caption:
        return Event(ident, chat.id, "text", text)
    if message.location or message.venue:
        return Event(ident, chat.id, "location" if update.message else "nothing")  # a live location edits itself
    return Event(ident, chat.id, "media" if update.message and message.effective_attachment else "nothing")


def command(event: Event) -> tuple[str, str]:
    """A command's name in small letters, without our own name behind it, and what was written after it."""
    if event.kind != "text" or not event.text.startswith("/"):
        return "", ""
    first, _, rest = event.text[1:].partition(" ")
    return first.partition("@")[0].lower(), rest.strip()


def _addressed(message: Message, us: Us) -> bool:
    """In a group: a reply to us, our name, or a command that is ours or anybody's."""
    answered = message.reply_to_message and message.reply_to_message.from_user
    if answered and answered.id == us.ident:
        return True
    text = message.text or message.caption or ""
    name = f"@{us.username}".lower()
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    return name in text.lower() or (bool(command) and "@" not in command)


@dataclass(frozen=True, slots=True)
class Seal:
    """Closes and opens events with a key made from the installation's secret (Fernet: AES-128-CBC, HMAC-SHA-256)."""

    fernet: Fernet

    @classmethod
    def of(cls, secret: Secret) -> Seal:
        return cls(secret.seal("inbox"))

    def close(self, event: Event) -> str:
        return self.fernet.encrypt(json.dumps(asdict(event)).encode()).decode()

    def open(self, sealed: str) -> Event:
        """Raises InvalidToken when it was closed with another key, or changed since."""
        return Event(**json.loads(self.fernet.decrypt(sealed.encode())))
