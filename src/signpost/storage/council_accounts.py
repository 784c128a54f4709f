"""Which account at the council's OpenID Connect provider belongs to which member."""

from __future__ import annotations

from sqlalchemy import delete, select

from . import Session
from .members import Member, seen
from .tables import CouncilAccountRow, MemberRow
from .write import put


async def link(session: Session, account: str, member: int) -> None:
    """Tie an account to a member; it leaves the one it was tied to. `account` is the keyed hash of the subject."""
    await put(session, CouncilAccountRow, {"account": account, "member_id": member})


async def member_of(session: Session, account: str) -> Member | None:
    """The member behind an account, if the right still holds."""
    row = await session.scalar(
        select(MemberRow)
        .join(CouncilAccountRow, CouncilAccountRow.member_id == MemberRow.id)
        .where(CouncilAccountRow.account == account, MemberRow.revoked_at.is_(None))
    )
    return seen(row) if row else None


async def holders(session: Session) -> set[int]:
    """The numbers of members who have one."""
    return set(await session.scalars(select(CouncilAccountRow.member_id)))


async def end_all(session: Session, member: int) -> None:
    await session.execute(delete(CouncilAccountRow).where(CouncilAccountRow.member_id == member))
