"""`signpost access`: give, list and end rights, and read what was done.

Whoever can run it on the server is trusted as an admin.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import click

from ..access.rights import Right
from ..errors import InputError
from ..settings import Settings
from .db import with_store

if TYPE_CHECKING:
    from ..access.gate import Gate
    from ..storage import Store

UNITS = {"h": "hours", "d": "days", "w": "weeks"}
LONGEST = dt.timedelta(days=30)


def _gate(settings: Settings, store: Store) -> Gate:
    from ..access.gate import Gate
    from ..storage.keys import open_secret

    return Gate(store, open_secret(settings.secret_key, settings.secret_file))


def _length(context: click.Context, option: click.Parameter, given: str) -> dt.timedelta:
    found = re.fullmatch(r"([1-9]\d{0,3})([hdw])", given)
    length = dt.timedelta(**{UNITS[found[2]]: int(found[1])}) if found else dt.timedelta()
    if not dt.timedelta() < length <= LONGEST:
        raise click.BadParameter("write it as 12h, 7d or 2w, 30 days at most")
    return length


@click.group()
def access() -> None:
    """Give rights to people who work here, list them and end them.

    \b
    Example: signpost access invite --role admin --label "first admin"
    """


@access.command()
@click.option("--role", type=click.Choice([right.value for right in Right]), required=True, help="The right to give.")
@click.option("--label", required=True, help="What you will know them by in the list.")
@click.option("--expires", default="7d", show_default=True, callback=_length, help="How long the link is good for.")
@click.option("--site", help="Address of the web pages, for the link.", metavar="URL")
@click.pass_obj
def invite(settings: Settings, role: str, label: str, expires: dt.timedelta, site: str | None) -> None:
    """Print a link that gives a right once, to whoever opens it first. It is shown only now.

    \b
    Example: signpost access invite --role commissioner --label "SEND board" --expires 7d
    """
    if not 0 < len(label.strip()) <= 100:
        raise click.BadParameter("1 to 100 characters", param_hint="--label")

    from ..storage import audit

    async def made(store: Store) -> str:
        return await _gate(settings, store).invite(Right(role), label.strip(), expires, audit.COMMAND_LINE)

    token = with_store(settings, made)
    base = (site or f"http://{settings.host}:{settings.port}").rstrip("/")
    click.echo(f"web       {base}/sign-in?invitation={token}")
    click.echo(f"telegram  /start invite-{token}")


@access.command("list")
@click.pass_obj
def show(settings: Settings) -> None:
    """Everyone with a right and how they sign in, and invitations that are still open.

    \b
    Example: signpost access list
    """
    from ..storage import council_accounts, invitations, members, passkeys

    async def found(store: Store) -> list[str]:
        now = dt.datetime.now(dt.UTC)
        async with store.read() as session:
            accounts, keys = await council_accounts.holders(session), await passkeys.holders(session)
            people = [
                f"{m.id:>4}  {m.right:<12}  {m.label}  since {m.since:%Y-%m-%d}"
                + (", Telegram" if m.has_telegram else "")
                + (", council account" if m.id in accounts else "")
                + (", passkey" if m.id in keys else "")
                + (f", revoked {m.revoked_at:%Y-%m-%d}" if m.revoked_at else "")
                for m in await members.everyone(session)
            ]
            offers = [
                f" i{i.id:<3} {i.right:<12}  {i.label}  invited, until {i.expires_at:%Y-%m-%d %H:%M} UTC"
                for i in await invitations.still_open(session, now)
            ]
        return people + offers

    for line in with_store(settings, found) or ["nobody has a right yet"]:
        click.echo(line)


@access.command()
@click.argument("ident", metavar="ID")
@click.option("--why", required=True, help="Goes into the audit.")
@click.pass_obj
def revoke(settings: Settings, ident: str, why: str) -> None:
    """End a right at once, or withdraw an invitation (i and its number). ID is the first column of the list.

    \b
    Example: signpost access revoke 3 --why "has left the council"
    """
    found = re.fullmatch(r"(i?)(\d{1,9})", ident)
    if not found:
        raise click.BadParameter("a number of the list, with an i before it for an invitation", param_hint="ID")

    from ..storage import audit

    async def ended(store: Store) -> str | None:
        gate = _gate(settings, store)
        return await (gate.withdraw if found[1] else gate.revoke)(int(found[2]), why[:500], audit.COMMAND_LINE)

    label = with_store(settings, ended)
    if label is None:
        raise InputError(f"there is nothing to revoke with the number {ident}")
    click.echo(f"revoked: {label}")


@access.command()
@click.argument("ident", metavar="ID", type=click.IntRange(1))
@click.pass_obj
def code(settings: Settings, ident: int) -> None:
    """Print a one-time code for somebody who has a right and no Telegram, to type on the sign-in page.

    \b
    Example: signpost access code 3
    """
    from ..storage import audit, members

    async def made(store: Store) -> str | None:
        gate = _gate(settings, store)
        async with store.begin() as session:
            member = await members.find(session, ident)
            if member is None or member.revoked_at:
                return None
            now = gate.clock()
            await audit.note(session, actor=audit.COMMAND_LINE, action="code", subject=member.label, why="", now=now)
            return await gate.make_code(session, ident, "web")

    given = with_store(settings, made)
    if given is None:
        raise InputError(f"nobody with the number {ident} has a right")
    click.echo(given)


@access.command("audit")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many, newest first.")
@click.pass_obj
def read(settings: Settings, last: int) -> None:
    """What the staff did: when, who, what, and why.

    \b
    Example: signpost access audit --last 20
    """
    from ..storage import audit

    async def found(store: Store) -> list[audit.Deed]:
        async with store.read() as session:
            return await audit.latest(session, last)

    for d in with_store(settings, found):
        why = f": {d.why}" if d.why else ""
        click.echo(f"{d.at:%Y-%m-%d %H:%M} UTC  {d.actor}  {d.action}  {d.subject}{why}")
