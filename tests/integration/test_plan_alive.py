"""The plan is alive: a status with its reason, contacts for the staff, history and undo, on both databases."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from docx import Document
from test_cli import signpost

from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.kept import Kept
from signpost.knowledge.load import Knowledge
from signpost.model import Message, Role
from signpost.plan.alive import Action, Change, Wish, fold, undone
from signpost.plan.board import board
from signpost.service import Assistant
from signpost.storage import Store, plan_events
from signpost.storage.keys import Secret
from signpost.web.app import create_app

NOW = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
SECRET_WORDS = ("waiting for the tender", "hp-office@example.org", "interim head of service")


class Staff:
    """Somebody signed in, in a browser without scripts."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self.client, self.headers = client, {"cookie": f"__Host-signpost={token}"}

    async def sees(self, path: str) -> str:
        return (await self.client.get(path, headers=self.headers)).text

    async def sends(self, subject: str, **fields: str) -> httpx.Response:
        """Send a form of the page as it stands there, with what was filled in."""
        page = await self.sees(f"/plan/manage/{subject}")
        hidden = {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("form_token", "once")}
        data = {name: found[0] for name, found in hidden.items() if found} | fields
        return await self.client.post(f"/plan/manage/{subject}", data=data, headers=self.headers)


@pytest.fixture
def gate(store: Store) -> Gate:
    return Gate(store, Secret(b"k" * 32), lambda: NOW)


