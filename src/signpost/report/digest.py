"""Reports sent at a rhythm: what is due since the last time, once, however often or late this is run.

A month's digest tells of that month, and every month that was missed gets its own. Figures move once a month, so a
week's digest tells of the newest ones, and only the newest week is sent.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path

from cryptography.fernet import InvalidToken

from ..storage import Store, digests, outbox
from ..storage.digests import Wish
from ..storage.keys import Secret
from ..storage.outbox import Outgoing
from .desk import Report
from .export import exported
from .message import message
from .period import Period, last_over, read
from .view import Wanted, newest

TELEGRAM = "telegram"
SEND = "sendMessage"
LONGEST = 3_500
"""Characters of one Telegram message, below its 4,096 with room for what escaping adds."""
CATCH_UP = 12
"""Months that a late run sends at most."""


def now_key(every: str, now: dt.datetime) -> str:
    """The week (`2026-W48`), or the newest month that can be told of (`2026-10`)."""
    return f"{now:%G-W%V}" if every == "week" else Period(last_over(now), 1).key


def due(report: Report, every: str, sent: str, now: dt.datetime) -> list[tuple[str, Period]]:
    """What is to be sent after `sent`, oldest first: (key, period)."""
    release = report.release
    if not release.periods:
        return []
    if every == "week":
        key = now_key(every, now)
        return [(key, newest(release))] if key > sent else []
    last = read(sent)
    since = max(last.first + 1 if last else release.first, release.last - CATCH_UP + 1)
    return [(Period(month, 1).key, Period(month, 1)) for month in range(since, release.last + 1)]


def to_file(report: Report, every: str, name: str, now: dt.datetime) -> list[str]:
    """Write each digest whose file is not there; says which. `name` has `{period}` in it."""
    written = []
    for key, period in due(report, every, "", now):
        file = Path(name.replace("{period}", key))
        if not file.exists():
            fresh = file.with_name(f".{file.name}.part")
            fresh.write_bytes(exported(report, Wanted(period), file.suffix))
            fresh.replace(file)  # whole or not at all
            written.append(str(file))
    return written


async def to_telegram(store: Store, secret: Secret, report: Report, every: str, now: dt.datetime) -> list[str]:
    """Put what is due into the outbox, and note that, in one transaction for each person."""
    sent = []
    async with store.read() as session:
        wanting = await digests.wishes(session, every)
    for one in wanting:
        chat = _opened(secret, one.address)
        for key, period in due(report, every, one.sent, now):
            async with store.begin() as session:
                if chat is not None:
                    calls = [Outgoing(one.who, chat, SEND, payload) for payload in _payloads(report, period)]
                    await outbox.enqueue(session, TELEGRAM, f"digest:{key}:{one.who[:32]}", calls, now)
                await digests.mark(session, one.who, key)
            sent.append(key)
    return [f"{key}: {sent.count(key)}" for key in sorted(set(sent))]


def wish(secret: Secret, who: str, chat: int, every: str, now: dt.datetime) -> Wish:
    """A wish from now on."""
    return Wish(who, every, secret.seal("digest").encrypt(str(chat).encode()).decode(), now_key(every, now))


def _payloads(report: Report, period: Period) -> list[dict[str, object]]:
    title, paragraphs = message(report, Wanted(period))
    texts = [f"<b>{escape(title)}</b>"]
    for lines in paragraphs:
        said = escape("\n".join(lines))
        if len(texts[-1]) + len(said) > LONGEST:
            texts.append(said)
        else:
            texts[-1] += f"\n\n{said}"
    return [{"html": text, "rows": [], "message": 0} for text in texts]


def _opened(secret: Secret, address: str) -> int | None:
    """None when it was sealed with another key."""
    try:
        return int(secret.seal("digest").decrypt(address.encode()))
    except InvalidToken:
        return None
