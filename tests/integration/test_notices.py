"""Who asked on Telegram to be told when something changes is told once, and nothing is kept of them meanwhile or after."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.event import CHANNEL
from signpost.service import Assistant
from signpost.storage import Store, backup, gaps, notices, purge, switch
from telegram_line import DOGS, PRESS, Line

ANN, BEN = 77_000_111_222, 77_000_333_444


@pytest.fixture
def line(assistant: Assistant, store: Store) -> Line:
    return Line(assistant, store)


async def test_who_asked_is_told_once_and_let_go(line: Line) -> None:
    await line.wishes(ANN, ANN, BEN)
    assert len(await line.held()) == 3 and await line.teller.some() == 0
    await line.publishes("A charity trains dogs in Ely.")
    assert await line.teller.some() == 3
    told = await line.sent()
    assert sorted(one.chat_id for one in told) == [ANN, BEN], "asked twice about one matter, told once"
    for one in told:
        assert "You asked to be told" in one.payload["html"] and "trains dogs in Ely" in one.payload["html"]
    assert not await line.held() and await line.teller.some() == 0
    await line.publishes("And another in March.")
    assert await line.teller.some() == 0 and not await line.sent()


async def test_what_was_said_before_they_asked_or_taken_back_is_no_news(line: Line) -> None:
    await line.hears(BEN, DOGS)
    await line.publishes("A charity trains dogs in Ely.")
    await line.wishes(ANN)
    await line.desk.group()
    assert await line.teller.some() == 0, "they read it when they asked"
    number = await line.publishes("No more.")
    await line.desk.withdraw(number, "one", "a mistake")
    assert await line.teller.some() == 0 and len(await line.held()) == 1


async def test_a_wish_follows_its_gap_into_another_theme(line: Line) -> None:
    await line.wishes(ANN)
    await line.publishes("A charity trains dogs in Ely.")
    async with line.store.read() as session:
        assert [one.address for one in await notices.due(session)] == [n.address for n in await line.held()]
    await line.hears(BEN, DOGS)
    await line.desk.group()
    async with line.store.read() as session:
        newest = (await gaps.listed(session, most=1))[0].id
    await line.desk.merge(1, await line.desk.move([newest], 1, None, "one", "Dogs"), "one")
    assert await line.teller.some() == 1


async def test_the_off_switch_holds_news_back(line: Line) -> None:
    await line.wishes(ANN)
    await line.publishes("A charity trains dogs in Ely.")
    for on, told in ((False, 0), (True, 1)):
        async with line.store.begin() as session:
            await switch.turn(session, CHANNEL, on=on, why="a test", actor="one", now=line.now)
        assert await line.teller.some() == told


async def test_forgetme_a_year_and_a_block_end_the_wish(line: Line) -> None:
    await line.wishes(ANN, BEN)
    await line.hears(ANN, "/forgetme")
    (left,) = await line.held()
    await line.hears(BEN, "", "blocked")
    assert not await line.held()
    await line.wishes(ANN)
    await purge.purge(line.store, line.now + notices.KEPT - dt.timedelta(seconds=5))
    assert len(await line.held()) == 1
    await purge.purge(line.store, line.now + notices.KEPT)
    assert not await line.held() and left.mark


async def test_nothing_in_the_table_tells_who_asked_or_that_two_rows_are_of_one_person(
    line: Line, tmp_path: Path
) -> None:
    await line.wishes(ANN, ANN)
    one, two = await line.held()
    assert one.mark != two.mark and one.address != two.address
    await backup.backup(line.store, tmp_path / "all")
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert str(ANN).encode() not in held and line.channel.who(ANN).encode() not in one.mark.encode()


async def test_it_is_not_offered_in_danger_and_a_late_press_is_told_so(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    danger = await line.hears(ANN, "i want to kill myself")
    later = await line.hears(ANN, DOGS)
    shown = [b[1] for page in (*danger, *later) for row in page["rows"] for b in row]
    assert PRESS not in shown
    assert "too long ago" in (await line.hears(ANN, PRESS, "press"))[0]["html"]
    await line.hears(BEN, DOGS)
    monkeypatch.setattr("signpost.record.GOOD_FOR", -1)
    assert "too long ago" in (await line.hears(BEN, PRESS, "press"))[0]["html"]
    assert not await line.held()
