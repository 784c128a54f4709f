"""The only place that picks real implementations and puts the assistant together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from threadpoolctl import threadpool_limits

from .knowledge.load import Knowledge, load
from .match.encoder import find_encoder
from .match.index import build
from .pipeline import Parts
from .reply.compose import Composer
from .service import Assistant
from .settings import OWN_KNOWLEDGE
from .understand.language import compile_language
from .understand.safety import Safety


def open_knowledge(folder: Path) -> Knowledge:
    """A knowledge base, with our wording and urgent help where the folder brings none. Raises KnowledgeError."""
    return load(folder, OWN_KNOWLEDGE)


def start(folder: Path, cache: Path | None, today: Callable[[], dt.date] = dt.date.today) -> Assistant:
    """A ready assistant over `folder`. Raises KnowledgeError when the knowledge base cannot be used."""
    known = open_knowledge(folder)
    encoder = find_encoder()
    index = build(known, encoder, cache)
    threadpool_limits(1, user_api="blas")  # one question is too little to share: threads that wait took 2/3 of the CPU
    parts = Parts(
        safety=Safety(known.beside["urgent"], known.shorthand, known.danger_words),
        language=compile_language(known),
        index=index,
        encoder=encoder,
        composer=Composer(known, today()),
        titles={t.id: t.title for t in known.topics.values()},
    )
    return Assistant(known, parts)
