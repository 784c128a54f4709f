"""Passkeys: the sign-in with one, and the part of the account page that adds and removes one's own.

`static/passkey.js` carries what the server asks to the device and back in a form; without scripts there is none.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..access.gate import LockedOutError
from ..access.passkeys import Site
from ..access.rights import ANYONE, SIGNED_IN
from .account import Account
from .door import Door, address, cookie_name, field, origin, require_own_page


class PasskeyPages:
    """The routes of passkeys, under the pages `/sign-in` and `/account`."""

    def __init__(self, account: Account) -> None:
        self.account, self.passkeys = account, account.passkeys

    def routes(self) -> list[Door]:
        return [
            Door("/sign-in/passkey/challenge", self.ask, ANYONE, methods=["POST"]),
            Door("/sign-in/passkey", self.sign_in, ANYONE, methods=["POST"]),
            Door("/account/passkey/challenge", self.ask_new, SIGNED_IN, methods=["POST"]),
            Door("/account/passkey", self.add, SIGNED_IN, methods=["POST"]),
            Door("/account/passkey/remove", self.remove, SIGNED_IN, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        if not cookie_name(request):
            raise HTTPException(403, "sign in over https only")
        require_own_page(request)
        return _json(await self.passkeys.ask(_site(request)))

    async def sign_in(self, request: Request) -> Response:
        if not cookie_name(request):
            return self.account.page(request, 403)
        require_own_page(request)
        proof = field(await request.form(max_files=0, max_fields=20), "proof")
        try:
            token = await self.passkeys.sign_in(address(request), proof, _site(request))
        except LockedOutError:
            return self.account.page(request, 429, wrong="account.locked-out")
        if token is None:
            return self.account.page(request, 403, wrong="account.passkey-wrong")
        return await self.account.welcome(request, token)

    async def ask_new(self, request: Request) -> Response:
        return _json(await self.passkeys.ask_new(request.state.who, _site(request)))

    async def add(self, request: Request) -> Response:
        proof = field(await request.form(max_files=0, max_fields=20), "proof")
        if not await self.passkeys.add(request.state.who, proof, _site(request)):
            return await self.account.mine(request, 400, wrong="account.passkey-not-kept")
        return RedirectResponse("/account", 303)

    async def remove(self, request: Request) -> Response:
        given = field(await request.form(max_files=0, max_fields=20), "passkey")
        if given.isascii() and given.isdecimal() and len(given) < 10:
            await self.passkeys.remove(request.state.who, int(given))
        return RedirectResponse("/account", 303)


def _site(request: Request) -> Site:
    return Site(request.url.hostname or "", origin(request))


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
