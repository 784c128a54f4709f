"""The parts of the Telegram channel by themselves: rules of commands, pace, the seal, and the last resort."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from telegram import Update

from bot.answer import COMMANDS, answer, commands
from bot.event import Event, Seal, Us, read
from bot.handle import Handler
from bot.pace import Pace
from bot.send import news
from signpost.access.rights import PLAN_CHANGE, PLAN_SEE, Right
from signpost.service import Assistant
from signpost.storage.conversations import Conversation
from signpost.storage.keys import Secret

US = Us(1, "SignpostTestBot")
ANYONES = {"start", "menu", "help", "role", "urgent", "privacy", "forgetme"}


def test_every_command_has_a_rule_a_description_and_an_answer_by_it(assistant: Assistant) -> None:
    for right in (None, *Right):
        offered = {name for name, about in commands(assistant, right) if about}
        staff = {"lead", "milestones"} if PLAN_SEE.allows(right) else set()
        status = {"status"} if PLAN_CHANGE.allows(right) else set()
        own = {"report"} if right is Right.COMMISSIONER else set()
        assert offered == ANYONES | ({"code", "log"} if right else set()) | staff | status | own
        for name in COMMANDS:
            if name in offered and name not in ("code", "report"):
                reply = answer(assistant, Event(1, 2, "text", f"/{name}"), Conversation(), right).reply
                assert reply and reply.title != assistant.knowledge.wording["telegram.no-right-title"]
    refused = answer(assistant, Event(1, 2, "text", "/code@SignpostTestBot"), Conversation()).reply
    assert refused and refused.title == assistant.knowledge.wording["telegram.no-right-title"]


def test_an_unknown_command_is_read_as_words(assistant: Assistant) -> None:
    said = answer(assistant, Event(1, 2, "text", "/i_want_to_kill_myself"), Conversation())
    assert said.reply and said.reply.urgent


def test_the_pace_is_one_a_second_in_a_chat_and_thirty_overall() -> None:
    async def sent() -> tuple[list[float], list[float]]:
        pace, left, chat = Pace(), [], []

        async def send(who: str) -> None:
            async with pace.turn(who):
                left.append(time.monotonic())
                if who == "one":
                    chat.append(left[-1])

        async def one_chat() -> None:
            for _ in range(3):
                await send("one")

        await asyncio.gather(one_chat(), *(send(str(i)) for i in range(60)))
        return left, chat

    left, chat = asyncio.run(sent())
    assert len(left) == 63 and left[60] - left[0] >= 60 / 30 - 0.1
    assert all(b - a >= 1 for a, b in pairwise(chat))


def test_a_message_waits_for_the_one_before_unless_that_takes_long() -> None:
    async def most_at_once(seconds: float) -> tuple[int, float]:
        pace, now, most = Pace(), 0, 0

        async def send(who: str) -> None:
            nonlocal now, most
            async with pace.turn(who):
                now += 1
                most = max(most, now)
                await asyncio.sleep(seconds)
                now -= 1

        began = time.monotonic()
        await asyncio.gather(*(send(str(i)) for i in range(10)))
        return most, time.monotonic() - began

    most, _ = asyncio.run(most_at_once(0.05))
    assert most == 1
    most, seconds = asyncio.run(most_at_once(3))
    assert most > 1 and seconds < 10


def test_the_seal_shows_nothing_and_notices_change() -> None:
    seal, event = Seal.of(Secret(b"k" * 40)), Event(1, 2, "text", "Zebedee")
    closed = seal.close(event)
    assert "Zebedee" not in closed and seal.open(closed) == event
    for wrong in (closed[:-4] + "AAAA", ""):
        with pytest.raises(InvalidToken):
            seal.open(wrong)
    with pytest.raises(InvalidToken):
        Seal.of(Secret(b"x" * 40)).open(closed)


def test_when_answering_breaks_the_reply_has_a_reference_that_the_log_knows_and_no_word(
    assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        knowledge, parts = assistant.knowledge, assistant.parts

        def ask(self, message: Any) -> Any:
            raise RuntimeError(f"cannot read {message.text}")

    gate = SimpleNamespace(secret=Secret(b"x" * 32))
    channel: Any = SimpleNamespace(assistant=Broken(), gate=gate, store=None, clock=None)
    event, before = Event(1, 2, "text", "Zebedee"), Conversation()
    with caplog.at_level(logging.DEBUG):
        handler = Handler(channel, sender=None)  # type: ignore[arg-type]
        _, (page,), _ = handler._said(event, before, lambda: answer(channel.assistant, event, before))
    reference = page.html.rstrip(".").split()[-1]
    assert "call 999" in page.html and reference in caplog.text and "RuntimeError" in caplog.text
    assert "Zebedee" not in caplog.text


def update(**what: Any) -> Update:
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat}
    given = {key: {**message, **value} if "message" in key else value for key, value in what.items()}
    found = Update.de_json({"update_id": 9, **given}, None)
    assert found
    return found


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ({"message": {"text": "hello"}}, "text"),
        ({"edited_message": {"text": "hello"}}, "text"),
        ({"message": {"caption": "is this right?", "photo": [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]}}, "text"),
        ({"message": {"location": {"latitude": 52.2, "longitude": 0.1}}}, "location"),
        ({"edited_message": {"location": {"latitude": 52.2, "longitude": 0.1}}}, "nothing"),
        ({"message": {"contact": {"phone_number": "07700", "first_name": "Z"}}}, "media"),
        ({"message": {"pinned_message": {"message_id": 3, "date": 1, "chat": {"id": 5, "type": "private"}}}}, "nothing"),
        ({"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "x"}}, "nothing"),
    ],
)  # fmt: skip
def test_an_update_is_reduced_to_what_answering_needs(what: dict[str, Any], kind: str) -> None:
    event = read(update(**what), US)
    assert event.kind == kind and "52" not in str(event) and "07700" not in str(event)


def test_conversations_in_the_voice_of_a_right_are_proven_only_by_it() -> None:
    from bot.rights import is_proven, voice
    from signpost.access.gate import Who
    from signpost.model import Role

    member = Who(1, Right.PROFESSIONAL, "x")
    assert voice(Conversation(), member).role is Role.PROFESSIONAL
    assert voice(replace(Conversation(), role=Role.EMPLOYER), member).role is Role.EMPLOYER
    assert is_proven(member, Role.PROFESSIONAL) and not is_proven(member, Role.COMMISSIONER)
    assert not is_proven(None, Role.PROFESSIONAL) and voice(Conversation(), None).role is Role.PARENT


@pytest.mark.parametrize("steps", range(5))
async def test_what_is_woken_while_it_is_stopped_stops(steps: int) -> None:
    new = asyncio.Event()

    async def work() -> None:
        while True:
            new.clear()
            await news(new)

    working = asyncio.create_task(work())
    await asyncio.sleep(0.02)
    new.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    working.cancel()
    stopped, _ = await asyncio.wait({working}, timeout=2)
    assert stopped
