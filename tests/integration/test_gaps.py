"""What is kept of a question that was not met: redacted words, why, and for whom; and what is never kept."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.gap import Kind, Reason
from signpost.model import Message
from signpost.record import Note, Notes, record_of, tapped, write
from signpost.service import Assistant
from signpost.storage import Store, dispositions, gaps
from signpost.storage.keys import Secret
from signpost.storage.purge import purge
from signpost.storage.tables import DispositionRow
from signpost.web.app import create_app

SIGNPOST = str(Path(sys.executable).with_name("signpost"))
SECRET = Secret(b"x" * 32)
UNMET = "my daughter Zebedina Quillfeather is 13 and deaf, we live in wisbech, where can she get an assistance dog"
NOW = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
async def client(
    assistant: Assistant, store: Store, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr("signpost.journal.WAIT", 5.0)  # a reply does not wait for its record; these tests do
    app = create_app(assistant, Gate(store, SECRET))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        yield client
        async with app.router.lifespan_context(app):
            pass


async def held(store: Store) -> list[gaps.Gap]:
    async with store.read() as session:
        return await gaps.listed(session, most=100)


def note_of(page: str) -> str:
    found = re.search(r'name="note" value="([^"]+)"', page)
    return found[1] if found else ""


async def test_an_unmet_question_is_kept_redacted_with_what_it_told_of_the_need(
    client: httpx.AsyncClient, store: Store
) -> None:
    page = await client.post("/ask", data={"q": UNMET})
    assert "Say what is missing" in page.text
    (gap,) = await held(store)
    assert gap.kind is Kind.UNMET and gap.reason is None and gap.channel == "web"
    assert gap.text and "[name]" in gap.text and "assistance dog" in gap.text and "Quillfeather" not in gap.text
    assert (gap.area, gap.age_band, gap.district) == ("sensory-physical", "11-15", "Fenland")
    assert gap.asker and "127.0.0.1" not in gap.asker


async def test_taps_say_why_and_for_whom_and_what_was_told_is_not_asked_again(
    client: httpx.AsyncClient, store: Store
) -> None:
    page = (await client.post("/ask", data={"q": UNMET})).text
    asked = (await client.post("/choose", data={"do": "tell:reason", "note": note_of(page)})).text
    assert "What went wrong?" in asked and "Skip this" in asked
    after = (await client.post("/choose", data={"do": "tell:reason=too-far", "note": note_of(asked)})).text
    assert "Who is asking?" in after, "area, age and place were told already"
    thanks = (await client.post("/choose", data={"do": "tell:role=young_person", "note": note_of(after)})).text
    assert "Thank you" in thanks and "Change the place" in thanks
    await client.post("/choose", data={"do": "tell:district=Huntingdonshire", "note": note_of(thanks)})
    await client.post("/choose", data={"do": "tell:area=nonsense", "note": note_of(thanks)})
    (gap,) = await held(store)
    assert gap.reason is Reason.TOO_FAR and gap.role == "young_person" and gap.district == "Huntingdonshire"
    assert gap.area == "sensory-physical", "what is no area changes nothing"


async def test_an_answer_that_was_not_needed_becomes_a_gap_only_when_somebody_says_so(
    client: httpx.AsyncClient, store: Store
) -> None:
    page = (await client.post("/ask", data={"q": "how do i ask for an ehc plan"})).text
    assert note_of(page) and not await held(store)
    said = (await client.post("/choose", data={"do": "not", "note": note_of(page)})).text
    assert "Say what is missing" in said
    await client.post("/choose", data={"do": "not", "note": note_of(page)})
    (gap,) = await held(store)
    assert gap.kind is Kind.NOT_NEEDED and gap.text == "how do i ask for an ehc plan"
    assert gap.topics[0][0] == "ehc-request"


async def test_a_note_that_was_made_up_or_is_of_another_installation_says_nothing(
    client: httpx.AsyncClient, store: Store
) -> None:
    await client.post("/ask", data={"q": "how do i ask for an ehc plan"})
    other = Notes(Secret(b"y" * 32)).seal(Note("web", "1", "zebra"))
    for note in ("nonsense", other, "é" * 10):
        assert (await client.post("/choose", data={"do": "not", "note": note})).status_code == 200
    assert not await held(store)


async def test_nothing_is_kept_or_asked_in_a_conversation_with_danger_in_it(
    client: httpx.AsyncClient, store: Store
) -> None:
    first = (await client.post("/ask", data={"q": "i want to kill myself"})).text
    assert 'name="urgent" value="yes"' in first and not note_of(first)
    later = (await client.post("/ask", data={"q": UNMET, "urgent": "yes"})).text
    assert "Say what is missing" not in later and not note_of(later)
    assert not await held(store)
    async with store.read() as session:
        assert sum((await dispositions.count(session)).values()) == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("moje dziecko potrzebuje pomocy w szkole", "pl"),
        ("моя донька не говорить, де знайти допомогу", "uk"),
        ("mi hijo no habla todavia", "es"),
        ("moj sin treba pomoc u skoli", "und"),
    ],
)
async def test_a_language_that_cannot_be_answered_is_an_access_gap_without_words(
    client: httpx.AsyncClient, store: Store, text: str, language: str
) -> None:
    assert "only read and answer in English" in (await client.post("/ask", data={"q": text})).text
    (gap,) = await held(store)
    assert (gap.language, gap.reason, gap.text) == (language, Reason.LANGUAGE, None)


async def test_a_repeat_of_message_or_tap_changes_nothing_and_words_go_after_thirty_days(
    assistant: Assistant, store: Store
) -> None:
    message = Message(UNMET)
    record = record_of(
        assistant, message, assistant.ask(message), channel="telegram", source="7", at=NOW, asker="someone"
    )
    assert record.note
    for _ in range(2):
        async with store.begin() as session:
            await write(session, record)
            await tapped(session, record.note, "none", NOW)
    assert [g.kind for g in await held(store)] == [Kind.UNMET]
    await purge(store, NOW + gaps.KEPT - dt.timedelta(seconds=1))
    assert (await held(store))[0].text
    await purge(store, NOW + gaps.KEPT)
    (gap,) = await held(store)
    assert gap.text is None and gap.district == "Fenland", "what was counted stays"


def test_the_phone_desk_logs_a_need_without_names_and_reads_it_back(tmp_path: Path) -> None:
    def signpost(*args: str) -> str:
        command = [SIGNPOST, "--database", f"sqlite+aiosqlite:///{tmp_path}/s.sqlite3", "gaps", *args]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    need = "Zebedee Quillfeather, 14 and deaf, Wisbech: no weekend club that signs"
    said = signpost("log", need, "--reason", "no-such-service", "--area", "sensory-physical")
    assert "Quillfeather" not in said and "weekend club" in said
    (line,) = signpost("list", "--json").splitlines()
    gap = json.loads(line)
    assert (gap["kind"], gap["origin"], gap["reason"]) == ("logged", "phone-desk", "no-such-service")
    assert (gap["area"], gap["district"]) == ("sensory-physical", "Fenland")
    assert "weekend club" in signpost("list")


def test_a_need_is_read_from_standard_input_with_who_is_asking(tmp_path: Path) -> None:
    def signpost(*args: str, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [SIGNPOST, "--database", f"sqlite+aiosqlite:///{tmp_path}/s.sqlite3", "gaps", *args]
        return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)

    assert "weekend club" in signpost("log", "--role", "young_person", given="no weekend club near March\n").stdout
    empty = signpost("log", given=" \n")
    assert empty.returncode == 2 and "standard input" in empty.stderr and "Traceback" not in empty.stderr
    (line,) = signpost("list", "--json").stdout.splitlines()
    assert json.loads(line)["role"] == "young_person"


@pytest.fixture
async def staff(client: httpx.AsyncClient, store: Store) -> dict[str, str]:
    """The fields that each form of a professional who is signed in carries."""
    gate = Gate(store, SECRET)
    offered = await gate.invite(Right.PROFESSIONAL, "a school", dt.timedelta(days=1), "test")
    token = await gate.sign_in("test", invitation=offered)
    assert token
    client.base_url = httpx.URL("https://signpost.test")
    client.headers["cookie"] = f"__Host-signpost={token}"
    return {"form_token": gate.form_token(token), "once": "form-1", "origin": "phone-desk"}


async def test_staff_see_what_would_be_kept_and_a_form_sent_twice_is_one_need(
    client: httpx.AsyncClient, store: Store, staff: dict[str, str]
) -> None:
    need = staff | {"text": UNMET, "reason": "too-far", "district": "nowhere", "role": "young_person"}
    seen = await client.post("/log", data=need | {"do": "see"})
    assert "<blockquote>my daughter [name]" in seen.text and "Nothing is written down yet" in seen.text
    assert '<option value="too-far" selected>' in seen.text and "Quillfeather" in seen.text, "it can be changed"
    assert not await held(store)
    for _ in range(2):
        saved = await client.post("/log", data=need | {"do": "save"})
        assert "Written down" in saved.text and "Quillfeather" not in saved.text
    (gap,) = await held(store)
    assert (gap.kind, gap.origin, gap.channel, gap.reason) == (Kind.LOGGED, "phone-desk", "web", Reason.TOO_FAR)
    assert (gap.role, gap.area, gap.district) == ("young_person", "sensory-physical", "Fenland"), (
        "the words tell the rest"
    )
    assert gap.text and "Quillfeather" not in gap.text and gap.asker


@pytest.mark.parametrize("wrong", [{"text": " "}, {"once": ""}, {"once": "x" * 41}])
async def test_a_form_with_nothing_in_it_writes_nothing_down(
    client: httpx.AsyncClient, store: Store, staff: dict[str, str], wrong: dict[str, str]
) -> None:
    got = await client.post("/log", data=staff | {"text": "a club", "do": "save"} | wrong)
    assert got.status_code == 200 and "Nothing was written down" in got.text
    assert not await held(store)


async def test_what_helped_and_who_wants_a_person_is_counted_and_never_in_danger(
    client: httpx.AsyncClient, store: Store
) -> None:
    async def said() -> list[str | None]:
        async with store.read() as session:
            return list(await session.scalars(select(DispositionRow.said).order_by(DispositionRow.id)))

    page = (await client.post("/ask", data={"q": "how do i ask for an ehc plan"})).text
    assert await said() == [None]
    for do in ("helped", "person", "helped"):
        await client.post("/choose", data={"do": do, "note": note_of(page)})
        assert await said() == [do]
    await client.post("/choose", data={"do": "person", "note": note_of(page), "urgent": "yes"})
    assert await said() == ["helped"] and not await held(store)
