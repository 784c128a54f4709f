"""Reports as commissioners meet them: on Telegram with the real bot, and on the pages with a real browser."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from county import questions, replay
from playwright.sync_api import Browser, Page
from sqlalchemy import text
from test_browser import STATES, faults
from test_telegram import Person

from e2e.telegram_bot import Bot
from e2e.telegram_server import TelegramServer
from signpost.service import Assistant
from signpost.storage import Store

ROOT = Path(__file__).parents[2]
SIGNPOST = str(Path(sys.executable).with_name("signpost"))
KEY = "only-for-tests-0123456789abcdef0123456789"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant) -> str:
    """A small synthetic year that ended in March."""
    address = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('county')}/county.sqlite3"

    async def fill() -> None:
        store = await Store.open(address)
        await replay(questions(1_500), assistant, store)
        async with store.begin() as session:
            await session.execute(text("UPDATE theme SET name = name || ' <b>&'  WHERE name LIKE 'Weekend%'"))
        await store.close()

    with ThreadPoolExecutor(1) as aside:  # an open browser keeps this thread's event loop
        aside.submit(asyncio.run, fill()).result()
    return address


def invited(database: str, site: str = "") -> str:
    env = os.environ | {"SIGNPOST_DATABASE_URL": database, "SIGNPOST_SECRET_KEY": KEY}
    command = [SIGNPOST, "access", "invite", "--role", "commissioner", "--label", "board"]
    return subprocess.run(
        [*command, *(["--site", site] if site else [])], env=env, capture_output=True, text=True, check=True
    ).stdout


def test_a_commissioner_asks_for_the_report_on_telegram(database: str) -> None:
    with TelegramServer() as telegram, Bot(telegram, database):
        person = Person(telegram)
        assert "for people who were invited" in person.says("/report")
        link = invited(database).split("telegram", 1)[1].strip()
        assert "commissioner" in person.says(link)
        said, until = person.says("/report 2025-26-year"), time.monotonic() + 60
        while "is being made" in said:
            assert time.monotonic() < until
            time.sleep(1)
            said = person.says("/report 2025-26-year")
        said = unescape(said)
        assert "Report: April 2025 to March 2026" in said
        assert (
            "people asked about “Weekend short breaks for deaf teenagers in Fenland <b>&” and were not helped" in said
        )
        assert "fewer than 8" in said and "Data up to the end of" in said
        assert "Every month" in person.says("/report month")
        assert "No more reports" in person.says("/report off")


@pytest.fixture(scope="module")
def site(database: str) -> Iterator[str]:
    env = os.environ | {
        "SIGNPOST_PORT": "0", "PYTHONUNBUFFERED": "1", "SIGNPOST_DATABASE_URL": database, "SIGNPOST_SECRET_KEY": KEY,
    }  # fmt: skip
    server = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    found = re.search(r"http://\S+", server.stdout.readline())
    assert found
    yield found.group()
    server.terminate()
    server.wait(15)
    server.stdout.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, database: str, site: str) -> Iterator[object]:
    page = browser.new_page()
    page.goto(invited(database, site).split()[1])
    page.click("form[action='/sign-in'] button")
    yield page.context.storage_state()
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("state", STATES)
def test_the_pages_are_for_everyone(browser: Browser, site: str, signed_in: object, state: str) -> None:
    context = browser.new_context(**STATES[state], storage_state=signed_in, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}/reports?period=2025-26-year")
    theme = page.get_attribute("a[href*='theme=']:has-text('Weekend')", "href")
    for path in (
        "/reports?period=2025-26-year", "/reports?period=2026-03&district=Fenland", "/reports?period=2026-q1&of=missed",
        "/reports/rows?period=2026-q1&of=missed", f"{theme}", "/reports/theme",
    ):  # fmt: skip
        answer = page.goto(site + path)
        assert answer and answer.ok and len(answer.body()) < 100_000, path
        assert faults(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} needs scrolling sideways"
    context.close()


@pytest.mark.browser
def test_a_commissioner_walks_from_the_first_page_to_the_rows_without_scripts(
    browser: Browser, site: str, signed_in: object
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=signed_in)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}/reports")
    page.select_option("#period", "2025-26-year")
    page.select_option("#of", "missed")
    page.click("button.main")
    assert "period=2025-26-year" in page.url and "of=missed" in page.url
    assert "Weekend short breaks for deaf teenagers in Fenland <b>&" in page.inner_text(".three")
    _follow(page, "Weekend short breaks")
    assert "Fenland" in page.inner_text("table >> nth=0")
    page.go_back()
    page.click("table:has(caption:text-is('By district')) tr:has-text('Fenland') a")
    assert "Got nowhere at least once" in page.inner_text("main") and "District: Fenland" in page.inner_text("main")
    page.go_back()
    with page.expect_download() as download:
        page.click("text=Word document for the board")
    assert download.value.suggested_filename == "signpost-report-2025-26-year.docx"
    context.close()


def _follow(page: Page, label: str) -> None:
    page.click(f"table a:has-text('{label}')")
