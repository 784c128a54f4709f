"""A stand-in for Telegram's servers: the part of the Bot API that a bot meets, limits, faults and redelivery included.

What it does follows https://core.telegram.org/bots/api: `getUpdates` keeps an update until a higher offset confirms it,
a webhook is called again until it answers 2xx, texts hold 4096 UTF-16 units after the markup is read, button data 64 bytes.
It is stricter than Telegram on pace: one message a second in a chat and thirty a second overall, without bursts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from e2e.telegram_people import People, chat_of
from e2e.telegram_rules import MAX_DATA, MAX_UNITS, RefusedError, read_html

TOKEN = "123456789:AAStandInForTheTestsOnly0123456789ab"
PER_CHAT, OVERALL = 1.0, 30
SLACK = 0.06
"""Seconds by which two sends may arrive closer than they left, on a busy machine."""
PACED = {"sendMessage", "editMessageText"}
Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    method: str
    given: Json
    status: int
    at: float


class TelegramServer(People):
    """One bot's side of Telegram and all of its users. Runs in a thread; use it as a context manager."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.webhook: Json = {"url": ""}
        self.paced_out = Counter[str]()
        """Sends refused for their pace, by `chat` and `all`."""
        self.too_soon: list[str] = []
        """Texts sent to a chat before its `retry_after` was over."""
        self.commands: dict[str, list[Json]] = {}
        self._polls = 0
        self._sent_at: dict[int, float] = {}
        self._window: deque[float] = deque()
        self._held: dict[int, float] = {}
        self.url = ""

    # --- the server ------------------------------------------------------------------------------------------------

    def __enter__(self) -> TelegramServer:
        app = Starlette(routes=[Route("/bot{token}/{method}", self._called, methods=["GET", "POST"])])
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    async def _run(self) -> None:
        hooks = asyncio.create_task(self._deliver())
        await self._server.serve()
        hooks.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await hooks

    async def _called(self, request: Request) -> Response:
        try:
            return await self._answered(request)
        except ClientDisconnect:  # the bot was killed in the middle of its call
            return Response()

    async def _answered(self, request: Request) -> Response:
        given: Json = dict(request.query_params)
        if request.method == "POST":
            given |= (
                await request.json()
                if "json" in request.headers.get("content-type", "")
                else dict(await request.form())
            )
        given = {k: _unpacked(v) for k, v in given.items()}
        method = request.path_params["method"]
        try:
            if request.path_params["token"] != TOKEN:
                raise RefusedError(401, "Unauthorized")
            fault = self.faults.next(method)
            if fault == "429":
                raise self._hold(given.get("chat_id"), self.faults.dice.randint(1, 2))
            if fault == "502":
                self._record(method, given, 502)
                return Response("<html><h1>502 Bad Gateway</h1></html>", 502)
            done_anyway = self.faults.dice.random() < 0.5
            if fault and not done_anyway:
                return await self._broken(fault, method, given, None)
            result = await self._poll(given) if method == "getUpdates" else self._do(method, given)
            if fault:
                return await self._broken(fault, method, given, result)
        except RefusedError as no:
            self._record(method, given, no.status)
            body: Json = {"ok": False, "error_code": no.status, "description": no.why}
            if no.parameters:
                body["parameters"] = no.parameters
            return JSONResponse(body, no.status)
        self._record(method, given, 200)
        return JSONResponse({"ok": True, "result": result})

    async def _broken(self, fault: str, method: str, given: Json, result: Any) -> Response:
        """No usable answer, whether or not the call was done: the caller cannot know, as in life."""
        self._record(method, given, 0)
        if fault == "hang":
            await asyncio.sleep(self.faults.hang)
            return Response("", 504)
        return Response(json.dumps({"ok": True, "result": result})[:-7] + "\\", 200)

    def _record(self, method: str, given: Json, status: int) -> None:
        self.calls.append(Call(method, given, status, time.monotonic()))

    # --- what the bot may call -------------------------------------------------------------------------------------

    async def _poll(self, given: Json) -> list[Json]:
        if self.webhook["url"]:
            raise RefusedError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        self._polls += 1
        mine, until = self._polls, time.monotonic() + float(given.get("timeout", 0))
        with self._lock:
            for old in [u for u in self.pending if u < int(given.get("offset", 0))]:
                del self.pending[old]
        while True:
            if mine != self._polls:
                raise RefusedError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            with self._lock:
                ready = [self.pending[u] for u in sorted(self.pending)][: int(given.get("limit", 100))]
            if ready or time.monotonic() >= until or self._server.should_exit:
                return ready
            await asyncio.sleep(0.01)

    def _do(self, method: str, given: Json) -> Any:
        known: dict[str, Callable[[Json], Any]] = {
            "getMe": lambda _: {"id": 123456789, "is_bot": True, "first_name": "Signpost", "username": "SignpostTestBot", "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False},
            "sendMessage": self._send, "editMessageText": self._edit, "editMessageReplyMarkup": self._edit,
            "deleteMessage": self._delete, "setWebhook": self._set_webhook, "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda _: {**self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.pending)},
            "setMyCommands": self._set_commands, "answerCallbackQuery": lambda _: True, "sendChatAction": lambda _: True,
        }  # fmt: skip
        if method not in known:
            raise RefusedError(404, "Not Found")
        with self._lock:
            if method in PACED:
                self._pace(int(given["chat_id"]), str(given.get("text", "")))
            return known[method](given)

    def _pace(self, chat: int, text: str) -> None:
        now = time.monotonic()
        if now < self._held.get(chat, 0):
            self.too_soon.append(text)
            raise self._hold(chat, self._held[chat] - now)
        if now - self._sent_at.get(chat, -9) < PER_CHAT - SLACK:
            self.paced_out["chat"] += 1
            raise self._hold(chat, 1)
        while self._window and now - self._window[0] >= 1 - SLACK:
            self._window.popleft()
        if len(self._window) >= OVERALL:
            self.paced_out["all"] += 1
            raise RefusedError(429, "Too Many Requests: retry after 1", retry_after=1)
        self._window.append(now)
        self._sent_at[chat] = now

    def _hold(self, chat: Any, seconds: float) -> RefusedError:
        """429 for one chat: what is sent there before `seconds` have gone is refused again."""
        if chat is not None:
            self._held[int(chat)] = time.monotonic() + seconds - SLACK
        whole = max(1, round(seconds))
        return RefusedError(429, f"Too Many Requests: retry after {whole}", retry_after=whole)

    def _send(self, given: Json) -> Json:
        chat = int(given["chat_id"])
        if chat in self.faults.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats:
            raise RefusedError(400, "Bad Request: chat not found")
        message = {
            "message_id": self._number(),
            "date": int(time.time()),
            "chat": chat_of(chat),
            "from": {"id": 123456789, "is_bot": True, "first_name": "Signpost"},
            **self._content(given),
        }
        self.chats[chat][message["message_id"]] = message
        return message

    def _edit(self, given: Json) -> Json:
        chat, number = int(given["chat_id"]), int(given["message_id"])
        if chat in self.faults.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        old = self.chats.get(chat, {}).get(number)
        if old is None or not old["from"]["is_bot"]:
            raise RefusedError(400, "Bad Request: message to edit not found")
        new = self._content({"text": old["html"], "parse_mode": "HTML", **given})
        if all(old.get(k) == new.get(k) for k in ("html", "reply_markup")):
            raise RefusedError(400, "Bad Request: message is not modified")
        old.pop("reply_markup", None)
        old.update(new)
        return old

    def _content(self, given: Json) -> Json:
        html = str(given.get("text", ""))
        text = read_html(html) if given.get("parse_mode") == "HTML" else html
        if not text.strip():
            raise RefusedError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MAX_UNITS:
            raise RefusedError(400, "Bad Request: message is too long")
        out: Json = {"text": text, "html": html}
        if given.get("reply_markup"):
            for button in (b for row in given["reply_markup"]["inline_keyboard"] for b in row):
                if not button["text"].strip():
                    raise RefusedError(400, "Bad Request: text buttons are allowed only with a text")
                if not 1 <= len(button.get("callback_data", "x").encode()) <= MAX_DATA:
                    raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
            out["reply_markup"] = given["reply_markup"]
        return out

    def _delete(self, given: Json) -> bool:
        if self.chats.get(int(given["chat_id"]), {}).pop(int(given["message_id"]), None) is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
        return True

    def _set_webhook(self, given: Json) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", given.get("secret_token", "")):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        if given.get("drop_pending_updates"):
            self.pending.clear()
        self.webhook = {
            "url": given["url"],
            "secret": given.get("secret_token", ""),
            "max_connections": int(given.get("max_connections", 40)),
        }
        return True

    def _delete_webhook(self, given: Json) -> bool:
        if given.get("drop_pending_updates"):
            self.pending.clear()
        self.webhook = {"url": ""}
        return True

    def _set_commands(self, given: Json) -> bool:
        for command in given["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[json.dumps(given.get("scope", {}), sort_keys=True)] = given["commands"]
        return True

    async def _deliver(self) -> None:
        """Call the webhook with each pending update until it answers 2xx; several at once, in order within a chat."""
        busy: set[int] = set()
        wait: dict[int, float] = {}

        async def post(client: httpx.AsyncClient, number: int, update: Json, chat: int) -> None:
            try:
                headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret", "")}
                answer = await client.post(self.webhook["url"], json=update, headers=headers)
                if answer.is_success:
                    self.pending.pop(number, None)
                    return
            except httpx.HTTPError:
                pass
            finally:
                busy.discard(chat)
            wait[chat] = time.monotonic() + 0.2

        async with httpx.AsyncClient(timeout=10) as client, asyncio.TaskGroup() as tasks:
            while True:
                await asyncio.sleep(0.01)
                if not self.webhook["url"]:
                    continue
                with self._lock:
                    waiting = sorted(self.pending.items())
                for number, update in waiting:
                    chat = _chat_of(update)
                    if (
                        chat in busy
                        or time.monotonic() < wait.get(chat, 0)
                        or len(busy) >= self.webhook["max_connections"]
                    ):
                        continue
                    busy.add(chat)
                    tasks.create_task(post(client, number, update, chat))


def _unpacked(value: Any) -> Any:
    """Form fields carry lists and objects as JSON."""
    if isinstance(value, str) and value[:1] in "[{":
        with contextlib.suppress(ValueError):
            return json.loads(value)
    return value


def _chat_of(update: Json) -> int:
    what = next(v for k, v in update.items() if k != "update_id")
    return int((what.get("message") or what)["chat"]["id"])
