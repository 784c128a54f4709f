"""What the Telegram channel promises, each with its figure: a real bot process against the stand-in for Telegram."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from bot.answer import answer
from bot.event import Event
from bot.render import pages
from e2e.telegram_bot import Bot
from e2e.telegram_server import TelegramServer
from postgresql import Server
from signpost.service import Assistant
from signpost.storage import Store
from signpost.storage.conversations import Conversation
from signpost.storage.tables import DispositionRow, InboxRow, OutboxRow

QUESTIONS = [
    json.loads(line)["q"]
    for line in (Path(__file__).parents[1] / "questions" / "own.jsonl").read_text("utf-8").splitlines()
][:60]
BACK = 10.0
"""Seconds within which questions must be answered again after the database is back."""
MOMENTS = ("", "getUpdates", "getUpdates", "sendMessage", "sendMessage", "sendMessage")
"""After which first call, or none at all, a bot is killed within a second."""
RETAKEN = 10.0
"""Seconds within which another process must poll after the one that did has died."""


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


class Crowd:
    """Many people writing, and what each must read: worked out here by the same pure functions."""

    def __init__(self, telegram: TelegramServer, assistant: Assistant, seed: int = 7) -> None:
        self.telegram, self.assistant = telegram, assistant
        self.dice = random.Random(seed)
        self.said: dict[int, list[str]] = defaultdict(list)
        self.updates: list[int] = []

    def says(self, user: int, text: str | None = None) -> int:
        text = text or self.dice.choice(QUESTIONS)
        self.said[user].append(text)
        self.updates.append(self.telegram.say(user, text))
        return self.updates[-1]

    def must_read(self, user: int) -> list[str]:
        """The pages that answer a person's messages, in order."""
        conversation, out = Conversation(), []
        for text in self.said[user]:
            said = answer(self.assistant, Event(0, user, "text", text), conversation)
            conversation = said.conversation
            assert said.reply
            out += [page.html for page in pages(said.reply, self.assistant.parts.composer.words)]
        return out

    def reads(self, user: int) -> list[str]:
        return [m["html"] for m in self.telegram.heard(user)]

    def said_twice(self, user: int) -> list[str]:
        """What a person read beyond the answers: the urgent help, sent at once where a commit took too long."""
        return list((Counter(self.reads(user)) - Counter(self.must_read(user))).elements())

    def in_order(self, user: int) -> bool:
        return subsequence(self.must_read(user), self.reads(user)) and all("999" in x for x in self.said_twice(user))


def rows(address: str) -> Counter[str]:
    """How many rows matter: dispositions, how many distinct, waiting in inbox and outbox."""

    async def counted() -> Counter[str]:
        store = await Store.open(address)
        try:
            async with store.read() as session:
                found = Counter[str]()
                found["all"] = await session.scalar(select(func.count()).select_from(DispositionRow)) or 0
                found["distinct"] = await session.scalar(select(func.count(DispositionRow.source.distinct()))) or 0
                waiting = InboxRow.handled_at.is_(None)
                found["inbox"] = await session.scalar(select(func.count()).select_from(InboxRow).where(waiting)) or 0
                found["outbox"] = await session.scalar(select(func.count()).select_from(OutboxRow)) or 0
                return found
        finally:
            await store.close()

    return asyncio.run(counted())


def drained(address: str, updates: int, seconds: float) -> Counter[str]:
    """Wait until every update has its disposition and nothing waits to be sent."""
    until = time.monotonic() + seconds
    while (found := rows(address))["all"] < updates or found["inbox"] or found["outbox"]:
        assert time.monotonic() < until, f"still {found} of {updates} after {seconds} s"
        time.sleep(2)
    return found


