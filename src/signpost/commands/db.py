"""`signpost db`: look after the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..settings import Settings

if TYPE_CHECKING:
    from ..knowledge.load import Knowledge
    from ..storage import Store

T = TypeVar("T")


def with_store(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    """Open the database, use it once, close it."""
    from ..storage import Store

    async def used() -> T:
        store = await Store.open(settings.database)
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(used())


def kept_plan(settings: Settings, known: Knowledge) -> Knowledge:
    """The knowledge with what was recorded about the plan; as it is where there is no database yet."""
    from ..plan.alive import fold
    from ..storage import plan_events
    from ..storage.engine import is_sqlite, read_address

    url = read_address(settings.database)
    if is_sqlite(url) and not Path(str(url.database)).exists():
        return known

    async def recorded(store: Store) -> Knowledge:
        async with store.read() as session:
            alive = fold(await plan_events.everything(session))
        return replace(known, plan=replace(known.plan, alive=alive))

    return with_store(settings, recorded)


@click.group()
def db() -> None:
    """Look after the database.

    \b
    Example: signpost db backup /safe/signpost-backup.sqlite3
    """


@db.command()
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """Bring the tables up to date. Starting does the same.

    \b
    Example: signpost db upgrade
    """
    from ..storage.engine import revision

    with_store(settings, lambda _: asyncio.sleep(0))
    click.echo(f"revision {asyncio.run(revision(settings.database)).has}")


@db.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Say which revision the tables have, and which is needed. Changes nothing.

    \b
    Example: signpost db status
    """
    from ..storage.engine import revision

    found = asyncio.run(revision(settings.database))
    state = "up to date" if found.has == found.needs else f"needs {found.needs}: signpost db upgrade"
    click.echo(f"revision {found.has or 'none'}, {state}")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write everything to FILE, consistent while the bot runs. Keep the secret key too, elsewhere.

    \b
    Example: signpost db backup /safe/signpost-backup.sqlite3
    """
    from ..storage import backup as backups

    rows = with_store(settings, lambda store: backups.backup(store, file))
    click.echo(f"{rows:,} rows in {file}")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Lose what the database holds now.")
@click.pass_obj
def restore(settings: Settings, file: Path, replace: bool) -> None:
    """Put back what FILE holds, into SQLite or PostgreSQL.

    \b
    Example: signpost db restore /safe/signpost-backup.sqlite3
    """
    from ..storage import backup as backups

    rows = with_store(settings, lambda store: backups.restore(store, file, replace=replace))
    click.echo(f"{rows:,} rows from {file}")


@db.command("purge")
@click.pass_obj
def purge_now(settings: Settings) -> None:
    """Let go of what has run its time, as a running Signpost does every hour.

    \b
    Example: signpost db purge
    """
    from ..access.gate import utc_now
    from ..storage.purge import purge

    async def purged(store: Store) -> dict[str, int]:
        return await purge(store, utc_now())

    for what, count in with_store(settings, purged).items():
        click.echo(f"{count:>8} {what}")