@pytest.fixture
async def client(assistant: Assistant, gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client:
        yield client


async def signed_in(client: httpx.AsyncClient, gate: Gate, right: Right) -> Staff:
    token = await gate.sign_in("here", invitation=await gate.invite(right, f"the {right}", dt.timedelta(1), "test"))
    assert token
    return Staff(client, token)


async def test_a_status_is_set_seen_by_anyone_explained_to_staff_and_taken_back(
    client: httpx.AsyncClient, gate: Gate
) -> None:
    board_member = await signed_in(client, gate, Right.COMMISSIONER)
    worker = await signed_in(client, gate, Right.PROFESSIONAL)
    done = await board_member.sends("SP-17", action="status", said="amber", why=SECRET_WORDS[0])
    assert done.status_code == 200 and "Saved." in done.text

    asked = {"q": "who leads on travel training", "role": "professional"}
    assert "amber (set on 26 November 2026)" in (await client.post("/ask", data=asked)).text
    assert "amber (set on 26 November 2026)" in (await client.get("/plan/SP-17")).text
    assert next(iter((await client.get("/plan.json?about=travel training")).json()))["status"] == "amber"
    for path in ("/plan/SP-17", "/plan", "/plan.csv", "/plan.json"):
        assert SECRET_WORDS[0] not in (await client.get(path)).text
    assert SECRET_WORDS[0] in await worker.sees("/plan/manage/SP-17")
    assert SECRET_WORDS[0] in await worker.sees("/plan/manage")
    assert "the commissioner" in await worker.sees("/plan/manage/SP-17")

    refused = await worker.sends("SP-17", action="status", said="green", why="all good")
    assert refused.status_code == 403 and 'name="why"' not in await worker.sees("/plan/manage/SP-17")

    undo = re.search(r'name="undoes" value="(\d+)"', await board_member.sees("/plan/manage/SP-17"))
    assert undo
    assert (await board_member.sends("SP-17", action="undo", undoes=undo.group(1))).status_code == 200
    assert "amber" not in (await client.get("/plan/SP-17")).text
    history = await board_member.sees("/plan/manage/SP-17")
    assert "(taken back)" in history and f"took back change {undo.group(1)}" in history and SECRET_WORDS[0] in history


async def test_contacts_and_successors_are_for_staff_alone(client: httpx.AsyncClient, gate: Gate) -> None:
    curator = await signed_in(client, gate, Right.CURATOR)
    worker = await signed_in(client, gate, Right.PROFESSIONAL)
    assert "Saved." in (await curator.sends("HP", action="contact", said=SECRET_WORDS[1])).text
    assert "Saved." in (await curator.sends("HP", action="successor", said=SECRET_WORDS[2])).text
    page = await worker.sees("/plan/manage/HP")
    assert SECRET_WORDS[1] in page and SECRET_WORDS[2] in page
    for question in ("who leads on autism", "what does HP lead in the action plan", "who is in charge of autism"):
        for role in ("parent", "young-person", "professional", "commissioner"):
            said = (await client.post("/ask", data={"q": question, "role": role})).text
            assert not any(word in said for word in SECRET_WORDS), (question, role)
    for path in ("/plan", "/plan?lead=HP", "/plan/overview", "/plan.csv", "/plan.json", "/plan.ics"):
        shown = (await client.get(path)).text
        assert not any(word in shown for word in SECRET_WORDS), path
    assert (await client.get("/plan/manage/HP")).headers["location"] == "/sign-in"
    await gate.revoke(2, "has left", "test")
    assert SECRET_WORDS[1] not in await worker.sees("/plan/manage/HP")


async def test_the_boards_page_is_a_word_document_too(client: httpx.AsyncClient, gate: Gate) -> None:
    curator = await signed_in(client, gate, Right.CURATOR)
    await curator.sends("SP-17", action="status", said="red", why="no bidder yet")
    got = await client.get("/plan/manage.docx", headers=curator.headers)
    document = Document(io.BytesIO(got.content))
    said = [p.text for p in document.paragraphs]
    assert "SP-17 Travel training scheme: no bidder yet" in said and "No lead (1)" in said
    assert sum(int(row.cells[1].text) for row in document.tables[0].rows[1:]) == 61
    assert [row.cells[2].text for row in document.tables[0].rows].count("1") == 1
    assert (await client.get("/plan/manage.docx")).headers["location"] == "/sign-in"


async def test_what_does_not_fit_is_refused_and_a_form_sent_twice_counts_once(
    client: httpx.AsyncClient, gate: Gate, store: Store
) -> None:
    curator = await signed_in(client, gate, Right.CURATOR)
    for fields in (
        {"action": "status", "said": "blue", "why": "x"}, {"action": "status", "said": "red", "why": " "},
        {"action": "contact", "said": "x"}, {"action": "undo", "undoes": "x"}, {"action": "other"},
        {"action": "status", "said": "red", "why": "late " * 120},
    ):  # fmt: skip
        assert "That was not saved." in (await curator.sends("SP-17", **fields)).text, fields
    assert (await curator.sends("SP-99", action="status", said="red", why="x")).status_code in (403, 404)
    same = {"action": "status", "said": "red", "why": "call 07700 900123", "once": "a" * 32}
    for _ in range(2):
        assert (await curator.sends("SP-17", **same)).status_code == 200
    forged = await client.post("/plan/manage/SP-17", data={**same, "once": "b"}, headers=curator.headers)
    assert forged.status_code == 403
    async with store.read() as session:
        changes = await plan_events.everything(session)
    assert [c.wish.said for c in changes] == ["red"] and "900123" not in changes[0].wish.why


async def test_another_process_sees_a_change(assistant: Assistant, store: Store) -> None:
    kept = Kept(assistant)
    before = kept.now
    async with store.begin() as session:
        await plan_events.add(session, Wish(Action.STATUS, "SP-17", "green", "on track"), by="x", source="s", now=NOW)
    async with store.read() as session:
        await kept.refresh(session)
    said = kept.now.ask(Message("who leads on travel training", Role.PROFESSIONAL)).reply
    assert "green (set on 26 November 2026)" in str(said) and kept.now is kept.now is not before
    assert before.knowledge.plan.by_id["SP-17"].status is None, "an assistant in use never changes"


def change(number: int, said: str, undoes: int | None = None) -> Change:
    action = Action.STATUS if undoes is None else Action.UNDO
    return Change(number, NOW + dt.timedelta(number), "x", Wish(action, "SP-17", said, "why", undoes))


def test_what_holds_is_the_newest_that_was_not_undone_and_an_undo_can_be_undone() -> None:
    changes = [change(1, "red"), change(2, "green")]
    assert fold(changes).status["SP-17"].said == "green"
    changes.append(change(3, "", undoes=2))
    assert fold(changes).status["SP-17"].said == "red"
    changes.append(change(4, "", undoes=3))
    assert fold(changes).status["SP-17"].said == "green" and undone(changes) == {3}
    assert fold([*changes, change(5, "", undoes=2), change(6, "", undoes=1)]).status == {}


def test_what_is_done_is_not_late_and_old_news_is_no_news(known: Knowledge) -> None:
    def with_status(said: str, days_ago: int) -> Knowledge:
        made = Change(1, NOW - dt.timedelta(days_ago), "x", Wish(Action.STATUS, "SP-17", said, "y"))
        return replace(known, plan=replace(known.plan, alive=fold([made])))

    def holds(gap: str, known: Knowledge) -> bool:
        return "SP-17" in [row.milestone.id for row in board(known.plan, NOW).gaps[gap]]

    assert holds("overdue", known) and holds("overdue", with_status("red", 1))
    assert not holds("overdue", with_status("done", 1))
    assert (
        holds("stale", known) and holds("stale", with_status("red", 200)) and not holds("stale", with_status("red", 1))
    )
    whole = board(with_status("red", 1).plan, NOW)
    assert [r.milestone.id for r in whole.gaps["unowned"]] == ["SP-30"]
    assert sum(map(len, whole.colours.values())) == 1 and len(whole.uncoloured) == 60


def test_the_command_line_shows_the_status(tmp_path_factory: pytest.TempPathFactory) -> None:
    import asyncio

    address = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('db')}/x.sqlite3"

    async def recorded() -> None:
        store = await Store.open(address)
        async with store.begin() as session:
            wish = Wish(Action.STATUS, "SP-17", "red", "late")
            await plan_events.add(session, wish, by="x", source="s", now=NOW)
        await store.close()

    asyncio.run(recorded())
    rows = json.loads(signpost("--database", address, "plan", "--json").stdout)
    assert {row["id"]: row["status"] for row in rows if row["status"]} == {"SP-17": "red"}
