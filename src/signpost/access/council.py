"""Sign-in with a council account: the provider proves who somebody is, an invitation gave that account its right."""

from __future__ import annotations

import json
from typing import Literal

from ..errors import SignpostError
from ..storage import Session, challenges, council_accounts
from .gate import Gate, Who, who_is
from .provider import Provider, UnprovenError

PURPOSE = "council"
Why = Literal["unproven", "no-right", "link-over"]


class RefusedError(SignpostError):
    """Nobody was signed in: nothing was proven, the account has no right here, or the invitation is over."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


class Council:
    """Begins and ends a sign-in; what has to be remembered between is sealed in the database, and used once."""

    def __init__(self, gate: Gate, provider: Provider) -> None:
        self.gate, self.provider = gate, provider
        self.seal = gate.secret.seal("council")

    async def begin(self, back: str, invitation: str) -> tuple[str, str]:
        """Where to send the browser, and the state that has to come back with it. Raises ProviderAwayError.

        `invitation` is a token to take up on return, or empty.
        """
        asked = await self.provider.ask(back)
        held = json.dumps([asked.nonce, asked.verifier, invitation]).encode()
        async with self.gate.store.begin() as session:
            state = self.gate.secret.digest("challenge", asked.state)
            await challenges.add(session, state, PURPOSE, self.seal.encrypt(held).decode(), self.gate.clock())
        return asked.url, asked.state

    async def finish(self, address: str, state: str, code: str, back: str) -> str:
        """Begin a web session for whoever came back; hands back its token.

        Raises RefusedError, LockedOutError after too many failures from `address`, and ProviderAwayError.
        """
        async with self.gate.store.begin() as session:
            hashed = self.gate.secret.digest("challenge", state)
            held = await challenges.take(session, hashed, PURPOSE, self.gate.clock())
        if held is None:
            raise RefusedError("unproven")
        nonce, verifier, invitation = json.loads(self.seal.decrypt(held))
        try:
            subject = await self.provider.subject(code, back, nonce, verifier)
        except UnprovenError:
            await self.gate.failed(address)
            raise RefusedError("unproven") from None
        account = self.gate.secret.digest("account", subject)

        async def prove(session: Session) -> Who | None:
            if invitation:
                return await self.gate.accept(session, invitation, account=account)
            member = await council_accounts.member_of(session, account)
            if member is None:
                raise RefusedError("no-right")
            return who_is(member)

        token = await self.gate.enter(address, prove)
        if token is None:
            raise RefusedError("link-over")
        return token
