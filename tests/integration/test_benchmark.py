"""The benchmark runs from end to end at a small size, so that it cannot rot; its figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from figures import Said, abstention, calibration_error, quality

from questions import Question, mistyped, padded

ROOT = Path(__file__).parents[2]

EXAMPLES = {
    "buses": ["the bus is late", "taxi to school", "who pays for the minibus", "transport to college"],
    "words": ["he cannot read", "spelling is hard for her", "letters jump about", "dyslexia test"],
    "money": ["are there grants", "help with the cost of nappies", "carers allowance", "disability benefit"],
}


def test_every_table_is_made_and_a_missing_peer_is_said(tmp_path: Path) -> None:
    known, data = tmp_path / "knowledge", tmp_path / "data"
    (known / "topics").mkdir(parents=True)
    for name, lines in EXAMPLES.items():
        told = "".join(f"  - {line}\n" for line in lines)
        (known / "topics" / f"{name}.yaml").write_text(f"id: {name}\ntitle: {name}\nexamples:\n{told}")
    asked = [{"q": f"please, {x[0]}", "kind": "answer", "accept": [name]} for name, x in EXAMPLES.items()]
    asked += [{"q": "what is the capital of france", "kind": "off_topic", "accept": []}]
    (tmp_path / "asked.jsonl").write_text("\n".join(map(json.dumps, asked)))
    data.mkdir()
    said = [[line, name] for name, lines in EXAMPLES.items() for line in lines * 3]
    (data / "data_full.json").write_text(json.dumps({"train": said, "test": said, "oos_test": said}))

    peers = ["rapidfuzz token_set_ratio", "bm25s + stemmer", "SQLite FTS5 (porter)"]
    files = ["--knowledge", known, "--data", data, "--questions", tmp_path / "asked.jsonl", "--out", tmp_path]
    command = [sys.executable, ROOT / "benchmarks/run.py", "--quick", "--only", "Signpost, fast", *peers, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "latest.md").read_text("utf-8")
    assert done.stdout.strip() == report.strip()
    for name in peers:
        assert report.count(f"| {name} |") == 4, report
    assert "### Synthetic county" in report and report.count("| HDBSCAN |") == 2
    rows = [line for line in report.splitlines() if line.startswith("| Signpost, fast |")]
    assert len(rows) == 5 and all("absent" not in row for row in rows) and "100.0" in rows[0]
    try:
        import bm25s  # noqa: F401 - in the benchmark's own lock, so it may or may not be here
    except ModuleNotFoundError:
        assert "absent: the package `bm25s` is not installed" in report
    assert (tmp_path / "latest.svg").read_text("utf-8").startswith("<svg")


def test_slips_and_padding_are_the_same_every_time_and_as_many_as_said() -> None:
    text = "my daughter cannot sleep and school says nothing is wrong"
    wrong = mistyped(text, 0.4)
    assert wrong == mistyped(text, 0.4)
    assert sum(a != b for a, b in zip(text.split(), wrong.split(), strict=True)) in (3, 4)  # a swap of equal letters
    assert len(padded(text, flat=False).split()) == 60 + len(text.split())
    assert padded(text, flat=True).islower() and "," not in padded(text, flat=True)


def test_figures_on_a_case_worked_by_hand() -> None:
    asked = (
        Question("a", "answer", ("x",)),
        Question("b", "answer", ("y",)),
        Question("c", "unmet", ()),
        Question("d", "off_topic", ()),
    )
    said = [
        Said(("x", "y"), 0.95, (0.9, 0.0)),
        Said(("x", "y"), 0.75, (0.6, 0.0)),
        Said(("x", "y"), 0.35, (0.7, 0.0)),
        Said(("x", "y"), 0.05, (0.1, 0.0)),
    ]
    assert quality(asked, said) == {"top1": 0.5, "top3": 1.0, "mrr": 0.75}
    assert abstention(asked, said) == {"unmet": 0.0, "off_topic": 1.0, "auroc": pytest.approx(0.75)}
    assert calibration_error(asked, said) == pytest.approx((0.05 + 0.75 + 0.35 + 0.05) / 4)
