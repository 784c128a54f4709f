"""`signpost directory`: other people's directories of services, beside what is curated here."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from ..settings import Settings
from .db import with_store

if TYPE_CHECKING:
    from ..intake import Progress, Report
    from ..storage import Store

COUNTS = ("read", "new", "changed", "unchanged", "refused", "gone")
EVERY = 1.0
"""Seconds between lines of progress."""


@click.group("directory")
def directories() -> None:
    """Other people's directories of services (Open Referral UK), beside what is curated here.

    \b
    Example: signpost directory import https://directory.example/api
    """


@directories.command("import")
@click.argument("feed", metavar="URL_OR_FILE")
@click.option("--report", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write what was wrong here too.")
@click.pass_obj
def bring(settings: Settings, feed: str, out: Path | None) -> None:
    """Bring in a feed (HSDS-UK 3.0 or 1.0), or what has changed in it. Run it again to go on after a break.

    \b
    Examples: signpost directory import https://directory.example/api --report faults.txt
              signpost directory import services.json
    """
    report = with_store(settings, lambda store: _brought(feed, store))
    lines = [str(fault) for fault in report.faults]
    lines.append(", ".join(f"{report.counts[name]:,} {name}" for name in COUNTS) + f"; {len(lines):,} faults")
    click.echo("\n".join(lines))
    if out:
        out.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def _brought(feed: str, store: Store) -> Report:
    import httpx

    from ..access.gate import utc_now
    from ..directory.feed import TIMEOUT, FileFeed, WebFeed
    from ..intake import bring_in

    if "://" not in feed:
        if not Path(feed).is_file():
            raise InputError(f"there is no file '{feed}'; a web address begins with http:// or https://")
        return await bring_in(FileFeed(Path(feed)), store, utc_now(), _progress())
    async with httpx.AsyncClient(timeout=TIMEOUT, headers={"Accept": "application/json"}) as client:
        return await bring_in(WebFeed(feed, client), store, utc_now(), _progress())


def _progress() -> Progress:
    """A line now and then on standard error."""
    said = 0.0

    def tell(page: int, total: int | None, counts: Counter[str]) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY or page == total:
            said = time.monotonic()
            of = f" of {total:,}" if total else ""
            click.echo(f"page {page:,}{of}: {counts['read']:,} read, {counts['refused']:,} refused", err=True)

    return tell


@directories.command("list")
@click.pass_obj
def show(settings: Settings) -> None:
    """The directories that are held, with their services and the day of the last whole import.

    \b
    Example: signpost directory list
    """
    from ..storage import directory

    async def found(store: Store) -> list[directory.Feed]:
        async with store.read() as session:
            return await directory.feeds(session)

    for feed in with_store(settings, found):
        when = f"{feed.finished_at:%Y-%m-%d}" if feed.finished_at else "never whole"
        rest = f", goes on at page {feed.next_page}" if feed.next_page else ""
        click.echo(f"{feed.source}  {feed.services:,} services, {feed.faults:,} faults, {when}{rest}")


@directories.command()
@click.argument("source")
@click.pass_obj
def remove(settings: Settings, source: str) -> None:
    """Take a directory out, with all its services. SOURCE is as `list` shows it.

    \b
    Example: signpost directory remove https://directory.example/api
    """
    from ..storage import directory

    async def removed(store: Store) -> bool:
        async with store.begin() as session:
            return await directory.remove(session, source)

    if not with_store(settings, removed):
        raise InputError(f"there is no directory '{source}'; see `signpost directory list`")
