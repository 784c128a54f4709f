"""What the storage promises its users, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from signpost.errors import StorageError
from signpost.model import Message, Role, TopicId, Turn
from signpost.service import Assistant
from signpost.storage import Session, Store, audit, conversations, dispositions, inbox, outbox, switch
from signpost.storage.backlog import NONE, Backlog, backlog
from signpost.storage.conversations import Conversation
from signpost.storage.inbox import Arrived
from signpost.storage.outbox import Outgoing
from signpost.storage.purge import HANDLED, purge

NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
ANN, BEN = "a" * 64, "b" * 64


async def arrive(store: Store, *updates: tuple[int, str]) -> int:
    async with store.begin() as session:
        return await inbox.receive(session, "telegram", [Arrived(n, who, {"n": n}) for n, who in updates], NOW)


async def handle_one(session: Session) -> int | None:
    item = await inbox.next_unhandled(session, "telegram")
    if item is None:
        return None
    await inbox.mark_handled(session, item, NOW)
    return item.update_id


async def test_a_repeated_update_is_kept_once(store: Store) -> None:
    assert await arrive(store, (1, ANN), (2, ANN)) == 2
    assert await arrive(store, (2, ANN), (3, ANN), (3, ANN)) == 1
    async with store.begin() as session:
        assert [await handle_one(session) for _ in range(4)] == [1, 2, 3, None]
    assert await arrive(store, (1, ANN)) == 0, "a handled update is known again"


async def test_within_a_chat_the_order_is_kept_and_other_chats_do_not_wait(store: Store) -> None:
    await arrive(store, (12, ANN), (11, ANN), (13, BEN))
    async with store.begin() as first:
        item = await inbox.next_unhandled(first, "telegram")
        assert item and item.update_id == 11 and item.payload == {"n": 11}
        if not store.is_sqlite:  # a second process at the same time: SQLite lets it in only afterwards
            async with store.begin() as second:
                assert await handle_one(second) == 13
                assert await handle_one(second) is None, "12 waits for 11"
        await inbox.mark_handled(first, item, NOW)
    async with store.begin() as session:
        assert await handle_one(session) == 12


async def test_a_block_that_raises_keeps_nothing(store: Store) -> None:
    await arrive(store, (1, ANN))
    with pytest.raises(ZeroDivisionError):
        async with store.begin() as session:
            await handle_one(session)
            await outbox.enqueue(session, "telegram", "1", [Outgoing(ANN, 7, "sendMessage", {})], NOW)
            raise ZeroDivisionError
    async with store.read() as session:
        assert (await backlog(session, NOW)) == Backlog(inbox=1, outbox=0, overdue=NONE)


async def test_many_workers_handle_each_update_once(store: Store) -> None:
    await arrive(store, *((n, ANN if n % 3 else BEN) for n in range(60)))
    done: list[int] = []

    async def work() -> None:
        for _ in range(200):
            async with store.begin() as session:
                number = await handle_one(session)
                left = (await backlog(session, NOW)).inbox
            if number is not None:
                done.append(number)
            elif left == 0:
                return
            else:
                await asyncio.sleep(0.01)

    await asyncio.gather(*(work() for _ in range(4)))
    assert sorted(done) == list(range(60))


async def test_a_handled_update_has_let_its_words_go(store: Store) -> None:
    await arrive(store, (1, ANN))
    async with store.begin() as session:
        await handle_one(session)
    await purge(store, NOW + HANDLED - dt.timedelta(seconds=1))
    async with store.begin() as session:
        assert await inbox.receive(session, "telegram", [Arrived(1, ANN, {})], NOW) == 0, "still known"
    await purge(store, NOW + HANDLED)
    async with store.begin() as session:
        assert await inbox.receive(session, "telegram", [Arrived(1, ANN, {})], NOW) == 1


async def test_the_outbox_sends_in_order_and_once(store: Store) -> None:
    def to(who: str, text: str) -> Outgoing:
        return Outgoing(who, 7, "sendMessage", {"text": text})

    async with store.begin() as session:
        assert await outbox.enqueue(session, "telegram", "1", [to(ANN, "a1"), to(ANN, "a2")], NOW) == 2
        assert await outbox.enqueue(session, "telegram", "1", [to(ANN, "a1"), to(ANN, "a2")], NOW) == 0
        assert await outbox.enqueue(session, "telegram", "2", [to(BEN, "b1")], NOW) == 1
    async with store.begin() as session:
        first = await outbox.due(session, "telegram", NOW)
        assert [(d.payload["text"], d.attempts) for d in first] == [("a1", 1), ("b1", 1)]
        assert await outbox.due(session, "telegram", NOW) == [], "leased"
    async with store.begin() as session:
        await outbox.retry(session, first[0].id, NOW + dt.timedelta(seconds=5))
        await outbox.sent(session, first[1].id)
    async with store.begin() as session:
        assert await outbox.due(session, "telegram", NOW + dt.timedelta(seconds=4)) == [], "a2 waits for a1"
        again = await outbox.due(session, "telegram", NOW + dt.timedelta(seconds=5))
        assert [(d.payload["text"], d.attempts) for d in again] == [("a1", 2)]
        await outbox.give_up(session, again[0].id)
        assert [d.payload["text"] for d in await outbox.due(session, "telegram", NOW)] == ["a2"]
        await outbox.drop_chat(session, "telegram", ANN)
        assert (await backlog(session, NOW)).outbox == 0


async def test_a_lease_runs_out_when_its_sender_dies(store: Store) -> None:
    async with store.begin() as session:
        await outbox.enqueue(
            session, "telegram", "1", [Outgoing(ANN, -(2**40), "sendMessage", {"t": "\ud800\0é"})], NOW
        )
        [lost] = await outbox.due(session, "telegram", NOW)
    async with store.begin() as session:
        [again] = await outbox.due(session, "telegram", NOW + outbox.LEASE)
        assert (again.id, again.chat_id, again.payload) == (lost.id, -(2**40), {"t": "\ud800\0é"})
        assert (await backlog(session, NOW + 2 * outbox.LEASE)).overdue == NONE
        assert (await backlog(session, NOW + 3 * outbox.LEASE)).overdue == outbox.LEASE


async def test_what_outlasts_its_lease_is_not_handed_to_the_same_sender_again(store: Store) -> None:
    """Or a busy machine sends it twice, and before Telegram's `retry_after` is over."""
    async with store.begin() as session:
        messages = [Outgoing(ANN, 7, "sendMessage", {"t": text}) for text in ("slow", "behind it")]
        await outbox.enqueue(session, "telegram", "1", messages, NOW)
        [slow] = await outbox.due(session, "telegram", NOW)
    async with store.begin() as session:
        assert await outbox.due(session, "telegram", NOW + outbox.LEASE, but=[slow.id]) == []
        assert [d.id for d in await outbox.due(session, "telegram", NOW + outbox.LEASE)] == [slow.id]


