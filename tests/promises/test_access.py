"""Nobody sees what is not theirs: every route as every kind of person, generated from the route table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from moving_clock import Clock
from signpost.access.gate import Gate
from signpost.access.provider import Provider
from signpost.access.rights import Right
from signpost.directory.publish import uuid_of
from signpost.service import Assistant
from signpost.settings import Oidc
from signpost.storage import Store, themes
from signpost.storage.keys import Secret
from signpost.storage.sign_ins import IDLE
from signpost.web.app import create_app
from signpost.web.door import Door, check_doors

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
PEOPLE = ["anonymous", "parent", *Right, "expired", "revoked"]
OPEN = {
    "POST /sign-in": 403, "GET /sign-in/council": 403, "POST /sign-in/council": 503, "POST /sign-in/passkey": 403,
}  # fmt: skip
"""What doors that are open to anyone say to an empty form, where it is not 200."""
LET_IN = {"POST /sign-out": 303, "POST /account/passkey": 400, "POST /account/passkey/remove": 303}
"""The same of doors for those whose right fits."""
FILLED = {"topic": "ehc-request", "milestone": "SP-16", "theme": "1", "subject": "SP-16"} | {
    "service": uuid_of("service", "ipsea"),
    "taxonomy": uuid_of("taxonomy", "topics"),
    "term": uuid_of("topic", "ehc-request"),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(store: Store, clock: Clock) -> Gate:
    away = Oidc("http://127.0.0.1:9", "signpost", "secret")  # nobody listens there
    return Gate(store, Secret(b"k" * 32), clock, Provider(away))


@pytest.fixture
def app(assistant: Assistant, gate: Gate) -> Starlette:
    return create_app(assistant, gate)


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        yield client


def doors(app: Starlette) -> list[tuple[Door, str, str]]:
    """Each route with its method and a path that exists."""
    return [
        (route, method, route.path.format(**FILLED))
        for route in app.routes
        if isinstance(route, Door)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


async def session_of(person: str, gate: Gate, clock: Clock) -> str:
    """The cookie's token of such a person, as true as it can be made; empty for those who have none."""
    if person in ("anonymous", "parent"):
        return ""
    right = Right(person) if person in list(Right) else Right.ADMIN
    token = await gate.sign_in(person, invitation=await gate.invite(right, person, dt.timedelta(days=1), "test"))
    assert token
    if person == "expired":
        clock.now += IDLE
    if person == "revoked":
        who = await gate.signed_in(token)
        assert who and await gate.revoke(who.member, "test", "test") == "revoked"
    return token


@pytest.mark.parametrize("person", PEOPLE)
async def test_every_route_as_every_person(
    person: str, app: Starlette, gate: Gate, clock: Clock, client: httpx.AsyncClient
) -> None:
    right = Right(person) if person in list(Right) else None
    checked = 0
    async with gate.store.begin() as session:
        await themes.make(session, "a theme", None, clock.now)
    for door, method, path in doors(app):
        token = await session_of(person, gate, clock)
        headers = {"cookie": f"__Host-signpost={token}"} if token else {}
        form = {"form_token": gate.form_token(token), "role": "parent", "q": "hello"}
        got = await client.request(method, path, headers=headers, data=form if method == "POST" else None)
        if door.rule.anyone:
            assert got.status_code == OPEN.get(f"{method} {path}", 200), (person, method, path)
        elif door.rule.allows(right) and path.startswith("/themes") and method == "POST":
            assert got.status_code in (303, 400), "let in; the empty form is what is refused"
        elif door.rule.allows(right):
            assert got.status_code == LET_IN.get(f"{method} {path}", 200), (person, method, path)
        elif right is None and method == "GET":
            assert (got.status_code, got.headers["location"]) == (303, "/sign-in"), (person, method, path)
        else:
            assert got.status_code == 403, (person, method, path)
        checked += 1
    print(f"\n{person}: {checked} routes, all as documented")
    assert checked >= 20


