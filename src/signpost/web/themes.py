"""The pages on which people decide about themes of gaps, and the public ones that say what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from ..access.gate import Gate, Who
from ..access.rights import ANYONE, Right, only
from ..errors import InputError
from ..gap import Triage
from ..service import Source
from ..storage import gaps, themes
from ..triage import Desk, actor_name, nearest
from .door import Door, field, session_token

STAFF = only(Right.COMMISSIONER, Right.CURATOR)
COMMISSIONERS = only(Right.COMMISSIONER)
WORDS = 200
"""Questions of one theme that its page shows."""


class ThemePages:
    """`/themes` for the staff and `/responses` for everybody, drawn with the site's own templates."""

    def __init__(self, source: Source, gate: Gate, draw: Callable[..., Response]) -> None:
        self.source, self.gate, self.draw = source, gate, draw
        self.desk = Desk(source, gate.store, gate.clock)

    def routes(self) -> list[BaseRoute]:
        return [
            Door("/responses", self.responses, ANYONE),
            Door("/responses.json", self.responses_json, ANYONE),
            Door("/responses.html", self.snippet, ANYONE),
            Door("/themes", self.all, STAFF),
            Door("/themes/group", self.group, STAFF, methods=["POST"]),
            Door("/themes/response", self.response, COMMISSIONERS, methods=["POST"]),
            Door("/themes/{theme}", self.one, STAFF),
            Door("/themes/{theme}", self.change, STAFF, methods=["POST"]),
            Door("/themes/{theme}/respond", self.respond, COMMISSIONERS, methods=["POST"]),
        ]

    async def responses(self, request: Request) -> Response:
        async with self.gate.store.read() as session:
            found = await themes.published(session)
        return self.draw("responses.html", request, published=found, index_page=True)

    async def responses_json(self, request: Request) -> Response:
        async with self.gate.store.read() as session:
            found = await themes.published(session)
        said = [
            {
                "id": p.id, "theme": p.theme, "you_said": p.you_said, "we_did": p.we_did,
                "published": p.on.isoformat(), "milestones": list(p.milestones),
            }
            for p in found
        ]  # fmt: skip
        return JSONResponse(said, headers={"Access-Control-Allow-Origin": "*"})

    async def snippet(self, request: Request) -> Response:
        """A piece of a page for the Local Offer's own: no style, no script."""
        async with self.gate.store.read() as session:
            found = await themes.published(session)
        w = self.source.now.parts.composer.words
        said = [(w("themes.told-said", said=p.you_said), w("themes.told-did", did=p.we_did)) for p in found]
        rows = "".join(f"<dt>{escape(you)}</dt><dd>{escape(we)}</dd>" for you, we in said)
        return HTMLResponse(f'<section lang="en-GB"><h2>{escape(w("themes.responses"))}</h2><dl>{rows}</dl></section>')

    async def all(self, request: Request) -> Response:
        wanted = request.query_params.get("state", "")
        async with self.gate.store.read() as session:
            found, people = await themes.all_themes(session), await themes.people(session)
        shown = [t for t in found if not wanted or t.state == wanted]
        shown.sort(key=lambda t: (-nearest(people.get(t.id, 0)), t.id))
        rows = [(t, nearest(people.get(t.id, 0))) for t in shown]
        return self.page("themes.html", request, rows=rows, states=list(Triage), wanted=wanted)

    async def group(self, request: Request) -> Response:
        await self.desk.group()
        return RedirectResponse("/themes", 303)

    async def one(self, request: Request) -> Response:
        number = _of(request)
        async with self.gate.store.read() as session:
            theme = await themes.one(session, number)
            if theme is None:
                raise HTTPException(404)
            people = (await themes.people(session)).get(theme.id, 0)
            asked = await gaps.listed(session, most=WORDS, theme=theme.id)
            history, written = await themes.history(session, theme.id), await themes.responses(session, theme.id)
            others = [t for t in await themes.all_themes(session) if t.id != theme.id]
        if theme.id != number:
            return RedirectResponse(f"/themes/{theme.id}", 303)
        who: Who = request.state.who
        knowledge = self.source.now.knowledge
        near = {m for g in asked for t, _ in g.topics[:2] if t in knowledge.topics for m in knowledge.topics[t].plan}
        return self.page(
            "theme.html", request, theme=theme, people=nearest(people), others=others, history=history,
            asked=asked if nearest(people) or who.right is Right.CURATOR else None, written=written,
            states=list(Triage), plan=knowledge.plan, likely=near, me=_actor(request),
            commissions=who.right is Right.COMMISSIONER,
        )  # fmt: skip

    async def change(self, request: Request) -> Response:
        """One decision: the form's button says which."""
        theme, form = _of(request), await request.form(max_files=0, max_fields=500)
        actor = _actor(request)
        made: Awaitable[object]
        match field(form, "do"):
            case "decide":
                state = field(form, "state")
                wakes = _number(field(form, "wakes_at")) if state == Triage.NOT_A_GAP else None
                owner = field(form, "owner")
                chosen = Triage(state) if state in list(Triage) else Triage.LOOKED_AT
                made = self.desk.decide(theme, chosen, actor, field(form, "why"), owner=owner, wakes_at=wakes)
            case "rename":
                made = self.desk.rename(theme, field(form, "name"), actor)
            case "merge":
                made = self.desk.merge(theme, _number(field(form, "into")) or 0, actor)
            case "link":
                made = self.desk.link(theme, [str(m) for m in form.getlist("milestone")], actor)
            case "keep":
                made = self.desk.keep_words(theme, actor, field(form, "why"))
            case "move":
                chosen_gaps = [n for g in form.getlist("gap") if (n := _number(str(g)))]
                made = self.desk.move(chosen_gaps, theme, _number(field(form, "to")), actor, field(form, "name"))
            case _:
                return RedirectResponse(f"/themes/{theme}", 303)
        return await self._done(request, made, theme)

    async def respond(self, request: Request) -> Response:
        theme, form = _of(request), await request.form(max_files=0, max_fields=20)
        made = self.desk.respond(theme, field(form, "you_said"), field(form, "we_did"), _actor(request))
        return await self._done(request, made, theme)

    async def response(self, request: Request) -> Response:
        """Approve and publish what somebody else wrote, or withdraw what was published."""
        form = await request.form(max_files=0, max_fields=20)
        number, actor = _number(field(form, "response")) or 0, _actor(request)
        theme = _number(field(form, "theme")) or 0
        if field(form, "do") == "withdraw":
            return await self._done(request, self.desk.withdraw(number, actor, field(form, "why")), theme)
        return await self._done(request, self.desk.approve(number, actor), theme)

    async def _done(self, request: Request, made: Awaitable[object], theme: int) -> Response:
        try:
            await made
        except InputError as wrong:
            title = self.source.now.parts.composer.words("themes.wrong-title")
            return self.draw("page.html", request, 400, title=title, reply=None, lines=[f"{wrong}."])
        return RedirectResponse(f"/themes/{theme}" if theme else "/themes", 303)

    def page(self, template: str, request: Request, **shown: object) -> Response:
        form_token = self.gate.form_token(session_token(request))
        return self.draw(template, request, form_token=form_token, **shown)


def _actor(request: Request) -> str:
    who: Who = request.state.who
    return actor_name(who.label, who.member)


def _of(request: Request) -> int:
    number = _number(request.path_params["theme"])
    if number is None:
        raise HTTPException(404)
    return number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
