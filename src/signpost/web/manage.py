"""The staff's pages of the plan: how each row stands and why, contacts, the history, and forms to change and undo."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..access.gate import Gate
from ..access.rights import PLAN_CHANGE, PLAN_SEE
from ..kept import Kept
from ..knowledge.plan import Addition, Plan, Rag
from ..plan.alive import MOST_SAID, MOST_TEXT, MOST_WHY, Action, Change, Wish, is_sound, officers, undone
from ..plan.board import Asked, Board, board
from ..plan.officers import initials
from ..plan.paper import paper
from ..reply.words import day_name
from ..report.desk import Desk
from ..report.say import Say
from ..report.view import asked_about, newest
from ..storage import plan_events
from ..understand.redact import redact
from .door import Door, field, session_token

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ON_A_PAGE = (Action.STATUS, Action.CONTACT, Action.SUCCESSOR, Action.UNDO)
"""What the forms of a subject's page may ask for."""
MOST_ONCE = 40
"""Characters of a form's own number, by which a form sent twice is known."""
FIELDS = ("outcome", "text", "due", "lead", "reporting", "why", "once")
"""Of the form for a new milestone."""
EMPTY: Mapping[str, str] = dict.fromkeys(FIELDS, "")


class Manage:
    """The pages under `/plan/manage`, drawn with the site's own templates."""

    def __init__(self, kept: Kept, gate: Gate, desk: Desk, draw: Callable[..., Response]) -> None:
        self.kept, self.gate, self.desk, self.draw = kept, gate, desk, draw

    def routes(self) -> list[Door]:
        return [
            Door("/plan/manage", self.board, PLAN_SEE),
            Door("/plan/manage.docx", self.paper, PLAN_SEE),
            Door("/plan/manage/new", self.new, PLAN_CHANGE),
            Door("/plan/manage/new", self.add, PLAN_CHANGE, methods=["POST"]),
            Door("/plan/manage/{subject}", self.subject, PLAN_SEE),
            Door("/plan/manage/{subject}", self.change, PLAN_CHANGE, methods=["POST"]),
        ]

    @property
    def plan(self) -> Plan:
        return self.kept.now.knowledge.plan

    async def board(self, request: Request) -> Response:
        return self.draw(
            "manage.html",
            request,
            board=await self.now(),
            plan=self.plan,
            day=day_name,
            may_change=PLAN_CHANGE.allows(request.state.who.right),
        )

    async def paper(self, request: Request) -> Response:
        """The same as a Word document."""
        now, words, on = await self.now(), self.kept.now.parts.composer.words, day_name(self.gate.clock())
        document = await asyncio.to_thread(paper, now, self.plan, words, day_name, on)
        headers = {"Content-Disposition": 'attachment; filename="send-action-plan-board.docx"'}
        return Response(document, media_type=WORD, headers=headers)

    async def now(self) -> Board:
        """The board of the moment, and what families asked in the newest period that is told."""
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
        report = await self.desk.report()
        asked = None
        if report.release.periods:
            period, say = newest(report.release), Say(report.known)
            told = {m: say.people(shown) for m, shown in asked_about(report, period).items()}
            asked = Asked(say.period(period), told)
        return board(self.plan, self.gate.clock(), asked=asked)

    async def new(self, request: Request) -> Response:
        return self.form(request)

    def form(self, request: Request, filled: Mapping[str, str] = EMPTY) -> Response:
        """The form for a new milestone; what was sent and did not fit stands in it as it was typed."""
        return self.draw(
            "manage-new.html",
            request,
            outcomes=self.plan.outcomes.values(),
            form_token=self.gate.form_token(session_token(request)),
            once=secrets.token_hex(16),
            most={"text": MOST_TEXT, "why": MOST_WHY},
            filled=filled,
            refused=filled is not EMPTY,
        )

    async def add(self, request: Request) -> Response:
        """Add the milestone; sent again it is added once. Then its own page."""
        form = await request.form(max_files=0, max_fields=20)
        given = {name: field(form, name).strip() for name in FIELDS}
        own = self.kept.now.own
        leads, reports_to = (tuple(initials(given[name]).replace(",", " ").split()) for name in ("lead", "reporting"))
        new = Addition(given["outcome"], redact(given["text"], own).text, given["due"], leads, reports_to)
        wish = Wish(Action.ADD, "", why=redact(given["why"], own).text, new=new)
        if not 0 < len(given["once"]) <= MOST_ONCE or not is_sound(wish, self.plan):
            return self.form(request, given)
        async with self.gate.store.begin() as session:
            source = f"web:{given['once']}"
            await plan_events.add(session, wish, by=request.state.who.label, source=source, now=self.gate.clock())
            subject = (await plan_events.made(session, source)).wish.subject
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
        return RedirectResponse(f"/plan/manage/{subject}", 303)

    async def subject(self, request: Request) -> Response:
        return await self.page(request)

    async def change(self, request: Request) -> Response:
        """Make the change that the form asks for; sent again it is made once. An unsound one is said to be so."""
        form = await request.form(max_files=0, max_fields=20)
        given = {name: field(form, name).strip() for name in ("action", "said", "why", "undoes", "once")}
        number = int(given["undoes"]) if given["undoes"].isascii() and given["undoes"].isdecimal() else None
        async with self.gate.store.read() as session:
            subject = self._subject(request, await plan_events.everything(session))
        action = given["action"]
        if action not in ON_A_PAGE or not 0 < len(given["once"]) <= MOST_ONCE:
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
        async with self.gate.store.read() as session:
            await self.kept.refresh(session)
            changes = await plan_events.everything(session)
        subject = self._subject(request, changes)
        who, alive = request.state.who, self.plan.alive
        return self.draw(
            "manage-subject.html",
            request,
            subject=subject,
            row=self.plan.by_id.get(subject),
            plan=self.plan,
            is_milestone=subject not in officers(self.plan),
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

    def _subject(self, request: Request, changes: Iterable[Change]) -> str:
        """What the page is about; a milestone that was added and taken back is still there to be seen."""
        subject = str(request.path_params["subject"]).upper()
        held = {*self.plan.by_id, *officers(self.plan), *(c.wish.subject for c in changes if c.wish.new)}
        if subject not in held:
            raise HTTPException(404)
        return subject
