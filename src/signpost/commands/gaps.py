"""`signpost gaps`: what was asked and not met."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING

import click

from ..gap import AgeBand, Area, District, Origin, Reason
from ..model import Role
from ..settings import Settings
from .db import with_store
from .report import digest, export, report
from .themes import COMMANDS

if TYPE_CHECKING:
    from ..storage import Store
    from ..storage.gaps import Gap

CHANNEL = "command-line"


def _one_of(kind: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([str(one) for one in kind])


@click.group()
def gaps() -> None:
    """What was asked and not met: write it down, group it, answer it, report it.

    \b
    Example: signpost gaps list
    """


@gaps.command()
@click.argument("text", required=False)
@click.option("--reason", type=_one_of(Reason), help="Why it was not met.")
@click.option("--area", type=_one_of(Area), help="The main need.")
@click.option("--age", "age_band", type=_one_of(AgeBand), help="How old they are.")
@click.option("--district", type=_one_of(District), help="Where they live.")
@click.option("--role", type=_one_of(Role), help="Who is asking.")
@click.option("--origin", type=_one_of(Origin), default=str(Origin.PHONE_DESK), help="Who heard it.")
@click.pass_obj
def log(settings: Settings, /, text: str | None, origin: str, **details: str | None) -> None:
    """Write down a need for a family, without names: what could point at one person is taken out first.

    Without TEXT it is read from standard input, so that it stays out of the shell's history.

    \b
    Example: signpost gaps log "no weekend club for a deaf teenager" --district Fenland --reason no-such-service
    """
    from ..access.gate import utc_now
    from ..bootstrap import start
    from ..record import logged, write

    given = text if text is not None else sys.stdin.buffer.read().decode("utf-8", "replace")
    if not given.strip():
        raise click.UsageError("say what is needed, as TEXT or on standard input")
    assistant = start(settings.knowledge, settings.cache)
    said = {name: value for name, value in details.items() if value}
    record = logged(
        assistant, given, said, origin=Origin(origin), channel=CHANNEL, source=secrets.token_hex(16), at=utc_now(),
        asker=None,
    )  # fmt: skip

    async def written(store: Store) -> None:
        async with store.begin() as session:
            await write(session, record)

    with_store(settings, written)
    click.echo(record.note.text if record.note else "")


@gaps.command("list")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def show(settings: Settings, most: int, as_json: bool) -> None:
    """The newest gaps, with their redacted words while they are kept.

    \b
    Example: signpost gaps list --most 20
    """
    from ..storage import gaps as held

    async def found(store: Store) -> list[Gap]:
        async with store.read() as session:
            return await held.listed(session, most=most)

    for gap in with_store(settings, found):
        if as_json:
            click.echo(json.dumps({**asdict(gap), "at": gap.at.isoformat(), "asker": None}, ensure_ascii=False))
            continue
        of = ", ".join(x for x in (gap.reason, gap.area, gap.age_band, gap.district, gap.language) if x)
        click.echo(f"{gap.at:%Y-%m-%d} {gap.kind:<10} {gap.text or '(words let go)'}" + (f"  [{of}]" if of else ""))


gaps.add_command(report)
gaps.add_command(export)
gaps.add_command(digest)
for command in COMMANDS:
    gaps.add_command(command)
