"""The web chat and JSON leave one count for each question, no word of it, and never wait for the database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from signpost.access.gate import Gate
from signpost.service import Assistant
from signpost.storage import Store, dispositions
from signpost.storage.keys import Secret
from signpost.web.app import create_app


@pytest.fixture
async def client(assistant: Assistant, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant, Gate(store, Secret(b"x" * 32))))
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        yield client


async def test_every_question_is_counted_once_without_its_words(
    client: httpx.AsyncClient, store: Store, tmp_path: Path
) -> None:
    await client.post("/ask", data={"q": "zebra-canary needs a taxi to school"})
    await client.post("/ask", json={"q": "zebra-canary i want to kill myself", "role": "young_person"})
    await client.post("/choose", data={"do": "menu:"})
    await asyncio.sleep(0.3)
    async with store.read() as session:
        assert sum((await dispositions.count(session)).values()) == 2
        assert sum((await dispositions.count(session, "json")).values()) == 1
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"zebra" not in held


async def test_the_answer_does_not_wait_for_a_database_that_is_stuck(client: httpx.AsyncClient, store: Store) -> None:
    await client.post("/ask", json={"q": "warm up"})
    async with store.begin() as session:
        if not store.is_sqlite:
            await session.connection()
            await (await session.connection()).exec_driver_sql("LOCK TABLE disposition IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        got = await client.post("/ask", json={"q": "i want to kill myself"})
        took = time.monotonic() - began
    assert "call 999" in got.json()["reply"]
    assert took < 0.3


async def test_the_answer_is_given_when_the_database_is_gone(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("signpost.storage.dispositions.insert_once", _gone)
    got = await client.post("/ask", data={"q": "zebra-canary needs a taxi to school"})
    assert "transport" in got.text.lower()
    await asyncio.sleep(0.1)
    assert "not recorded" in caplog.text and "zebra" not in caplog.text


async def _gone(*_: object) -> None:
    raise ConnectionRefusedError(111, "Connection refused")
