"""`signpost plan set-status` and `undo`: change the plan from the server, as the board's page does."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from ..knowledge.plan import Rag
from ..settings import Settings
from .db import kept_plan, with_store

if TYPE_CHECKING:
    from ..plan.alive import Change, Wish
    from ..storage import Store

LONGEST_LABEL = 80
"""Characters, so that the label and where it was given fit their column."""


def _label(context: click.Context, option: click.Parameter, given: str) -> str:
    label = " ".join(given.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise click.BadParameter(f"a label has 1 to {LONGEST_LABEL} characters")
    return label


BY = click.option("--by", required=True, callback=_label, help="Whose change it is: the label of a right.")


@click.command("set-status")
@click.argument("milestone")
@click.argument("rag", type=click.Choice([str(rag) for rag in Rag]))
@click.option("--reason", required=True, help="Seen by the staff alone.")
@BY
@click.pass_obj
def set_status(settings: Settings, milestone: str, rag: str, reason: str, by: str) -> None:
    """Set the colour of a milestone.

    \b
    Example: signpost plan set-status SP-17 amber --reason "the tender is late" --by "SEND board"
    """
    from ..plan.alive import Action, Wish

    subject = milestone.upper()
    number = _changed(settings, Wish(Action.STATUS, subject, rag, reason), by)
    click.echo(f"change {number}: {subject} is {rag}")


@click.command()
@click.argument("change", type=click.IntRange(min=1))
@click.option("--reason", default="", help="Seen by the staff alone.")
@BY
@click.pass_obj
def undo(settings: Settings, change: int, reason: str, by: str) -> None:
    """Take back a change by its number; an undo can be taken back too.

    \b
    Example: signpost plan undo 12 --by "SEND board"
    """
    from ..plan.alive import Action, Wish

    number = _changed(settings, Wish(Action.UNDO, "", why=reason, undoes=change), by)
    click.echo(f"change {number}: change {change} is taken back")


def _changed(settings: Settings, wish: Wish, by: str) -> int:
    """Make a change and note it in the audit; its number. Raises InputError where the plan cannot take it."""
    from ..access.gate import utc_now
    from ..bootstrap import open_knowledge
    from ..plan.alive import is_sound
    from ..storage import audit, plan_events
    from ..understand.redact import own_words, redact

    known = kept_plan(settings, open_knowledge(settings.knowledge))
    wish = replace(wish, why=redact(wish.why, own_words(known)).text)
    if wish.subject and wish.subject not in known.plan.by_id:
        raise InputError(f"there is no milestone '{wish.subject}'")
    if not is_sound(wish, known.plan):
        raise InputError("a reason has 1 to 500 characters")
    source, actor, now = f"cli:{secrets.token_hex(16)}", f"{by} ({audit.COMMAND_LINE})", utc_now()

    async def made(store: Store) -> Change | None:
        async with store.begin() as session:
            if not await plan_events.add(session, wish, by=actor, source=source, now=now):
                return None
            change = await plan_events.made(session, source)
            action = f"plan {wish.action} {wish.said}".strip()
            await audit.note(session, actor=actor, action=action, subject=change.wish.subject, why=wish.why, now=now)
            return change

    change = with_store(settings, made)
    if change is None:
        raise InputError(f"there is no change {wish.undoes}")
    return change.id
