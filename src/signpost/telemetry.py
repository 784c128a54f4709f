"""Every Prometheus metric, declared once; `/metrics` shows them. None has a label made of what a person wrote."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST as TEXT
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from .errors import StorageError
from .model import Reply
from .outcomes import Disposition
from .service import Assistant

if TYPE_CHECKING:
    from .storage import Store

__all__ = ["TEXT", "Telemetry"]
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1)
"""Seconds; a reply within 0.25 is what is promised."""


class Telemetry:
    """The metrics of one process; what waits in the database is looked at when it is asked for."""

    def __init__(self) -> None:
        into = self.registry = CollectorRegistry()
        self._questions = Counter(
            "signpost_questions", "Questions by disposition and channel", ["outcome", "channel"], registry=into
        )
        self._urgent = Counter("signpost_urgent", "Answers that began with the urgent help", ["channel"], registry=into)
        self._took = Histogram("signpost_answer_seconds", "From text to reply", buckets=BUCKETS, registry=into)
        self._updates = Counter(
            "signpost_updates_handled", "Updates of a channel that were handled", ["channel"], registry=into
        )
        self._topics = Gauge("signpost_topics", "Topics of the knowledge in use", registry=into)
        self._checked = Gauge(
            "signpost_knowledge_oldest_check_days",
            "Days since the topic checked longest ago was checked; -1: none was",
            registry=into,
        )
        self._up = Gauge("signpost_database_up", "1 when the database answered just now", registry=into)
        self._inbox = Gauge("signpost_inbox_waiting", "Updates that wait to be handled", registry=into)
        self._outbox = Gauge("signpost_outbox_waiting", "Messages that wait to be sent", registry=into)
        self._overdue = Gauge(
            "signpost_outbox_overdue_seconds", "By how much the message longest due is late", registry=into
        )

    def answered(self, reply: Reply, channel: str, seconds: float | None = None) -> None:
        """Count a question that was answered, and how long that took where it is known."""
        self._questions.labels(str(Disposition(reply.outcome)), channel).inc()
        if reply.urgent:
            self._urgent.labels(channel).inc()
        if seconds is not None:
            self._took.observe(seconds)

    def handled(self, channel: str, updates: int) -> None:
        """Count updates, once their transaction is committed."""
        self._updates.labels(channel).inc(updates)

    def knowledge(self, assistant: Assistant) -> None:
        """Note the knowledge in use."""
        self._topics.set(len(assistant.knowledge.topics))
        checked = [t.last_checked for t in assistant.knowledge.topics.values() if t.last_checked]
        self._checked.set((assistant.parts.today - min(checked)).days if checked else -1)

    async def look(self, store: Store, now: dt.datetime) -> None:
        """Note what waits in the database; when it is away only that is said, and what waited last stands."""
        from .storage.backlog import backlog

        try:
            async with store.read() as session:
                waits = await backlog(session, now)
        except StorageError:
            self._up.set(0)
            return
        self._up.set(1)
        self._inbox.set(waits.inbox)
        self._outbox.set(waits.outbox)
        self._overdue.set(waits.overdue.total_seconds())

    def page(self) -> bytes:
        """All of them, in Prometheus's text format."""
        return generate_latest(self.registry)
