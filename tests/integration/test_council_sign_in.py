"""Sign-in with a council account, against a provider that answers over HTTP, rightly and wrongly."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from moving_clock import Clock
from oidc_provider import CLIENT, SECRET, OidcProvider
from signpost.access.gate import Gate
from signpost.access.provider import Provider
from signpost.access.rights import Right
from signpost.errors import SettingError
from signpost.service import Assistant
from signpost.settings import Oidc, from_environment
from signpost.storage import Store, audit, backup
from signpost.storage.keys import Secret
from signpost.web.app import create_app

NAMES = ("SIGNPOST_OIDC_ISSUER", "SIGNPOST_OIDC_CLIENT_ID", "SIGNPOST_OIDC_CLIENT_SECRET")
GOOD = dict(zip(NAMES, ("https://login.council.test/tenant", "signpost", "s3cret"), strict=True))


@pytest.fixture(scope="module")
def running() -> Iterator[OidcProvider]:
    provider = OidcProvider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running: OidcProvider) -> OidcProvider:
    running.subject, running.fault = "ann-7f3c", ""
    return running


@pytest.fixture
def gate(store: Store, provider: OidcProvider) -> Gate:
    return Gate(store, Secret(b"k" * 32), Clock(), Provider(Oidc(provider.issuer, CLIENT, SECRET)))


@pytest.fixture
async def client(assistant: Assistant, gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        yield client


async def to_provider(client: httpx.AsyncClient, invitation: str = "") -> str:
    """Press the button; where the browser is sent."""
    begun = await client.post("/sign-in/council", data={"invitation": invitation})
    assert begun.status_code == 200, begun.text
    return begun.headers["refresh"].partition("url=")[2]


async def agree(url: str, stop: bool = False) -> str:
    """Say yes (or no) at the provider; where it sends the browser back to."""
    async with httpx.AsyncClient() as web:
        assert "Council sign-in" in (await web.get(url)).text
        sent = await web.post(url, data={"stop": "1"} if stop else {})
    assert sent.status_code == 303
    return sent.headers["location"]


async def sign_in(client: httpx.AsyncClient, invitation: str = "") -> httpx.Response:
    return await client.get(await agree(await to_provider(client, invitation)))


async def test_an_account_gets_its_right_by_an_invitation_and_comes_back_without_one(
    client: httpx.AsyncClient, gate: Gate, tmp_path: Path
) -> None:
    refused = await sign_in(client)
    assert refused.status_code == 403 and "no right here yet" in refused.text
    assert "signpost=" not in refused.headers.get("set-cookie", "").replace("signpost-council=", "")
    token = await gate.invite(Right.COMMISSIONER, "Planning board", dt.timedelta(days=1), "test")
    shown = (await client.get("/sign-in", params={"invitation": token})).text
    assert 'action="/sign-in/council"' in shown
    got = await sign_in(client, token)
    assert (got.status_code, got.headers["location"]) == (303, "/account")
    session = client.cookies["__Host-signpost"]
    assert "Planning board" in (await client.get("/account")).text
    assert "__Host-signpost-council" not in client.cookies, "the state is used up"
    again = await sign_in(client)
    assert again.status_code == 303 and client.cookies["__Host-signpost"] != session, "a new token at each sign-in"
    assert await gate.signed_in(session) is None, "the session that was open has ended"
    assert (await sign_in(client, token)).status_code == 403, "an invitation works once"
    async with gate.store.read() as reading:
        assert ("accept", "with a council account") in {(d.action, d.why) for d in await audit.latest(reading)}
    await backup.backup(gate.store, tmp_path / "all")
    held = (tmp_path / "all").read_bytes()
    for word in (b"ann-7f3c", b"ann@council.test", token.encode(), client.cookies["__Host-signpost"].encode()):
        assert word not in held, "the account is kept as a keyed hash, of its claims nothing"


async def test_another_account_and_a_revoked_right_are_refused(
    client: httpx.AsyncClient, gate: Gate, provider: OidcProvider
) -> None:
    token = await gate.invite(Right.CURATOR, "SEND team", dt.timedelta(days=1), "test")
    await sign_in(client, token)
    provider.subject = "bob"
    assert "no right here yet" in (await sign_in(client)).text
    provider.subject = "ann-7f3c"
    assert (await sign_in(client)).status_code == 303
    who = await gate.signed_in(client.cookies["__Host-signpost"])
    assert who and await gate.revoke(who.member, "left", "test")
    assert (await client.get("/account")).status_code == 303
    assert "no right here yet" in (await sign_in(client)).text


async def test_a_wrong_token_proves_nothing(client: httpx.AsyncClient, gate: Gate, provider: OidcProvider) -> None:
    token = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    assert isinstance(gate.clock, Clock)
    for fault in ("nonce", "expired", "issuer", "audience", "nobody", "unsigned", "signature", "no token"):
        provider.fault = fault
        got = await sign_in(client, token)
        assert got.status_code == 403 and "could not be sure" in got.text, fault
        assert "__Host-signpost" not in client.cookies, fault
        gate.clock.now += dt.timedelta(minutes=15)  # each counts as a failure
    provider.fault = ""
    assert (await sign_in(client, token)).status_code == 303, "the invitation is not used up by it"


async def test_a_state_works_once_in_its_own_browser_and_soon(client: httpx.AsyncClient, gate: Gate) -> None:
    token = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    back = await agree(await to_provider(client, token))
    state = client.cookies["__Host-signpost-council"]
    client.cookies.clear()
    assert (await client.get(back)).status_code == 403, "another browser"
    with_state = {"cookie": f"__Host-signpost-council={state}"}
    assert (await client.get(back, headers=with_state)).status_code == 303
    client.cookies.clear()
    replayed = await client.get(back, headers=with_state)
    assert replayed.status_code == 403 and "start again" in replayed.text
    late = await agree(await to_provider(client))
    assert isinstance(gate.clock, Clock)
    gate.clock.now += dt.timedelta(minutes=10)
    assert (await client.get(late)).status_code == 403
    for made_up in ("", "?state=x&code=y", f"?state={state}", "?error=access_denied"):
        assert (await client.get("/sign-in/council" + made_up)).status_code == 403
    cross = await client.post("/sign-in/council", headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403 and "refresh" not in cross.headers


async def test_wrong_proofs_lock_out_and_stopping_does_not(client: httpx.AsyncClient, provider: OidcProvider) -> None:
    for _ in range(6):
        stopped = await client.get(await agree(await to_provider(client), stop=True))
        assert stopped.status_code == 403 and "You can start again" in stopped.text
    provider.fault = "signature"
    for _ in range(5):
        assert (await sign_in(client)).status_code == 403
    provider.fault = ""
    assert (await client.post("/sign-in", data={"code": "AAAAAAAAAA"})).status_code == 429


async def test_without_the_provider_there_is_one_clear_page_and_the_rest_works(
    client: httpx.AsyncClient, gate: Gate, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    for fault in ("down", "junk", "half", "another issuer"):
        provider.fault = fault
        away = await client.post("/sign-in/council")
        assert away.status_code == 503 and "does not answer right now" in away.text and 'name="code"' in away.text, (
            fault
        )
    assert caplog.text.count("council's sign-in") == 4
    token = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    assert (await client.post("/sign-in", data={"invitation": token})).status_code == 303
    assert (await client.get("/")).status_code == 200
    provider.fault = ""
    await to_provider(client)


async def test_a_provider_that_goes_away_on_the_way_is_said_too(
    client: httpx.AsyncClient, provider: OidcProvider
) -> None:
    back = await agree(await to_provider(client))
    provider.fault = "token down"
    assert (await client.get(back)).status_code == 503


async def test_a_wrong_secret_is_the_settings_fault_and_counts_against_nobody(
    assistant: Assistant, store: Store, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(store, Secret(b"k" * 32), Clock(), Provider(Oidc(provider.issuer, CLIENT, "wrong")))
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        for _ in range(6):
            assert (await sign_in(client)).status_code == 503
    assert "id and secret" in caplog.text


async def test_without_the_setting_there_is_no_such_way(assistant: Assistant, store: Store) -> None:
    transport = httpx.ASGITransport(app=create_app(assistant, Gate(store, Secret(b"k" * 32))))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        assert "council" not in (await client.get("/sign-in")).text
        assert (await client.post("/sign-in/council")).status_code == 404


@pytest.mark.parametrize(
    ("change", "named", "why"),
    [
        ({NAMES[0]: ""}, NAMES[0], "is missing"),
        ({NAMES[1]: ""}, NAMES[1], "is missing"),
        ({NAMES[2]: ""}, NAMES[2], "is missing"),
        ({NAMES[0]: "login.council.test"}, NAMES[0], "https address"),
        ({NAMES[0]: "http://login.council.test"}, NAMES[0], "https address"),
        ({NAMES[0]: "https://login.council.test/?a=b"}, NAMES[0], "https address"),
    ],
)
def test_a_half_or_wrong_setting_is_one_line_that_names_it(change: dict[str, str], named: str, why: str) -> None:
    with pytest.raises(SettingError, match=why) as wrong:
        from_environment(GOOD | change)
    assert wrong.value.name == named and "s3cret" not in str(wrong.value)


def test_the_settings_are_read_and_the_secret_is_not_shown() -> None:
    settings = from_environment(GOOD)
    assert settings.oidc == Oidc(*GOOD.values()) and "s3cret" not in repr(settings)
    assert from_environment({}).oidc is None
