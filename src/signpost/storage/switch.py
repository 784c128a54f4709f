"""The off-switch of a channel: off, everyone gets the fixed message and the urgent help, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from . import Session, audit
from .tables import ChannelSwitchRow
from .write import put


@dataclass(frozen=True, slots=True)
class Switch:
    channel: str
    is_on: bool
    why: str
    changed_at: dt.datetime


async def is_on(session: Session, channel: str) -> bool:
    """True unless the channel was turned off."""
    held = await session.scalar(select(ChannelSwitchRow.is_on).where(ChannelSwitchRow.channel == channel))
    return held is not False


async def turn(session: Session, channel: str, *, on: bool, why: str, actor: str, now: dt.datetime) -> None:
    """Turn a channel on or off, and say in the audit who did and why."""
    await put(session, ChannelSwitchRow, {"channel": channel, "is_on": on, "why": why, "changed_at": now})
    await audit.note(session, actor=actor, action=f"switch {'on' if on else 'off'}", subject=channel, why=why, now=now)


async def all_switches(session: Session) -> list[Switch]:
    """Every channel that was ever switched."""
    rows = await session.scalars(select(ChannelSwitchRow).order_by(ChannelSwitchRow.channel))
    return [Switch(r.channel, r.is_on, r.why, r.changed_at) for r in rows]
