"""`/report` on Telegram: the newest report in words for commissioners, and the wish to be sent each new one."""

from __future__ import annotations

import asyncio
import logging

from signpost.access.gate import Who
from signpost.errors import StorageError
from signpost.model import Reply, Text
from signpost.outcomes import Disposition
from signpost.report.desk import Desk, Report
from signpost.report.digest import wish
from signpost.report.message import message
from signpost.report.view import wanted
from signpost.storage import Session, digests
from signpost.storage.conversations import Conversation

from .answer import COMMANDS, Said, fixed
from .channel import Channel
from .event import Event, command

LOG = logging.getLogger("signpost.telegram")
RHYTHMS = ("week", "month")


class Reporter:
    """Answers `/report`. A report that is not made yet is made aside, for nobody's message may wait for it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._desk = Desk(channel.store, lambda: channel.assistant.knowledge, channel.clock)
        self._making: asyncio.Task[None] | None = None

    async def answer(
        self, session: Session, event: Event, who: str, before: Conversation, member: Who | None
    ) -> Said | None:
        """The answer to `/report`, in the transaction that handles the update; None for another event or person."""
        name, given = command(event)
        if name != "report" or not COMMANDS["report"].allows(member.right if member else None):
            return None
        channel = self._channel
        if given in RHYTHMS:
            await digests.wish(session, wish(channel.gate.secret, who, event.chat_id, given, channel.clock()))
            return Said(fixed(channel.assistant, f"digest-{given}"), before)
        if given == "off":
            await digests.drop(session, who)
            return Said(fixed(channel.assistant, "digest-off"), before)
        report = await self._desk.ready()
        if report is None:
            self._make()
            return Said(fixed(channel.assistant, "report-later"), before)
        return Said(_reply(report, given), before)

    def _make(self) -> None:
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._made())

    async def _made(self) -> None:
        try:
            await self._desk.report()
        except StorageError as down:
            LOG.error("a report was not made: %s", down)


def _reply(report: Report, period: str) -> Reply:
    title, paragraphs = message(report, wanted({"period": period}, report.release))
    blocks = tuple(Text(tuple(lines)) for lines in paragraphs)
    return Reply(Disposition.SMALLTALK, False, title, blocks, feedback=False)
