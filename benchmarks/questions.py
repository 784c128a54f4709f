"""What is asked: labelled questions, the same spoilt on purpose, and few-shot draws of public intent sets.

Everything random is seeded by the text it changes, so that every matcher meets exactly the same questions.
"""

from __future__ import annotations

import csv
import json
import random
import string
import zlib
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
PADDING = (HERE / "padding.txt").read_text("utf-8").split("\n")
PAD_WORDS = 60
OUT_OF_SCOPE = ("unmet", "off_topic")
SHOTS, SEEDS = (10, 5), (1, 2, 3)


@dataclass(frozen=True)
class Question:
    text: str
    kind: str
    """`answer`, or one of OUT_OF_SCOPE; other kinds have no single right answer and are left out."""
    accept: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """Some examples of each intent, and every test question: one few-shot task."""

    name: str
    shots: int
    seed: int
    examples: dict[str, list[str]]
    questions: tuple[Question, ...]


def labelled(file: Path) -> tuple[Question, ...]:
    """The questions of a labelled file that have an answer, or should have none."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Question(r["q"], r["kind"], tuple(r["accept"])) for r in rows if r["kind"] in ("answer", *OUT_OF_SCOPE)
    )


def mistyped(text: str, share: float) -> str:
    """One slip (a letter lost, swapped, replaced or doubled) in `share` of the words; words of one letter stay."""
    words = text.split()
    rng = random.Random(zlib.crc32(text.encode()))
    order = [i for i, word in enumerate(words) if sum(c.isalpha() for c in word) > 1]
    rng.shuffle(order)
    for i in order[: round(share * len(words))]:
        words[i] = _slip(words[i], rng)
    return " ".join(words)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.choice([j for j, c in enumerate(word) if c.isalpha()])
    match rng.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1 if at + 1 < len(word):
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def padded(text: str, *, flat: bool) -> str:
    """The text somewhere among 60 words of everyday chat that asks for nothing; `flat`: no capitals, no punctuation."""
    rng = random.Random(zlib.crc32(text.encode()))
    said: list[str] = []
    while (missing := PAD_WORDS - sum(len(s.split()) for s in said)) > 0:
        said.append(" ".join(rng.choice(PADDING).split()[:missing]))
    closed = text if text[-1:] in ".!?" else text + "."
    said.insert(rng.randrange(len(said) + 1), closed)
    whole = " ".join(said)
    return " ".join("".join(c for c in whole.lower() if c.isalnum() or c in " '").split()) if flat else whole


SPOILT = {
    "typos 20%": lambda text: mistyped(text, 0.2),
    "typos 40%": lambda text: mistyped(text, 0.4),
    "padding": lambda text: padded(text, flat=False),
    "flat padding": lambda text: padded(text, flat=True),
}
"""Ways to spoil a question that leave its meaning to a person."""


def spoil(questions: tuple[Question, ...], how: str) -> tuple[Question, ...]:
    return tuple(replace(q, text=SPOILT[how](q.text)) for q in questions if q.kind == "answer")


def draws(folder: Path) -> dict[str, list[Draw]]:
    """Few-shot tasks of the sets found in `folder`, by set: see README.md for where to get them."""
    found: dict[str, list[Draw]] = {}
    clinc, banking = folder / "data_full.json", folder / "banking77"
    if clinc.exists():
        data = json.loads(clinc.read_text("utf-8"))
        asked = [Question(text, "answer", (_id(intent),)) for text, intent in data["test"]]
        asked += [Question(text, "off_topic", ()) for text, _ in data["oos_test"]]
        found["CLINC150"] = _drawn("CLINC150", data["train"], asked)
    if banking.is_dir():
        rows = {name: _rows(banking / f"{name}.csv") for name in ("train", "test")}
        asked = [Question(text, "answer", (_id(intent),)) for text, intent in rows["test"]]
        found["BANKING77"] = _drawn("BANKING77", rows["train"], asked)
    return found


def _rows(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["text"], row["category"]) for row in csv.DictReader(lines)]


def _drawn(name: str, train: list[tuple[str, str]], asked: list[Question]) -> list[Draw]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in train:
        by_intent[_id(intent)].append(text)
    out = []
    for shots in SHOTS:
        for seed in SEEDS:
            rng = random.Random(seed)
            examples = {intent: rng.sample(texts, shots) for intent, texts in sorted(by_intent.items())}
            out.append(Draw(name, shots, seed, examples, tuple(asked)))
    return out


def _id(intent: str) -> str:
    """An intent's name as a topic's id."""
    return "-".join("".join(c if c.isalnum() else " " for c in intent.lower()).split())


def as_knowledge(draw: Draw, folder: Path) -> None:
    """Write a draw as a knowledge base of topics alone; an intent's name is its title, as a curator would give one."""
    (folder / "topics").mkdir(parents=True)
    for intent, examples in draw.examples.items():
        title = intent.replace("-", " ")
        lines = [f"id: {intent}", f"title: {json.dumps(title)}", "examples:"]
        lines += [f"  - {json.dumps(' '.join(e.split()), ensure_ascii=False)}" for e in examples]
        (folder / "topics" / f"{intent}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
