"""Rights offered and not yet taken. An invitation goes when it is used or withdrawn; the audit remembers it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select

from . import Session
from .tables import InvitationRow


@dataclass(frozen=True, slots=True)
class Invitation:
    id: int
    right: str
    label: str
    made_at: dt.datetime
    expires_at: dt.datetime


async def add(session: Session, token: str, right: str, label: str, *, now: dt.datetime, expires: dt.datetime) -> None:
    """Keep an offer. `token` is the keyed hash, never the token itself."""
    session.add(InvitationRow(token=token, right=right, label=label, made_at=now, expires_at=expires))


async def take(session: Session, token: str, now: dt.datetime) -> Invitation | None:
    """The invitation of a token, which is used up by this; None when there is none or its time is over.

    Of two that come at once, one gets it.
    """
    taken = delete(InvitationRow).where(InvitationRow.token == token, InvitationRow.expires_at > now)
    return _seen(await session.scalar(taken.returning(InvitationRow)))


async def withdraw(session: Session, ident: int) -> Invitation | None:
    """Delete an offer; None when it is not there."""
    return _seen(await session.scalar(delete(InvitationRow).where(InvitationRow.id == ident).returning(InvitationRow)))


async def still_open(session: Session, now: dt.datetime) -> list[Invitation]:
    """Every offer that can still be taken, oldest first."""
    rows = await session.scalars(select(InvitationRow).where(InvitationRow.expires_at > now).order_by(InvitationRow.id))
    return [i for i in map(_seen, rows) if i]


def _seen(row: InvitationRow | None) -> Invitation | None:
    return Invitation(row.id, row.right, row.label, row.made_at, row.expires_at) if row else None
