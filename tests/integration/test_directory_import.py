"""Other people's directories: brought in whole whatever is wrong with them, and told apart from what is curated."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from directory_feed import EXTRA, FINE_ALL_THE_SAME, PLANTED, FeedServer, ident, made, planted
from signpost.access.gate import Gate, utc_now
from signpost.directory import feed as feeds
from signpost.directory.feed import FileFeed, WebFeed
from signpost.directory.look import list_services
from signpost.directory.record import Listed, plain, read_record
from signpost.errors import InputError
from signpost.intake import Report, bring_in
from signpost.live import Live
from signpost.model import Message
from signpost.reply.plain import plain as text_of
from signpost.service import Assistant
from signpost.storage import Store, directory
from signpost.storage.keys import Secret
from signpost.understand.read import read
from signpost.web import server as server_module

SIGNPOST = str(Path(sys.executable).with_name("signpost"))
SMALL = 130
"""Services; four pages of 40, the last one short."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "BACK_OFF", (0.01, 0.01, 0.01))
    monkeypatch.setattr(feeds, "PER_PAGE", 40)


async def brought(store: Store, server: FeedServer) -> Report:
    async with httpx.AsyncClient() as client:
        return await bring_in(WebFeed(server.address, client), store, utc_now(), lambda *_: None)


async def held(store: Store) -> dict[str, Listed]:
    async with store.read() as session:
        return {listed.ident: listed for _, listed in await directory.everything(session)}


def reported(report: Report) -> set[tuple[str, str, bool]]:
    return {(f.ident, f.field, f.is_refused) for f in report.faults if f.field != "page"}


@pytest.mark.parametrize("older", [False, True], ids=["3.0", "1.0"])
async def test_every_planted_fault_is_reported_and_nothing_else_is_lost(store: Store, older: bool) -> None:
    async with FeedServer(made(SMALL), older=older) as server:
        server.broken_pages[3] = 2
        report = await brought(store, server)
    wrong = planted(SMALL)
    if older:  # there the ages stand in a list of rules, of which a wrong one is left out
        ages = {ident(11), ident(71)}
        wrong = {(i, f"eligibilitys.0.{f}" if i in ages else f, gone and i not in ages) for i, f, gone in wrong}
    assert reported(report) == wrong
    assert [(f.page, f.why) for f in report.faults if f.field == "page"] == [
        (4 + n, "the same services as on a page before: the pages go round") for n in range(1, EXTRA + 1)
    ]
    refused = {n for n, (_, gone) in PLANTED.items() if gone and not (older and n in (11, 71))}
    services = await held(store)
    assert set(services) == {ident(n) for n in range(SMALL) if n not in refused}
    assert {ident(n) for n in FINE_ALL_THE_SAME} <= set(services)
    one = services[ident(1)]
    assert (one.youngest, one.oldest, one.phone) == (1, 9, "01353 000001")
    assert (one.hours, one.areas, one.towns) == (
        "Monday, Thursday 16:00 to 17:30",
        ("Cambridgeshire",),
        ("Ely CB7 4AB",),
    )
    assert services[ident(7)].assured is None and services[ident(47)].url == ""


async def test_hostile_markup_is_text_and_nothing_more(store: Store) -> None:
    async with FeedServer(made(SMALL)) as server:
        await brought(store, server)
    bounce = (await held(store))[ident(31)]
    assert bounce.name == "Bounce Club"
    assert bounce.summary == "Trampolining & more <script> here"
    assert plain("&lt;b&gt; ages <5 &amp; up") == "<b> ages <5 & up"
    assert plain("<!-- -->") == plain("<script>x</script>") == ""


async def test_what_has_not_changed_is_neither_asked_for_nor_written_again(store: Store) -> None:
    records = made(SMALL)
    async with FeedServer(records) as server:
        first = await brought(store, server)
        server.asked.clear()
        second = await brought(store, server)
        again = sum(n for path, n in server.asked.items() if path != "/api/services")
        assert second.counts["new"] == second.counts["changed"] == 0
        assert second.counts["unchanged"] == first.counts["new"]
        assert reported(second) == reported(first)
        assert again < 40, "only what was refused before is asked for again"
        records[5].update(name="Another name", last_modified="2026-11-20T00:00:00Z")
        third = await brought(store, server)
    assert third.counts["changed"] == 1
    assert (await held(store))[ident(5)].name == "Another name"


async def test_what_the_feed_no_longer_lists_goes_but_only_after_a_whole_reading(store: Store) -> None:
    records = made(SMALL)
    async with FeedServer(records, faults=False) as server:
        await brought(store, server)
        before = set(await held(store))
        gone = records.pop()
        server.broken_pages[2] = 99
        report = await brought(store, server)
        assert set(await held(store)) == before
        assert "nothing was taken out" in str(report.faults[-1])
        server.broken_pages.clear()
        assert (await brought(store, server)).counts["gone"] == 1
        assert set(await held(store)) == before - {gone["id"]}
        del records[20:]
        report = await brought(store, server)
        assert "looks broken" in str(report.faults[-1]) and len(await held(store)) == len(before) - 1


