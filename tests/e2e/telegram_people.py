"""What people do on the stand-in for Telegram: write, edit, press, block, and read what the bot said."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

from e2e.telegram_rules import Faults

Json = dict[str, Any]


class People:
    """The users' side of one bot's Telegram; the server side hands them its state and the lock over it."""

    faults: Faults
    chats: dict[int, dict[int, Json]]
    """chat -> message id -> the message as the person sees it now."""
    pending: dict[int, Json]
    """Updates not yet confirmed, by number."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.chats = {}
        self.pending = {}
        self._lock = threading.RLock()
        self._last_update, self._last_message = 700_000_000, 0

    def say(self, user: int, text: str = "", *, group: int = 0, **content: Any) -> int:
        """A person's message (`photo=[...]`, `location={...}` for others); its update id. `group` < 0 says it there."""
        chat = group or user
        with self._lock:
            message: Json = {
                "message_id": self._number(),
                "date": int(time.time()),
                "chat": chat_of(chat),
                "from": user_of(user),
                **content,
            }
            if text:
                message |= {"text": text}
            if command := re.match(r"/\w+(@\w+)?", text):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": command.end()}]
            self.chats.setdefault(chat, {})[message["message_id"]] = message
            return self._update({"message": message})

    def edit(self, user: int, message_id: int, text: str) -> int:
        with self._lock:
            message = self.chats[user][message_id]
            message |= {"text": text, "edit_date": int(time.time())}
            return self._update({"edited_message": dict(message)})

    def press(self, user: int, label: str, *, data: str = "") -> int:
        """Press the newest button with this label (or any data, as an old or a forged button would send)."""
        with self._lock:
            for message in reversed(list(self.chats[user].values())):
                for button in buttons(message):
                    if data or button["text"] == label:
                        query = {
                            "id": str(self._number()),
                            "from": user_of(user),
                            "chat_instance": "1",
                            "data": data or button["callback_data"],
                        }
                        return self._update({"callback_query": {**query, "message": dict(message)}})
        raise AssertionError(
            f"{label!r} is not among {[b['text'] for m in self.chats[user].values() for b in buttons(m)]}"
        )

    def block(self, user: int) -> int:
        """A person blocks the bot: sending answers 403 from now on."""
        self.faults.blocked.add(user)
        bot = {"id": 123456789, "is_bot": True, "first_name": "Signpost"}
        change = {
            "chat": chat_of(user),
            "from": user_of(user),
            "date": int(time.time()),
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
        }
        return self._update({"my_chat_member": change})

    def repeat(self, update: Json) -> None:
        """Deliver an update again under its own id, as happens when a confirmation is lost."""
        with self._lock:
            self.pending[update["update_id"]] = update

    def heard(self, chat: int) -> list[Json]:
        """The bot's messages in a chat, oldest first, as they look now."""
        with self._lock:
            return [m for _, m in sorted(self.chats.get(chat, {}).items()) if m["from"]["is_bot"]]

    def wait(self, chat: int, count: int = 1, seconds: float = 20) -> list[Json]:
        """At least `count` messages of the bot in a chat; fails when they do not come."""
        until = time.monotonic() + seconds
        while len(self.heard(chat)) < count:
            assert time.monotonic() < until, f"{len(self.heard(chat))} of {count} messages came in {seconds} s"
            time.sleep(0.005)
        return self.heard(chat)

    def _update(self, what: Json) -> int:
        with self._lock:
            self._last_update += 1
            self.pending[self._last_update] = {"update_id": self._last_update, **what}
            return self._last_update

    def _number(self) -> int:
        self._last_message += 1
        return self._last_message


def buttons(message: Json) -> list[Json]:
    return [b for row in message.get("reply_markup", {}).get("inline_keyboard", []) for b in row]


def user_of(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": f"User {user}", "language_code": "en"}


def chat_of(chat: int) -> Json:
    return (
        {"id": chat, "type": "private", "first_name": f"User {chat}"}
        if chat > 0
        else {"id": chat, "type": "supergroup", "title": "A group"}
    )
