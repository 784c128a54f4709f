"""Passkeys against the server alone, with a device in software that can also do wrong."""

from __future__ import annotations

import datetime as dt
import json
import random
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from moving_clock import Clock
from signpost.access.gate import Gate
from signpost.access.passkeys import Passkeys, Site
from signpost.access.rights import Right
from signpost.service import Assistant
from signpost.storage import Store, audit
from signpost.storage.keys import Secret
from signpost.web.app import create_app
from soft_device import SoftDevice, text

SITE = Site("signpost.test", "https://signpost.test")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(store: Store, clock: Clock) -> Gate:
    return Gate(store, Secret(b"k" * 32), clock)


@pytest.fixture
async def client(assistant: Assistant, gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url=SITE.origin) as client:
        yield client


async def invited(client: httpx.AsyncClient, gate: Gate, label: str) -> dict[str, str]:
    """Sign somebody in by a link; the token that their forms carry."""
    token = await gate.invite(Right.CURATOR, label, dt.timedelta(days=1), "test")
    client.cookies.clear()
    assert (await client.post("/sign-in", data={"invitation": token})).status_code == 303
    return {"form_token": gate.form_token(client.cookies["__Host-signpost"])}


async def add(client: httpx.AsyncClient, form: dict[str, str], device: SoftDevice) -> httpx.Response:
    options = (await client.post("/account/passkey/challenge", data=form)).json()
    return await client.post("/account/passkey", data=form | {"proof": json.dumps(device.make(options))})


async def asked(client: httpx.AsyncClient) -> dict[str, Any]:
    options: dict[str, Any] = (await client.post("/sign-in/passkey/challenge")).json()
    return options


async def sign_in(client: httpx.AsyncClient, proof: dict[str, Any]) -> httpx.Response:
    client.cookies.clear()
    return await client.post("/sign-in/passkey", data={"proof": json.dumps(proof)})


async def test_a_passkey_is_added_used_and_removed(client: httpx.AsyncClient, gate: Gate) -> None:
    form, device = await invited(client, gate, "SEND team"), SoftDevice()
    options = (await client.post("/account/passkey/challenge", data=form)).json()
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["user"]["name"] == "SEND team" and "SEND" not in str(urlsafe_b64decode(options["user"]["id"] + "=="))
    assert (await add(client, form, device)).status_code == 303
    known = (await client.post("/account/passkey/challenge", data=form)).json()["excludeCredentials"]
    assert [k["id"] for k in known] == [text(device.ident)], "a device is asked for one passkey, not two"
    page = (await client.get("/account")).text
    assert "Added on 26 November 2026, 09:30, not used yet" in page
    got = await sign_in(client, device.sign(await asked(client)))
    assert (got.status_code, got.headers["location"]) == (303, "/account")
    page = (await client.get("/account")).text
    assert "SEND team" in page and "last used on 26 November 2026" in page
    form = {"form_token": gate.form_token(client.cookies["__Host-signpost"])}
    for wrong in ("", "x", "99", "9" * 30):
        await client.post("/account/passkey/remove", data=form | {"passkey": wrong})
    assert "Added on" in (await client.get("/account")).text
    await client.post("/account/passkey/remove", data=form | {"passkey": "1"})
    assert "Added on" not in (await client.get("/account")).text
    assert (await sign_in(client, device.sign(await asked(client)))).status_code == 403
    async with gate.store.read() as session:
        assert [d.action for d in await audit.latest(session)] == ["unlink", "link", "accept", "invite"]


async def test_a_proof_works_once_for_what_was_asked(client: httpx.AsyncClient, gate: Gate, clock: Clock) -> None:
    device = SoftDevice()
    await add(client, await invited(client, gate, "SEND team"), device)
    proof = device.sign(await asked(client))
    assert (await sign_in(client, proof)).status_code == 303
    assert (await sign_in(client, proof)).status_code == 403, "played again"
    made_up = {"challenge": text(b"x" * 64), "rpId": "signpost.test"}
    assert (await sign_in(client, device.sign(made_up))).status_code == 403
    late = device.sign(await asked(client))
    clock.now += dt.timedelta(minutes=10)
    got = await sign_in(client, late)
    assert got.status_code == 403 and "took too long" in got.text and "signpost=" not in str(got.headers)
    assert (await sign_in(client, device.sign(await asked(client)))).status_code == 303


