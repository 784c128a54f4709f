"""What somebody has to bring back to prove who they are: an OpenID Connect state, or a passkey's challenge."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from . import Session
from .tables import ChallengeRow

GOOD_FOR = dt.timedelta(minutes=10)
"""As long as a one-time code; WebAuthn 3 (15.1) advises 5 to 10 minutes where the person is verified."""


async def add(session: Session, challenge: str, purpose: str, held: str, now: dt.datetime) -> None:
    """Keep a challenge for `GOOD_FOR`. `challenge` is the keyed hash; `held` is sealed, or empty."""
    session.add(ChallengeRow(challenge=challenge, purpose=purpose, held=held, expires_at=now + GOOD_FOR))


async def take(session: Session, challenge: str, purpose: str, now: dt.datetime) -> str | None:
    """What was held with the challenge, which is used up by this; None when there is none."""
    taken = delete(ChallengeRow).where(
        ChallengeRow.challenge == challenge, ChallengeRow.purpose == purpose, ChallengeRow.expires_at > now
    )
    held: str | None = await session.scalar(taken.returning(ChallengeRow.held))
    return held
