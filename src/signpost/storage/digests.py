"""Who wants to be sent reports on Telegram, how often, and how far they were sent."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from . import Session
from .tables import DigestWishRow, MemberRow
from .write import put


@dataclass(frozen=True, slots=True)
class Wish:
    who: str
    every: str
    address: str
    sent: str


async def wish(session: Session, one: Wish) -> None:
    """Note a wish; a newer one takes the place of an older."""
    await put(session, DigestWishRow, {"who": one.who, "every": one.every, "address": one.address, "sent": one.sent})


async def drop(session: Session, who: str) -> bool:
    """Let go of a wish; False when there was none."""
    gone = await session.execute(delete(DigestWishRow).where(DigestWishRow.who == who).returning(DigestWishRow.who))
    return gone.first() is not None


async def wishes(session: Session, every: str) -> list[Wish]:
    """The wishes for a rhythm of those who are commissioners at this moment."""
    asked = (
        select(DigestWishRow)
        .join(MemberRow, MemberRow.telegram == DigestWishRow.who)
        .where(DigestWishRow.every == every, MemberRow.right == "commissioner", MemberRow.revoked_at.is_(None))
        .order_by(DigestWishRow.who)
    )
    return [Wish(row.who, row.every, row.address, row.sent) for row in await session.scalars(asked)]


async def mark(session: Session, who: str, sent: str) -> None:
    """It was sent up to here."""
    await session.execute(update(DigestWishRow).where(DigestWishRow.who == who).values(sent=sent))
