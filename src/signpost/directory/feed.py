"""Reads a feed page by page: over HTTP, patiently and within limits, or from a file in pieces of the same size."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from ..errors import InputError, SignpostError
from .record import MAX_RECORD

PER_PAGE = 100
MAX_PAGE = 20_000_000
"""Bytes of one page."""
MAX_FILE = 500_000_000
"""Bytes of a file; 20,000 services have about 60 million."""
BACK_OFF = (0.5, 1.0, 2.0)
"""Seconds before the second, third and fourth try."""
TIMEOUT = 30.0
"""Seconds for one whole answer."""
REDIRECTS = 3
AT_ONCE = 8
"""Records asked for at the same time."""
BUSY = 429
NESTED = ("service_at_locations", "service_areas", "contacts", "schedules", "regular_schedules", "eligibilitys")
"""A record of a page with one of these is whole; without any, it is a summary."""


class FeedError(SignpostError):
    """A page or a record of a feed could not be had."""


@dataclass(frozen=True, slots=True)
class Page:
    records: list[Any]
    total: int | None
    """Pages in all, where the feed says so."""
    is_last: bool


class Feed(Protocol):
    source: str
    """How reports and replies call it; holds no password."""

    async def page(self, number: int) -> Page:
        """Page `number`, from 1. Raises FeedError."""
        ...

    async def whole(self, record: Mapping[str, Any]) -> Any:
        """The full record behind a summary. Raises FeedError."""
        ...


class WebFeed:
    """The API at an address: that of the API, or of its list of services."""

    def __init__(self, address: str, client: httpx.AsyncClient) -> None:
        url = _address(address)
        path = url.path.rstrip("/")
        self._list = url.copy_with(path=path if path.endswith("/services") else f"{path}/services")
        self._client = client
        self._gate = asyncio.Semaphore(AT_ONCE)
        port = f":{url.port}" if url.port else ""
        self.source = f"{url.scheme}://{url.host}{port}{path.removesuffix('/services')}"

    async def page(self, number: int) -> Page:
        return page_of(await self._get(self._list.copy_merge_params({"page": number, "per_page": PER_PAGE}), MAX_PAGE))

    async def whole(self, record: Mapping[str, Any]) -> Any:
        if any(record.get(name) is not None for name in NESTED):
            return record
        path = f"{self._list.path}/{quote(str(record['id']), safe='')}"
        return await self._get(self._list.copy_with(raw_path=path.encode() + _query(self._list)), MAX_RECORD)

    async def _get(self, url: httpx.URL, most: int) -> Any:
        """JSON from an address; what may pass (5xx, 429, no answer) is tried again. Raises FeedError."""
        async with self._gate:
            for wait in (*BACK_OFF, None):
                try:
                    async with asyncio.timeout(TIMEOUT):
                        return _parsed(await self._body(url, most))
                except _PassingError as passing:
                    why = str(passing)
                except TimeoutError:
                    why = f"no answer in {TIMEOUT:g} seconds"
                except httpx.TransportError as broken:
                    why = type(broken).__name__
                if wait is not None:
                    await asyncio.sleep(wait)
        raise FeedError(f"{why}, tried {len(BACK_OFF) + 1} times")

    async def _body(self, url: httpx.URL, most: int) -> bytes:
        for _ in range(REDIRECTS + 1):
            async with self._client.stream("GET", url) as got:
                if got.is_redirect:
                    url = _onward(url, got.headers["location"])
                    continue
                if got.status_code >= 500 or got.status_code == BUSY:
                    raise _PassingError(f"status {got.status_code}")
                if got.status_code != httpx.codes.OK:
                    raise FeedError(f"status {got.status_code}")
                body = bytearray()
                async for piece in got.aiter_bytes():
                    body += piece
                    if len(body) > most:
                        raise FeedError(f"larger than {most:,} bytes")
                return bytes(body)
        raise FeedError("redirected too often")


class FileFeed:
    """A JSON file: a list of full records, or one page of them."""

    def __init__(self, file: Path) -> None:
        if file.stat().st_size > MAX_FILE:
            raise InputError(f"'{file}' is larger than {MAX_FILE:,} bytes")
        try:
            held = _parsed(file.read_bytes())
            self._records = held if isinstance(held, list) else page_of(held).records
        except FeedError as bad:
            raise InputError(f"'{file}': {bad}") from None
        self.source = file.name

    async def page(self, number: int) -> Page:
        total = max(1, -(-len(self._records) // PER_PAGE))
        return Page(self._records[(number - 1) * PER_PAGE : number * PER_PAGE], total, number >= total)

    async def whole(self, record: Mapping[str, Any]) -> Any:
        return record


class _PassingError(Exception):
    """May be over at the next try."""


def page_of(held: Any) -> Page:
    """A page in either shape: `contents` with `total_pages` (3.0), `content` with `totalPages` (1.0)."""
    if not isinstance(held, dict):
        raise FeedError("not a page of services")
    records = next((held[name] for name in ("contents", "content") if isinstance(held.get(name), list)), None)
    if records is None:
        raise FeedError("a page without a list of 'contents' or 'content'")
    total = next((n for name in ("total_pages", "totalPages") if type(n := held.get(name)) is int), None)
    return Page(records, total, held.get("last_page") is True or held.get("last") is True)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise FeedError("not valid JSON") from None


def _address(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise InputError(f"'{text}' is not a web address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise InputError("only http and https addresses are read")
    return url


def _onward(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads: the same scheme, or from http to https. Raises FeedError."""
    try:
        to = url.join(location)
    except httpx.InvalidURL:
        raise FeedError("redirected to no web address") from None
    if to.scheme != url.scheme and (url.scheme, to.scheme) != ("http", "https"):
        raise FeedError(f"redirected from {url.scheme} to another scheme")
    return to


def _query(url: httpx.URL) -> bytes:
    return b"?" + url.query if url.query else b""
