"""A route that says who may pass, and the cookie by which somebody is known.

Every route is a `Door`; `check_doors` refuses to start an application that has one without a rule.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from ..access.gate import Gate
from ..access.rights import Rule

Endpoint = Callable[[Request], Awaitable[Response]]
LOCAL = {"127.0.0.1", "localhost", "::1"}


class Door(Route):
    """A route with its rule. Behind one that is not open to anyone, `request.state.who` says who came in.

    Nobody signed in is sent to the sign-in page; a right that does not fit is refused. A form that changes something
    must come from our own page, with the session's token in it.
    """

    def __init__(self, path: str, endpoint: Endpoint, rule: Rule, methods: Iterable[str] = ("GET",)) -> None:
        async def guarded(request: Request) -> Response:
            if not rule.anyone:
                refused = await _let_in(request, rule)
                if refused:
                    return refused
            return await endpoint(request)

        super().__init__(path, guarded, methods=list(methods))
        self.rule = rule


async def _let_in(request: Request, rule: Rule) -> Response | None:
    gate: Gate = request.app.state.gate
    token = session_token(request)
    who = await gate.signed_in(token) if token else None
    changes = request.method not in ("GET", "HEAD")
    if who is None:
        if changes:
            raise HTTPException(403, "sign in first")
        return RedirectResponse("/sign-in", 303)
    if not rule.allows(who.right):
        raise HTTPException(403, "not yours to see")
    if changes:
        require_own_page(request)
        given = (await request.form(max_files=0, max_fields=20)).get("form_token")
        if not isinstance(given, str) or not gate.is_own_form(token, given):
            raise HTTPException(403, "the form is too old")
    request.state.who = who
    return None


def require_own_page(request: Request) -> None:
    """Refuse what another site made the browser send (Fetch Metadata, and Origin for browsers without it)."""
    site, sender = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none") or (site is None and sender is not None and sender != origin(request)):
        raise HTTPException(403, "sent from another site")


def cookie_name(request: Request) -> str:
    """`__Host-` binds the cookie to this host over TLS; without TLS there is sign-in on this machine only, else ""."""
    if request.url.scheme == "https":
        return "__Host-signpost"
    return "signpost" if request.url.hostname in LOCAL else ""


def session_token(request: Request) -> str:
    name = cookie_name(request)
    return request.cookies.get(name, "") if name else ""


def check_doors(routes: Iterable[BaseRoute]) -> None:
    """Default deny: every route is a Door, but for the folder of pictures, scripts and styles."""
    for route in routes:
        if not isinstance(route, Door) and not (isinstance(route, Mount) and route.path == "/static"):
            raise TypeError(f"{route!r} says nothing about who may pass; make it a Door")


def field(form: FormData, name: str) -> str:
    """A text field of a form; empty where it is missing or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def origin(request: Request) -> str:
    """Scheme, host and port under which the browser sees us."""
    return f"{request.url.scheme}://{request.url.netloc}"


def address(request: Request) -> str:
    """Where a request comes from; behind a proxy, what that proxy says. Raises HTTPException."""
    if request.client is None:
        raise HTTPException(400, "no address")
    return request.client.host
