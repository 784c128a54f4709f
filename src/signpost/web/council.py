"""The way to the council's sign-in and back."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response

from ..access.council import Council, RefusedError
from ..access.gate import LockedOutError
from ..access.provider import Provider, ProviderAwayError
from ..access.rights import ANYONE
from ..storage.challenges import GOOD_FOR
from .account import LONGEST, Account
from .door import Door, address, cookie_name, field, origin, require_own_page

LOG = logging.getLogger("signpost.web")
PATH = "/sign-in/council"
LONGEST_CODE = 4_096
"""Characters of what a provider sends back; some put a whole sealed record there."""


class CouncilPages:
    """`POST /sign-in/council` sends the browser to the provider, which sends it back to the same address by GET.

    The state that comes back must be the one of the cookie, so that nobody can be signed in as somebody else by a link.
    """

    def __init__(self, account: Account, provider: Provider) -> None:
        self.account = account
        self.council = Council(account.gate, provider)

    def routes(self) -> list[Door]:
        return [Door(PATH, self.begin, ANYONE, methods=["POST"]), Door(PATH, self.back, ANYONE)]

    async def begin(self, request: Request) -> Response:
        if not cookie_name(request):
            return self.account.page(request, 403)
        require_own_page(request)
        invitation = field(await request.form(max_files=0, max_fields=20), "invitation")[:LONGEST]
        try:
            url, state = await self.council.begin(origin(request) + PATH, invitation)
        except ProviderAwayError as away:
            return self.away(request, away)
        answer = self.account.draw("go-on.html", request, url=url)
        # Not a redirect: browsers hold all that follows a form to `form-action`, and a provider may send on elsewhere.
        answer.headers["refresh"] = f"0; url={url}"
        answer.set_cookie(
            _cookie(request), state, max_age=int(GOOD_FOR.total_seconds()), path="/",
            secure=request.url.scheme == "https", httponly=True, samesite="lax",
        )  # fmt: skip
        return answer

    async def back(self, request: Request) -> Response:
        given, state = request.query_params, request.cookies.get(_cookie(request), "")
        answer = await self.finish(request, given.get("code", "")) if state and state == given.get("state") else None
        answer = answer or self.account.page(request, 403, wrong="account.council-unproven")
        answer.delete_cookie(_cookie(request), path="/", secure=request.url.scheme == "https", httponly=True)
        return answer

    async def finish(self, request: Request, code: str) -> Response:
        if not 0 < len(code) <= LONGEST_CODE:
            return self.account.page(request, 403, wrong="account.council-stopped")
        try:
            state = request.query_params["state"]
            token = await self.council.finish(address(request), state, code, origin(request) + PATH)
        except RefusedError as refused:
            key = "link-over" if refused.why == "link-over" else f"council-{refused.why}"
            return self.account.page(request, 403, wrong=f"account.{key}")
        except LockedOutError:
            return self.account.page(request, 429, wrong="account.locked-out")
        except ProviderAwayError as away:
            return self.away(request, away)
        return await self.account.welcome(request, token)

    def away(self, request: Request, away: ProviderAwayError) -> Response:
        LOG.error("the council's sign-in does not answer as it should: %s", away)
        return self.account.page(request, 503, wrong="account.council-away")


def _cookie(request: Request) -> str:
    return f"{cookie_name(request)}-council"
