"""Pages of several answers: one to print or send on, for a family, whose list lives in its address; one for staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ..access.rights import ANYONE, VOICES, only
from ..model import Reply, Role, Text, TopicId
from ..service import Source
from .door import Door

INBOXES = only(*VOICES)
"""Who may be shown a service's inbox for professionals."""
MOST = 8
"""Topics on one handout; more is a directory, not help."""


class Handout:
    """The page `/handout?topic=a&topic=b`, drawn with the site's own templates."""

    def __init__(self, source: Source, draw: Callable[..., Response]) -> None:
        self.source, self.draw = source, draw

    def routes(self) -> list[Door]:
        return [Door("/handout", self.page, ANYONE)]

    def for_staff(self) -> list[Door]:
        return [Door("/plan/call-in", self.call_in, INBOXES)]

    async def call_in(self, request: Request) -> Response:
        """Whom to call in, with the form, the meeting and the inboxes that families are not given."""
        now, role = self.source.now, VOICES[request.state.who.right]
        cards = [(t, now.parts.composer.card(TopicId(t), role, proven=True)) for t in now.knowledge.call_in]
        return self.draw("call-in.html", request, cards=cards)

    async def page(self, request: Request) -> Response:
        """What is no topic is dropped, and what is there twice is there once."""
        topics, asked = self.source.now.knowledge.topics, request.query_params.getlist("topic")
        chosen = [TopicId(t) for t in dict.fromkeys(asked) if t in topics][:MOST]
        return self.draw(
            "handout.html",
            request,
            chosen=[(t, self._card(t), _address(x for x in chosen if x != t)) for t in chosen],
            others=sorted((t.title, t.id) for t in topics.values() if t.id not in chosen),
            full=len(chosen) == MOST,
        )

    def _card(self, topic: TopicId) -> Reply:
        """The card as a family sees it, without what leads elsewhere or only the plan's readers want."""
        card = self.source.now.parts.composer.card(topic, Role.PARENT)
        blocks = tuple(b for b in card.blocks if not (isinstance(b, Text) and b.style == "more"))
        return replace(card, blocks=blocks, choices=(), feedback=False)


def _address(topics: Iterable[str]) -> str:
    return "/handout?" + urlencode([("topic", t) for t in topics])
