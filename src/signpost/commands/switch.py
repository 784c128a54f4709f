"""`signpost switch`: turn a channel off and on."""

from __future__ import annotations

import click

from ..settings import Settings
from .db import with_store

CHANNELS = ("telegram",)
"""Channels that look at their switch."""
CHANNEL = click.option("--channel", type=click.Choice(CHANNELS), required=True, help="Which one.")


@click.group()
def switch() -> None:
    """Turn a channel off and on: off, everyone gets a fixed message and the urgent help.

    \b
    Example: signpost switch off --channel telegram --why "wrong number in an answer"
    """


@switch.command()
@CHANNEL
@click.option("--why", required=True, help="Kept in the audit.")
@click.pass_obj
def off(settings: Settings, channel: str, why: str) -> None:
    """Stop answering, from the next message on.

    \b
    Example: signpost switch off --channel telegram --why "wrong number in an answer"
    """
    _turn(settings, channel, why, on=False)


@switch.command()
@CHANNEL
@click.option("--why", default="", help="Kept in the audit.")
@click.pass_obj
def on(settings: Settings, channel: str, why: str) -> None:
    """Answer again.

    \b
    Example: signpost switch on --channel telegram --why "number corrected"
    """
    _turn(settings, channel, why, on=True)


@switch.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Which channels are on, since when and why.

    \b
    Example: signpost switch status
    """
    from ..storage import Store
    from ..storage.switch import Switch, all_switches

    async def found(store: Store) -> list[Switch]:
        async with store.read() as session:
            return await all_switches(session)

    held = {one.channel: one for one in with_store(settings, found)}
    for channel in CHANNELS:
        if one := held.get(channel):
            why = f": {one.why}" if one.why else ""
            click.echo(f"{channel} {'on' if one.is_on else 'off'} since {one.changed_at:%Y-%m-%d %H:%M} UTC{why}")
        else:
            click.echo(f"{channel} on")


def _turn(settings: Settings, channel: str, why: str, *, on: bool) -> None:
    from ..access.gate import utc_now
    from ..storage import Store, audit
    from ..storage import switch as switches

    async def turned(store: Store) -> None:
        async with store.begin() as session:
            await switches.turn(session, channel, on=on, why=why, actor=audit.COMMAND_LINE, now=utc_now())

    with_store(settings, turned)
    click.echo(f"{channel} is {'on' if on else 'off'}")
