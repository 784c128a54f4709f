"""Lets go of what has run its time: `RULES` is the whole list, and docs/privacy.md shows the same.

Each rule works in small transactions of its own: a crash in the middle leaves what is left for the next run, and
messages are handled meanwhile. On SQLite what goes is overwritten (`secure_delete`), and the write-ahead log, where
older pages still stand, is emptied at the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select, update

from . import Store, conversations, failures, gaps, notices, sign_ins
from .tables import (
    Base,
    ChallengeRow,
    ConversationRow,
    FailedSignInRow,
    GapRow,
    InboxRow,
    InvitationRow,
    NoticeRow,
    OneTimeCodeRow,
    SignInRow,
)

AT_ONCE = 500
"""Rows of one transaction."""
HANDLED = dt.timedelta(days=2)
"""How long the numbers of handled updates are kept, to know a repeat; Telegram repeats for 24 hours at most."""


@dataclass(frozen=True)
class Rule:
    what: str
    kept: str
    """For how long, as docs/privacy.md says it."""
    table: type[Base]
    over: Callable[[dt.datetime], ColumnElement[bool]]
    empties: Sequence[str] = ()
    """Columns that are emptied; without any the row goes."""


RULES = (
    Rule(
        "redacted words of a gap", f"{gaps.KEPT.days} days", GapRow, lambda now: GapRow.forget_at <= now,
        empties=("text", "forget_at"),
    ),
    Rule(
        "conversation", f"{conversations.KEPT // dt.timedelta(hours=1)} hours", ConversationRow,
        lambda now: ConversationRow.expires_at <= now,
    ),
    Rule(
        "wish to be told when something changes", f"{notices.KEPT.days} days, or until told", NoticeRow,
        lambda now: NoticeRow.asked_at <= now - notices.KEPT,
    ),
    Rule(
        "number of a handled update", f"{HANDLED.days} days", InboxRow, lambda now: InboxRow.handled_at <= now - HANDLED
    ),
    Rule(
        "session of the staff", "12 hours, or 30 minutes unused", SignInRow,
        lambda now: (SignInRow.expires_at <= now) | (SignInRow.seen_at <= now - sign_ins.IDLE),
    ),
    Rule("one-time code", "10 minutes", OneTimeCodeRow, lambda now: OneTimeCodeRow.expires_at <= now),
    Rule("sign-in that was begun", "10 minutes", ChallengeRow, lambda now: ChallengeRow.expires_at <= now),
    Rule("invitation", "as long as it was made for", InvitationRow, lambda now: InvitationRow.expires_at <= now),
    Rule("failed sign-in", "15 minutes", FailedSignInRow, lambda now: FailedSignInRow.at <= now - failures.WITHIN),
)  # fmt: skip


async def purge(store: Store, now: dt.datetime) -> dict[str, int]:
    """Let go of everything that is over; says how many rows of each rule. Raises StorageError; a repeat goes on."""
    done = {rule.what: 0 for rule in RULES}
    for rule in RULES:
        while count := await _some(store, rule, now):
            done[rule.what] += count
    if store.is_sqlite:  # always: a purge that died may have left words in the log
        async with store.read() as session:
            await (await session.connection()).exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


async def _some(store: Store, rule: Rule, now: dt.datetime) -> int:
    (key,) = inspect(rule.table).primary_key
    some = select(key).where(rule.over(now)).limit(AT_ONCE)
    gone: Any = update(rule.table).values(dict.fromkeys(rule.empties)) if rule.empties else delete(rule.table)
    async with store.begin() as session:
        ids = (await session.scalars(some)).all()
        if ids:
            await session.execute(gone.where(key.in_(ids)).execution_options(synchronize_session=False))
        return len(ids)
