"""What the product promises today, each with the figure it is held to. `--full-size` runs them large."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from signpost.evaluate import measure
from signpost.knowledge.plain import grade
from signpost.model import Message, Role, TopicId
from signpost.reply.plain import plain
from signpost.service import Assistant

OWN = Path(__file__).parents[1] / "questions" / "own.jsonl"
SIGNPOST = str(Path(sys.executable).with_name("signpost"))


def test_questions_written_apart_from_the_examples_are_understood(assistant: Assistant) -> None:
    f = measure(assistant, OWN)
    a, unmet, off = f["answer"], f["unmet"], f["off_topic"]
    print(
        f"\nown questions: top-1 {a['top1']:.1%}, top-3 {a['top3']:.1%}, wrong singly {a['wrong_single_answers']:.1%}, "
        f"unmet not answered {unmet['no_topic_given']:.1%}, off-topic not answered {off['no_topic_given']:.1%}, "
        f"urgent {f['urgent']['recall']:.1%}, false alarms {f['not_urgent']['false_alarms']:.1%} and "
        f"{f['false_alarms_on_ordinary_questions']:.1%}, calibration error {f['calibration_error']:.3f}"
    )
    full = assistant.tier == "full"
    assert a["top1"] >= (0.86 if full else 0.80)
    assert a["top3"] >= 0.93
    assert a["wrong_single_answers"] <= 0.05
    assert unmet["no_topic_given"] >= 0.80 and off["no_topic_given"] >= 0.80
    assert f["urgent"]["recall"] >= 0.88
    assert f["not_urgent"]["false_alarms"] <= 0.10
    assert f["false_alarms_on_ordinary_questions"] <= 0.04  # 0.01 is wanted: docs/matching.md
    assert f["calibration_error"] <= 0.06


def test_everyday_worries_told_plainly_raise_few_alarms_and_plain_dangers_do(assistant: Assistant) -> None:
    f = measure(assistant, OWN.with_name("plain.jsonl"))
    worries, danger, a = f["not_urgent"], f["urgent"], f["answer"]
    print(
        f"\nplain sentences: {worries['false_alarms']:.1%} of {worries['count']} worries and "
        f"{f['false_alarms_on_ordinary_questions']:.1%} of {a['count']} questions raise the alarm, "
        f"{danger['recall']:.1%} of {danger['count']} dangers do; top-1 {a['top1']:.1%}"
    )
    assert worries["false_alarms"] <= (0.15 if assistant.tier == "full" else 0.35)
    assert f["false_alarms_on_ordinary_questions"] <= 0.02
    assert danger["recall"] >= 0.95 and a["top1"] >= 0.93


def test_the_first_few_words_that_somebody_types_are_understood(assistant: Assistant) -> None:
    f = measure(assistant, OWN.with_name("short.jsonl"))
    a, unmet, off = f["answer"], f["unmet"], f["off_topic"]
    print(
        f"\nshort questions: of {a['count']} top-1 {a['top1']:.1%}, singly {a['answered_singly']:.1%}, wrong singly "
        f"{a['wrong_single_answers']:.1%}; unmet called so {unmet['recognised']:.1%}, off-topic {off['recognised']:.1%}; "
        f"false alarms {f['false_alarms_on_ordinary_questions']:.1%}"
    )
    full = assistant.tier == "full"
    assert a["top1"] >= (0.92 if full else 0.85) and a["answered_singly"] >= (0.88 if full else 0.60)
    assert a["wrong_single_answers"] <= 0.04 and off["no_topic_given"] >= 0.90 and unmet["no_topic_given"] >= 0.80
    assert f["false_alarms_on_ordinary_questions"] <= 0.06


EXPLICIT = Path(__file__).with_name("explicit_danger.txt")
ALARMING = Path(__file__).with_name("alarming_but_safe.txt")


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def test_explicit_danger_is_caught(assistant: Assistant) -> None:
    lines = _lines(EXPLICIT)
    missed = [line for line in lines if not assistant.ask(Message(line)).reply.urgent]
    by_list = sum(assistant.parts.safety.phrase(line) is not None for line in lines)
    print(f"\nexplicit danger: {len(lines) - len(missed)} of {len(lines)} caught, {by_list} by the phrase list alone")
    assert by_list >= 0.9 * len(lines)
    assert not missed, missed


def test_alarming_words_alone_do_not_wake_the_phrase_list(assistant: Assistant) -> None:
    lines = _lines(ALARMING)
    woken = [(line, danger.because) for line in lines if (danger := assistant.parts.safety.phrase(line))]
    print(f"\nalarming but safe: {len(woken)} of {len(lines)} caught by the phrase list")
    assert not woken, woken


def test_urgent_help_is_quick(assistant: Assistant) -> None:
    took = []
    for _ in range(20):
        began = time.perf_counter()
        assistant.parts.composer.urgent(assistant.parts.safety.phrase("i want to kill myself"))  # type: ignore[arg-type]
        took.append(time.perf_counter() - began)
    print(f"\nurgent help, slowest of 20: {max(took) * 1000:.1f} ms")
    assert max(took) < 0.1


def test_replies_are_plain(assistant: Assistant) -> None:
    grades = {t.id: grade(t.answer) for t in assistant.knowledge.topics.values()}
    easy = sum(g <= 6 for g in grades.values()) / len(grades)
    print(f"\nanswers at grade 6 or below: {easy:.1%}; hardest {max(grades.values()):.1f}")
    assert easy >= 0.95 and max(grades.values()) <= 9


def test_every_reply_of_every_role_is_whole(assistant: Assistant) -> None:
    for topic in assistant.knowledge.topics:
        for role in Role:
            text = plain(assistant.parts.composer.card(TopicId(topic), role))
            assert "{" not in text and "None" not in text
            assert "Where this comes from" in text and "Last checked" in text


def test_three_thousand_questions_in_a_stream(full_size: bool, tmp_path: Path) -> None:
    count = 3000 if full_size else 600
    questions = [json.loads(line)["q"] for line in OWN.read_text("utf-8").splitlines()]
    given = "".join(json.dumps({"id": i, "q": questions[i % len(questions)]}) + "\n" for i in range(count))
    script = (
        "import os, pathlib, sys; os.sched_setaffinity(0, {0});"
        "from signpost.cli import main; sys.argv = ['signpost', 'ask', '--batch'];\n"
        "try:\n main()\nfinally:\n sys.stderr.write(pathlib.Path('/proc/self/status').read_text())"
    )
    subprocess.run([SIGNPOST, "ask", "warm the cache"], capture_output=True, check=True)
    began = time.perf_counter()
    start = subprocess.run([SIGNPOST, "ask", "hello"], capture_output=True, check=True)
    start_up = time.perf_counter() - began
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], input=given, capture_output=True, text=True, timeout=600)
    took = time.perf_counter() - began
    out = [json.loads(line) for line in done.stdout.splitlines()]
    memory = int(done.stderr.partition("VmHWM:")[2].split()[0]) / 1024  # ru_maxrss would count the parent's too
    rate = count / (took - start_up)
    print(f"\n{count} questions on one core: {rate:.0f} a second, start-up {start_up:.2f} s, {memory:.0f} MB")
    assert [o["id"] for o in out] == list(range(count)) and start.stdout
    assert memory < 500
    assert rate >= 20  # a busy shared core; on a quiet one about 100: docs/matching.md
    assert start_up < 6