@pytest.mark.parametrize("person", PEOPLE)
async def test_a_route_for_one_right_lets_in_that_right_alone(
    person: str, gate: Gate, clock: Clock, assistant: Assistant
) -> None:
    from signpost.access.rights import only

    async def secret(_: Request) -> Response:
        return PlainTextResponse("for commissioners")

    app = create_app(assistant, gate)
    app.router.routes.insert(0, Door("/reports/secret", secret, only(Right.COMMISSIONER)))
    token = await session_of(person, gate, clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        got = await client.get("/reports/secret", headers={"cookie": f"__Host-signpost={token}"})
    assert ("for commissioners" in got.text) == (person == "commissioner")


def test_the_document_and_the_routes_agree(app: Starlette) -> None:
    written = dict(re.findall(r"^\| ((?:GET|POST) \S+) \| (.+) \|$", DOCUMENT.read_text("utf-8"), re.M))
    assert written == {f"{method} {door.path}": str(door.rule) for door, method, _ in doors(app)}


def test_a_route_without_a_rule_stops_the_start(app: Starlette) -> None:
    check_doors(app.routes)

    async def forgotten(_: Request) -> Response:
        return PlainTextResponse("")

    for route in (Route("/forgotten", forgotten), Mount("/other", app=Starlette())):
        with pytest.raises(TypeError, match="who may pass"):
            check_doors([*app.routes, route])


async def test_an_invitation_works_once_and_the_token_changes_at_sign_in(gate: Gate, client: httpx.AsyncClient) -> None:
    token = await gate.invite(Right.CURATOR, "SEND team", dt.timedelta(days=7), "test")
    page = await client.get("/sign-in", params={"invitation": token})
    assert "works once" in page.text and page.status_code == 200
    client.cookies.set("__Host-signpost", "planted", domain="signpost.test")
    got = await client.post("/sign-in", data={"invitation": token})
    assert (got.status_code, got.headers["location"]) == (303, "/account")
    cookie = got.headers["set-cookie"]
    assert cookie.startswith("__Host-signpost=") and "planted" not in cookie
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; ")) and "Domain" not in cookie
    client.cookies.clear()
    value = cookie.partition("=")[2].partition(";")[0]
    client.cookies.set("__Host-signpost", value, domain="signpost.test")
    account = await client.get("/account")
    assert "SEND team" in account.text and "looking after the answers" in account.text
    again = await client.post("/sign-in", data={"invitation": token})
    assert again.status_code == 403 and "set-cookie" not in again.headers
    assert token not in repr(account.headers) and value not in account.text


async def test_forms_of_others_are_refused(gate: Gate, clock: Clock, client: httpx.AsyncClient) -> None:
    token = await session_of("admin", gate, clock)
    cookie = {"cookie": f"__Host-signpost={token}"}
    good = {"form_token": gate.form_token(token)}
    assert (await client.post("/account/code", headers=cookie)).status_code == 403
    assert (await client.post("/account/code", headers=cookie, data={"form_token": "x"})).status_code == 403
    for header in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}, {"origin": "null"}):
        assert (await client.post("/account/code", headers=cookie | header, data=good)).status_code == 403
        assert (await client.post("/sign-in", headers=header, data={"code": "x"})).status_code == 403
    ours = {"sec-fetch-site": "same-origin", "origin": "https://signpost.test"}
    assert (await client.post("/account/code", headers=cookie | ours, data=good)).status_code == 200


