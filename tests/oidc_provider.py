"""A small OpenID Connect provider that answers over HTTP, and can be told to answer wrongly.

It holds a client to what the specifications ask: an exact return address, PKCE with S256, a nonce, the client's secret,
and a code that works once.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import threading
import time
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "signpost", "s3cret-of/the client"


class OidcProvider:
    """One user at a time (`subject`), who agrees or stops. `fault` names what is wrong with the next answers."""

    def __init__(self) -> None:
        self.subject, self.fault = "ann-7f3c", ""
        self.key, self.other = (ECKey.generate_key("P-256", {"kid": "one"}) for _ in range(2))
        self.codes: dict[str, dict[str, str]] = {}
        app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/authorize", self.authorize, methods=["GET", "POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
            ]
        )
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", ws="none", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.issuer = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()

    async def describe(self, request: Request) -> Response:
        if self.fault == "down":
            return PlainTextResponse("bad gateway", 502)
        if self.fault == "junk":
            return HTMLResponse("<p>Welcome")
        if self.fault == "half":
            return JSONResponse({"issuer": self.issuer})
        return JSONResponse(
            {
                "issuer": "https://elsewhere.test" if self.fault == "another issuer" else self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            }
        )

    async def authorize(self, request: Request) -> Response:
        asked = request.query_params
        right = {
            "response_type": "code", "client_id": CLIENT, "scope": "openid", "code_challenge_method": "S256",
        }  # fmt: skip
        if any(asked.get(name) != value for name, value in right.items()) or not all(
            asked.get(name) for name in ("state", "nonce", "code_challenge", "redirect_uri")
        ):
            return PlainTextResponse("not a request of this client", 400)
        if request.method == "GET":
            page = f"<!doctype html><html lang=en><title>Council</title><h1>Council sign-in</h1><form method=post action='/authorize?{escape(str(asked))}'>"
            return HTMLResponse(
                f"{page}<button>I am {self.subject}</button><button name=stop value=1>Cancel</button></form>"
            )
        if (await request.form()).get("stop"):
            answer = {"error": "access_denied"}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = dict(asked)
            answer = {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}", 303)

    async def token(self, request: Request) -> Response:
        if self.fault == "token down":
            return PlainTextResponse("bad gateway", 502)
        given = await request.form()
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(str(given.get("code")), None)
        digest = hashlib.sha256(str(given.get("code_verifier")).encode()).digest()
        if request.headers.get("authorization") != basic:
            return JSONResponse({"error": "invalid_client"}, 401)
        if (
            asked is None
            or given.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        said = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        return JSONResponse(said if self.fault == "no token" else said | {"id_token": self.id_token(asked)})

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "ann@council.test",
        }  # fmt: skip
        wrong = {
            "nonce": {"nonce": "another"},
            "expired": {"iat": now - 900, "exp": now - 600},
            "issuer": {"iss": "https://elsewhere.test"},
            "audience": {"aud": "another", "azp": CLIENT},
            "nobody": {"sub": ""},
        }
        claims |= wrong.get(self.fault, {})
        if self.fault == "unsigned":
            parts = ('{"alg":"none"}', json.dumps(claims))
            return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "."
        header = {"alg": "ES256", "kid": "one"}
        return jwt.encode(header, claims, self.other if self.fault == "signature" else self.key)

    async def jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})
