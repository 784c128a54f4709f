"""Starts every configured channel and stops them together: the web chat always, Telegram when it has a token.

Any process takes webhook calls in. Polling, handling and sending are done by the one that holds the lease, so that
Telegram's limits are kept whatever the number of processes; when it dies another goes on where it was.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Mapping

from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from signpost.access.gate import Gate, utc_now
from signpost.bootstrap import open_gate, start
from signpost.errors import SettingError, StorageError
from signpost.kept import Kept
from signpost.live import Live
from signpost.log import begin
from signpost.settings import Settings, Telegram
from signpost.storage.lease import Lease, hold
from signpost.telemetry import Telemetry
from signpost.web.server import serve

from .answer import IN_GROUPS, commands
from .channel import Channel
from .event import ALLOWED, CHANNEL, Seal, Us
from .handle import Handler
from .notices import Teller
from .receive import PAUSE, Receiver
from .send import AT_ONCE, Sender

LOG = logging.getLogger("signpost.telegram")
CHECK = 2.0
"""Seconds between looks whether the lease is still held."""
CONNECTIONS = 8
"""Webhook calls that Telegram may make at once."""


async def run(settings: Settings) -> None:
    """Run until stopped. Raises SignpostError when that is impossible: before anything is served where it can be."""
    begin(settings.log)
    quiet()
    live = Live(start(settings.knowledge, settings.cache), settings.cache)
    gate = await open_gate(settings)
    try:
        if settings.telegram is None:
            await serve(settings, live, gate)
            return
        telemetry = Telemetry()
        line = Line(settings.telegram, live, gate, telemetry)
        hooks = {"/telegram": line.hook} if settings.telegram.webhook else {}
        await serve(settings, live, gate, hooks, line.run, telemetry=telemetry)
    finally:
        await gate.store.close()


def quiet() -> None:
    """Keep the libraries' logs out of ours: they write addresses with the token, and answers with people's words."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'")  # `Receiver` says why not


class Line:
    """One process's part in the Telegram channel."""

    def __init__(self, settings: Telegram, live: Live, gate: Gate, telemetry: Telemetry) -> None:
        self._settings, self._live, self._gate, self._store = settings, live, gate, gate.store
        self._telemetry = telemetry
        self._hook_secret = settings.webhook_secret or gate.secret.digest("telegram", "webhook")
        self._bot = Bot(
            settings.token,
            base_url=f"{settings.api}/bot",
            request=HTTPXRequest(connection_pool_size=AT_ONCE + 10, pool_timeout=5),
            get_updates_request=HTTPXRequest(connection_pool_size=2),
        )
        self._receiver: Receiver | None = None
        self._polling: asyncio.Task[None] | None = None
        self._leads = False

    async def hook(self, headers: Mapping[str, str], body: bytes) -> int:
        """A call of the webhook; until Telegram has said who we are, it is asked to come again."""
        if self._receiver is None:
            return 503
        return await self._receiver.webhook(headers, body, self._hook_secret)

    async def run(self) -> None:
        """Take the lease and talk to Telegram for as long as it is held. Raises SettingError for a wrong token."""
        try:
            us = await self._who_we_are()
            seal = Seal.of(self._gate.secret)
            channel = Channel(self._bot, us, Kept(self._live), self._gate, seal, utc_now, self._telemetry)
            sender = Sender(channel)
            handler, teller = Handler(channel, sender), Teller(channel, sender)
            self._receiver = Receiver(channel, handler.wake)
            while True:
                try:
                    async with hold(self._store, CHANNEL) as lease:
                        LOG.warning("this process talks to Telegram now, as @%s", us.username)
                        await self._lead(lease, handler, sender, teller, self._receiver)
                except StorageError as down:
                    LOG.error("%s; waiting for it", down)
                await asyncio.sleep(PAUSE)
        except InvalidToken:
            raise SettingError("TELEGRAM_BOT_TOKEN", "Telegram does not know this token") from None
        finally:
            if self._polling:
                await _stop(self._polling)
            await self._bot.shutdown()

    async def _who_we_are(self) -> Us:
        """Ask Telegram, for as long as it takes. Raises InvalidToken."""
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken:
                raise
            except TelegramError as out_of_order:
                LOG.warning("Telegram does not answer (%s); trying again", type(out_of_order).__name__)
                await asyncio.sleep(PAUSE)
            else:
                return Us(self._bot.id, self._bot.username)

    async def _lead(self, lease: Lease, handler: Handler, sender: Sender, teller: Teller, receiver: Receiver) -> None:
        """Receive, handle and send until the lease is lost or Telegram turns us away.

        When the database goes, the lease goes with it; polling goes on until another process polls, so that urgent
        help is still given.
        """
        self._leads = True
        parts = (handler.run(), sender.run(), teller.run(), self._register(), _lost(lease))
        tasks = [asyncio.ensure_future(part) for part in parts]
        if not self._settings.webhook and (self._polling is None or self._polling.done()):
            self._polling = asyncio.create_task(receiver.poll(lambda: self._leads))
        watched = {*tasks, *([self._polling] if self._polling else [])}
        try:
            done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._leads = False
            await _stop(*tasks)

    async def _register(self) -> None:
        """Tell Telegram where to send updates, and which commands there are; then nothing more."""
        offered = commands(self._live.now)
        in_groups = [(name, about) for name, about in offered if name in IN_GROUPS]
        hook, api = self._settings.webhook, self._bot
        secret = self._hook_secret
        calls: list[Callable[[], Awaitable[object]]] = [
            (lambda: api.set_webhook(hook, allowed_updates=ALLOWED, secret_token=secret, max_connections=CONNECTIONS))
            if hook
            else api.delete_webhook,
            lambda: api.set_my_commands(offered, BotCommandScopeAllPrivateChats()),
            lambda: api.set_my_commands(in_groups, BotCommandScopeAllGroupChats()),
        ]
        for call in calls:
            while not await _done(call):  # noqa: ASYNC110 - Telegram tells nobody when it is back
                await asyncio.sleep(PAUSE)
        await asyncio.Event().wait()


async def _lost(lease: Lease) -> None:
    """Returns when the lease is no longer held."""
    while await lease.is_held():  # noqa: ASYNC110 - the database tells nobody when it goes
        await asyncio.sleep(CHECK)
    LOG.error("the lease is lost: is the database away?")


async def _done(call: Callable[[], Awaitable[object]]) -> bool:
    try:
        await call()
    except InvalidToken:
        raise
    except BadRequest as refused:
        raise SettingError("SIGNPOST_TELEGRAM_WEBHOOK_URL", f"Telegram refuses it ({refused})") from None
    except TelegramError as out_of_order:
        LOG.warning("Telegram does not answer (%s); trying again", type(out_of_order).__name__)
        return False
    return True


async def _stop(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