def until(true: Callable[[], bool], seconds: float) -> float:
    """Seconds until something is true; fails after `seconds`."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def called(telegram: TelegramServer, method: str, before: int = 0) -> bool:
    """Whether a method was called after the first `before` calls."""
    return any(call.method == method for call in telegram.calls[before:])


def subsequence(needed: list[str], found: list[str]) -> bool:
    """Whether `found` holds everything needed in order, with repeats between."""
    rest = iter(found)
    return all(one in rest for one in needed)


def test_nothing_is_lost_or_doubled_when_the_bot_is_killed(
    telegram: TelegramServer, assistant: Assistant, address: str, full_size: bool
) -> None:
    updates, kills, people = (5000, 200, 400) if full_size else (40, 4, 8)
    crowd, dice, sending = Crowd(telegram, assistant), random.Random(1), 0
    for _ in range(kills):
        for _ in range(updates // kills):
            crowd.says(1000 + dice.randrange(people))
        before = len(telegram.calls)
        with Bot(telegram, address, ready=False) as bot:
            if when := dice.choice(MOMENTS):
                until(partial(called, telegram, when, before), 300)
            time.sleep(dice.random())
            bot.kill()
        sending += called(telegram, "sendMessage", before)
    with Bot(telegram, address) as bot:
        found = drained(address, updates, 60 + updates / 10)
        bot.stop()
    must = {user: crowd.must_read(user) for user in crowd.said}
    lost = sum(not subsequence(pages, crowd.reads(user)) for user, pages in must.items())
    again = [text for user in must for text in crowd.said_twice(user)]
    helped = sum("999" in text for text in again)
    repeats = len(again) - helped
    print(
        f"\nkilled {kills} times, {sending} of them while it sent, over {updates} updates on {address.partition('+')[0]}: {updates - found['all']} lost, "
        f"{found['all'] - found['distinct']} doubled, {lost} people without an answer in order, {repeats} replies repeated "
        f"(and urgent help sent before its commit, which waits for nothing: {helped})"
    )
    assert found["all"] == found["distinct"] == updates and lost == 0 and 0 <= repeats <= kills <= 2 * sending


def test_survives_telegram(telegram: TelegramServer, assistant: Assistant, tmp_path: Path, full_size: bool) -> None:
    people, each = (300, 5) if full_size else (12, 2)
    address = f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
    crowd = Crowd(telegram, assistant)
    telegram.faults.shares = {"429": 0.20, "502": 0.10, "hang": 0.05, "garbage": 0.02}
    telegram.faults.hang = 12
    blockers = set(range(1000, 1000 + people // 6))
    telegram.faults.blocked |= blockers
    with Bot(telegram, address) as bot:
        for _ in range(each):
            for user in range(1000, 1000 + people):
                crowd.says(user)
        drained(address, people * each, 120 + people * each)
        telegram.faults.shares = {}
        bot.stop()
    lost = [u for u in crowd.said if u not in blockers and not subsequence(crowd.must_read(u), crowd.reads(u))]
    statuses = Counter(call.status for call in telegram.calls if call.method == "sendMessage")
    refused = Counter((int(c.given["chat_id"]), c.given["text"]) for c in telegram.calls if c.status in (400, 403))
    refused -= Counter((user, text) for user in blockers for text in crowd.must_read(user))
    again, hurried = [t for _, t in refused if "999" not in t], [t for t in telegram.too_soon if "999" not in t]
    print(
        f"\nTelegram out of order: {people * each} messages, {len(lost)} people lost a reply, answers to sending {dict(statuses)}, "
        f"{len(again)} tries after a refusal, {len(hurried)} sent before retry_after was over (urgent help, which waits for "
        f"nothing: {len(refused)} and {len(telegram.too_soon)})"
    )
    assert not lost and statuses[400] == 0 and not again and not hurried
    assert all(not crowd.reads(user) for user in blockers) and statuses[403] > 0


def test_order_and_repeats(telegram: TelegramServer, assistant: Assistant, tmp_path: Path, full_size: bool) -> None:
    people, each = (50, 200) if full_size else (6, 5)
    address = f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
    crowd, dice = Crowd(telegram, assistant), random.Random(3)
    turns = [1000 + person for person in range(people)] * each
    dice.shuffle(turns)
    for user in turns:
        crowd.says(user)
    sent = dict(telegram.pending)
    with Bot(telegram, address) as bot:
        until(lambda: len(telegram.pending) <= 100, 60 + len(sent) / 10)
        for number in dice.sample(sorted(sent), int(len(sent) * 0.3)):
            telegram.repeat(sent[number])
        found = drained(address, len(sent), 60 + 2 * len(sent) / people + len(sent) / 10)
        bot.stop()
    wrong = [user for user in crowd.said if not crowd.in_order(user)]
    print(
        f"\norder and repeats: {len(sent)} updates from {people} people, 30% repeated: {found['all']} dispositions, "
        f"{found['distinct']} distinct, {len(wrong)} chats not exactly in order"
    )
    assert found["all"] == found["distinct"] == len(sent) and not wrong


def test_many_at_once(telegram: TelegramServer, assistant: Assistant, tmp_path: Path, full_size: bool) -> None:
    people, spread = (1000, 10.0) if full_size else (60, 0.6)
    address = f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
    crowd, asked = Crowd(telegram, assistant), {}
    with Bot(telegram, address) as bot:
        began = time.monotonic()
        for i in range(people):
            time.sleep(max(0.0, began + i * spread / people - time.monotonic()))
            asked[1000 + i] = time.monotonic()
            crowd.says(1000 + i)
        drained(address, people, 150)
        bot.stop()
    first: dict[int, float] = {}
    for call in telegram.calls:
        if call.method == "sendMessage" and call.status == 200:
            first.setdefault(int(call.given["chat_id"]), call.at)
    waits = sorted(first[user] - at for user, at in asked.items())
    print(
        f"\n{people} people in {spread} s: all answered, the median after {waits[len(waits) // 2]:.1f} s, the last after "
        f"{waits[-1]:.1f} s; {dict(telegram.paced_out)} refused for their pace"
    )
    twice = sum(len(crowd.said_twice(user)) for user in crowd.said)
    assert waits[-1] <= 60 and telegram.paced_out["chat"] <= twice


def test_survives_its_database(telegram: TelegramServer, assistant: Assistant, full_size: bool) -> None:
    restarts, crowd, back = 20 if full_size else 2, Crowd(telegram, assistant), []
    server = Server()
    address = server.make_database("hard")
    try:
        with Bot(telegram, address) as bot:
            for restart in range(restarts):
                for i in range(5):
                    crowd.says(1000 + 10 * restart + i)
                time.sleep(crowd.dice.random())
                server.stop()
                crowd.says(1000 + 10 * restart + 5)
                time.sleep(crowd.dice.random())
                server.start()
                at, user = time.monotonic(), 1000 + 10 * restart + 6
                crowd.says(user)
                until(lambda user=user: crowd.reads(user), 60)  # type: ignore[misc]
                back.append(time.monotonic() - at)
            found = drained(address, len(crowd.updates), 120)
            bot.stop()
    finally:
        server.close()
    lost = [user for user in crowd.said if not subsequence(crowd.must_read(user), crowd.reads(user))]
    print(
        f"\nPostgreSQL stopped hard {restarts} times: {len(crowd.updates)} updates, {found['all']} dispositions, "
        f"{found['distinct']} distinct, {len(lost)} people lost a reply, back after {max(back):.1f} s at most"
    )
    assert found["all"] == found["distinct"] == len(crowd.updates) and not lost and max(back) <= BACK


def talk(crowd: Crowd, updates: int) -> None:
    """Thirty updates a second."""
    began = time.monotonic()
    for i in range(updates):
        time.sleep(max(0.0, began + i / 30 - time.monotonic()))
        crowd.says(1000 + crowd.dice.randrange(300))


def test_three_processes_killed_in_turn(
    telegram: TelegramServer, assistant: Assistant, postgresql: Server, full_size: bool
) -> None:
    seconds, kills = (60, 9) if full_size else (2, 2)
    address = postgresql.make_database("three")
    crowd, retaken = Crowd(telegram, assistant), []
    with ExitStack() as stack:
        bots = [stack.enter_context(Bot(telegram, address)) for _ in range(3)]
        until(partial(called, telegram, "getUpdates"), 20)
        talking = Thread(target=talk, args=(crowd, seconds * 30), daemon=True)
        talking.start()
        for killed in range(kills):
            time.sleep(seconds / kills / 2)
            bots[killed % 3].kill()
            at = time.monotonic()
            retaken.append(
                until(lambda at=at: any(c.method == "getUpdates" and c.at > at for c in telegram.calls[-500:]), 30)
            )  # type: ignore[misc]
            bots[killed % 3] = stack.enter_context(Bot(telegram, address, ready=False))
        talking.join()
        found = drained(address, len(crowd.updates), 60 + len(crowd.updates) / 10)
    postgresql.drop_database("three")
    lost = [user for user in crowd.said if not subsequence(crowd.must_read(user), crowd.reads(user))]
    print(
        f"\nthree processes, {kills} killed in turn under 30 updates a second: {len(crowd.updates)} updates, "
        f"{found['all']} dispositions, {found['distinct']} distinct, {len(lost)} people lost a reply, polling resumed "
        f"within {max(retaken):.1f} s"
    )
    assert found["all"] == found["distinct"] == len(crowd.updates) and not lost and max(retaken) <= RETAKEN
