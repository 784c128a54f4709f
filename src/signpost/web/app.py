"""The web pages and the JSON interface. Translates requests into messages and replies into pages, nothing more."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from ..access.gate import Gate
from ..access.passkeys import Passkeys
from ..access.rights import ANYONE, VOICES
from ..api import answer_json, message_from
from ..errors import InputError, StorageError
from ..journal import Journal
from ..kept import Kept
from ..model import Answered, Message, Reply, Role, TopicId, Turn
from ..outcomes import Disposition
from ..record import MISSED
from ..reply import tell
from ..reply.plain import plain
from ..service import Assistant, Source
from ..telemetry import TEXT, Telemetry
from .account import Account
from .directory import DirectoryApi
from .door import Door, address, check_doors, field, session_token
from .explain import Explain
from .guard import NO_HOOKS, Guard, Hook
from .handout import Handout
from .manage import Manage
from .needs import Needs
from .openapi import description
from .passkeys import PasskeyPages
from .plan import PlanPages
from .reports import ReportPages
from .themes import ThemePages

HERE = Path(__file__).parent
LOG = logging.getLogger("signpost.web")
MAX_TURN = 8
"""Topics that a form may carry from the turn before."""
PAGES = {"about": 4, "privacy": 7, "accessibility": 4}
"""Pages of plain paragraphs, and how many each has in `wording/web.yaml`."""


class Shown:
    """One question and its reply, as a page draws them."""

    def __init__(self, question: str, reply: Reply, turn: Turn, note: str = "") -> None:
        self.question, self.reply, self.turn, self.note = question, reply, turn, note


def create_app(
    source: Source,
    gate: Gate | None = None,
    hooks: Mapping[str, Hook] = NO_HOOKS,
    telemetry: Telemetry | None = None,
) -> Starlette:
    """The ASGI application over an assistant, asked for anew with each request.

    With a gate it also counts dispositions and lets the staff sign in. `hooks` are other channels' calls, by path; they
    check who calls themselves. `telemetry` counts, shared with those channels.
    """
    return _Site(source, gate, hooks, telemetry).app()


class _Site:
    def __init__(
        self, source: Source, gate: Gate | None, hooks: Mapping[str, Hook], telemetry: Telemetry | None
    ) -> None:
        self.kept = Kept(source) if gate else None
        self.source: Source = self.kept or source
        self.hooks = hooks
        self.gate = gate
        self.journal = Journal(source, gate) if gate else None
        self.env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.env.globals |= {"w": self.w, "roles": list(Role), "static_version": _version(HERE / "static")}
        self.telemetry = telemetry or Telemetry()

    @property
    def assistant(self) -> Assistant:
        return self.source.now

    def w(self, key: str, **filled: object) -> str:
        return self.assistant.parts.composer.words(key, **filled)

    def app(self) -> Starlette:
        handout = Handout(self.source, self.draw)
        routes: list[BaseRoute] = [
            Door("/", self.home, ANYONE),
            Door("/embed", self.home, ANYONE),
            Door("/ask", self.ask, ANYONE, methods=["POST"]),
            Door("/embed/ask", self.ask, ANYONE, methods=["POST"]),
            Door("/choose", self.choose, ANYONE, methods=["POST"]),
            Door("/embed/choose", self.choose, ANYONE, methods=["POST"]),
            Door("/topic/{topic}.txt", self.topic_text, ANYONE),
            Door("/topic/{topic}", self.topic, ANYONE),
            Door("/urgent", self.urgent_page, ANYONE),
            Door("/health", self.health, ANYONE),
            Door("/health/live", self.alive, ANYONE),
            Door("/metrics", self.metrics, ANYONE),
            Door("/openapi.json", self.openapi, ANYONE),
            Door("/widget.js", self.widget, ANYONE),
            *(Door(f"/{page}", self.page, ANYONE) for page in PAGES),
            *(Door(path, self.hook, ANYONE, methods=["POST"]) for path in self.hooks),
            *handout.routes(),
            *PlanPages(self.source, self.draw).routes(),
            *DirectoryApi(self.source).routes(),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
        if self.gate and self.kept:
            account = Account(self.gate, Passkeys(self.gate), self.draw)
            reports = ReportPages(self.source, self.gate, self.draw)
            staff = [
                *account.routes(),
                *PasskeyPages(account).routes(),
                *Explain(self.source, self.gate, self.draw).routes(),
                *Needs(self.source, self.gate, self.draw).routes(),
                *ThemePages(self.source, self.gate, self.draw).routes(),
                *reports.routes(),
                *handout.for_staff(),
                *Manage(self.kept, self.gate, reports.desk, self.draw).routes(),
            ]
            if self.gate.provider:
                from .council import CouncilPages

                staff += CouncilPages(account, self.gate.provider).routes()
            routes = [*staff, *routes]
        check_doors(routes)
        app = Starlette(
            routes=routes,
            middleware=[Middleware(Guard, broken=self.broken, hooks=self.hooks)],
            exception_handlers={HTTPException: self.failed},
            lifespan=self.lifespan,
        )
        app.state.gate = self.gate
        return app

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(self.kept.follow(self.gate.store)) if self.gate and self.kept else None
        yield
        if following:
            following.cancel()
        if self.journal:
            await self.journal.finish()

    async def home(self, request: Request) -> Response:
        return self.chat_page(request, [], Role.PARENT)

    async def ask(self, request: Request) -> Response:
        if "json" in request.headers.get("content-type", ""):
            return await self.ask_json(request)
        form = await _form(request)
        text, role, turn = field(form, "q"), _role(form), self.turn(form)
        if not text.strip():
            return self.shown(
                request, Shown("", self.assistant.parts.composer.say("chat.name", "chat.empty"), turn), role
            )
        began = time.perf_counter()
        message = Message(text, role, turn, proven=await self.is_proven(request, role))
        answered = await asyncio.to_thread(self.assistant.ask, message)
        self.telemetry.answered(answered.reply, "web", time.perf_counter() - began)
        note = await self.record(request, message, answered, "web")
        reply = self.offering(answered.reply, note) if answered.reply.outcome == Disposition.UNMET else answered.reply
        return self.shown(request, Shown(text, reply, answered.turn, note), role)

    async def ask_json(self, request: Request) -> Response:
        """JSON in, one JSON answer out; an InputError is a 400 with one clear line."""
        try:
            given = json.loads(await request.body())
            if not isinstance(given, dict):
                raise InputError("not a JSON object")
            message = message_from(given)
        except InputError as bad:
            return JSONResponse({"error": str(bad)}, 400)
        except (ValueError, RecursionError):
            return JSONResponse({"error": "not valid JSON"}, 400)
        began = time.perf_counter()
        out, answered = await asyncio.to_thread(answer_json, self.assistant, message, given.get("id"))
        self.telemetry.answered(answered.reply, "json", time.perf_counter() - began)
        await self.record(request, message, answered, "json")
        return JSONResponse(out)

    async def choose(self, request: Request) -> Response:
        form = await _form(request)
        role, before, do, note = _role(form), self.turn(form), field(form, "do"), field(form, "note")
        told = await self.journal.tapped(note, do) if self.journal and note and not before.urgent else ()
        proven = await self.is_proven(request, role)
        reply, turn = self.assistant.follow(do, role, before, told, proven=proven)
        if do in MISSED and not before.urgent:
            reply = self.offering(reply, note)
        return self.shown(request, Shown("", reply, turn, note), role)

    def offering(self, reply: Reply, note: str) -> Reply:
        """The reply to a miss, and the offer to say more of it where that can be kept."""
        return replace(reply, choices=(*reply.choices, tell.offer(self.w))) if note else reply

    async def topic(self, request: Request) -> Response:
        reply = self.card(request)
        return self.draw("page.html", request, title=reply.title, reply=reply, turn=Turn(reply.topics), index_page=True)

    async def topic_text(self, request: Request) -> Response:
        name = f"signpost-{request.path_params['topic']}.txt"
        return PlainTextResponse(
            plain(self.card(request), 80) + f"\n\n{request.url.replace(query='')}\n".replace(".txt", ""),
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def card(self, request: Request) -> Reply:
        topic = request.path_params["topic"]
        if topic not in self.assistant.knowledge.topics:
            raise HTTPException(404)
        return self.assistant.parts.composer.card(TopicId(topic), Role.PARENT)

    async def urgent_page(self, request: Request) -> Response:
        reply, turn = self.assistant.follow("urgent")
        return self.draw("page.html", request, title=reply.title, reply=reply, turn=turn)

    async def page(self, request: Request) -> Response:
        name = request.url.path.strip("/")
        lines = [self.w(f"web.{name}-{i}") for i in range(1, PAGES[name] + 1)]
        return self.draw(
            "page.html", request, title=self.w(f"web.{name}-title"), reply=None, lines=lines, index_page=True
        )

    async def alive(self, request: Request) -> Response:
        """The process runs. Whether it can answer is asked at `/health`."""
        return PlainTextResponse("alive")

    async def health(self, request: Request) -> Response:
        """Ready when a question can be answered, which it can without the database; asked for, not assumed."""
        try:
            outcome = (await asyncio.to_thread(self.assistant.ask, Message("who can help my child"))).reply.outcome
        except Exception:
            return JSONResponse({"status": "broken"}, 503)
        known = self.assistant.knowledge
        said: dict[str, Any] = {
            "status": "ok",
            "tier": self.assistant.tier,
            "knowledge": known.version,
            "topics": len(known.topics),
            "answers": str(outcome),
        }
        if self.gate:
            said["database"] = "ok" if await self.gate.store.answers() else "away"
        if self.source.faults:
            said["refused"] = {"faults": len(self.source.faults), "rules": sorted({f.rule for f in self.source.faults})}
        return JSONResponse(said)

    async def metrics(self, request: Request) -> Response:
        if self.gate:
            await self.telemetry.look(self.gate.store, self.gate.clock())
        self.telemetry.knowledge(self.assistant)
        return Response(self.telemetry.page(), media_type=TEXT)

    async def hook(self, request: Request) -> Response:
        return Response(status_code=await self.hooks[request.url.path](request.headers, await request.body()))

    async def openapi(self, request: Request) -> Response:
        return JSONResponse(description())

    async def widget(self, request: Request) -> Response:
        headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=3600"}
        return Response((HERE / "static" / "widget.js").read_bytes(), media_type="text/javascript", headers=headers)

    async def failed(self, request: Request, error: Exception) -> Response:
        status, why = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "failed")
        key = {403: "not-yours", 404: "not-found", 413: "too-much"}.get(status)
        if "json" in request.headers.get("accept", "") or key is None:
            return JSONResponse({"error": why}, status)
        return self.draw(
            "page.html",
            request,
            status,
            title=self.w(f"web.{key}-title"),
            reply=None,
            lines=[self.w(f"web.{key}")],
        )

    def broken(self, request: Request, error: Exception) -> Response:
        """The last resort: polite. The log gets the kind of error and where, never a message that may hold words."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("%s at %s:%s", type(error).__name__, Path(place.filename).name, place.lineno)
        return self.draw(
            "page.html", request, 500, title=self.w("chat.name"), reply=None, lines=[self.w("chat.broken")]
        )

    def shown(self, request: Request, shown: Shown, role: Role) -> Response:
        if request.headers.get("x-fragment"):
            return self.draw("fragment.html", request, t=shown, role=role.value)
        return self.chat_page(request, [shown], role)

    def chat_page(self, request: Request, turns: list[Shown], role: Role) -> Response:
        menu = None if turns else self.assistant.parts.composer.menu()
        turn = turns[-1].turn if turns else Turn()
        return self.draw("chat.html", request, turns=turns, turn=turn, role=role.value, menu=menu, index_page=not turns)

    def draw(self, template: str, request: Request, status: int = 200, **values: Any) -> Response:
        embedded = request.url.path.startswith("/embed")
        values = {
            "role": Role.PARENT.value,
            "turn": Turn(),
            "note": "",
            "index_page": False,
            "embedded": embedded,
            "action": "/embed" if embedded else "",
            "here": request.url.path,
            **values,
        }
        return HTMLResponse(self.env.get_template(template).render(values), status)

    def turn(self, form: FormData) -> Turn:
        """What the page carried over; anything that is not a known topic, a row or a small number is dropped."""
        known = self.assistant.knowledge
        topics = [t for t in field(form, "topics").split(",")[:MAX_TURN] if t in known.topics]
        rows = [m for m in field(form, "milestones").split(",")[: len(known.plan.rows)] if m in known.plan.by_id]
        misses = field(form, "misses")
        return Turn(
            tuple(map(TopicId, topics)),
            min(int(misses), 9) if misses.isascii() and misses.isdecimal() and len(misses) < 3 else 0,
            bool(field(form, "urgent")),
            tuple(dict.fromkeys(rows)),
        )

    async def is_proven(self, request: Request, role: Role) -> bool:
        """Whether who asks is signed in with the right that their voice is. While the database is away nobody is."""
        token = session_token(request)
        if self.gate is None or not role.is_at_work or not token:
            return False
        try:
            who = await self.gate.signed_in(token)
        except StorageError:
            return False
        return who is not None and VOICES.get(who.right) is role

    async def record(self, request: Request, message: Message, answered: Answered, channel: str) -> str:
        """The sealed note of the message that was written down; empty where nothing is."""
        return await self.journal.record(message, answered, channel, address(request)) if self.journal else ""


async def _form(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415, "send a form or JSON")
    return await request.form(max_files=0, max_fields=20)


def _role(form: FormData) -> Role:
    try:
        return Role(field(form, "role") or Role.PARENT)
    except ValueError:
        return Role.PARENT


def _version(folder: Path) -> str:
    digest = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()))
    return digest.hexdigest()[:8]
