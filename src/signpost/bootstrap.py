"""Puts the assistant together from its real implementations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from .errors import KnowledgeError
from .knowledge.check import broken_links
from .knowledge.load import Knowledge, load
from .match.encoder import Encoder, find_encoder
from .match.index import build
from .match.scope import Scopes
from .pipeline import Parts
from .plan.look import Lookups
from .reply.compose import Composer
from .service import Assistant
from .settings import OWN_KNOWLEDGE, Settings
from .understand.language import compile_language
from .understand.safety import Safety

if TYPE_CHECKING:
    from .access.gate import Gate


def open_knowledge(folder: Path) -> Knowledge:
    """A knowledge base, with our wording and urgent help where the folder brings none. Raises KnowledgeError."""
    return load(folder, OWN_KNOWLEDGE)


def start(folder: Path, cache: Path | None, today: Callable[[], dt.date] = dt.date.today) -> Assistant:
    """A ready assistant over `folder`. Raises KnowledgeError when the knowledge base cannot be used."""
    known = open_knowledge(folder)
    if faults := tuple(broken_links(known)):
        raise KnowledgeError(faults)
    return assemble(known, find_encoder(), cache, today())


def assemble(known: Knowledge, encoder: Encoder | None, cache: Path | None, today: dt.date) -> Assistant:
    """An assistant over knowledge that is loaded already."""
    index = build(known, encoder, cache)
    threadpool_limits(1, user_api="blas")  # one question is too little to share: threads that wait took 2/3 of the CPU
    parts = Parts(
        safety=Safety(known.beside["urgent"], known.shorthand, known.danger_words),
        language=compile_language(known),
        index=index,
        encoder=encoder,
        lookups=Lookups(known),
        scopes=Scopes.of(known.topics.values()),
        composer=Composer(known, today),
        today=today,
        titles={t.id: t.title for t in known.topics.values()},
    )
    return Assistant(known, parts)


async def open_gate(settings: Settings) -> Gate:
    """The open store with its secret, for whoever keeps or checks something. Raises SettingError or StorageError."""
    from .access.gate import Gate
    from .storage import Store
    from .storage.keys import open_secret

    secret = open_secret(settings.secret_key, settings.secret_file)
    provider = None
    if settings.oidc:
        from .access.provider import Provider

        provider = Provider(settings.oidc)
    return Gate(await Store.open(settings.database), secret, provider=provider)
