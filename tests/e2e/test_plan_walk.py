"""The plan in the browser: asked and followed up, changed, taken back, shut to who lost the right, and as a parent sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from running import access, invited, serving
from test_browser import faults

pytestmark = pytest.mark.browser
WHY = "waiting for the tender"
OFFICERS = re.compile(r"\b(?:HP|JD|TG|MC|KB|LB|MT|TC)\b")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A server with a database of its own, and its settings."""
    env = {"SIGNPOST_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/x.sqlite3", "SIGNPOST_SECRET_KEY": "k" * 40}
    with serving(env) as site:
        yield site, env


def signed_in(browser: Browser, place: tuple[str, dict[str, str]], right: str) -> Page:
    site, env = place
    page = somebody(browser)
    page.goto(invited(site, right, f"the {right}", env))
    page.click("form[action='/sign-in'] button")
    return page


def somebody(browser: Browser, *, scripts: bool = True) -> Page:
    page = browser.new_context(java_script_enabled=scripts, bypass_csp=True).new_page()
    page.set_default_timeout(30_000)
    return page


def ask(page: Page, text: str, scripts: bool = True) -> str:
    """Ask in the chat that is open; what is answered."""
    before = page.locator(".reply").count() if scripts else 0
    page.fill("#q", text)
    page.click("#ask button.main")
    expect(page.locator(".reply")).to_have_count(before + 1, timeout=30_000)
    return page.locator(".reply").last.inner_text()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_professional_asks_and_asks_on(browser: Browser, site: str, scripts: bool) -> None:
    page = somebody(browser, scripts=scripts)
    page.goto(site)
    page.select_option("#role", "professional")
    assert "WS-05" in ask(page, "who leads on dyslexia?", scripts)
    reporting = ask(page, "and who does it report to?", scripts)
    assert "WS-05" in reporting and reporting.index("Reports to") < reporting.index("Lead")
    assert "SP-17" in ask(page, "when is travel training due", scripts)
    others = ask(page, "what else does she lead?", scripts)
    assert "other than SP-17" in others and "SP-09" in others
    page.context.close()


def test_the_plan_is_changed_restored_and_shut(browser: Browser, place: tuple[str, dict[str, str]]) -> None:
    site = place[0]
    board, worker, parent = (
        signed_in(browser, place, "commissioner"),
        signed_in(browser, place, "professional"),
        somebody(browser),
    )

    board.goto(site + "/plan/manage/SP-17")
    board.select_option("#said-status", "amber")
    board.fill("#why-status", WHY)
    board.click("main form button.main")
    expect(board.locator("[role=status]")).to_have_text("Saved.")
    assert faults(board) == []
    board.goto(site + "/plan/manage/new")
    assert faults(board) == []
    board.fill("#text", "Open a sensory room in each special school")
    board.fill("#due", "soon")
    board.fill("#why", "asked for by the forum")
    board.click("main form button.main")
    expect(board.locator("[role=status]")).to_contain_text("That was not saved.")
    board.fill("#due", "2027-03")
    board.click("main form button.main")
    expect(board.locator("h1")).to_contain_text("NEW-2 Open a sensory room")
    assert faults(board) == []
    board.goto(site + "/plan/manage")
    assert faults(board) == []

    worker.goto(site + "/plan/manage/SP-17")
    expect(worker.locator("main")).to_contain_text(WHY)
    expect(worker.locator("main form")).to_have_count(0)
    assert worker.goto(site + "/plan/manage/new").status == 403  # type: ignore[union-attr]
    worker.goto(site + "/plan?rag=amber")
    expect(worker.locator(".rows li")).to_have_count(1)
    worker.goto(site + "/plan?about=sensory+room")
    expect(worker.locator(".rows li").first).to_contain_text("added on")
    assert faults(worker) == []

    parent.goto(site + "/plan/SP-17")
    expect(parent.locator("main")).to_contain_text("amber (set on")
    expect(parent.locator("main")).not_to_contain_text(WHY)
    parent.goto(site)
    for text, topic in (("who is in charge of autism", "Autism"), ("who leads on dyslexia", "Dyslexia")):
        said = ask(parent, text)
        assert said.startswith(topic) and not OFFICERS.search(said), said
    asked = ask(parent, "what does the action plan say about travel training")
    assert "amber" in asked and WHY not in asked and not OFFICERS.search(asked)
    assert not OFFICERS.search(ask(parent, "and who does it report to?"))
    assert "/sign-in" in parent.goto(site + "/plan/manage/SP-17").url  # type: ignore[union-attr]

    board.goto(site + "/plan/manage/SP-17")
    board.click("text=Take back change 1")
    expect(board.locator("main")).to_contain_text("(taken back)")
    parent.goto(site + "/plan/SP-17")
    expect(parent.locator("main")).not_to_contain_text("amber")

    access("revoke", "2", "--why", "has left", env=place[1])
    worker.goto(site + "/plan/manage/SP-17")
    assert "/sign-in" in worker.url
    for context in browser.contexts:
        context.close()
