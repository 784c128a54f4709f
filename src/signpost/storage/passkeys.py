"""Passkeys: the public halves of keys that lie on people's own devices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from . import Session
from .members import Member, seen
from .tables import MemberRow, PasskeyRow


@dataclass(frozen=True, slots=True)
class Passkey:
    id: int
    credential: str
    """The name that the device gave it, base64url."""
    public_key: bytes
    """COSE, as the device sent it."""
    sign_count: int
    made_at: dt.datetime
    used_at: dt.datetime | None


async def add(
    session: Session, member: int, *, credential: str, public_key: bytes, sign_count: int, now: dt.datetime
) -> None:
    session.add(
        PasskeyRow(
            member_id=member, credential=credential, public_key=public_key, sign_count=sign_count,
            made_at=now, used_at=None,
        )
    )  # fmt: skip


async def find(session: Session, credential: str) -> tuple[Passkey, Member] | None:
    """A passkey and whose it is, if the right still holds; on PostgreSQL locked, so that its count moves on once."""
    found = await session.execute(
        select(PasskeyRow, MemberRow)
        .join(MemberRow, MemberRow.id == PasskeyRow.member_id)
        .where(PasskeyRow.credential == credential, MemberRow.revoked_at.is_(None))
        .with_for_update(of=PasskeyRow)
    )
    row = found.first()
    return (_seen(row[0]), seen(row[1])) if row else None


async def is_known(session: Session, credential: str) -> bool:
    return await session.scalar(select(PasskeyRow.id).where(PasskeyRow.credential == credential)) is not None


async def used(session: Session, ident: int, sign_count: int, now: dt.datetime) -> None:
    await session.execute(update(PasskeyRow).where(PasskeyRow.id == ident).values(sign_count=sign_count, used_at=now))


async def of(session: Session, member: int) -> list[Passkey]:
    """A member's passkeys, oldest first."""
    rows = await session.scalars(select(PasskeyRow).where(PasskeyRow.member_id == member).order_by(PasskeyRow.id))
    return [_seen(row) for row in rows]


async def holders(session: Session) -> set[int]:
    """The numbers of members who have one."""
    return set(await session.scalars(select(PasskeyRow.member_id)))


async def remove(session: Session, member: int, ident: int) -> bool:
    """Let go of one of the member's own; False when it is not theirs or gone."""
    gone = delete(PasskeyRow).where(PasskeyRow.id == ident, PasskeyRow.member_id == member)
    return await session.scalar(gone.returning(PasskeyRow.id)) is not None


async def end_all(session: Session, member: int) -> None:
    await session.execute(delete(PasskeyRow).where(PasskeyRow.member_id == member))


def _seen(row: PasskeyRow) -> Passkey:
    return Passkey(row.id, row.credential, row.public_key, row.sign_count, row.made_at, row.used_at)
