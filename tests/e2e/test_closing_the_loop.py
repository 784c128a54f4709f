"""From a gap to the parent who asks again: a commissioner answers it, a second one publishes, all in the browser."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from running import invited, serving
from test_browser import faults

from signpost.gap import Origin, Reason
from signpost.record import logged, write
from signpost.service import Assistant
from signpost.storage import Store

pytestmark = pytest.mark.browser
ASKED = (
    "weekend short breaks for a deaf teenager in wisbech", "a weekend break for my deaf son, he is 14, march",
    "is there any weekend respite for deaf teenagers in fenland", "deaf girl 15 in chatteris, nowhere at weekends",
    "weekend short breaks deaf teenager whittlesey", "my deaf daughter is 13, we need a weekend break near wisbech",
    "saturday and sunday breaks for deaf teens in fenland", "weekend short break for deaf boy of 16 in march",
    "deaf teenager, weekend short breaks, fenland",
)  # fmt: skip


@pytest.fixture
def place(assistant: Assistant, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server whose database holds what families of Fenland asked for, and its settings."""
    database = f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
    with ThreadPoolExecutor() as beside:  # the browser's own event loop runs in this thread
        beside.submit(asyncio.run, _asked(assistant, database)).result()
    env = {"SIGNPOST_DATABASE_URL": database, "SIGNPOST_SECRET_KEY": "k" * 40}
    with serving(env) as site:
        yield site, env


async def _asked(assistant: Assistant, database: str) -> None:
    store = await Store.open(database)
    said = {"reason": Reason.NO_SUCH_SERVICE, "district": "Fenland", "age_band": "11-15"}
    async with store.begin() as session:
        for number, text in enumerate(ASKED):
            record = logged(
                assistant, text, said, origin=Origin.PHONE_DESK, channel="test", source=str(number),
                at=dt.datetime.now(dt.UTC), asker=f"{number:064d}",
            )  # fmt: skip
            await write(session, record)
    await store.close()


def sign_in(browser: Browser, place: tuple[str, dict[str, str]], label: str) -> Page:
    site, env = place
    page = browser.new_context(java_script_enabled=label != "Second", bypass_csp=True).new_page()
    page.set_default_timeout(30_000)
    page.goto(invited(site, "commissioner", label, env))
    page.click("form[action='/sign-in'] button")
    page.click("text=Themes of gaps")
    return page


def test_a_gap_is_answered_and_the_parent_who_asks_again_is_told(
    browser: Browser, place: tuple[str, dict[str, str]]
) -> None:
    first = sign_in(browser, place, "First")
    first.click("text=Group new gaps now")
    assert faults(first) == []
    biggest = first.locator(".rows a").first
    expect(first.locator(".rows li").first).to_contain_text("about 10")
    biggest.click()
    expect(first.locator("main")).to_contain_text("deaf teenager")
    assert faults(first) == []
    first.select_option("#milestone", "SP-16")
    first.click("button[value=link]")
    expect(first.locator("main dl").first).to_contain_text("SP-16")
    expect(first.locator("main dl").first).to_contain_text("linked to the plan")
    first.fill("#you_said", "There is no weekend break for deaf teenagers in Fenland.")
    first.fill("#we_did", "From May there is a club on Saturdays.")
    first.click("text=Save for approval")
    expect(first.locator("main")).to_contain_text("Somebody else approves it")
    expect(first.locator("text=Approve and publish")).to_have_count(0)
    theme = first.url

    second = sign_in(browser, place, "Second")
    second.goto(theme)
    second.click("text=Approve and publish")
    expect(second.locator("main dl").first).to_contain_text("answered")

    parent = browser.new_context(bypass_csp=True).new_page()
    parent.goto(place[0] + "/responses")
    expect(parent.locator("main")).to_contain_text("a club on Saturdays")
    assert faults(parent) == []
    parent.wait_for_timeout(6_000)  # every process hears of it within five seconds
    parent.goto(place[0])
    parent.fill("#q", "weekend short breaks for my deaf teenager, we live in wisbech")
    parent.click("button.main")
    expect(parent.locator(".reply")).to_contain_text("We did: From May there is a club on Saturdays.")
    assert parent.request.get(place[0] + "/responses.json").json()[0]["milestones"] == ["SP-16"]
    for context in browser.contexts:
        context.close()
