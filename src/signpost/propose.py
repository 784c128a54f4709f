"""Turns a theme into a change of the knowledge base, tried out on a copy: a person merges it, or does not."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import InputError, KnowledgeError
from .knowledge.check import faults
from .knowledge.load import Knowledge
from .model import Message
from .service import Assistant
from .storage.gaps import Gap

MOST_EXAMPLES = 8
"""Questions of a theme that are proposed as examples, those least alike in their words first."""
_MARK = re.compile(r"\s*\[[a-zA-Z ]+\]")


@dataclass(frozen=True, slots=True)
class Proposal:
    file: str
    """Path in the knowledge folder."""
    addition: str
    """The new file's YAML, or the lines that go under `examples:`."""
    changed: tuple[tuple[str, str, str], ...]
    """(question, before, after) for each question of the past that would be answered otherwise."""
    replayed: int
    collisions: tuple[str, ...]
    """Faults that `knowledge check` finds with the change and not without."""
    question: dict[str, Any]
    """One line of a question set, which the suite then asks for ever."""

    @property
    def text(self) -> str:
        lines = [f"# knowledge/{self.file}", self.addition]
        lines += [f"# replayed {self.replayed} past questions: {len(self.changed)} would change"]
        lines += [f"#   {question}: {before} -> {after}" for question, before, after in self.changed]
        lines += [f"# check: {len(self.collisions)} new faults", *(f"#   {fault}" for fault in self.collisions)]
        return "\n".join([*lines, "# question for the suite:", f"# {json.dumps(self.question, ensure_ascii=False)}"])


def proposal(
    known: Knowledge, name: str, mine: Sequence[Gap], past: Sequence[Gap], *, topic: str | None,
    load: Callable[[Path], Knowledge], assemble: Callable[[Knowledge], Assistant],
) -> Proposal:  # fmt: skip
    """What to change for a theme called `name` whose gaps are `mine`; `past` are questions to replay.

    Without `topic` it is a draft of a new one, which says nothing yet: no fact is made up. The last question of the
    theme is held back for the suite. Raises InputError when the theme has fewer than two questions with words.
    """
    words = _distinct(gap.text for gap in mine if gap.text)
    if len(words) < 2:
        raise InputError("this theme has fewer than two questions whose words are kept")
    *examples, asked = words[: MOST_EXAMPLES + 1]
    if topic is not None and topic not in known.topics:
        raise InputError(f"there is no topic '{topic}'")
    lines = "\n".join(f"  - {json.dumps(e, ensure_ascii=False)}" for e in examples)
    ident = topic or _ident(name)
    held = (
        known.documents[f"topics/{topic}"].path.relative_to(known.folder) if topic else Path(f"topics/new/{ident}.yaml")
    )
    addition = lines if topic else f"id: {ident}\ntitle: {json.dumps(name)}\nstatus: unconfirmed\nexamples:\n{lines}"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "knowledge"
        shutil.copytree(known.folder, copy)
        _apply(copy / held, addition, new=topic is None)
        try:
            new = load(copy)
        except KnowledgeError as bad:
            raise InputError(f"the change cannot be loaded: {bad.faults[0]}") from None
        collisions = _said(new) - _said(known)
        before, after = assemble(known), assemble(new)
    replay = _distinct(gap.text for gap in past if gap.text)
    both = [(text, _outcome(before, text), _outcome(after, text)) for text in replay]
    question = {"id": f"gap-{ident}", "q": asked, "role": "parent", "kind": "answer", "accept": [ident], "style": "gap"}
    return Proposal(
        str(held), addition, tuple(x for x in both if x[1] != x[2]), len(both), tuple(sorted(collisions)), question
    )


def _apply(file: Path, addition: str, *, new: bool) -> None:
    if new:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(addition + "\n", "utf-8")
        return
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"^examples:\n", lambda _: f"examples:\n{addition}\n", text, count=1, flags=re.M), "utf-8")


def _said(known: Knowledge) -> set[str]:
    """Faults without their line, which a change moves."""
    return {f"{f.file.relative_to(known.folder)}: {f.rule}: {f.text}" for f in faults(known, dt.date.min)}


def _outcome(assistant: Assistant, text: str) -> str:
    reply = assistant.ask(Message(text)).reply
    return f"{reply.outcome} {reply.topics[0]}" if reply.topics else str(reply.outcome)


def _distinct(texts: Any) -> list[str]:
    """Texts without the marks of what was redacted, each once."""
    return list(dict.fromkeys(" ".join(_MARK.sub("", text).split()) for text in texts))


def _ident(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())[:6]) or "new-topic"
