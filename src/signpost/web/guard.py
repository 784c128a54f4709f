"""What stands before every route: limits of a body, the security headers, and a polite page when something breaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

MAX_BODY = 64_000
"""Bytes of a request; the longest message that is read is 4,096 characters."""
MAX_HOOK = 512_000
"""Bytes of another channel's call: such a message, the one it answers and what surrounds them, escaped as JSON."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors {frames}"
)
Hook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""What another channel does with a call that is meant for it: headers and body in, the status out."""
NO_HOOKS: Mapping[str, Hook] = MappingProxyType({})


class Guard:
    """Refuses bodies that are too large before they are read, and sets the security headers on every response."""

    def __init__(
        self, app: ASGIApp, broken: Callable[[Request, Exception], Response], hooks: Mapping[str, Hook]
    ) -> None:
        self.app, self.broken, self.hooks = app, broken, hooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = _headers(scope["path"])

        async def guarded(event: Event) -> None:
            if event["type"] == "http.response.start":
                have = {name.lower() for name, _ in event["headers"]}
                event["headers"] = [*event["headers"], *((n, v) for n, v in headers if n not in have)]
            await send(event)

        length = dict(scope["headers"]).get(b"content-length", b"0")
        most = MAX_HOOK if scope["path"] in self.hooks else MAX_BODY
        if not length.isdigit() or int(length) > most:
            await PlainTextResponse("too large", 413)(scope, receive, guarded)
            return
        try:
            await self.app(scope, _bounded(receive, most), guarded)
        except Exception as error:
            await self.broken(Request(scope), error)(scope, receive, guarded)


def _bounded(receive: Receive, most: int) -> Receive:
    """`receive` that ends a body which grows past the limit without having said its length."""
    size = 0

    async def bounded() -> Event:
        nonlocal size
        event = await receive()
        size += len(event.get("body", b""))
        if size > most:
            raise HTTPException(413, "too large")
        return event

    return bounded


def _headers(path: str) -> list[tuple[bytes, bytes]]:
    framed = path.startswith("/embed")
    fixed = {
        "content-security-policy": POLICY.format(frames="*" if framed else "'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "public, max-age=86400" if path.startswith("/static") else "no-store",
    }
    if not framed:
        fixed["x-frame-options"] = "DENY"
    return [(k.encode(), v.encode()) for k, v in fixed.items()]
