"""The JSON shape that the command line and the web share: `ask --batch` and `POST /ask`."""

from __future__ import annotations

import time
from typing import Any

from .errors import InputError
from .model import Answered, Message, Role
from .reply.plain import plain
from .service import Assistant

ROLES = [role.value for role in Role]


def message_from(given: dict[str, Any], role: str = Role.PARENT.value, *, proven: bool = False) -> Message:
    """A message from one JSON object (`q`, optional `role`, else this one). Raises InputError with one clear line."""
    text = given.get("q")
    if not isinstance(text, str):
        raise InputError("'q' must be a text")
    role = given.get("role") or role
    if role not in ROLES:
        raise InputError(f"'role' must be one of {', '.join(ROLES)}")
    return Message(text, Role(role), proven=proven)


def answer_json(assistant: Assistant, message: Message, ident: Any = None) -> tuple[dict[str, Any], Answered]:
    """One answer as JSON, and what it was made from. `milliseconds` is from text to reply."""
    began = time.perf_counter()
    answered = assistant.ask(message)
    took = (time.perf_counter() - began) * 1000
    out = {
        "outcome": str(answered.reply.outcome),
        "urgent": answered.reply.urgent,
        "topics": [
            {"id": c.topic, "score": round(c.score, 4)} for c in (answered.match.candidates if answered.match else ())
        ],
        "reply": plain(answered.reply),
        "milliseconds": round(took, 2),
    }
    return ({"id": ident, **out} if ident is not None else out), answered
