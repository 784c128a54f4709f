"""The loader and the lint: every fault is found, on its line, in one sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from signpost.errors import KnowledgeError
from signpost.knowledge import check
from signpost.knowledge.load import load, read_yaml
from signpost.knowledge.plain import acronyms, grade

GOOD = "id: a\ntitle: A\nexamples:\n  - one two three\n"


def write(folder: Path, **files: str) -> Path:
    (folder / "topics").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "topics" / f"{name}.yaml").write_text(text)
    return folder


def test_a_folder_of_topics_is_enough(tmp_path: Path) -> None:
    known = load(write(tmp_path, a=GOOD))
    assert list(known.topics) == ["a"]
    assert check.faults(known, dt.date(2026, 11, 24)) == []


def test_scalars_stay_text(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("phone: 01604123456\nanswer: no\ntime: 12:30\nempty:\n")
    assert read_yaml(file).value == {"phone": "01604123456", "answer": "no", "time": "12:30", "empty": None}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id: a\ntitle: A\ntitle: B\nexamples: [x]\n", 3, "'title' is given twice"),
        ("id: a\ntitle: [A\n", 3, "expected ',' or ']'"),
        ("id: a\ntitle: A\nexamples: []\n", 3, "examples"),
        ("id: a\ntitle: A\nexampels:\n  - x\nexamples: [y]\n", 3, "exampels: extra inputs are not permitted"),
        ("id: a\ntitle: A\nages: young\nexamples: [y]\n", 3, "ages"),
        ("id: Not Good\ntitle: A\nexamples: [y]\n", 1, "id"),
        ("id: b\ntitle: A\nexamples: [y]\n", 1, "not the file's name"),
        ("id: a\ntitle: A\nexamples:\n  - fine\n  - Commissioner here: a mapping\n", 5, "examples.1"),
        ("- a\n- b\n", 1, "the file"),
        ("&a [*a]\n", 1, ""),
        ("\ttabs\n", 1, ""),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(KnowledgeError) as broken:
        load(write(tmp_path, a=text, ok=GOOD.replace("id: a", "id: ok")))
    fault = broken.value.faults[0]
    assert (fault.file.name, fault.line) == ("a.yaml", line)
    assert says in fault.text
    assert "\n" not in str(fault)


def test_bytes_that_are_not_text_are_a_fault(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    (tmp_path / "topics" / "b.yaml").write_bytes(b"id: \xff\xfe")
    with pytest.raises(KnowledgeError, match="not UTF-8"):
        load(tmp_path)


def test_no_folder_and_no_topics_are_faults(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        with pytest.raises(KnowledgeError):
            load(folder)


def test_the_real_knowledge_base_has_no_fault(known) -> None:  # type: ignore[no-untyped-def]
    assert [str(f) for f in check.faults(known, dt.date(2026, 11, 24))] == []


@pytest.mark.parametrize(
    ("where", "old", "new", "rule"),
    [
        ("topics/ehc-plans/ehc-request.yaml", "services: [", "services: [nobody, ", "unknown-id"),
        ("topics/ehc-plans/ehc-request.yaml", "facts: [", "facts: [no-such-rule, ", "unknown-id"),
        ("services/pinpoint.yaml", "01480 877333", "01480 877", "phone"),
        ("services/pinpoint.yaml", "01480 877333", "01480 877334", "unsourced"),
        ("services/pinpoint.yaml", "info@pinpoint-cambs.org.uk", "info.pinpoint", "email"),
        ("topics/ehc-plans/ehc-request.yaml", "examples:\n", "examples:\n  - short breaks form\n", "same-example"),
        ("topics/ehc-plans/ehc-request.yaml", "answer: >-\n", "answer: >-\n  Ring 01223 123456 now.\n", "contact-in-prose"),
        ("topics/ehc-plans/ehc-request.yaml", "answer: >-\n", "answer: >-\n  The XYZ is good.\n", "acronym"),
        ("topics/ehc-plans/ehc-request.yaml", "  - fact: who-can-request-ehc-assessment\n", "  - fact: not-a-fact\n", "source"),
        ("plan/asked.yaml", "WS-01:", "WS-91:", "unknown-id"),
        ("plan/since.yaml", "fact: statutory-assessment-team", "fact: no-such-fact", "unknown-id"),
        ("menu.yaml", "[autism,", "[autismo,", "unknown-id"),
        ("beside/urgent.yaml", "  phrases:\n", "  phrases:\n    - (a|b c) d\n", "phrase"),
        ("beside/urgent.yaml", "  phrases:\n", "  phrases:\n    - \"help {nobody}\"\n", "phrase"),
        ("beside/urgent.yaml", "  phrases:\n", "  phrases:\n    - (please)? help\n", "phrase"),
        ("beside/urgent.yaml", "  phrases:\n", "  phrases:\n    - cut*\n", "phrase"),
    ],
)  # fmt: skip
def test_the_lint_finds(tmp_path: Path, known, where: str, old: str, new: str, rule: str) -> None:  # type: ignore[no-untyped-def]
    import shutil

    copy = tmp_path / "knowledge"
    shutil.copytree(known.folder, copy)
    file = copy / where
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    found = [f for f in check.faults(load(copy), dt.date(2026, 11, 24)) if f.file == file or f.rule == "same-example"]
    assert rule in {f.rule for f in found}
    assert all(1 <= f.line <= len(f.file.read_text().splitlines()) for f in found)


def test_overdue_reviews_and_missing_contacts_are_listed(known) -> None:  # type: ignore[no-untyped-def]
    rules = {f.rule for f in check.todo(known, dt.date(2030, 1, 1))}
    assert rules >= {"review", "no-contact", "no-phone", "confirm", "conflict", "inferred"}
    sendiass = [f for f in check.todo(known, dt.date(2026, 11, 24)) if "sendiass-cambridgeshire" in str(f.file)]
    assert [f.rule for f in sendiass] == ["no-phone"]


def test_grade_rises_with_long_words_and_sentences() -> None:
    easy = "We can help you. You can ask us. It is free."
    hard = (
        "Statutory assessment necessitates comprehensive multidisciplinary consideration of educational requirements."
    )
    assert grade(easy) < 3 < 15 < grade(hard)
    assert grade("") == 0
    assert acronyms("The SENCo and an EHC plan, a GP, Year 9") == ["SENCo", "EHC", "GP"]
