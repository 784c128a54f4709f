"""The web chat as people use it: by keyboard, without scripts, small, dark, and checked by axe-core."""

from __future__ import annotations

import secrets
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page, expect
from running import invited

pytestmark = pytest.mark.browser

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
STATES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "320px": {"viewport": {"width": 320, "height": 640}},
    "forced-colours": {"forced_colors": "active"},
    "zoom-400": {"viewport": {"width": 320, "height": 256}},
}
LONG = "my lad is 8 and school keep ringing me to collect him, they say they cant cope"


@pytest.fixture(params=STATES)
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Page:
    context = browser.new_context(**STATES[request.param], bypass_csp=True)  # axe has to be injected
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(site)
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


def test_axe_finds_nothing_on_any_page(page: Page, site: str) -> None:
    assert faults(page) == []
    for path in (
        "/topic/ehc-request",
        "/urgent",
        "/about",
        "/privacy",
        "/accessibility",
        "/embed",
        "/sign-in",
        "/nothing-here",
        "/plan",
        "/plan?lead=HP",
        "/plan?lead=ZZ",
        "/plan/SP-16",
        "/plan/overview",
    ):
        page.goto(site + path)
        assert faults(page) == [], path


def test_the_staff_sign_in_by_their_link_see_who_they_are_and_leave(page: Page, site: str) -> None:
    page.goto(invited(site, "commissioner", "Planning board"))
    assert faults(page) == []
    page.click("form[action='/sign-in'] button")
    expect(page.locator("h1")).to_have_text("Your account")
    expect(page.locator("main")).to_contain_text("Planning board")
    page.click("text=Make a code for Telegram")
    expect(page.locator("main [role=status]").first).to_contain_text("/start ")
    assert faults(page) == []
    page.click("text=Sign out")
    page.set_extra_http_headers({"X-Forwarded-For": f"192.0.2.{1 + secrets.randbelow(254)}"})  # not to lock others out
    page.goto(site + "/account")
    expect(page.locator("h1")).to_have_text("Sign in")
    page.fill("#code", "WRONGCODE2")
    page.click("form[action='/sign-in'] button")
    expect(page.locator("[role=alert]")).to_contain_text("wrong")
    assert faults(page) == []


def test_staff_write_down_a_need_and_see_first_what_is_kept(page: Page, site: str) -> None:
    page.goto(invited(site, "professional", "A school"))
    page.click("form[action='/sign-in'] button")
    page.click("text=Write down a need")
    page.fill("#text", "Zebedina Quillfeather, 13 and deaf, Wisbech: no weekend club that signs")
    page.select_option("#reason", "no-such-service")
    page.click("text=See what is kept")
    expect(page.locator("[role=status]")).to_contain_text("[name], 13 and deaf, Wisbech")
    assert page.input_value("#reason") == "no-such-service"
    assert faults(page) == []
    page.click("button[value=save]")
    expect(page.locator("[role=status]")).to_contain_text("Written down")
    assert page.input_value("#text") == "" and faults(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing may need scrolling sideways"


def test_axe_finds_nothing_in_a_long_conversation(page: Page) -> None:
    for text in (LONG, "and who do i complain to?", "school", "assistance dogs", "i want to die", "hello", "<b>x</b>"):
        ask(page, text)
    assert page.locator(".reply").count() == 7
    assert faults(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing may need scrolling sideways"


def ask(page: Page, text: str) -> None:
    count = page.locator(".reply").count()
    page.fill("#q", text)
    page.click("button.main")
    expect(page.locator(".reply")).to_have_count(count + 1)


def test_a_question_is_answered_in_place_and_focus_stays(browser: Browser, site: str) -> None:
    requests: list[str] = []
    page = browser.new_page()
    page.on("request", lambda r: requests.append(r.url))
    page.goto(site)
    ask(page, LONG)
    expect(page.locator(".reply-title")).to_have_text("Exclusion and suspension")
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.input_value("#q") == ""
    assert page.locator("#log").get_attribute("aria-live") == "polite"
    ask(page, "and who do i complain to?")
    assert all(url.startswith(site) for url in requests), requests
    page.close()


def test_by_keyboard_alone(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#q")
    page.keyboard.type("dyslexia or adhd or both, school says nothing")
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(1)
    page.focus("#log")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.locator(".reply button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".reply")).to_have_count(2)
    page.close()


def test_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.fill("#q", LONG)
    page.click("button.main")
    expect(page.locator(".reply-title")).to_have_text("Exclusion and suspension")
    expect(page.locator(".mine")).to_contain_text("my lad is 8")
    page.fill("#q", "and who do i complain to?")
    page.click("button.main")
    expect(page.locator(".reply-title")).to_have_text("Complain about a school or a service")
    page.goto(site)
    page.click("text=EHC plans")
    page.click("text=What it is and how to ask")
    page.click(".choices >> text=Ask for an EHC needs assessment")
    expect(page.locator(".reply-title")).to_have_text("Ask for an EHC needs assessment")
    context.close()


def test_leaving_the_site_empties_the_page_at_once(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.route("**/weather", lambda route: route.fulfill(body="weather"))
    page.goto(site)
    ask(page, LONG)
    page.click("[data-exit]")
    page.wait_for_url("**/weather")
    page.close()


def test_a_lost_connection_is_said(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site)
    page.route("**/ask", lambda route: route.abort())
    page.fill("#q", LONG)
    page.click("button.main")
    expect(page.locator("[role=status]")).to_contain_text("did not work")
    assert page.input_value("#q") == LONG
    page.close()


def test_the_widget_on_another_page(browser: Browser, council: str) -> None:
    page = browser.new_page()
    page.goto(council)
    page.click("text=Ask about special needs help")
    frame = page.frame_locator("iframe")
    frame.locator("#q").fill(LONG)
    frame.locator("button.main").click()
    expect(frame.locator(".reply-title")).to_have_text("Exclusion and suspension")
    page.click("text=Close")
    expect(page.locator("iframe")).to_be_hidden()
    page.close()


def test_pages_are_light(browser: Browser, site: str) -> None:
    page = browser.new_page()
    sizes: list[int] = []
    page.on("response", lambda r: sizes.append(len(r.body())))
    page.goto(site)
    page.wait_for_load_state("networkidle")
    print(f"\nfirst page: {sum(sizes) / 1000:.0f} kB in {len(sizes)} requests")
    assert sum(sizes) <= 100_000
    page.close()


def test_the_plan_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site)
    page.click("footer >> text=The plan of 2016")
    page.select_option("#lead", "HP")
    page.select_option("#section", "targeted")
    page.click("text=Show >> nth=0")
    expect(page.locator(".rows li")).to_have_count(4)
    assert "lead=HP" in page.url and "section=targeted" in page.url
    page.click("text=Early SEND identification toolkit")
    expect(page.locator("h1")).to_have_text("TP-02 Early SEND identification toolkit")
    page.goto(site + "/plan/overview")
    page.click("table >> text=April 2016")
    expect(page.locator(".rows li")).to_have_count(12)
    context.close()


def test_a_professional_asks_the_plan(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site)
    page.select_option("#role", "professional")
    ask(page, "what is HP responsible for")
    expect(page.locator(".reply")).to_contain_text("16 milestones fit")
    page.click(".reply .choices button >> nth=0")
    expect(page.locator(".reply-title").last).to_have_text("UP-02 Inclusive practice in the SEND Guidance")
    page.close()
