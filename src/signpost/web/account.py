"""Sign-in for the staff, and the page that says who you are. Families need neither."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..access.gate import Gate, LockedOutError
from ..access.passkeys import Passkeys
from ..access.rights import ANYONE, SIGNED_IN
from .door import Door, address, cookie_name, require_own_page, session_token

Draw = Callable[..., Response]
LONDON = ZoneInfo("Europe/London")
LONGEST = 100
"""Characters of a link's token or a code that are looked at."""


class Account:
    """The pages `/sign-in` and `/account`, drawn with the site's own templates."""

    def __init__(self, gate: Gate, passkeys: Passkeys, draw: Draw) -> None:
        self.gate, self.passkeys, self.draw = gate, passkeys, draw

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
        if not cookie_name(request):
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
        return await self.welcome(request, token)

    async def welcome(self, request: Request, token: str) -> Response:
        """On to the account page with a new session, in place of one that was open."""
        if old := session_token(request):
            await self.gate.sign_out(old)
        answer = RedirectResponse("/account", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(cookie_name(request), token, path="/", secure=secure, httponly=True, samesite="lax")
        return answer

    def page(self, request: Request, status: int = 200, *, invitation: str = "", wrong: str = "") -> Response:
        if not cookie_name(request):
            invitation, wrong = "", "account.needs-https"
        council = self.gate.provider is not None
        return self.draw("sign-in.html", request, status, invitation=invitation, wrong=wrong, council=council)

    async def account(self, request: Request) -> Response:
        return await self.mine(request)

    async def code(self, request: Request) -> Response:
        """A code to send to the bot, which links the person's Telegram to this right."""
        async with self.gate.store.begin() as session:
            code = await self.gate.make_code(session, request.state.who.member, "telegram")
        return await self.mine(request, code=code)

    async def mine(self, request: Request, status: int = 200, *, code: str = "", wrong: str = "") -> Response:
        who = request.state.who
        return self.draw(
            "account.html", request, status,
            who=who, code=code, wrong=wrong,
            form_token=self.gate.form_token(session_token(request)),
            passkeys=await self.passkeys.mine(who),
            london=LONDON,
        )  # fmt: skip

    async def sign_out(self, request: Request) -> Response:
        await self.gate.sign_out(session_token(request))
        answer = RedirectResponse("/sign-in", 303)
        answer.delete_cookie(
            cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )
        return answer
