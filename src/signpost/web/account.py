"""Sign-in for the staff, and the page that says who you are. Families need neither."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..access.gate import Gate, LockedOutError
from ..access.rights import ANYONE, SIGNED_IN
from .door import Door, address, cookie_name, require_own_page, session_token

Draw = Callable[..., Response]
LONGEST = 100
"""Characters of a link's token or a code that are looked at."""


class Account:
    """The pages `/sign-in` and `/account`, drawn with the site's own templates."""

    def __init__(self, gate: Gate, draw: Draw) -> None:
        self.gate, self.draw = gate, draw

    def routes(self) -> list[Door]:
        return [
            Door("/sign-in", self.form, ANYONE),
            Door("/sign-in", self.sign_in, ANYONE, methods=["POST"]),
            Door("/account", self.account, SIGNED_IN),
            Door("/account/code", self.code, SIGNED_IN, methods=["POST"]),
            Door("/sign-out", self.sign_out, SIGNED_IN, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """Opening the link changes nothing (programs that preview links open it too); the button takes it up."""
        return self.page(request, invitation=request.query_params.get("invitation", "")[:LONGEST])

    async def sign_in(self, request: Request) -> Response:
        name = cookie_name(request)
        if not name:
            return self.page(request, 403)
        require_own_page(request)
        form = await request.form(max_files=0, max_fields=20)
        invitation, code = (str(form.get(field) or "")[:LONGEST] for field in ("invitation", "code"))
        try:
            token = await self.gate.sign_in(address(request), invitation=invitation, code=code)
        except LockedOutError:
            return self.page(request, 429, wrong="account.locked-out")
        if token is None:
            return self.page(request, 403, wrong="account.link-over" if invitation else "account.code-wrong")
        if old := session_token(request):
            await self.gate.sign_out(old)
        answer = RedirectResponse("/account", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="lax")
        return answer

    def page(self, request: Request, status: int = 200, *, invitation: str = "", wrong: str = "") -> Response:
        if not cookie_name(request):
            invitation, wrong = "", "account.needs-https"
        return self.draw("sign-in.html", request, status, invitation=invitation, wrong=wrong)

    async def account(self, request: Request) -> Response:
        return self.mine(request)

    async def code(self, request: Request) -> Response:
        """A code to send to the bot, which links the person's Telegram to this right."""
        async with self.gate.store.begin() as session:
            code = await self.gate.make_code(session, request.state.who.member, "telegram")
        return self.mine(request, code=code)

    def mine(self, request: Request, code: str = "") -> Response:
        form_token = self.gate.form_token(session_token(request))
        return self.draw("account.html", request, who=request.state.who, form_token=form_token, code=code)

    async def sign_out(self, request: Request) -> Response:
        await self.gate.sign_out(session_token(request))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(
            cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )
        return answer
