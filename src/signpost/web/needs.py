"""The page on which staff write down a need for a family, without names, and see first what would be kept of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from ..access.gate import Gate
from ..access.rights import SIGNED_IN
from ..gap import Origin
from ..record import detail_of, logged, write
from ..reply.tell import ASKED, label
from ..service import Source
from ..storage.dispositions import asker_of
from ..understand.redact import redact
from .door import Door, field, session_token

LONGEST = 4096
"""Characters of one need, as in the chat."""
ORIGINS = (Origin.PROFESSIONAL, Origin.PHONE_DESK)
CHANNEL = "web"


class Needs:
    """The page `/log`, drawn with the site's own templates."""

    def __init__(self, source: Source, gate: Gate, draw: Callable[..., Response]) -> None:
        self.source, self.gate, self.draw = source, gate, draw

    def routes(self) -> list[Door]:
        return [Door("/log", self.form, SIGNED_IN), Door("/log", self.log, SIGNED_IN, methods=["POST"])]

    async def form(self, request: Request) -> Response:
        return self.page(request)

    async def log(self, request: Request) -> Response:
        """Show what would be kept, or keep it; the same form sent again is kept once."""
        form = await request.form(max_files=0, max_fields=20)
        text, once = field(form, "text")[:LONGEST].strip(), field(form, "once")
        picked = dict(found for name in ASKED if (found := detail_of(f"tell:{name}={field(form, name)}")))
        origin = next((one for one in ORIGINS if one == field(form, "origin")), Origin.PROFESSIONAL)
        if not text or not 0 < len(once) <= 40:
            return self.page(request, "nothing", picked=picked, origin=origin)
        if field(form, "do") != "save":
            kept = (await asyncio.to_thread(redact, text, self.source.now.own)).text
            return self.page(request, "shown", kept, text=text, picked=picked, origin=origin, once=once)
        now = self.gate.clock()
        record = await asyncio.to_thread(
            logged, self.source.now, text, picked, origin=origin, channel=CHANNEL, source=f"log:{once}", at=now,
            asker=asker_of(self.gate.secret, CHANNEL, f"member:{request.state.who.member}", now),
        )  # fmt: skip
        async with self.gate.store.begin() as session:
            await write(session, record)
        return self.page(request, "saved", record.note.text if record.note else "")

    def page(self, request: Request, said: str = "", kept: str = "", **filled: object) -> Response:
        words = self.source.now.parts.composer.words
        asked = {name: [(str(v), label(name, str(v), words)) for v in values] for name, values in ASKED.items()}
        shown = {"text": "", "picked": {}, "origin": Origin.PROFESSIONAL, "once": secrets.token_hex(16), **filled}
        return self.draw(
            "log.html", request, said=said, kept=kept, asked=asked, origins=ORIGINS, most=LONGEST,
            form_token=self.gate.form_token(session_token(request)), **shown,
        )  # fmt: skip
