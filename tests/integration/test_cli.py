"""The command line as a person or a program drives it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

SIGNPOST = str(Path(sys.executable).with_name("signpost"))


def signpost(*args: str, given: str = "", timeout: int = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SIGNPOST, *args], input=given, capture_output=True, text=True, timeout=timeout)


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["ask"],
        ["chat"],
        ["evaluate"],
        ["serve"],
        ["plan"],
        ["plan", "set-status"],
        ["plan", "undo"],
        ["leads"],
        ["knowledge"],
        ["knowledge", "check"],
        ["knowledge", "schema"],
        ["access"],
        ["access", "invite"],
        ["access", "list"],
        ["access", "revoke"],
        ["access", "code"],
        ["access", "audit"],
        ["db"],
        ["db", "upgrade"],
        ["db", "status"],
        ["db", "backup"],
        ["db", "restore"],
        ["directory"],
        ["directory", "import"],
        ["directory", "list"],
        ["directory", "remove"],
        ["gaps"],
        ["gaps", "report"],
        ["gaps", "export"],
        ["gaps", "digest"],
    ],
)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    done = signpost(*command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout


def test_one_question() -> None:
    done = signpost("ask", "my lad is 8 and school keep ringing me to collect him, they say they cant cope")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Exclusion and suspension")
    assert "Where this comes from" in done.stdout
    assert "Last checked" in done.stdout


def test_one_question_as_json_and_explained() -> None:
    done = signpost("ask", "who pays for the taxi to school", "--json")
    answer = json.loads(done.stdout)
    assert answer["outcome"] == "answer"
    assert answer["topics"][0]["id"] == "school-transport"
    assert len(answer["topics"]) == 10
    why = signpost("ask", "who pays for school transprot for my 9 yr old in ely", "--explain").stdout
    for part in ("transprot → transport", "East Cambridgeshire", "Carried by the example", "Expected", "answer "):
        assert part in why.replace("What each way would cost", "Expected"), why
    assert re.search(r"Ages +9\n", why)


def test_a_role_of_the_batch_holds_for_lines_that_name_none() -> None:
    lines = "".join(
        json.dumps({"q": "who leads on travel training", **role}) + "\n"
        for role in ({}, {"role": None}, {"role": "parent"})
    )
    at_work, unsaid, parent = map(
        json.loads, signpost("ask", "--batch", "--role", "professional", given=lines).stdout.splitlines()
    )
    assert at_work["outcome"] == "lookup" and at_work["reply"] == unsaid["reply"] != parent["reply"]


def test_the_batch_keeps_order_and_goes_on_after_bad_lines() -> None:
    lines = [
        '{"id": "a", "q": "dyslexia test"}',
        "not json",
        '{"q": 5}',
        '{"q": "x", "role": "king"}',
        "[1]",
        '{"id": 7, "q": "\\ud800 hello", "role": "professional"}',
        "",
        '{"id": "z", "q": ""}',
    ]
    done = signpost("ask", "--batch", given="\n".join(lines) + "\n")
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [o.get("id") for o in out] == ["a", None, None, None, None, 7, "z"]
    assert [o.get("line") for o in out] == [None, 2, 3, 4, 5, None, None]
    assert done.returncode == 1
    assert done.stderr == ""
    assert set(out[0]) == {"id", "outcome", "urgent", "topics", "reply", "milliseconds"}


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["--knowledge", "/no/such", "ask", "x"], 1, "SIGNPOST_KNOWLEDGE"),
        (["ask"], 2, "QUESTION"),
        (["ask", "x", "--batch"], 2, "either"),
        (["ask", "--batch", "--explain"], 2, "--explain is for one"),
        (["ask", "x", "--role", "king"], 2, "role"),
        (["evaluate", "/no/such"], 2, "does not exist"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_wrong_use_is_one_clear_line(args: list[str], status: int, says: str) -> None:
    done = signpost(*args)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_broken_knowledge_base_refuses_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "a.yaml").write_text("id: a\ntitle: A\n")
    for command in (["ask", "x"], ["knowledge", "check"]):
        done = signpost("--knowledge", str(tmp_path), *command)
        assert done.returncode == 1
        assert "a.yaml:1: examples: field required" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


def test_a_folder_of_topics_alone_can_be_asked_and_evaluated(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    for name, examples in {
        "bus": ["when is the bus", "bus is late", "next bus"],
        "cake": ["bake a cake", "cake recipe", "icing"],
    }.items():
        text = f"id: {name}\ntitle: {name}\nexamples:\n" + "".join(f"  - {e}\n" for e in examples)
        (tmp_path / "topics" / f"{name}.yaml").write_text(text)
    done = signpost("--knowledge", str(tmp_path), "ask", "is the bus late", "--json")
    assert json.loads(done.stdout)["topics"][0]["id"] == "bus", done.stderr
    danger = signpost("--knowledge", str(tmp_path), "ask", "i want to kill myself", "--json")
    assert json.loads(danger.stdout)["urgent"]
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "1", "q": "bake cake", "kind": "answer", "accept": ["cake"]}\n')
    assert "top-1 100.0%" in signpost("--knowledge", str(tmp_path), "evaluate", str(questions)).stdout
    questions.write_text('{"q": 1}\n')
    bad = signpost("--knowledge", str(tmp_path), "evaluate", str(questions))
    assert bad.returncode == 1 and ":1: not a labelled question" in bad.stderr


def test_the_plan_and_its_leads() -> None:
    found = json.loads(signpost("plan", "--lead", "НР", "--due", "2016-04", "--json").stdout)  # Cyrillic, as pasted
    assert [m["id"] for m in found] == ["UP-02", "UP-04", "UP-05", "UP-09", "SP-22"]
    assert found[0]["reporting"] == ["MC", "KB", "SD", "LT", "HC", "SAR"]
    assert set(found[0]) == {
        "id",
        "section",
        "outcome",
        "text",
        "when",
        "dates",
        "leads",
        "reporting",
        "status",
        "source",
    }
    whole = json.loads(signpost("plan", "--json").stdout)
    assert len(whole) == 61 and whole[0]["section"] == "whole-system" and whole[0]["status"] is None
    assert [m["id"] for m in json.loads(signpost("plan", "--topic", "travel-training", "--json").stdout)] == ["SP-17"]
    assert signpost("plan", "--due", "April").returncode == 2
    assert "not given in the plan" in signpost("plan", "--section", "specialist").stdout
    leads = json.loads(signpost("leads", "travel training", "--json").stdout)
    assert [entry["lead"] for entry in leads] == ["JD"]
    assert "OI" in signpost("leads").stdout


def test_the_check_and_the_curators_list() -> None:
    done = signpost("knowledge", "check")
    assert done.returncode == 0, done.stdout[-2000:]
    assert "94 topics, 96 services" in done.stdout
    todo = signpost("knowledge", "check", "--todo")
    assert todo.returncode == 0
    assert "sendiass-cambridgeshire.yaml" in todo.stdout


def test_the_schema_beside_the_knowledge_base_is_current(known) -> None:  # type: ignore[no-untyped-def]
    assert (known.folder / "schema.json").read_text() == signpost("knowledge", "schema").stdout


def test_a_look_up_is_asked_on_in_the_terminal() -> None:
    said = ["who leads on travel training", "and who does it report to?", "what else does she lead?", "quit"]
    done = signpost("chat", "--role", "professional", given="\n".join(said) + "\n")
    assert done.returncode == 0, done.stderr
    assert "What I looked for: milestone SP-17." in done.stdout and "other than SP-17" in done.stdout
    family = signpost("ask", "--role", "parent", "who is in charge of autism").stdout
    assert family.startswith("Autism") and "Lead:" not in family


def test_a_conversation_in_the_terminal() -> None:
    said = [
        "how do i ask for an ehc assessment",
        "and how long does that take?",
        "menu",
        "1",
        "back",
        "99",
        "/urgent",
        "person",
        "helped",
        "quit",
    ]
    done = signpost("chat", given="\n".join(said) + "\n")
    assert done.returncode == 0, done.stderr
    for part in (
        "Ask for an EHC needs assessment",
        "How long an EHC assessment takes",
        "My child's needs",
        "call 999",
        "Goodbye",
    ):
        assert part in done.stdout


def test_what_was_done_with_rights_can_be_read(tmp_path: Path) -> None:
    def access(*args: str) -> str:
        done = signpost("--database", f"sqlite+aiosqlite:///{tmp_path / 'signpost.sqlite3'}", *args)
        assert done.returncode == 0, done.stderr
        return done.stdout

    access("db", "upgrade")
    assert access("access", "audit") == ""
    access("access", "invite", "--role", "curator", "--label", "SEND team")
    access("access", "revoke", "i1", "--why", "sent to the wrong person")
    newest, first = access("access", "audit").splitlines()
    assert newest.endswith("command line  withdraw  SEND team: sent to the wrong person")
    assert first.endswith("command line  invite  SEND team: curator")
    assert access("access", "audit", "--last", "1").splitlines() == [newest]
