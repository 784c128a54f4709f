"""Personal data is never stored: made-up people send theirs by every road, and all that is left behind is searched."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import logging
import random
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from redaction_messages import nhs, postcode

from e2e.telegram_bot import Bot
from e2e.telegram_server import TelegramServer
from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.model import Answered, Message
from signpost.service import Assistant
from signpost.storage import Store, backup
from signpost.storage.keys import Secret
from signpost.web.app import create_app
from telegram_line import SECRET, Line

SIGNPOST = str(Path(sys.executable).with_name("signpost"))
KEY = "only-for-tests-0123456789abcdef0123456789"
HOOK = "a-secret-of-the-tests-42"


@dataclass(frozen=True)
class Canary:
    """One made-up person: five details, each a canary."""

    name: str
    phone: str
    email: str
    nhs: str
    postcode: str

    @property
    def details(self) -> tuple[str, ...]:
        return self.name.split()[1], self.phone, self.email, self.nhs, self.postcode

    @property
    def text(self) -> str:
        return (
            f"my daughter {self.name} is 13 and deaf, her NHS number is {self.nhs}, we live at {self.postcode}, ring "
            f"{self.phone} or write to {self.email}, where can she get an assistance dog"
        )

    @property
    def danger(self) -> str:
        return f"i want to kill myself, i am {self.name}, {self.phone}, {self.postcode}"


def canaries(people: int) -> list[Canary]:
    dice, out = random.Random(5), []
    for n in range(people):
        last = "Quill" + "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3))
        mail = f"zebedina.{last.lower()}{n}@example.com"
        out.append(Canary(f"Zebedina {last}", f"07700 900{n:03d}", mail, nhs(dice), postcode(dice)))
    return out


def found(held: Iterable[bytes], people: Iterable[Canary]) -> set[str]:
    """The details that stand in something, as they were typed or without their spaces, in whatever case."""
    lower = [one.lower() for one in held]
    marks = {mark for one in people for mark in (*one.details, one.phone.replace(" ", ""), re.sub(r"\D", "", one.nhs))}
    return {mark for mark in marks if any(mark.lower().encode() in one for one in lower)}


def unpacked(name: str, body: bytes) -> Iterator[bytes]:
    """A file's bytes, and of a packed one those of each part."""
    yield body
    if name.endswith((".xlsx", ".docx")):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            yield from (packed.read(part) for part in packed.namelist())


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


async def _let_in(database: str) -> tuple[dict[Right, str], str]:
    """A session's token of each right, and the start of a professional's link on Telegram."""
    store = await Store.open(database)
    gate, day = Gate(store, Secret(KEY.encode())), dt.timedelta(days=1)
    tokens: dict[Right, str] = {}
    for right in Right:
        token = await gate.sign_in(right, invitation=await gate.invite(right, right, day, "test"))
        assert token
        tokens[right] = token
    offered = await gate.invite(Right.PROFESSIONAL, "telegram", day, "test")
    await store.close()
    return tokens, f"/start invite-{offered}"


async def _backed_up(database: str, folder: Path) -> None:
    store = await Store.open(database)
    await backup.backup(store, folder / "backup")
    await store.close()


def _on_the_web(site: str, people: Iterable[Canary], token: str) -> None:
    form = {"form_token": Secret(KEY.encode()).digest("form", token), "do": "save"}
    with httpx.Client(base_url=site, timeout=60) as client:
        for n, one in enumerate(people):
            page = client.post("/ask", data={"q": one.text}).text
            note = re.search(r'name="note" value="([^"]+)"', page)
            assert note
            for do in ("none", "tell:reason=too-far", "person"):
                assert client.post("/choose", data={"do": do, "note": note[1]}).status_code == 200
            assert client.post("/ask", json={"id": one.email, "q": one.text}).status_code == 200
            assert client.post("/ask", content=f'{{"q": "{one.text}"'.encode()).status_code in (400, 415)
            danger = client.post("/ask", data={"q": one.danger}).text
            assert "999" in danger
            client.post("/ask", data={"q": one.text, "urgent": "yes"})
            logged = form | {"text": one.text, "once": f"c{n}"}
            assert "Written down" in client.post("/log", data=logged, headers={"cookie": f"signpost={token}"}).text


def _exports(site: str, tokens: dict[Right, str]) -> Iterator[bytes]:
    """What the pages and files of a running Signpost show."""
    rights = {
        Right.CURATOR: ("/themes", "/themes/1", "/themes/2"),
        Right.COMMISSIONER: (
            "/themes/1",
            "/reports",
            "/reports.csv",
            "/reports.xlsx",
            "/reports.docx",
            "/reports.json",
        ),
    }
    with httpx.Client(base_url=site, timeout=120) as client:
        cookie = {"cookie": f"signpost={tokens[Right.CURATOR]}"}
        token = Secret(KEY.encode()).digest("form", tokens[Right.CURATOR])
        assert client.post("/themes/group", headers=cookie, data={"form_token": token}).status_code == 303
        for path in ("/metrics", "/health", "/responses.json"):
            yield client.get(path).content
        for right, paths in rights.items():
            for path in paths:
                got = client.get(path, headers={"cookie": f"signpost={tokens[right]}"})
                assert got.status_code == (404 if path == "/themes/2" and got.status_code == 404 else 200), path
                yield from unpacked(path, got.content)


