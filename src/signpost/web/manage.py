"""The staff's pages of the plan: how each row stands and why, contacts, the history, and forms to change and undo."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..access.gate import Gate
from ..access.rights import PLAN_CHANGE, PLAN_SEE
from ..kept import Kept
from ..knowledge.plan import Plan, Rag
from ..plan.alive import MOST_SAID, MOST_WHY, Action, Wish, is_sound, officers, undone
from ..plan.board import board
from ..plan.paper import paper
from ..reply.plan import PlanReplies, day_name, month_name
from ..storage import plan_events
from ..understand.redact import redact
from .door import Door, session_token

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Manage:
    """The pages under `/plan/manage`, drawn with the site's own templates."""

    def __init__(self, kept: Kept, gate: Gate, draw: Callable[..., Response]) -> None:
        self.kept, self.gate, self.draw = kept, gate, draw

    def routes(self) -> list[Door]:
        return [
            Door("/plan/manage", self.board, PLAN_SEE),
            Door("/plan/manage.docx", self.paper, PLAN_SEE),
            Door("/plan/manage/{subject}", self.subject, PLAN_SEE),
            Door("/plan/manage/{subject}", self.change, PLAN_CHANGE, methods=["POST"]),
        ]

    @property
    def plan(self) -> Plan:
        return self.kept.now.knowledge.plan

    @property
    def replies(self) -> PlanReplies:
        return self.kept.now.parts.composer.plan

    async def board(self, request: Request) -> Response:
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
        at = self.gate.clock()
        return self.draw(
            "manage.html", request, board=board(self.plan, at), plan=self.plan, month=month_name, day=day_name
        )

    async def paper(self, request: Request) -> Response:
        """The same as a Word document."""
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
        at = self.gate.clock()
        document = await run_in_threadpool(
            paper, board(self.plan, at), self.plan, self.kept.now.parts.composer.words, day_name(at)
        )
        headers = {"Content-Disposition": 'attachment; filename="send-action-plan-board.docx"'}
        return Response(document, media_type=WORD, headers=headers)

    async def subject(self, request: Request) -> Response:
        return await self.page(request)

    async def change(self, request: Request) -> Response:
        """Make the change that the form asks for; sent again it is made once. An unsound one is said to be so."""
        form = await request.form(max_files=0, max_fields=20)
        given = {name: str(form.get(name) or "").strip() for name in ("action", "said", "why", "undoes", "once")}
        number = int(given["undoes"]) if given["undoes"].isascii() and given["undoes"].isdecimal() else None
        subject, action = self._subject(request), given["action"]
        if action not in list(Action) or not given["once"] or len(given["once"]) > 40:
            return await self.page(request, "unsound")
        undoes = number if action == Action.UNDO else None
        wish = Wish(Action(action), subject, given["said"], redact(given["why"], self.kept.now.own).text, undoes)
        if not is_sound(wish, self.plan):
            return await self.page(request, "unsound")
        async with self.gate.store.begin() as session:
            by = request.state.who.label
            await plan_events.add(session, wish, by=by, source=f"web:{given['once']}", now=self.gate.clock())
        return await self.page(request, "changed")

    async def page(self, request: Request, said: str = "") -> Response:
        subject = self._subject(request)
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
            changes = await plan_events.everything(session)
        who, alive = request.state.who, self.plan.alive
        return self.draw(
            "manage-subject.html",
            request,
            subject=subject,
            row=self.plan.by_id.get(subject),
            plan=self.plan,
            standing={"contact": alive.contact.get(subject), "successor": alive.successor.get(subject)},
            rows=[r for r in self.plan.rows if subject in (*r.milestone.leads, *r.milestone.reports_to)],
            rags=list(Rag),
            history=[c for c in reversed(changes) if c.wish.subject == subject],
            void=undone(changes),
            may_change=PLAN_CHANGE.allows(who.right),
            form_token=self.gate.form_token(session_token(request)),
            once=lambda: secrets.token_hex(16),
            most={"said": MOST_SAID, "why": MOST_WHY},
            day=day_name,
            said=said,
        )

    def _subject(self, request: Request) -> str:
        subject = str(request.path_params["subject"]).upper()
        if subject not in self.plan.by_id and subject not in officers(self.plan):
            raise HTTPException(404)
        return subject
