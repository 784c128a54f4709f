"""The plan is alive: a status with its reason, contacts for the staff, history and undo, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

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
from signpost.storage import Store, audit, plan_events
from signpost.storage.dispositions import Recorded, record
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
    app = create_app(assistant, gate)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),  # at its end the journal writes what it still has
        httpx.AsyncClient(transport=transport, base_url="https://signpost.test") as client,
    ):
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
    assert [row["id"] for row in (await client.get("/plan.json?rag=amber")).json()] == ["SP-17"]
    assert (await client.get("/plan.json?rag=red")).json() == [] and len(
        (await client.get("/plan.json?rag=x")).json()
    ) == 61
    assert '<option value="amber" selected>' in (await client.get("/plan?rag=amber")).text
    for question, fits in (("which milestones are amber", True), ("red milestones", False)):
        said = (await client.post("/ask", data={"q": question, "role": "commissioner"})).text
        assert ("SP-17" in said, "marked" in said) == (fits, True), question
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
    assert "No month has been counted yet." in said
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


def test_the_command_line_sets_a_status_shows_it_and_takes_it_back(tmp_path: Path) -> None:
    address = f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}"

    def plan(*given: str) -> subprocess.CompletedProcess[str]:
        return signpost("--database", address, "plan", *given)

    def red() -> list[str]:
        return [row["id"] for row in json.loads(plan("--json").stdout) if row["status"]]

    by = ("--by", "SEND board")
    done = plan("set-status", "sp-17", "red", "--reason", "late, ring Aisha Khan on 07700 900123", *by)
    assert done.stdout == "change 1: SP-17 is red\n" and red() == ["SP-17"]
    for wrong, said in (
        (("set-status", "SP-99", "red", "--reason", "x"), "there is no milestone 'SP-99'"),
        (("set-status", "SP-17", "red", "--reason", " "), "a reason has 1 to 500 characters"),
        (("undo", "9"), "there is no change 9"),
    ):
        refused = plan(*wrong, *by)
        assert refused.returncode == 1 and refused.stderr == f"signpost: {said}\n", wrong
    assert plan("undo", "1", *by).stdout == "change 2: change 1 is taken back\n" and red() == []

    async def noted() -> tuple[list[Change], list[audit.Deed]]:
        store = await Store.open(address)
        async with store.read() as session:
            found = await plan_events.everything(session), await audit.latest(session)
        await store.close()
        return found

    changes, deeds = asyncio.run(noted())
    assert [c.by for c in changes] == ["SEND board (command line)"] * 2 and "900123" not in changes[0].wish.why
    assert [(d.actor, d.action, d.subject) for d in reversed(deeds)] == [
        ("SEND board (command line)", "plan status red", "SP-17"), ("SEND board (command line)", "plan undo", "SP-17"),
    ]  # fmt: skip


NEW_ONE = {"outcome": "SP-A", "text": "Open a sensory room in each area special school", "due": "2027-03", "lead": "hp, QZ",
           "reporting": "MC", "why": "asked for by the forum"}  # fmt: skip


async def test_a_new_milestone_stands_beside_the_plan_and_can_be_taken_back(
    client: httpx.AsyncClient, gate: Gate, assistant: Assistant
) -> None:
    board_member = await signed_in(client, gate, Right.COMMISSIONER)
    worker = await signed_in(client, gate, Right.PROFESSIONAL)
    assert (await worker.sends("new", **NEW_ONE)).status_code == 403
    done = await board_member.sends("new", **NEW_ONE)
    path = done.headers["location"]
    ident = path.rpartition("/")[2]
    assert done.status_code == 303 and ident.startswith("NEW-") and ident not in assistant.knowledge.plan.by_id

    asked = {"q": "who leads on the sensory room in each special school", "role": "professional"}
    said = (await client.post("/ask", data=asked)).text
    assert f"{ident} Open a sensory room" in said and "added on 26 November 2026" in said and "HP QZ" in said
    assert "it is not in the plan as it was received" in said
    for question in (f"milestone {ident}", "what does QZ lead", "what is due in March 2027"):
        assert ident in (await client.post("/ask", data={"q": question, "role": "commissioner"})).text, question
    for shown in ("/plan", "/plan?lead=QZ", f"/plan/{ident}"):
        assert "added on 26 November 2026" in (await client.get(shown)).text, shown
    assert f"{ident},specialist" in (await client.get("/plan.csv")).text
    assert f"{ident}-2027-03@" in (await client.get("/plan.ics")).text
    held = {row["id"]: row for row in (await client.get("/plan.json")).json()}
    assert held[ident]["added"] == "2026-11-26" and held[ident]["leads"] == ["HP", "QZ"] and len(held) == 62
    assert "added" not in held["SP-17"]
    for page in ("/plan/manage", path):
        assert ident in await worker.sees(page) and "26 November 2026" in await worker.sees(page)
    for seen in (f"/plan/{ident}", "/plan", "/plan.json", "/plan.csv"):
        assert NEW_ONE["why"] not in (await client.get(seen)).text, seen
    assert NEW_ONE["why"] in await worker.sees(path) and "the commissioner" in await worker.sees(path)
    paper = await client.get("/plan/manage.docx", headers=worker.headers)
    assert any(ident in p.text and "added on" in p.text for p in Document(io.BytesIO(paper.content)).paragraphs)

    assert "Saved." in (await board_member.sends(ident, action="status", said="amber", why="begun")).text
    assert "amber" in (await client.get(f"/plan/{ident}")).text
    await board_member.sends(ident, action="undo", undoes=ident.removeprefix("NEW-"))
    assert (await client.get(f"/plan/{ident}")).status_code == 404
    assert ident not in (await client.get("/plan.csv")).text
    gone = await board_member.sees(path)
    assert "added and taken back" in gone and "(taken back)" in gone
    numbers = [int(n) for n in re.findall(r'name="undoes" value="(\d+)"', gone)]
    await board_member.sends(ident, action="undo", undoes=str(max(numbers)))
    assert "amber" in (await client.get(f"/plan/{ident}")).text, "taking back the taking back brings all of it back"


async def test_a_new_milestone_that_does_not_fit_is_refused_and_one_sent_twice_is_added_once(
    client: httpx.AsyncClient, gate: Gate, store: Store
) -> None:
    curator = await signed_in(client, gate, Right.CURATOR)
    for wrong in ({"outcome": "XX-A"}, {"text": " "}, {"why": ""}, {"due": "March 2027"}, {"lead": "Mrs Smith"},
                  {"text": "many words " * 90}, {"reporting": "AA BB CC DD EE"}, {"once": "x" * 41}):  # fmt: skip
        page = await curator.sends("new", **(NEW_ONE | wrong))
        assert page.status_code == 200 and "That was not saved." in page.text, wrong
    assert "<b>kept</b>" not in (await curator.sends("new", **(NEW_ONE | {"due": "soon", "text": "<b>kept</b>"}))).text
    same = NEW_ONE | {"text": "Ring Aisha Khan on 07700 900123", "once": "a" * 32}
    for _ in range(2):
        assert (await curator.sends("new", **same)).status_code == 303
    async with store.read() as session:
        changes = await plan_events.everything(session)
    assert len(changes) == 1 and changes[0].wish.new and "900123" not in changes[0].wish.new.text
    assert "Khan" not in changes[0].wish.new.text


async def test_the_board_sees_what_families_ask_of_each_milestone_and_no_small_number(
    client: httpx.AsyncClient, gate: Gate, store: Store, known: Knowledge
) -> None:
    worker = await signed_in(client, gate, Right.PROFESSIONAL)
    many, few = known.topics["travel-training"].plan[0], known.topics["lead-professional"].plan[0]
    async with store.begin() as session:
        for first, topic, people in ((100, "travel-training", 23), (200, "lead-professional", 7)):
            for hour in range(people):
                at, one = NOW.replace(month=9, hour=hour), f"{first + hour:015x}"
                topics = ((topic, 0.9),)
                what = Recorded("web", one, at, "answer", False, None, topics, "v", "fast", Role.PARENT, one)
                await record(session, what)
    page = await worker.sees("/plan/manage")
    table = page[page.index("What people asked about what the plan promised") :]
    assert f"/plan/manage/{many}" in table and "<td>about 20</td>" in table and "September 2026" in table
    assert f"/plan/manage/{few}" not in table and "<td>7</td>" not in table
    paper = Document(io.BytesIO((await client.get("/plan/manage.docx", headers=worker.headers)).content))
    told = {row.cells[0].text.split()[0]: row.cells[1].text for row in paper.tables[-1].rows[1:]}
    assert told[many] == "about 20" and few not in told


INBOX = "exclusion.suspensionrecording@cambridgeshire.gov.uk"
EXCLUDED = {"q": "a pupil is about to be permanently excluded from school"}


@pytest.mark.parametrize(
    ("right", "voice", "sees"),
    [
        (Right.PROFESSIONAL, "professional", True), (Right.COMMISSIONER, "commissioner", True),
        (Right.PROFESSIONAL, "parent", False), (Right.PROFESSIONAL, "employer", False),
        (Right.PROFESSIONAL, "commissioner", False), (Right.CURATOR, "professional", False),
        (Right.ADMIN, "commissioner", False), (None, "professional", False), (None, "parent", False),
        (None, "young_person", False),
    ],
)  # fmt: skip
async def test_an_inbox_is_for_a_voice_that_is_proven(
    client: httpx.AsyncClient,
    gate: Gate,
    assistant: Assistant,
    right: Right | None,
    voice: str,
    sees: bool,
) -> None:
    """In an answer, in a topic that was picked, and on the page of whom to call in; never on a handout or as JSON."""
    headers = (await signed_in(client, gate, right)).headers if right else {}
    for path, data in (("/ask", EXCLUDED), ("/choose", {"do": "topic:exclusion"})):
        said = (await client.post(path, data=data | {"role": voice}, headers=headers)).text
        assert "exclusion" in said and (INBOX in said) == sees, path
    whom = await client.get("/plan/call-in", headers=headers)
    inboxes = {s.professional_email for s in assistant.knowledge.services.values() if s.professional_email}
    if right in (Right.PROFESSIONAL, Right.COMMISSIONER):
        assert all(inbox in whom.text for inbox in inboxes) and 'href="/handout?topic=larm"' in whom.text
        assert "LARM" in whom.text and "Early Help Assessment" in whom.text
    else:
        assert whom.status_code == (403 if right else 303)
    for path in ("/handout?topic=exclusion&topic=school-attendance&topic=early-years-send", "/topic/exclusion"):
        shown = (await client.get(path, headers=headers)).text
        assert not any(inbox in shown for inbox in inboxes), path
    asked = await client.post("/ask", json=EXCLUDED | {"role": voice}, headers=headers)
    assert INBOX not in asked.text


async def test_an_inbox_is_shown_no_more_once_the_right_is_revoked(client: httpx.AsyncClient, gate: Gate) -> None:
    worker = await signed_in(client, gate, Right.PROFESSIONAL)
    asked = EXCLUDED | {"role": "professional"}
    assert INBOX in (await client.post("/ask", data=asked, headers=worker.headers)).text
    await gate.revoke(1, "has left", "test")
    assert INBOX not in (await client.post("/ask", data=asked, headers=worker.headers)).text
    assert (await client.get("/plan/call-in", headers=worker.headers)).status_code == 303
