"""The use cases every channel calls: ask, and follow a choice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from .errors import Fault
from .knowledge.load import Knowledge
from .knowledge.plan import Alive
from .model import Answered, Danger, Message, Reply, Role, TopicId, Turn
from .pipeline import Parts, travel
from .plan.look import Lookups
from .reply import tell
from .reply.compose import Composer
from .understand.redact import Own, own_words

FIRST = Turn()


@dataclass(frozen=True)
class Assistant:
    """One knowledge base, ready to answer. Holds nothing about anybody."""

    knowledge: Knowledge
    parts: Parts

    @property
    def now(self) -> Assistant:
        """Itself: an assistant over knowledge that does not change is its own source."""
        return self

    @property
    def faults(self) -> tuple[Fault, ...]:
        return ()

    @cached_property
    def own(self) -> Own:
        """What redaction leaves alone, since the knowledge base itself names it."""
        return own_words(self.knowledge)

    @property
    def tier(self) -> str:
        return "full" if self.parts.encoder else "fast"

    def with_plan(self, alive: Alive) -> Assistant:
        """The same with what was recorded about the plan since."""
        known = replace(self.knowledge, plan=replace(self.knowledge.plan, alive=alive))
        parts = replace(self.parts, lookups=Lookups(known), composer=Composer(known, self.parts.today))
        return Assistant(known, parts)

    def ask(self, message: Message, *, explain: bool = False) -> Answered:
        """Answer a message. When anything breaks, danger named outright still gets the urgent help."""
        try:
            return travel(message, self.parts, explain=explain)
        except Exception:
            danger = self.parts.safety.phrase(message.text)
            if danger is None:
                raise
            return Answered(None, self.parts.composer.urgent(danger), replace(message.before, urgent=True))

    def follow(
        self, do: str, role: Role = Role.PARENT, before: Turn = FIRST, told: Collection[str] = (), *,
        proven: bool = False,
    ) -> tuple[Reply, Turn]:  # fmt: skip
        """What a person picked: a topic, a row of the plan, a step of the menu, a fixed answer. Else the menu.

        `told` names what the question before told already of the need, and is not asked again; `proven` is as in
        `Message`.
        """
        compose = self.parts.composer
        verb, _, what = do.partition(":")
        match verb:
            case "topic" if what in self.knowledge.topics:
                shown = replace(before, topics=(TopicId(what),), misses=0, milestones=())
                return compose.card(TopicId(what), role, proven=proven), shown
            case "milestone" if what in self.knowledge.plan.by_id:
                return compose.milestone(what, role), replace(before, milestones=(what,))
            case "none":
                return compose.none_fits(role), replace(before, misses=before.misses + 1)
            case "person":
                return compose.person(role), before
            case "helped":
                return compose.say("chat.name", "chat.helped"), before
            case "not":
                return compose.say("chat.name", "chat.not-helped"), replace(before, topics=(), misses=before.misses + 1)
            case "help":
                return compose.say("chat.help-title", "chat.about", "chat.help", "chat.privacy"), before
            case "urgent":
                urgent = compose.urgent(Danger(self.knowledge.beside["urgent"][0].id, 1.0, ""))
                return urgent, replace(before, urgent=True)
            case "tell" if tell.is_known(do):
                return tell.step(do, told, compose.words), before
        steps = tuple(int(s) for s in what.split(".") if s.isascii() and s.isdecimal() and len(s) < 4)
        return compose.menu(steps), before


class Source(Protocol):
    """Where a channel gets the assistant for each message: one that stays (`Assistant`), or one renewed (`Live`)."""

    @property
    def now(self) -> Assistant: ...

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why newer knowledge is not in use."""
