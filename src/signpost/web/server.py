"""Starts the web channel: says where it listens, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping

import click
import uvicorn
from starlette.types import ASGIApp

from ..access.gate import Gate
from ..apart import run_apart
from ..bootstrap import open_gate, start
from ..errors import SettingError, StorageError
from ..live import Live
from ..log import begin
from ..settings import Settings
from ..storage import directory, gaps, themes
from ..storage.purge import purge
from ..telemetry import Telemetry
from .app import create_app
from .guard import NO_HOOKS, Hook

LOG = logging.getLogger("signpost.web")
GRACE = 5
"""Seconds that open requests may take to end."""
TIDY = 3600.0
"""Seconds between clearing out what has run its time."""

GROUP = 600.0
"""Seconds between placing new gaps in themes."""
HEAR = 5.0
"""Seconds until every process tells what was published."""


def run(settings: Settings) -> None:
    """Serve the web pages alone until stopped. Raises SignpostError before anything is served."""

    async def pages() -> None:
        gate = await open_gate(settings)
        try:
            await serve(settings, live, gate)
        finally:
            await gate.store.close()

    begin(settings.log)
    live = Live(start(settings.knowledge, settings.cache), settings.cache)
    asyncio.run(pages())


async def serve(
    settings: Settings,
    live: Live,
    gate: Gate,
    hooks: Mapping[str, Hook] = NO_HOOKS,
    beside: Callable[[], Coroutine[None, None, None]] | None = None,
    *,
    telemetry: Telemetry | None = None,
) -> None:
    """Serve until stopped, with a task `beside` that stops with it. Raises SettingError, and what `beside` raises."""
    listening = _listen(settings)
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    server = _Server(configured(create_app(live, gate, hooks, telemetry), settings))
    chores = [
        asyncio.create_task(chore)
        for chore in (live.watch(), _tidy(gate), _group(settings, live, gate), _hear(live, gate), _offer(live, gate))
    ]
    task = asyncio.create_task(beside()) if beside else None
    if task:
        task.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
    click.echo(f"Signpost listens on http://{shown}:{port} (Ctrl-C stops it)")
    await server.serve(sockets=[listening])
    for chore in chores:
        chore.cancel()
    if task:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    click.echo("Signpost has stopped")


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How the application is served: what the proxies say of scheme and address is believed, and nobody else's word."""
    return uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,  # its records go where ours go
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=GRACE,
    )


async def _tidy(gate: Gate) -> None:
    """Let go, now and every hour, of what has run its time; several processes may do it at once."""
    while True:
        try:
            await purge(gate.store, gate.clock())
        except StorageError as down:
            LOG.error("%s; tidying up later", down)
        await asyncio.sleep(TIDY)


async def _group(settings: Settings, live: Live, gate: Gate) -> None:
    """Place new gaps in themes, now and then, in a process apart; of several processes one does it at a time."""
    env = {"SIGNPOST_KNOWLEDGE": str(live.folder), "SIGNPOST_DATABASE_URL": settings.database}
    while True:
        try:
            async with gate.store.read() as session:
                waiting = await gaps.unplaced(session, 1)
            if waiting and (status := await run_apart("signpost", "gaps", "group", env=env)):
                LOG.error("gaps were not grouped (status %s); later", status)
        except StorageError as down:
            LOG.error("%s; grouping later", down)
        await asyncio.sleep(GROUP)


async def _hear(live: Live, gate: Gate) -> None:
    """Take up what is published or withdrawn, whichever process did it."""
    while True:
        try:
            async with gate.store.read() as session:
                live.tell(tuple(await themes.published(session)))
        except StorageError as down:
            LOG.error("%s; looking for responses later", down)
        await asyncio.sleep(HEAR)


async def _offer(live: Live, gate: Gate) -> None:
    """Take up directories that were brought in or taken out, whichever process did it."""
    held: tuple[object, ...] = ()
    while True:
        try:
            async with gate.store.read() as session:
                newest = await directory.version(session)
                services = await directory.everything(session) if newest != held else None
            if services is not None:
                await live.offer(services)
                held = newest
        except StorageError as down:
            LOG.error("%s; looking for directories later", down)
        await asyncio.sleep(HEAR)


class _Server(uvicorn.Server):
    """Stops on Ctrl-C and on SIGTERM without raising them again, so that what runs beside it can end in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.handle_exit, sign, None)
        try:
            yield
        finally:
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(sign)


def _listen(settings: Settings) -> socket.socket:
    """A bound socket, so that a port in use is one clear line."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    except OSError as bad:
        raise SettingError("SIGNPOST_HOST", f"'{settings.host}' is not an address here ({bad.strerror})") from None
    listening = socket.socket(family, kind, proto)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as bad:
        listening.close()
        raise SettingError(
            "SIGNPOST_PORT", f"cannot listen on {settings.host}:{settings.port} ({bad.strerror})"
        ) from None
    listening.listen()  # from now on nobody is turned away: what comes before the start is done waits
    return listening