def test_no_detail_of_a_person_is_left_anywhere(telegram: TelegramServer, tmp_path: Path, full_size: bool) -> None:
    people = canaries(100 if full_size else 6)
    assert len(found([people[0].text.encode()], people)) == 5, "the search finds what is there"
    database = f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"
    tokens, start = asyncio.run(_let_in(database))
    held: list[bytes] = []

    def signpost(*args: str, given: str = "") -> None:
        command = [SIGNPOST, "--database", database, *args]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        held.extend((done.stdout.encode(), done.stderr.encode()))

    with Bot(telegram, database) as bot:
        _on_the_web(bot.site, people, tokens[Right.PROFESSIONAL])
        telegram.say(4000, start)
        telegram.wait(4000)
        for n, one in enumerate(people):
            telegram.say(5000 + n, one.text)
            telegram.say(4000, f"/log {one.text}")
        for n in range(len(people)):
            telegram.wait(5000 + n, seconds=60)
            telegram.press(5000 + n, "Tell me when this changes")
            telegram.press(5000 + n, "Talk to a person")
        for n, one in enumerate(people):
            telegram.say(6000 + n, one.danger)
            telegram.say(6000 + n, one.text)
        bot.process.kill()  # in the middle
        held += [bot.process.communicate(timeout=10)[0].encode(), bot.said().encode()]
    held += [file.read_bytes() for file in tmp_path.iterdir()]
    with sqlite3.connect(tmp_path / "signpost.sqlite3") as kept:  # so that reports tell of them
        kept.execute("update disposition set at = strftime('%Y-%m-%d %H:%M:%S.000000', at, '-40 days')")
    kept.close()
    port = re.search(r":(\d+)$", bot.site)
    assert port
    hook = {
        "SIGNPOST_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port[1]}/telegram",
        "SIGNPOST_TELEGRAM_WEBHOOK_SECRET": HOOK,
    }
    with Bot(telegram, database, SIGNPOST_PORT=port[1], **hook) as bot:
        for n, one in enumerate(people):
            telegram.say(7000 + n, one.text)
        for n in range(len(people)):
            telegram.wait(7000 + n, seconds=60)
            telegram.wait(6000 + n, seconds=60)
        held += _exports(bot.site, tokens)
        for n, one in enumerate(people):
            telegram.say(8000 + n, one.text)
        bot.process.kill()
        held += [bot.process.communicate(timeout=10)[0].encode(), bot.said().encode()]
    signpost("gaps", "log", given=people[0].text)
    signpost("gaps", "list", "--json", "--most", "10000")
    asyncio.run(_backed_up(database, tmp_path))
    held += [file.read_bytes() for file in tmp_path.iterdir()]
    assert sum(map(len, held)) > 100_000
    assert b"assistance dog" in b"".join(held), "what was missed is kept, without them"
    left = found(held, people)
    print(f"\n{5 * len(people)} canaries by web, JSON, Telegram, staff, command line and two kills: {len(left)} found")
    assert not left


class Breaks(Assistant):
    """Fails on every message, and says the message in its error."""

    def ask(self, message: Message, *, explain: bool = False) -> Answered:
        raise RuntimeError(message.text)


async def test_no_detail_of_a_person_is_left_when_answering_breaks(
    assistant: Assistant, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, full_size: bool
) -> None:
    people = canaries(100 if full_size else 6)
    broken = Breaks(assistant.knowledge, assistant.parts)
    line = Line(broken, store)
    app = create_app(broken, Gate(store, SECRET))
    caplog.set_level(logging.DEBUG, "signpost")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        for n, one in enumerate(people):
            for given in ({"data": {"q": one.text}}, {"json": {"q": one.text}}):
                assert (await client.post("/ask", **given)).status_code == 500  # type: ignore[arg-type]
            (sorry,) = await line.hears(9000 + n, one.text)
            assert "went wrong" in sorry["html"]
    await backup.backup(store, tmp_path / "all")
    held = [file.read_bytes() for file in tmp_path.iterdir()] + [caplog.text.encode()]
    assert caplog.text.count("RuntimeError") == 3 * len(people)
    left = found(held, people)
    print(f"\n{5 * len(people)} canaries in messages whose answering breaks: {len(left)} found")
    assert not left
