"""What is counted, what waits, and that the guide names every metric."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from signpost.access.gate import Gate
from signpost.log import Lines, Style
from signpost.model import Message
from signpost.service import Assistant
from signpost.storage import Store, inbox, outbox
from signpost.storage.engine import _postgresql
from signpost.storage.inbox import Arrived
from signpost.storage.keys import Secret
from signpost.storage.outbox import Outgoing
from signpost.telemetry import Telemetry
from signpost.web.app import create_app

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)


def shown(telemetry: Telemetry) -> dict[str, float]:
    """Every sample of `/metrics`, by its name and labels."""
    lines = [line for line in telemetry.page().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_the_guide_names_every_metric_and_no_other() -> None:
    kinds = {f"{m.name}_total" if m.type == "counter" else m.name for m in Telemetry().registry.collect()}
    guide = (ROOT / "docs" / "observing.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(signpost_\w+)", guide, re.M)) == kinds


async def test_what_waits_is_what_is_shown(store: Store) -> None:
    telemetry = Telemetry()
    await telemetry.look(store, NOW)
    assert shown(telemetry)["signpost_outbox_overdue_seconds"] == 0
    async with store.begin() as session:
        await inbox.receive(session, "telegram", [Arrived(n, "a" * 64, {}) for n in range(3)], NOW)
        item = await inbox.next_unhandled(session, "telegram")
        assert item
        await inbox.mark_handled(session, item, NOW)
        await outbox.enqueue(session, "telegram", "1", [Outgoing("a" * 64, 7, "sendMessage", {})], NOW)
    await telemetry.look(store, NOW + dt.timedelta(seconds=9))
    found = shown(telemetry)
    assert found["signpost_inbox_waiting"] == 2 and found["signpost_outbox_waiting"] == 1
    assert found["signpost_outbox_overdue_seconds"] == 9 and found["signpost_database_up"] == 1


async def test_a_database_that_is_away_is_said() -> None:
    store = _postgresql(make_url("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    telemetry = Telemetry()
    await telemetry.look(store, NOW)
    assert shown(telemetry)["signpost_database_up"] == 0
    await store.close()


def test_answers_and_urgent_help_are_counted(assistant: Assistant) -> None:
    telemetry = Telemetry()
    telemetry.answered(assistant.ask(Message("i want to kill myself")).reply, "telegram")
    found = shown(telemetry)
    assert found['signpost_urgent_total{channel="telegram"}'] == 1
    assert found['signpost_questions_total{channel="telegram",outcome="urgent"}'] == 1


async def test_health_says_how_the_database_is_and_answers_without_it(assistant: Assistant) -> None:
    store = _postgresql(make_url("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    transport = httpx.ASGITransport(create_app(assistant, Gate(store, Secret(b"x" * 32))))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        health = await client.get("/health")
        assert health.status_code == 200 and health.json()["database"] == "away"
        assert (await client.get("/health/live")).text == "alive"
    await store.close()


async def test_a_database_that_is_well_answers(store: Store) -> None:
    assert await store.answers()


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_word_of_an_exception_is_logged(style: Style) -> None:
    record = logging.LogRecord("sqlalchemy.pool", logging.ERROR, __file__, 1, "a connection\nbroke", None, None)
    try:
        raise ValueError("Zebedee Quillfeather 07700 900123")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = Lines(style).format(record)
    assert "a connection broke" in line and "ValueError at test_telemetry.py" in line
    assert "Zebedee" not in line and "900123" not in line and "\n" not in line
    if style == "json":
        assert json.loads(line)["from"] == "sqlalchemy.pool"
