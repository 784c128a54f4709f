"""Starts the web channel: says where it listens, and stops cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import click
import uvicorn

from ..bootstrap import open_gate, start
from ..errors import SettingError
from ..live import Live
from ..settings import Settings
from .app import create_app

GRACE = 5
"""Seconds that open requests may take to end."""


def run(settings: Settings) -> None:
    """Serve until stopped. Raises KnowledgeError, SettingError or StorageError before anything is served."""
    listening = _listen(settings)
    live = Live(start(settings.knowledge, settings.cache), settings.cache)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings, live, listening))
    click.echo("Signpost has stopped")


async def _serve(settings: Settings, live: Live, listening: socket.socket) -> None:
    app = create_app(live, await open_gate(settings))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
    )
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Signpost listens on http://{shown}:{port} (Ctrl-C stops it)")
    watching = asyncio.create_task(live.watch())
    try:
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        watching.cancel()


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
    return listening
