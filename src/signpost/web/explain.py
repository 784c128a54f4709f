"""The curators' page that shows why a question is answered as it is. What is typed there is let go with the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from ..access.gate import Gate
from ..access.rights import Right, only
from ..explain import explain
from ..model import Message, Role
from ..service import Source
from .door import Door, session_token

CURATORS = only(Right.CURATOR, Right.ADMIN)
LONGEST = 4096
"""Characters that are looked at, as in the chat."""


class Explain:
    """The page `/explain`, drawn with the site's own templates."""

    def __init__(self, source: Source, gate: Gate, draw: Callable[..., Response]) -> None:
        self.source, self.gate, self.draw = source, gate, draw

    def routes(self) -> list[Door]:
        return [
            Door("/explain", self.form, CURATORS),
            Door("/explain", self.explained, CURATORS, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        return self.page(request)

    async def explained(self, request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=20)
        question, voice = str(form.get("q") or "")[:LONGEST], form.get("role")
        message = Message(question, Role(voice) if voice in list(Role) else Role.PARENT)
        answered = await asyncio.to_thread(self.source.now.ask, message, explain=True)
        return self.page(request, question=question, role=message.role.value, found=explain(answered))

    def page(self, request: Request, **shown: object) -> Response:
        form_token = self.gate.form_token(session_token(request))
        return self.draw("explain.html", request, **{"question": "", "found": None, "form_token": form_token, **shown})
