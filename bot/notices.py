"""Tells those who asked for it, once, that something was done about what they did not find."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence

from cryptography.fernet import InvalidToken

from signpost.errors import StorageError
from signpost.storage import Session, notices, outbox, switch
from signpost.storage.keys import Secret
from signpost.storage.notices import Due, Mark

from .answer import fixed
from .channel import Channel
from .event import CHANNEL
from .render import pages
from .send import Sender, outgoing

LOG = logging.getLogger("signpost.telegram")
HEAR = 5.0
"""Seconds between looks for what was published, by whichever process."""
PURPOSE = "notice"


def mark_of(secret: Secret, who: str) -> Mark:
    """How notices of a chat are marked; `who` is its keyed hash."""
    return lambda gap: secret.digest(PURPOSE, f"{gap}:{who}")


async def promise(session: Session, channel: Channel, source: str, who: str, chat_id: int) -> None:
    """Promise a chat to tell it when the gap of its message `source` is answered."""
    secret = channel.gate.secret
    address = secret.seal(PURPOSE).encrypt(str(chat_id).encode()).decode()
    await notices.promise(session, CHANNEL, source, mark=mark_of(secret, who), address=address, now=channel.clock())


class Teller:
    """Sends promised notices for as long as this process is the one that talks to Telegram."""

    def __init__(self, channel: Channel, sender: Sender) -> None:
        self._channel, self._sender = channel, sender

    async def run(self) -> None:
        """Look and tell until cancelled."""
        while True:
            try:
                if await self.some():
                    self._sender.wake()
            except StorageError as down:
                LOG.error("%s; notices wait", down)
            await asyncio.sleep(HEAR)

    async def some(self) -> int:
        """Put what is due into the outbox and let go of the notices, in one transaction; says how many were due."""
        store = self._channel.store
        async with store.read() as session:
            if not await switch.is_on(session, CHANNEL) or not await notices.due(session):
                return 0
        async with store.begin() as session:
            found = await notices.due(session)
            for (chat_id, _), of_one in self._by_chat(found).items():
                await self._tell(session, chat_id, of_one[0])
            await notices.drop(session, [one.gap for one in found])
        return len(found)

    def _by_chat(self, found: Sequence[Due]) -> dict[tuple[int, int], list[Due]]:
        """By chat and response: whoever asked twice about one matter is told once."""
        seal, out = self._channel.gate.secret.seal(PURPOSE), defaultdict[tuple[int, int], list[Due]](list)
        for one in found:
            try:
                out[int(seal.decrypt(one.address.encode())), one.response].append(one)
            except InvalidToken:
                LOG.error("a notice was sealed with another key and is let go: was SIGNPOST_SECRET_KEY changed?")
        return out

    async def _tell(self, session: Session, chat_id: int, one: Due) -> None:
        channel = self._channel
        composer = channel.assistant.parts.composer
        reply = composer.told(fixed(channel.assistant, "told"), one.you_said, one.we_did, one.on)
        calls = outgoing(channel.who(chat_id), chat_id, pages(reply, composer.words))
        await outbox.enqueue(session, CHANNEL, f"notice:{one.response}:{one.gap}", calls, channel.clock())
