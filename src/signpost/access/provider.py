"""Asks the council's OpenID Connect provider who somebody is. Authlib speaks the protocol; this says what is trusted.

Authorization code with PKCE (RFC 7636), state and nonce. Of the ID token only issuer and subject are read: who may do
what is not the provider's to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from ..errors import SignpostError
from ..settings import Oidc

PATIENCE = 5.0
"""Seconds that the provider may take for one answer."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SIGNED = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures made with a key that the provider alone has; "none" and shared keys are not among them."""


AWAY = (httpx2.HTTPError, httpx2.InvalidURL)


class ProviderAwayError(SignpostError):
    """The provider cannot be reached, or provider and settings do not fit each other."""


class UnprovenError(SignpostError):
    """What came back proves nothing: a wrong code, signature, issuer, audience or nonce, or too late."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the provider: where to send the browser, and what the answer has to fit."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of the settings. Its own description is read at the first sign-in and kept."""

    def __init__(self, oidc: Oidc) -> None:
        self.oidc = oidc
        self.client: Any = None

    async def ask(self, back: str) -> Asked:
        """Begin. `back` is the address of ours to which the browser returns. Raises ProviderAwayError."""
        client = await self._known()
        asked = await client.create_authorization_url(back)
        return Asked(asked["url"], asked["state"], asked["nonce"], asked["code_verifier"])

    async def subject(self, code: str, back: str, nonce: str, verifier: str) -> str:
        """Who came back with `code`: issuer and subject, in one text. Raises ProviderAwayError or UnprovenError."""
        client = await self._known()
        try:
            token = await client.fetch_access_token(redirect_uri=back, code=code, code_verifier=verifier)
            claims = await client.parse_id_token(
                {"id_token": token["id_token"], "access_token": token.get("access_token")},
                nonce=nonce,
                claims_options={
                    "iss": {"essential": True, "value": self.oidc.issuer},
                    "aud": {"essential": True, "value": self.oidc.client_id},
                    "sub": {"essential": True},
                },
                leeway=LEEWAY,
            )
        except AWAY as away:
            raise ProviderAwayError(type(away).__name__) from None
        except (AuthlibBaseError, JoseError, ValueError, TypeError, LookupError) as wrong:
            if getattr(wrong, "error", "") in ("invalid_client", "unauthorized_client"):
                raise ProviderAwayError("it does not know the client's id and secret") from None
            raise UnprovenError(type(wrong).__name__) from None
        return f"{claims['iss']} {claims['sub']}"

    async def _known(self) -> Any:
        """The client, once the provider has described itself as the one we were told of (Discovery 1.0, 4.3)."""
        if self.client is None:
            client = OAuth().register(
                "council",
                client_id=self.oidc.client_id,
                client_secret=self.oidc.client_secret,
                server_metadata_url=f"{self.oidc.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": PATIENCE},
            )
            try:
                said = await client.load_server_metadata()
            except (*AWAY, ValueError, TypeError) as away:
                raise ProviderAwayError(type(away).__name__) from None
            if said.get("issuer") != self.oidc.issuer or not all(said.get(name) for name in NEEDED):
                raise ProviderAwayError("it describes itself as another, or not wholly")
            offered = said.get("id_token_signing_alg_values_supported") or ["RS256"]
            said["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNED]
            self.client = client
        return self.client