async def test_guessing_is_stopped(gate: Gate, clock: Clock, client: httpx.AsyncClient) -> None:
    who = await gate.signed_in(await session_of("admin", gate, clock))
    assert who
    async with gate.store.begin() as session:
        code = await gate.make_code(session, who.member, "web")
    for _ in range(5):
        assert (await client.post("/sign-in", data={"code": "AAAAAAAAAA"})).status_code == 403
    assert (await client.post("/sign-in", data={"code": code})).status_code == 429
    clock.now += dt.timedelta(minutes=15)
    async with gate.store.begin() as session:
        code = await gate.make_code(session, who.member, "web")
    spaced = f" {code[:5].lower()}-{code[5:]} "
    assert (await client.post("/sign-in", data={"code": spaced})).status_code == 303
    assert (await client.post("/sign-in", data={"code": spaced})).status_code == 403, "used up"


async def test_codes_expire_and_serve_one_purpose(gate: Gate, clock: Clock) -> None:
    who = await gate.signed_in(await session_of("professional", gate, clock))
    assert who
    ann = gate.secret.who("telegram", 7)
    async with gate.store.begin() as session:
        for_web = await gate.make_code(session, who.member, "web")
        assert await gate.link_telegram(session, for_web, ann) is None
        linking = await gate.make_code(session, who.member, "telegram")
        assert await gate.link_telegram(session, linking, ann) == who
        assert await gate.on_telegram(session, ann) == who
        late = await gate.make_code(session, who.member, "web")
    clock.now += dt.timedelta(minutes=10)
    assert await gate.sign_in("x", code=late) is None
    await gate.revoke(who.member, "test", "test")
    async with gate.store.read() as session:
        assert await gate.on_telegram(session, ann) is None


async def test_sessions_idle_out_and_end_after_twelve_hours(gate: Gate, clock: Clock) -> None:
    token = await session_of("curator", gate, clock)
    began = clock.now
    while clock.now < began + dt.timedelta(hours=11, minutes=50):
        clock.now += dt.timedelta(minutes=10)
        assert await gate.signed_in(token)
    clock.now += dt.timedelta(minutes=10)
    assert await gate.signed_in(token) is None
    token = await session_of("curator", gate, clock)
    clock.now += IDLE
    assert await gate.signed_in(token) is None
    token = await session_of("curator", gate, clock)
    await gate.sign_out(token)
    assert await gate.signed_in(token) is None


async def test_an_invitation_is_taken_by_telegram_or_withdrawn_or_expires(gate: Gate, clock: Clock) -> None:
    ann = gate.secret.who("telegram", 7)
    first = await gate.invite(Right.PROFESSIONAL, "school", dt.timedelta(days=1), "test")
    async with gate.store.begin() as session:
        who = await gate.accept(session, first, ann)
        assert who and who.right is Right.PROFESSIONAL and await gate.on_telegram(session, ann) == who
        assert await gate.accept(session, first, ann) is None
    second = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    assert await gate.withdraw(2, "typing error", "test") == "office"
    assert await gate.sign_in("x", invitation=second) is None
    third = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    clock.now += dt.timedelta(days=1)
    assert await gate.sign_in("x", invitation=third) is None


async def test_no_token_or_code_lies_in_the_database(gate: Gate, clock: Clock, store: Store, tmp_path: Path) -> None:
    from signpost.storage import backup

    offered = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    token = await session_of("admin", gate, clock)
    who = await gate.signed_in(token)
    assert who
    async with store.begin() as session:
        code = await gate.make_code(session, who.member, "web")
    await gate.sign_in("192.0.2.7", code="wrong")
    await backup.backup(store, tmp_path / "all")
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    for word in (offered, token, code, "192.0.2.7"):
        assert word.encode() not in held


async def test_without_https_there_is_sign_in_on_this_machine_only(app: Starlette, gate: Gate) -> None:
    token = await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test")
    for base, status in (("http://council.test", 403), ("http://127.0.0.1:8080", 303)):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base) as client:
            got = await client.post("/sign-in", data={"invitation": token})
            assert got.status_code == status
            if status == 303:
                assert got.headers["set-cookie"].startswith("signpost=")
            else:
                assert "over https only" in (await client.get("/sign-in", params={"invitation": token})).text
