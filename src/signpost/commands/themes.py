"""`signpost gaps group|themes|triage|link|respond|approve|propose`: themes of gaps, and what is done about them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..errors import InputError
from ..gap import Triage
from ..settings import Settings
from .db import with_store

if TYPE_CHECKING:
    from ..storage import Store
    from ..triage import Desk

T = TypeVar("T")
MEMBER = click.option("--member", type=int, required=True, help="Whose decision it is: a number of `access list`.")
WHY = click.option("--why", required=True, help="The reason, kept in the history.")


def _at_desk(settings: Settings, use: Callable[[Desk, Store], Awaitable[T]]) -> T:
    from ..bootstrap import start
    from ..triage import Desk

    assistant = start(settings.knowledge, settings.cache)
    return with_store(settings, lambda store: use(Desk(assistant, store), store))


async def _actor(store: Store, member: int, *rights: str) -> str:
    """How the history calls a member. Raises InputError for whoever may not decide."""
    from ..storage import members
    from ..triage import actor_name

    async with store.read() as session:
        found = await members.find(session, member)
    if found is None or found.revoked_at is not None or found.right not in rights:
        raise InputError(f"member {member} is no {' or '.join(rights)}; see `signpost access list`")
    return actor_name(found.label, found.id)


@click.command()
@click.pass_obj
def group(settings: Settings) -> None:
    """Place new gaps in themes. The serving process does the same every ten minutes.

    \b
    Example: signpost gaps group
    """
    click.echo(f"{_at_desk(settings, lambda desk, _: desk.group())} placed")


@click.command("themes")
@click.option("--state", type=click.Choice([str(s) for s in Triage]), help="Only those that stand there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def show(settings: Settings, state: str | None, as_json: bool) -> None:
    """The themes, those most people asked about first. Counts below 8 are not told.

    \b
    Example: signpost gaps themes --state new
    """
    from ..storage import themes
    from ..triage import nearest

    async def found(store: Store) -> list[tuple[themes.Theme, int]]:
        async with store.read() as session:
            held, people = await themes.all_themes(session), await themes.people(session)
        return [(t, nearest(people.get(t.id, 0))) for t in held if state in (None, t.state)]

    for theme, people in sorted(with_store(settings, found), key=lambda x: (-x[1], x[0].id)):
        if as_json:
            said = {"id": theme.id, "name": theme.name, "state": theme.state, "owner": theme.owner}
            click.echo(json.dumps({**said, "milestones": theme.milestones, "people": people or None}))
        else:
            count = f"about {people}" if people else "fewer than 8"
            click.echo(f"{theme.id:>5}  {theme.name}  [{theme.state}, {count}]")


@click.command()
@click.argument("theme", type=int)
@click.option("--state", type=click.Choice([str(s) for s in Triage]), required=True, help="Where it stands now.")
@click.option("--owner", default="", help="Who looks after it.")
@click.option("--wakes-at", type=click.IntRange(1), help="Bring it back when this many people have asked.")
@MEMBER
@WHY
@click.pass_obj
def triage(  # noqa: PLR0917 - click passes one argument an option
    settings: Settings, theme: int, state: str, owner: str, wakes_at: int | None, member: int, why: str
) -> None:
    """Decide where a theme stands.

    \b
    Example: signpost gaps triage 3 --state not-a-gap --wakes-at 40 --member 1 --why "not ours"
    """

    async def decided(desk: Desk, store: Store) -> None:
        actor = await _actor(store, member, "commissioner", "curator")
        await desk.decide(theme, Triage(state), actor, why, owner=owner, wakes_at=wakes_at)

    _at_desk(settings, decided)


@click.command()
@click.argument("theme", type=int)
@click.argument("milestones", nargs=-1, required=True)
@MEMBER
@click.pass_obj
def link(settings: Settings, theme: int, milestones: tuple[str, ...], member: int) -> None:
    """Link a theme to milestones of the plan.

    \b
    Example: signpost gaps link 3 SP-16 --member 1
    """

    async def linked(desk: Desk, store: Store) -> None:
        await desk.link(theme, milestones, await _actor(store, member, "commissioner", "curator"))

    _at_desk(settings, linked)


@click.command()
@click.argument("theme", type=int)
@click.option("--you-said", required=True, help="What people asked for, in plain words.")
@click.option("--we-did", required=True, help="What was done.")
@MEMBER
@click.pass_obj
def respond(settings: Settings, theme: int, you_said: str, we_did: str, member: int) -> None:
    """Write a response; prints its number. Somebody else has to approve it.

    \b
    Example: signpost gaps respond 3 --you-said "..." --we-did "..." --member 1
    """

    async def written(desk: Desk, store: Store) -> int:
        return await desk.respond(theme, you_said, we_did, await _actor(store, member, "commissioner"))

    click.echo(_at_desk(settings, written))


@click.command()
@click.argument("response", type=int)
@MEMBER
@click.pass_obj
def approve(settings: Settings, response: int, member: int) -> None:
    """Approve and publish a response that somebody else wrote.

    \b
    Example: signpost gaps approve 1 --member 2
    """

    async def approved(desk: Desk, store: Store) -> None:
        await desk.approve(response, await _actor(store, member, "commissioner"))

    _at_desk(settings, approved)


@click.command()
@click.argument("theme", type=int)
@click.option("--topic", help="Propose examples for this topic; without it, a new topic.", metavar="ID")
@click.option(
    "--regression",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add a question for the suite here; `knowledge check` asks those of the knowledge folder's questions.jsonl.",
)
@click.pass_obj
def propose(settings: Settings, theme: int, topic: str | None, regression: Path | None) -> None:
    """Print a change of the knowledge base for a theme, and what else it would change. A person merges it.

    \b
    Example: signpost gaps propose 3 --topic short-breaks --regression knowledge/questions.jsonl
    """
    from ..bootstrap import assemble, open_knowledge
    from ..match.encoder import find_encoder
    from ..propose import proposal
    from ..storage import gaps as held
    from ..storage import themes

    async def found(store: Store) -> tuple[themes.Theme | None, list[held.Gap], list[held.Gap]]:
        async with store.read() as session:
            one = await themes.one(session, theme)
            mine = await held.listed(session, most=500, theme=one.id) if one else []
            return one, mine, await held.listed(session, most=2_000)

    one, mine, past = with_store(settings, found)
    if one is None:
        raise InputError(f"there is no theme {theme}")
    encoder, today = find_encoder(), dt.date.today()
    made = proposal(
        open_knowledge(settings.knowledge), one.name, mine, past, topic=topic, load=open_knowledge,
        assemble=lambda known: assemble(known, encoder, settings.cache, today),
    )  # fmt: skip
    click.echo(made.text)
    if regression:
        with regression.open("a", encoding="utf-8") as out:
            out.write(json.dumps(made.question, ensure_ascii=False) + "\n")


COMMANDS = (group, show, triage, link, respond, approve, propose)
