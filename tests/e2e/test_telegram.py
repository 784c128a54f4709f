"""Whole conversations: a person, the real python-telegram-bot in a real `python -m bot`, and a stand-in for Telegram."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from e2e.telegram_bot import Bot
from e2e.telegram_people import buttons
from e2e.telegram_server import TOKEN, TelegramServer

USER = 4201
GROUP = -100500
SECRET = "a-secret-of-the-tests-42"
CANARY = "Zebedee Quillfeather 07700 900123"
PLAN = "how do i ask for an ehc plan"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Person:
    """Somebody who writes, presses and reads."""

    def __init__(self, telegram: TelegramServer, user: int = USER) -> None:
        self.telegram, self.user = telegram, user

    def says(self, text: str = "", **content: Any) -> str:
        return self._reads(lambda: self.telegram.say(self.user, text, **content))

    def presses(self, label: str, data: str = "") -> str:
        return self._reads(lambda: self.telegram.press(self.user, label, data=data))

    def edits(self, text: str) -> str:
        own = [n for n, m in self.telegram.chats[self.user].items() if not m["from"]["is_bot"]]
        return self._reads(lambda: self.telegram.edit(self.user, own[-1], text))

    def sees(self) -> list[str]:
        return [b["text"] for b in buttons(self.telegram.heard(self.user)[-1])]

    def _reads(self, do: Any) -> str:
        """The whole reply: what came, until nothing more waits."""
        before = [(m["message_id"], m["html"]) for m in self.telegram.heard(self.user)]
        do()
        until = time.monotonic() + 20
        while (now := [(m["message_id"], m["html"]) for m in self.telegram.heard(self.user)]) == before:
            assert time.monotonic() < until, "no reply"
            time.sleep(0.02)
        new = [html for number, html in now if (number, html) not in before]
        if len(new[0]) > 3000:  # a second page follows within a second
            time.sleep(1.3)
            new = [m["html"] for m in self.telegram.heard(self.user) if (m["message_id"], m["html"]) not in before]
        return "\n".join(new)


def converse(person: Person) -> None:
    """Everything the web chat can do."""
    welcome = person.says("/start")
    assert "in your own words" in welcome and "999" in welcome and len(person.sees()) == 8
    card = person.says(PLAN)
    assert "<b>Ask for an EHC needs assessment</b>" in card and "Last checked" in card
    assert person.sees()[-3:] == ["This helped", "Not what I need", "Talk to a person"]
    follow_up = person.says("and how long does that take?")
    assert "weeks" in follow_up
    assert "I am glad" in person.presses("This helped")
    step = person.presses("School and nursery")
    assert "<b>School and nursery</b>" in step
    deeper = person.presses("Getting to school")
    assert "<b>Getting to school</b>" in deeper and "Back" in person.sees()
    assert "<b>Home to school transport</b>" in person.presses("Home to school transport")
    assert "can listen" in person.presses("Talk to a person")


def command(person: Person) -> None:
    """Telegram's own ways in, and what it cannot read."""
    assert "call 999" in person.says("i want to kill myself")
    assert "call 999" in person.says("/urgent")
    assert person.says("/start autism").startswith("<b>Autism")
    assert "Who is asking?" in person.says("/role")
    assert "a young person" in person.presses("a young person")
    assert "/forgetme" in person.says("/help") and "locked with a key" in person.says("/privacy")
    assert "<b>What is it about?</b>" in person.says("/menu")
    assert "only read text" in person.says(photo=[{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}])
    assert "only read text" in person.says(voice={"file_id": "x", "file_unique_id": "y", "duration": 1})
    assert "only read text" in person.says(
        sticker={
            "file_id": "x",
            "file_unique_id": "y",
            "width": 1,
            "height": 1,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    )
    person.telegram.say(person.user, poll={"id": "a poll that the library cannot read"})
    assert "first half of your postcode" in person.says(location={"latitude": 52.2, "longitude": 0.12})
    assert "expired" in person.presses("", data="0|topic:autism")
    assert "expired" in person.presses("", data="1|topic:no-longer-there")
    assert "Exclusion" in person.says("can they exclude him for good")
    assert "Home to school transport" in person.edits("who pays for the taxi to school")
    assert "Forgotten" in person.says("/forgetme")


def test_a_whole_conversation_by_polling(telegram: TelegramServer, database: str, tmp_path: Path) -> None:
    with Bot(telegram, database) as bot:
        person = Person(telegram)
        converse(person)
        command(person)
        said = bot.stop()
    assert telegram.paced_out == {} and not telegram.too_soon and TOKEN not in said
    assert not telegram.pending or max(telegram.pending) == telegram._last_update
    offered = telegram.commands['{"type": "all_private_chats"}']
    assert [c["command"] for c in offered] == ["start", "menu", "help", "role", "urgent", "privacy", "forgetme"]
    kept = sqlite3.connect(tmp_path / "signpost.sqlite3")
    assert kept.execute("select count(*) from disposition").fetchone() == (5,)
    assert kept.execute("select count(*) from conversation").fetchone() == (0,)
    assert kept.execute("select count(*) from outbox").fetchone() == (0,)
    assert kept.execute("select count(*) from inbox where payload is not null").fetchone() == (0,)
    kept.close()


def test_a_whole_conversation_by_webhook(telegram: TelegramServer, database: str) -> None:
    port = free_port()
    hook = {
        "SIGNPOST_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "SIGNPOST_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    with Bot(telegram, database, SIGNPOST_PORT=str(port), **hook) as bot:
        converse(Person(telegram))
        good = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        update = {
            "update_id": 1,
            "message": {"message_id": 1, "date": 1, "chat": {"id": 99, "type": "private"}, "text": PLAN},
        }
        post = f"{bot.site}/telegram"
        assert httpx.post(post, json=update).status_code == 403
        assert (
            httpx.post(post, json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"}).status_code == 403
        )
        assert httpx.post(post, content="x", headers={**good, "Content-Type": "text/plain"}).status_code == 415
        for bad in ("", "{", "[1]", '{"update_id": "1"}', '{"update_id": true}', "[" * 100_000):
            assert (
                httpx.post(post, content=bad, headers={**good, "Content-Type": "application/json"}).status_code == 400
            ), bad[:20]
        assert httpx.post(post, json={"update_id": 2, "message": "not a message"}, headers=good).status_code == 200
        assert httpx.post(post, json={"x": "y" * 600_000}, headers=good).status_code == 413
        assert httpx.get(post).status_code == 405
        bot.stop()
    assert telegram.pending == {}


def test_state_and_old_buttons_survive_a_restart_and_repeats_are_harmless(
    telegram: TelegramServer, database: str
) -> None:
    person = Person(telegram)
    with Bot(telegram, database) as bot:
        person.says("/role")
        person.presses("a young person")
        person.says(PLAN)
        bot.stop()
    seen = len(telegram.heard(USER))
    telegram.repeat(
        {
            "update_id": telegram._last_update,
            "message": {"message_id": 1, "date": 1, "chat": {"id": USER, "type": "private"}, "text": PLAN},
        }
    )
    with Bot(telegram, database) as bot:
        assert "weeks" in person.says("and how long does that take?")  # it still knows what "that" is
        assert len(telegram.heard(USER)) <= seen + 2  # the repeated question was not answered again
        assert "listen" in person.presses("Talk to a person")
        bot.stop()


def test_a_right_is_given_by_invitation_used_on_telegram_and_ended(telegram: TelegramServer, database: str) -> None:
    person, stranger = Person(telegram), Person(telegram, USER + 1)
    with Bot(telegram, database) as bot:

        def access(*what: str) -> str:
            command = [str(Path(sys.executable).with_name("signpost")), "--database", database, "access", *what]
            return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=bot.env).stdout

        assert "That did not work" in person.says("/code")
        printed = access("invite", "--role", "commissioner", "--label", "board")
        link = next(line.split("telegram")[1].strip() for line in printed.splitlines() if line.startswith("telegram"))
        assert "commissioner" in person.says(link)
        assert "That did not work" in stranger.says(link)  # it works once
        assert "ten minutes" in person.says("/code")
        until = time.monotonic() + 10
        while (offered := telegram.commands.get(f'{{"chat_id": {USER}, "type": "chat"}}')) is None:
            assert time.monotonic() < until, list(telegram.commands)
            time.sleep(0.05)
        assert "code" in [c["command"] for c in offered]
        access("revoke", "1", "--why", "has left")
        assert "That did not work" in person.says("/code")
        bot.stop()


def test_the_plan_is_asked_changed_and_restored_by_who_may(telegram: TelegramServer, database: str) -> None:
    board, worker, parent = (Person(telegram, USER + n) for n in range(3))
    with Bot(telegram, database) as bot:

        def access(*what: str) -> str:
            command = [str(Path(sys.executable).with_name("signpost")), "--database", database, "access", *what]
            return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=bot.env).stdout

        for person, right in ((board, "commissioner"), (worker, "professional")):
            printed = access("invite", "--role", right, "--label", f"the {right}")
            person.says(next(x.split("telegram")[1].strip() for x in printed.splitlines() if x.startswith("telegram")))
        assert "JD" in worker.says("/lead travel training")
        asked = worker.says("and who does it report to?")
        assert asked.index("Reports to:") < asked.index("Lead:") and "SP-17" in asked
        assert "SP-09" in worker.says("what else does she lead?")
        assert "for example" in worker.says("/lead").lower()
        assert "SP-30" in worker.says("/milestones with no lead")
        assert "for example" in board.says("/status SP-17 blue because").lower()
        assert "SP-17 is amber now" in board.says("/status sp-17 Amber the tender is late, ask Zebedee on 07700 900123")
        assert "SP-17" in worker.says("/milestones amber") and "SP-17" not in worker.says("/milestones red")
        seen = worker.says("/milestones travel training")
        assert "amber (set on" in seen and "the tender is late" in seen and "900123" not in seen
        for refused in (worker.says("/status SP-17 green fine"), parent.says("/lead travel training")):
            assert "That did not work" in refused and "JD" not in refused
        public = parent.says("who is in charge of autism")
        assert "the tender" not in public and "Lead:" not in public and public.startswith("<b>Autism</b>")
        row = parent.presses("", data="1|milestone:SP-17")
        assert "We do not name the people who led this" in row and "JD" not in row and "the tender" not in row
        assert "amber" in board.presses("See the row")
        assert "Taken back" in board.presses("", data="1|undo:SP-17")
        assert "Nothing to take back" in board.presses("", data="1|undo:SP-17")
        assert "That did not work" in parent.presses("", data="1|undo:SP-17")
        assert "amber" not in worker.says("/lead travel training")
        access("revoke", "2", "--why", "has left")
        assert "That did not work" in worker.says("/lead travel training")
        bot.stop()


def test_groups_are_answered_only_when_addressed_and_only_with_a_pointer(
    telegram: TelegramServer, database: str
) -> None:
    with Bot(telegram, database) as bot:
        telegram.say(USER, "my son hits me", group=GROUP)
        telegram.say(USER, "@SignpostTestBot who pays for the taxi", group=GROUP)
        said = telegram.wait(GROUP)[0]["text"]
        telegram.say(USER, "/help@AnotherBot", group=GROUP)
        telegram.say(USER, "/help@SignpostTestBot", group=GROUP)
        telegram.wait(GROUP, 2)
        telegram.say(USER, "thanks", group=GROUP, reply_to_message=telegram.heard(GROUP)[0])
        telegram.wait(GROUP, 3)
        telegram.say(USER, "hello all", group=GROUP)
        time.sleep(1.5)
        assert len(telegram.heard(GROUP)) == 3
        assert "in private" in said and "999" in said and "taxi" not in said
        bot.stop()


def test_the_off_switch_answers_everyone_with_the_fixed_message_and_urgent_help(
    telegram: TelegramServer, database: str
) -> None:
    person = Person(telegram)

    def switch(*what: str) -> str:
        command = [str(Path(sys.executable).with_name("signpost")), "--database", database, "switch", *what]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    with Bot(telegram, database) as bot:
        assert "Ask for an EHC" in person.says(PLAN)
        assert switch("off", "--channel", "telegram", "--why", "a wrong number") == "telegram is off\n"
        off = person.says(PLAN)
        assert "taking a break" in off and "call 999" in off and "Childline" in off and "EHC" not in off
        assert "telegram off since" in switch("status") and "a wrong number" in switch("status")
        switch("on", "--channel", "telegram")
        assert "Ask for an EHC" in person.says(PLAN)
        bot.stop()


def test_someone_who_blocked_the_bot_is_left_alone_and_welcome_again(
    telegram: TelegramServer, database: str, tmp_path: Path
) -> None:
    with Bot(telegram, database) as bot:
        person = Person(telegram)
        person.says("/start")
        telegram.faults.blocked.add(USER)
        telegram.say(USER, PLAN)
        time.sleep(2.5)
        refused = [c for c in telegram.calls if c.status == 403]
        assert len(refused) == 1
        telegram.block(USER)
        time.sleep(1)
        telegram.faults.blocked.discard(USER)
        assert "Ask for an EHC" in person.says(PLAN)
        bot.stop()
    kept = sqlite3.connect(tmp_path / "signpost.sqlite3")
    assert kept.execute("select count(*) from outbox").fetchone() == (0,)
    kept.close()


def test_no_word_and_no_id_is_found_in_files_or_logs_even_when_it_is_killed(
    telegram: TelegramServer, database: str, tmp_path: Path
) -> None:
    said = ""
    with Bot(telegram, database) as bot:
        person = Person(telegram, 987654321)
        person.says(f"my son {CANARY} has autism")
        telegram.faults.once.extend([("getUpdates", "garbage"), ("sendMessage", "garbage"), ("getUpdates", "502")])
        for i in range(5):
            telegram.say(person.user, f"{CANARY} {i}")
        time.sleep(0.3)
        bot.process.kill()
        said = bot.process.communicate(timeout=10)[0] + bot.said()
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    held = b"".join(p.read_bytes() for p in files)
    assert len(held) > 50_000
    for word in ("Zebedee", "Quillfeather", "900123", TOKEN):
        assert word not in said and word.encode() not in held


def test_urgent_help_is_given_while_the_database_is_away(
    telegram: TelegramServer, database: str, tmp_path: Path, full_size: bool
) -> None:
    with Bot(telegram, database) as bot:
        person = Person(telegram)
        person.says("/start")
        lock = sqlite3.connect(tmp_path / "signpost.sqlite3", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")  # another process holds it: every commit fails after the busy time
        waits = []
        for user in range(USER + 1, USER + 6):
            began = time.monotonic()
            update = telegram.say(user, "i want to kill myself")
            assert "call 999" in telegram.wait(user, 1, 5)[0]["text"]
            waits.append(time.monotonic() - began)
            assert update in telegram.pending, "not acknowledged: it will come again"
        print(f"\nurgent help without the database after {min(waits):.3f} to {max(waits):.3f} s")
        assert min(waits) <= (0.4 if full_size else 1), "a quarter of a second is waited for the commit"
        lock.execute("ROLLBACK")
        lock.close()
        for user in range(USER + 1, USER + 6):
            telegram.wait(user, 2, 40)  # and the full answer once it is back
        assert "Ask for an EHC" in person.says(PLAN)
        bot.process.kill()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("TELEGRAM_BOT_TOKEN", "hello", "BotFather"),
        ("TELEGRAM_BOT_TOKEN", "1" + TOKEN, "does not know this token"),
        ("SIGNPOST_TELEGRAM_API", "telegram", "web address"),
        ("SIGNPOST_TELEGRAM_WEBHOOK_URL", "https://x.example/other", "/telegram"),
        ("SIGNPOST_TELEGRAM_WEBHOOK_SECRET", "short", "16 to 256"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    telegram: TelegramServer, database: str, name: str, value: str, why: str
) -> None:
    bot = Bot(telegram, database, **{name: value})
    done = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=Path(__file__).parents[2],
        env=bot.env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and name in done.stderr and why in done.stderr
