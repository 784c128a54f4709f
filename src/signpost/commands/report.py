"""`signpost gaps report`, `export` and `digest`: reports in the terminal, as files, and sent at a chosen rhythm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..settings import Settings
from .db import with_store

if TYPE_CHECKING:
    from ..report.desk import Report
    from ..report.view import Wanted
    from ..storage import Store

T = TypeVar("T")
FILTERS = (
    click.option("--period", default="", help="2026-03, 2026-q1 or 2025-26-year; the newest when left out."),
    click.option("--district", default="", help="As in the report: Fenland, 'Cambridge City', ..."),
    click.option("--area", default="", help="communication, cognition, semh, sensory-physical, health."),
    click.option("--age", default="", help="0-4, 5-10, 11-15, 16-17, 18-25."),
    click.option("--of", default="", help="Whose people the tables count: need, missed, asked, ..."),
)
"""The fields of a report's address."""
SUFFIXES = (".docx", ".xlsx", ".csv", ".json")


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the filters of the pages."""
    for option in reversed(FILTERS):
        command = option(command)
    return command


def with_report(settings: Settings, use: Callable[[Store, Report], Awaitable[T]], now: dt.datetime | None = None) -> T:
    """Make the newest report and use it once."""
    from ..access.gate import utc_now
    from ..bootstrap import open_knowledge
    from ..report.desk import Desk

    known = open_knowledge(settings.knowledge)

    async def used(store: Store) -> T:
        desk = Desk(store, lambda: known, (lambda: now) if now else utc_now)
        return await use(store, await desk.report())

    return with_store(settings, used)


def _wanted(report: Report, filters: dict[str, str]) -> Wanted:
    from ..report.view import wanted

    chosen = wanted(filters, report.release)
    for name, given in filters.items():
        if given and name != "of" and chosen.fields[name] != given:
            raise click.BadParameter(f"'{given}' is none of the report's", param_hint=f"--{name}")
    if filters["of"] and chosen.of != filters["of"]:
        raise click.BadParameter(f"'{filters['of']}' is none of the report's", param_hint="--of")
    return chosen


@click.command()
@filtered
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def report(settings: Settings, /, as_json: bool, **filters: str) -> None:
    """The report in words. Small numbers are hidden, here as everywhere.

    \b
    Examples: signpost gaps report
              signpost gaps report --period 2026-q1 --district Fenland --json
    """
    from ..report.export import exported
    from ..report.message import message

    async def told(_: Store, made: Report) -> str:
        chosen = _wanted(made, filters)
        if as_json:
            return exported(made, chosen, ".json").decode().rstrip("\n")
        title, paragraphs = message(made, chosen)
        return "\n\n".join([title, *("\n".join(lines) for lines in paragraphs)])

    click.echo(with_report(settings, told))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@filtered
@click.pass_obj
def export(settings: Settings, /, file: Path, **filters: str) -> None:
    """Write the report to FILE: .docx for the board, .xlsx, .csv or .json. Two runs give the same bytes.

    \b
    Example: signpost gaps export board.docx --period 2025-26-year
    """
    from ..report.export import exported

    if file.suffix not in SUFFIXES:
        raise click.BadParameter(f"the name must end in {', '.join(SUFFIXES)}", param_hint="FILE")

    async def made(_: Store, report: Report) -> bytes:
        return exported(report, _wanted(report, filters), file.suffix)

    file.write_bytes(with_report(settings, made))


@click.command()
@click.option("--to", "to", required=True, help="telegram, or a folder's file name with {period} in it.", metavar="TO")
@click.option("--every", type=click.Choice(["week", "month"]), default="month", show_default=True, help="How often.")
@click.pass_obj
def digest(settings: Settings, to: str, every: str) -> None:
    """Send what is due: to commissioners who linked their Telegram, or to a file. For cron or a systemd timer.

    Run it as often as you like: what was sent is not sent again, and a run that comes late sends what was missed.

    \b
    Examples: signpost gaps digest --to telegram --every month
              signpost gaps digest --to "/srv/reports/gaps-{period}.docx" --every month
    """
    from ..access.gate import utc_now
    from ..report.digest import to_file, to_telegram
    from ..storage.keys import open_secret

    if to != "telegram" and ("{period}" not in to or Path(to).suffix not in SUFFIXES):
        raise click.BadParameter(
            f"'telegram', or a name with {{period}} in it that ends in {', '.join(SUFFIXES)}", param_hint="--to"
        )

    async def sent(store: Store, made: Report) -> list[str]:
        if to == "telegram":
            secret = open_secret(settings.secret_key, settings.secret_file)
            return await to_telegram(store, secret, made, every, utc_now())
        return to_file(made, every, to, utc_now())

    for line in with_report(settings, sent) or ["nothing is due"]:
        click.echo(line)
