"""Council accounts and passkeys as people use them, in Chromium, with its virtual authenticator for the device."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from running import access, invited
from test_browser import faults

from oidc_provider import OidcProvider

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def named(site: str) -> str:
    """The site under a name: passkeys belong to names, not to numbers."""
    return site.replace("127.0.0.1", "localhost")


def listed(label: str) -> str:
    """The newest line of `signpost access list` with that label."""
    return [line for line in access("list").splitlines() if f"  {label}  since" in line][-1]


def device(page: Page) -> tuple[CDPSession, str]:
    """A phone that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_council_account_takes_up_an_invitation_and_comes_back(page: Page, site: str, provider: OidcProvider) -> None:
    provider.subject = "cara"
    page.goto(invited(site, "curator", "SEND team"))
    page.click("text=Use the link with my council account")
    expect(page.locator("h1")).to_have_text("Council sign-in")
    page.click("text=I am cara")
    expect(page.locator("main")).to_contain_text("SEND team")
    assert listed("SEND team").endswith(", council account")
    page.click("text=Sign out")
    page.click("text=Sign in with a council account")
    page.click("text=Cancel")
    expect(page.locator("[role=alert]")).to_contain_text("You did not sign in")
    page.click("text=Sign in with a council account")
    page.click("text=I am cara")
    expect(page.locator("h1")).to_have_text("Your account")
    page.click("text=Sign out")
    provider.subject = "dan"
    page.click("text=Sign in with a council account")
    page.click("text=I am dan")
    expect(page.locator("[role=alert]")).to_contain_text("no right here yet")


def test_a_passkey_is_added_used_and_removed(page: Page, named: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    device(page)
    page.goto(invited(named, "curator", "Reading room"))
    page.click("main form[action='/sign-in'] button")
    expect(page.locator("#no-passkey")).to_be_hidden()
    page.click("text=Add a passkey")
    expect(page.locator("main")).to_contain_text("not used yet")
    assert listed("Reading room").endswith(", passkey")
    page.click("text=Sign out")
    page.click("text=Sign in with a passkey")
    expect(page.locator("h1")).to_have_text("Your account")
    expect(page.locator("main")).to_contain_text("Reading room")
    expect(page.locator("main")).to_contain_text("last used on")
    page.get_by_role("button", name="Remove the passkey added on").click()
    expect(page.locator("main")).not_to_contain_text("last used on")
    page.click("text=Sign out")
    page.click("text=Sign in with a passkey")
    expect(page.locator("[role=alert]")).to_contain_text("does not fit")
    assert said == ["Failed to load resource: the server responded with a status of 403 (Forbidden)"], said


def test_a_copied_passkey_and_an_unknown_person_are_refused(page: Page, named: str) -> None:
    session, phone = device(page)
    page.goto(invited(named, "curator", "Reading room"))
    page.click("main form[action='/sign-in'] button")
    page.click("text=Add a passkey")
    expect(page.locator("main")).to_contain_text("not used yet")
    (copied,) = session.send("WebAuthn.getCredentials", {"authenticatorId": phone})["credentials"]
    page.click("text=Sign out")
    page.click("text=Sign in with a passkey")
    expect(page.locator("h1")).to_have_text("Your account")
    page.click("text=Sign out")
    expect(page.locator("h1")).to_have_text("Sign in")
    session.send("WebAuthn.clearCredentials", {"authenticatorId": phone})
    session.send("WebAuthn.addCredential", {"authenticatorId": phone, "credential": copied})
    page.click("text=Sign in with a passkey")
    expect(page.locator("[role=alert]")).to_contain_text("does not fit")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": phone, "isUserVerified": False})
    page.click("text=Sign in with a passkey")
    expect(page.locator("form[data-passkey] [role=status]")).to_contain_text("That did not work")


@pytest.mark.parametrize("lacks", ["scripts", "passkeys"])
def test_without_scripts_or_in_an_old_browser_the_pages_say_so_and_codes_work(
    browser: Browser, named: str, lacks: str
) -> None:
    context = browser.new_context(java_script_enabled=lacks != "scripts")
    context.add_init_script("delete window.PublicKeyCredential")
    page = context.new_page()
    page.goto(named + "/sign-in")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    expect(page.locator("#no-passkey")).to_contain_text("Use a code instead")
    expect(page.locator("#code")).to_be_visible()
    page.goto(invited(named, "curator", "Reading room"))
    page.click("main form[action='/sign-in'] button")
    expect(page.locator("#no-passkey")).to_contain_text("Link your Telegram instead")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    page.click("text=Make a code for Telegram")
    expect(page.locator("main")).to_contain_text("/start ")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, named: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 320, "height": 640})
    page = context.new_page()
    device(page)
    page.goto(invited(named, "curator", "Reading room"))
    assert faults(page) == [], "an invitation"
    page.click("main form[action='/sign-in'] button")
    page.click("text=Add a passkey")
    expect(page.locator("main")).to_contain_text("not used yet")
    assert faults(page) == [], "account"
    page.click("text=Sign out")
    assert faults(page) == [], "sign in"
    # nothing comes of going on, so the page stays to be looked at
    page.route("**/authorize**", lambda route: route.fulfill(status=204))
    page.click("text=Sign in with a council account")
    expect(page.locator("h1")).to_have_text("On to your council")
    assert faults(page) == [], "on the way"
    context.close()