async def test_a_feed_that_goes_away_is_gone_on_with(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PER_PAGE", 20)
    async with FeedServer(made(SMALL), faults=False) as server:
        server.broken_pages = dict.fromkeys(range(4, 99), 4)
        with pytest.raises(InputError, match="go on at page 4"):
            await brought(store, server)
        server.broken_pages.clear()
        server.asked.clear()
        report = await brought(store, server)
        assert server.asked["/api/services"] == 7 - 3, "pages 1 to 3 are not read again"
    assert report.counts["new"] == SMALL - sum(
        gone for n, (_, gone) in PLANTED.items() if n in (11, 13, 17, 19, 23, 29, 61, 71)
    )
    assert not [f for f in report.faults if f.field == "page"]


async def test_a_feed_that_does_not_answer_is_one_clear_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "TIMEOUT", 0.1)
    async with FeedServer(made(10)) as server:
        server.slow_pages.add(1)
        with pytest.raises(InputError, match=r"no answer in 0\.1 seconds, tried 4 times"):
            await brought(store, server)
    with pytest.raises(InputError, match="ConnectError"):
        await brought(store, server)
    async with httpx.AsyncClient() as client:
        for address in ("file:///etc/passwd", "ftp://x.example/services", "https://"):
            with pytest.raises(InputError, match="only http and https"):
                WebFeed(address, client)


async def test_a_file_is_read_like_a_feed(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "services.json"
    for held_as in (made(SMALL), {"contents": made(SMALL), "total_pages": 1}):
        file.write_text(json.dumps(held_as))
        report = await bring_in(FileFeed(file), store, utc_now(), lambda *_: None)
        over_http = {37, 43, 59, 61, 67, 77}
        assert {i for i, _, _ in reported(report)} == {ident(n) for n in PLANTED if n not in over_http}
    file.write_text("[" * 100_000)
    with pytest.raises(InputError, match="not valid JSON"):
        FileFeed(file)


@pytest.mark.parametrize(
    "raw", [None, [], "x", 7, {}, {"id": 7}, {"id": "\ud800"}, {"id": "a" * 101}, {"id": "x", "name": "\u200b"}]
)
def test_what_is_no_record_is_refused_in_one_line(raw: Any) -> None:
    listed, faults = read_record(raw, 3, utc_now().date())
    assert listed is None and len(faults) >= 1
    assert all(str(f).startswith("page 3") and str(f).isprintable() for f in faults)


async def test_a_miss_shows_what_a_directory_holds_and_stays_a_miss(
    store: Store, assistant: Assistant, tmp_path: Path
) -> None:
    async with FeedServer(made(SMALL)) as server:
        await brought(store, server)
    live = Live(assistant, tmp_path)
    asked = Message("where can we get an assistance dog near ely, she is 10 and deaf")
    before = live.now.ask(asked).reply
    assert before.outcome == "unmet"
    async with store.read() as session:
        await live.offer(await directory.everything(session))
    answered = live.now.ask(asked)
    said = text_of(answered.reply)
    assert answered.reply.outcome == "unmet" and said.startswith(text_of(before).partition("\n\n1.")[0])
    assert "Ely Dogs for the Deaf" in said and "council has not picked or checked" in said
    assert "from the directory at 127.0.0.1" in said
    assert "last checked it on 5 March 2024, more than a year ago" in said
    for other in ("she is 3", "she is 20"):
        older = live.now.ask(Message(f"where can we get an assistance dog near ely, {other} and deaf"))
        assert "Ely Dogs for the Deaf" not in text_of(older.reply)
    assert live.now.ask(Message("what is an ehc plan")).reply == assistant.ask(Message("what is an ehc plan")).reply
    await live.offer([])
    assert live.now.ask(asked).reply == before


async def test_a_running_server_takes_an_import_up_and_lets_it_go(
    store: Store, assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "HEAR", 0.05)
    live = Live(assistant, tmp_path)
    chore = asyncio.create_task(server_module._offer(live, Gate(store, Secret(b"k" * 32))))
    file = tmp_path / "services.json"
    file.write_text(json.dumps(made(20)))
    await bring_in(FileFeed(file), store, utc_now(), lambda *_: None)
    async with asyncio.timeout(60):
        while live.now.parts.listings is None:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
        async with store.begin() as session:
            assert await directory.remove(session, "services.json")
        while live.now.parts.listings is not None:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.05)
    chore.cancel()


@pytest.mark.parametrize(
    ("place", "fits"), [("in ely", True), ("in soham", True), ("CB7", True), ("in wisbech", False), ("", True)]
)
def test_a_service_is_offered_where_it_is(assistant: Assistant, place: str, fits: bool) -> None:
    club = Listed("1", "Bouncing club", words="Trampolining", towns=("Ely CB7 4AB",))
    parts = assistant.parts
    found = list_services([("https://x.example", club)], assistant.knowledge, parts.language, None)
    asked = read(Message(f"trampolining {place}"), parts.language, parts.safety)
    assert found and [one.service for one in found.find(asked)] == [club] * fits
    assert found.find(read(Message(f"bassoon club {place}"), parts.language, parts.safety)) == []
    wide = replace(club, areas=("Cambridgeshire",))
    everywhere = list_services([("f.json", wide)], assistant.knowledge, parts.language, None)
    assert everywhere and len(everywhere.find(asked)) == 1
    ours = next(iter(assistant.knowledge.services.values())).name
    hidden = [("f.json", replace(club, name=ours)), ("f.json", replace(club, is_active=False))]
    assert list_services(hidden, assistant.knowledge, parts.language, None) is None


def test_the_commands_take_bad_input_with_one_line(tmp_path: Path) -> None:
    database = f"sqlite+aiosqlite:///{tmp_path}/s.sqlite3"
    for given in (["import", "nothing.json"], ["import", "gopher://x"], ["remove", "nobody"]):
        done = subprocess.run([SIGNPOST, "--database", database, "directory", *given], capture_output=True, text=True)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert done.stderr.startswith("signpost: ")