async def test_a_late_word_of_success_hits_no_other_message(store: Store) -> None:
    async with store.begin() as session:
        await outbox.enqueue(session, "telegram", "1", [Outgoing(ANN, 7, "sendMessage", {})], NOW)
        [old] = await outbox.due(session, "telegram", NOW)
        await outbox.drop_chat(session, "telegram", ANN)
    async with store.begin() as session:
        await outbox.enqueue(session, "telegram", "2", [Outgoing(ANN, 7, "sendMessage", {})], NOW)
        await outbox.sent(session, old.id)
        assert (await backlog(session, NOW)).outbox == 1


async def test_a_conversation_is_kept_for_a_time_and_can_be_forgotten(store: Store) -> None:
    open_one = Conversation(Turn((TopicId("ehc-request"),), 1), Role.YOUNG_PERSON)
    async with store.begin() as session:
        assert await conversations.find(session, ANN, NOW) == Conversation()
        await conversations.keep(session, ANN, Conversation(), NOW)
        await conversations.keep(session, ANN, open_one, NOW)
        await conversations.keep(session, BEN, open_one, NOW)
    async with store.read() as session:
        assert await conversations.find(session, ANN, NOW) == open_one
        assert await conversations.find(session, ANN, NOW + conversations.KEPT) == Conversation()
    async with store.begin() as session:
        await conversations.forget(session, ANN)
        assert await conversations.find(session, ANN, NOW) == Conversation()
    await purge(store, NOW + conversations.KEPT)
    async with store.begin() as session:
        assert await conversations.find(session, BEN, NOW) == Conversation()


async def test_a_disposition_counts_once_and_holds_no_words(store: Store, assistant: Assistant) -> None:
    message = Message("zebra-canary needs a taxi to school")
    what = dispositions.recorded(
        assistant.ask(message), channel="telegram", source="5", at=NOW, role=message.role,
        knowledge=assistant.knowledge.version, tier=assistant.tier,
    )  # fmt: skip
    assert "zebra" not in repr(what)
    async with store.begin() as session:
        assert [await dispositions.record(session, what) for _ in range(2)] == [True, False]
        assert await dispositions.count(session) == {what.outcome: 1}
        assert await dispositions.count(session, "web") == {}


async def test_the_switch_is_audited(store: Store) -> None:
    async with store.begin() as session:
        assert await switch.is_on(session, "telegram")
        await switch.turn(session, "telegram", on=False, why="wrong number", actor=audit.COMMAND_LINE, now=NOW)
    async with store.begin() as session:
        assert not await switch.is_on(session, "telegram") and await switch.is_on(session, "web")
        await switch.turn(session, "telegram", on=True, why="put right", actor=audit.COMMAND_LINE, now=NOW)
    async with store.read() as session:
        assert [s.is_on for s in await switch.all_switches(session)] == [True]
        assert [(d.action, d.why, d.at) for d in await audit.latest(session)] == [
            ("switch on", "put right", NOW),
            ("switch off", "wrong number", NOW),
        ]


async def test_a_look_cannot_write(store: Store) -> None:
    with pytest.raises(StorageError):
        async with store.read() as session:
            await outbox.drop_chat(session, "telegram", ANN)


async def test_an_error_of_the_database_tells_no_words(store: Store) -> None:
    with pytest.raises(StorageError) as failed:
        async with store.begin() as session:
            await outbox.enqueue(session, "telegram", "1", [Outgoing(ANN, None, "canary", {"t": "canary"})], NOW)
    assert "canary" not in str(failed.value) and failed.value.__suppress_context__