async def test_a_device_that_does_wrong_is_refused(client: httpx.AsyncClient, gate: Gate, clock: Clock) -> None:
    device, other = SoftDevice(), SoftDevice()
    form = await invited(client, gate, "SEND team")
    await add(client, form, device)
    for _ in range(3):
        assert (await sign_in(client, device.sign(await asked(client)))).status_code == 303

    async def refused(why: str, **changed: Any) -> None:
        before = {name: getattr(device, name) for name in changed}
        for name, value in changed.items():
            setattr(device, name, value)
        options = await asked(client)
        if why == "another host":
            options["rpId"] = "evil.test"
        assert (await sign_in(client, device.sign(options))).status_code == 403, why
        for name, value in before.items():
            setattr(device, name, value)
        clock.now += dt.timedelta(minutes=15)

    await refused("a copy that has signed less often", count=1)
    await refused("nobody was made sure of", verified=False)
    await refused("another page", origin="https://evil.test")
    await refused("another host")
    await refused("another key", key=other.key)
    await refused("another person's handle", handle=b"x" * 32)
    await refused("unknown", ident=other.ident)
    assert (await sign_in(client, device.sign(await asked(client)))).status_code == 303


async def test_nobody_takes_or_removes_what_is_anothers(client: httpx.AsyncClient, gate: Gate) -> None:
    ann, bob = SoftDevice(), SoftDevice()
    first = await invited(client, gate, "ann")
    for_ann = (await client.post("/account/passkey/challenge", data=first)).json()
    assert (await add(client, first, ann)).status_code == 303
    second = await invited(client, gate, "bob")
    stolen = await client.post("/account/passkey", data=second | {"proof": json.dumps(bob.make(for_ann))})
    assert stolen.status_code == 400 and "could not be kept" in stolen.text
    handle = ann.handle
    assert (await add(client, second, ann)).status_code == 400, "a passkey belongs to one"
    ann.handle = handle
    bob.verified = False
    assert (await add(client, second, bob)).status_code == 400
    bob.verified, bob.origin = True, "https://evil.test"
    assert (await add(client, second, bob)).status_code == 400
    await client.post("/account/passkey/remove", data=second | {"passkey": "1"})
    assert (await client.post("/account/passkey/remove", data={"passkey": "1"})).status_code == 403
    assert (await sign_in(client, ann.sign(await asked(client)))).status_code == 303
    who = await gate.signed_in(client.cookies["__Host-signpost"])
    assert who and who.label == "ann" and await gate.revoke(who.member, "left", "test")
    assert (await sign_in(client, ann.sign(await asked(client)))).status_code == 403


async def test_guessing_is_stopped_and_other_sites_are_refused(client: httpx.AsyncClient, gate: Gate) -> None:
    device = SoftDevice()
    await add(client, await invited(client, gate, "SEND team"), device)
    for path in ("/sign-in/passkey/challenge", "/sign-in/passkey"):
        assert (await client.post(path, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    for _ in range(5):
        assert (await sign_in(client, {})).status_code == 403
    assert (await sign_in(client, device.sign(await asked(client)))).status_code == 429
    plain = httpx.ASGITransport(app=client._transport.app)  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=plain, base_url="http://council.test") as unsafe:
        assert (await unsafe.post("/sign-in/passkey/challenge")).status_code == 403
        assert "over https only" in (await unsafe.post("/sign-in/passkey")).text


async def test_broken_proofs_are_refused_and_break_nothing(store: Store, clock: Clock) -> None:
    gate, device, draw = Gate(store, Secret(b"k" * 32), clock), SoftDevice(), random.Random(4)
    token = await gate.sign_in("x", invitation=await gate.invite(Right.ADMIN, "office", dt.timedelta(days=1), "test"))
    who = await gate.signed_in(token or "")
    assert who
    passkeys = Passkeys(gate)
    made = device.make(json.loads(await passkeys.ask_new(who, SITE)))
    assert await passkeys.add(who, json.dumps(made), SITE)
    odd = [
        "",
        "null",
        "[]",
        "{}",
        '"x"',
        "[" * 5_000,
        "\x00",
        '{"id": "\\ud800", "rawId": "\\u0000", "type": "public-key"}',
    ]
    for n in range(len(odd) + 60):
        first, again = device.make(json.loads(await passkeys.ask_new(who, SITE))), await passkeys.ask(SITE)
        proofs = [broken(first, draw), broken(device.sign(json.loads(again)), draw)]
        new, known = (odd[n], odd[n]) if n < len(odd) else proofs
        await passkeys.add(who, new, SITE)  # a new key is signed by nobody: some changes only make one that never fits
        assert await passkeys.sign_in(f"address {n}", known, SITE) is None, known
    whole = device.sign(json.loads(await passkeys.ask(SITE)))
    assert await passkeys.sign_in("address", json.dumps(whole), SITE)


def broken(proof: dict[str, Any], draw: random.Random) -> str:
    """The proof with one value of its response cut short, made longer, or with a byte changed."""
    response = dict(proof["response"])
    name = draw.choice(sorted(set(response) - {"userHandle"}))
    value = bytearray(urlsafe_b64decode(response[name] + "=="))
    match draw.randrange(3):
        case 0:
            del value[draw.randrange(len(value)) :]
        case 1:
            value[draw.randrange(len(value))] ^= 1 << draw.randrange(8)
        case _:
            value = bytearray(draw.randbytes(len(value)))
    return json.dumps(proof | {"response": response | {name: text(bytes(value))}})
