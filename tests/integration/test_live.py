"""The knowledge folder is edited while questions are asked."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from signpost.bootstrap import start
from signpost.live import Live
from signpost.web.app import create_app

TOPIC = """id: {id}
title: {title}
answer: {answer}
examples:
  - {first}
  - {second}
"""
ENTRY = "- id: {id}\n  title: {title}\n  examples: [{title}]\n"
WAIT = 120
"""Seconds; an index of ten lines takes one, and a busy machine many more."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two topics, and a little of what stands beside them, so that nothing large is taken from our own."""
    folder = tmp_path / "knowledge"
    (folder / "topics").mkdir(parents=True)
    (folder / "beside").mkdir()
    write(folder, "buses", "Old words about buses.")
    write(folder, "reading", "Words about reading.")
    (folder / "beside" / "urgent.yaml").write_text(ENTRY.format(id="danger", title="somebody is hurt now"))
    (folder / "beside" / "not-urgent.yaml").write_text(ENTRY.format(id="calm", title="this homework is killing me"))
    return folder


def write(folder: Path, name: str, answer: str) -> None:
    text = TOPIC.format(
        id=name, title=f"About {name}", answer=answer, first=f"{name} please", second=f"help with {name}"
    )
    (folder / "topics" / f"{name}.yaml").write_text(text)


class Site:
    """The web channel over a folder that is watched; `asked` counts answers, `failed` what was not one."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.asked, self.failed = client, 0, 0

    async def ask_on(self) -> None:
        while True:
            got = await self.client.post("/ask", json={"q": "help with buses"})
            self.asked += 1
            self.failed += got.status_code != 200
            await asyncio.sleep(0.01)

    async def health(self) -> dict[str, object]:
        found: dict[str, object] = (await self.client.get("/health")).json()
        return found

    async def said(self, topic: str) -> str:
        return (await self.client.get(f"/topic/{topic}")).text


@asynccontextmanager
async def running(live: Live) -> AsyncIterator[Site]:
    transport = httpx.ASGITransport(app=create_app(live))
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        site = Site(client)
        tasks = [asyncio.create_task(live.watch()), asyncio.create_task(site.ask_on())]
        try:
            yield site
        finally:
            assert not any(task.done() for task in tasks), "both go on to the end"
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def until(happened) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(WAIT):
        while not await happened():  # noqa: ASYNC110 - as a browser would see it
            await asyncio.sleep(0.05)


async def test_an_edit_is_served_a_broken_one_is_not_and_its_repair_is(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = tmp_path / "cache"
    async with running(Live(start(folder, cache), cache, beat=0.05)) as site:
        first = (await site.health())["knowledge"]
        assert "Old words about buses" in await site.said("buses")

        write(folder, "buses", "New words about buses.")
        write(folder, "bikes", "Words about bikes.")
        await until(lambda: _is(site.said("bikes"), "Words about bikes"))
        assert "New words about buses" in await site.said("buses")
        second = (await site.health())["knowledge"]
        assert second != first

        for broken, rule in (
            ("next: [not closed\n", "yaml"),
            ("title: given twice\n", "duplicate-key"),
            ("services: [nobody]\n", "unknown-id"),
        ):
            write(folder, "buses", "Broken words about buses.")
            file = folder / "topics" / "buses.yaml"
            file.write_text(file.read_text() + broken)
            caplog.clear()
            await until(lambda: _refused(site, rule))  # noqa: B023 - waited for within the round
            health = await site.health()
            assert health["knowledge"] == second and health["status"] == "ok"
            assert "New words about buses" in await site.said("buses"), "the old one goes on serving"
            (logged,) = (r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR)
            found = re.search(re.escape(str(file)) + r":(\d+): .* \[(.+)\]$", logged)
            last = len(file.read_text().splitlines())
            assert found and found[2] == rule and int(found[1]) in (last, last + 1), logged

        write(folder, "buses", "Repaired words about buses.")
        await until(lambda: _is(site.said("buses"), "Repaired words"))
        health = await site.health()
        assert "refused" not in health and health["knowledge"] not in (first, second)
        print(f"\n{site.asked} questions asked meanwhile, {site.failed} failed")
        assert site.asked > 20 and site.failed == 0


async def _is(page, part: str) -> bool:  # type: ignore[no-untyped-def]
    return part in await page


async def _refused(site: Site, rule: str) -> bool:
    refused = (await site.health()).get("refused")
    return isinstance(refused, dict) and refused == {"faults": 1, "rules": [rule]}


async def test_a_new_day_renews_what_is_overdue_and_a_lost_line_of_wording_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    file = folder / "topics" / "buses.yaml"
    file.write_text(file.read_text() + "review_by: 2026-11-26\n")
    (folder / "wording").mkdir()
    (folder / "wording" / "extra.yaml").write_text("one: A line.\n")
    days = [dt.date(2026, 11, 26)]
    live = Live(start(folder, tmp_path, lambda: days[0]), tmp_path, today=lambda: days[0])
    before = live.now
    await live.renew()
    assert live.now is before, "nothing has changed"
    days[0] += dt.timedelta(days=1)
    await live.renew()
    assert live.now is not before and live.now.knowledge.version == before.knowledge.version
    notices = [_notice(assistant) for assistant in (before, live.now)]
    assert notices[0] != notices[1] and "26 November 2026" in notices[1]
    (folder / "wording" / "extra.yaml").unlink()
    await live.renew()
    assert [(f.rule, f.file.name) for f in live.faults] == [("wording", "extra.yaml")]


def _notice(assistant) -> str:  # type: ignore[no-untyped-def]
    reply, _ = assistant.follow("topic:buses")
    return str(reply.blocks[0].lines[0])
