"""The curators' page: the same explanation as in the terminal, by POST only, and nothing kept."""

from __future__ import annotations

import datetime as dt
import html
from pathlib import Path

import httpx
import pytest

from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.explain import explain
from signpost.match.decide import costs
from signpost.model import Message
from signpost.service import Assistant
from signpost.storage import Store
from signpost.storage.keys import Secret
from signpost.terminal import explained
from signpost.web.app import create_app

QUESTION = "who pays for school transprot for my 9 yr old in ely, not about short breaks"


def test_one_structure_holds_what_decided(assistant: Assistant) -> None:
    answered = assistant.ask(Message(QUESTION), explain=True)
    why = explain(answered)
    assert why and answered.match
    understood = dict(why.understood)
    assert understood["explain.repaired"].startswith("transprot → transport")
    assert understood["explain.ages"] == "9" and understood["explain.ruled-out"] == "short breaks"
    assert [c.expected for c in why.costs] == sorted(costs(answered.match).values())
    assert why.costs[0].way == answered.reply.outcome
    assert why.candidates[0].evidence.example and why.candidates[0].evidence.words
    text = explained(why, assistant.parts.composer.words)
    assert all(part in text for part in ("transprot → transport", "Ruled out", why.candidates[0].evidence.example))


async def test_curators_see_it_and_nothing_is_kept(assistant: Assistant, tmp_path: Path) -> None:
    gate = Gate(await Store.open(f"sqlite+aiosqlite:///{tmp_path}/db"), Secret(b"k" * 32))
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        invitation = await gate.invite(Right.CURATOR, "curator", dt.timedelta(days=1), "test")
        token = await gate.sign_in("x", invitation=invitation)
        assert token
        cookie = {"cookie": f"__Host-signpost={token}"}
        asked = {"q": f"<b>zebra</b> {QUESTION}", "form_token": gate.form_token(token)}
        assert "Explain" in (await client.get("/explain", headers=cookie)).text
        got = await client.post("/explain", headers=cookie, data=asked)
        page = html.unescape(got.text)
        assert got.status_code == 200 and got.headers["cache-control"] == "no-store"
        assert "<b>zebra</b>" not in got.text and "transprot → transport" in page
        for part in ("school-transport", "Carried by the example", "Expected cost", "off_topic"):
            assert part in page
        assert (await client.get("/explain", params={"q": "zebra"}, headers=cookie)).text.count("zebra") == 0
    await gate.store.close()
    assert b"zebra" not in b"".join(f.read_bytes() for f in tmp_path.iterdir() if f.is_file())


@pytest.mark.parametrize("right", [Right.PROFESSIONAL, Right.COMMISSIONER])
async def test_others_do_not(assistant: Assistant, tmp_path: Path, right: Right) -> None:
    gate = Gate(await Store.open(f"sqlite+aiosqlite:///{tmp_path}/db"), Secret(b"k" * 32))
    token = await gate.sign_in("x", invitation=await gate.invite(right, "x", dt.timedelta(days=1), "test"))
    assert token
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        data = {"q": "x", "form_token": gate.form_token(token)}
        got = await client.post("/explain", headers={"cookie": f"__Host-signpost={token}"}, data=data)
        assert got.status_code == 403
    await gate.store.close()
