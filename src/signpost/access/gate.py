"""The use cases of access: invite, accept, sign in and out, link Telegram, revoke. What changes rights is audited."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import SignpostError
from ..storage import (
    Session,
    Store,
    audit,
    codes,
    council_accounts,
    failures,
    invitations,
    members,
    passkeys,
    sign_ins,
)
from ..storage.keys import Secret
from .rights import Right

if TYPE_CHECKING:
    from .provider import Provider

TOKEN_BYTES = 16
"""128 bits, for invitations and sessions (OWASP Session Management asks for 64 at least)."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
"""Ten letters of 31 make 49 bits; with the lock-out no guessing gets anywhere in ten minutes."""
Purpose = Literal["web", "telegram"]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody whose right was proven just now."""

    member: int
    right: Right
    label: str


@dataclass(frozen=True)
class Gate:
    """Gives rights and checks them, over one store. Tokens and codes leave here once and are kept as keyed hashes."""

    store: Store
    secret: Secret
    clock: Callable[[], dt.datetime] = utc_now
    provider: Provider | None = None
    """The council's OpenID Connect provider, where there is one."""

    async def invite(self, right: Right, label: str, good_for: dt.timedelta, actor: str) -> str:
        """Offer a right; hands back the token, which is shown nowhere else."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self.clock()
        async with self.store.begin() as session:
            hashed = self.secret.digest("invitation", token)
            await invitations.add(session, hashed, right, label, now=now, expires=now + good_for)
            await audit.note(session, actor=actor, action="invite", subject=label, why=right, now=now)
        return token

    async def accept(
        self, session: Session, token: str, telegram: str | None = None, account: str | None = None
    ) -> Who | None:
        """Take an invitation, once; None when it was used, withdrawn, or its time is over.

        In the caller's transaction, so that on Telegram it is part of handling the update. `telegram` is the keyed
        hash of the person's Telegram id (`Secret.who`), `account` that of their council account.
        """
        now = self.clock()
        offer = await invitations.take(session, self.secret.digest("invitation", token), now)
        if offer is None:
            return None
        member = await members.add(session, offer.right, offer.label, now, telegram)
        if account:
            await council_accounts.link(session, account, member.id)
        how = "by Telegram" if telegram else "with a council account" if account else "on the web"
        await audit.note(session, actor=offer.label, action="accept", subject=offer.label, why=how, now=now)
        return who_is(member)

    async def on_telegram(self, session: Session, telegram: str) -> Who | None:
        """The right behind a Telegram id's keyed hash."""
        member = await members.on_telegram(session, telegram)
        return who_is(member) if member else None

    async def make_code(self, session: Session, member: int, purpose: Purpose) -> str:
        """A one-time code: `web` to type on the sign-in page, `telegram` to send to the bot after `/start`."""
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        await codes.add(session, self._code(code), purpose, member, self.clock())
        return code

    async def link_telegram(self, session: Session, code: str, telegram: str) -> Who | None:
        """Let a member use the right on Telegram too, on the proof of a code made on the web."""
        who = await self._by_code(session, code, "telegram")
        if who:
            await members.link(session, who.member, telegram)
            now = self.clock()
            await audit.note(session, actor=who.label, action="link", subject=who.label, why="Telegram", now=now)
        return who

    async def sign_in(self, address: str, *, invitation: str = "", code: str = "") -> str | None:
        """Begin a web session on the proof of an invitation or a code; hands back a token never used before.

        None when the proof is wrong. Raises LockedOutError after too many failures from `address`.
        """

        def prove(session: Session) -> Awaitable[Who | None]:
            return self.accept(session, invitation) if invitation else self._by_code(session, code, "web")

        return await self.enter(address, prove)

    async def enter(self, address: str, prove: Callable[[Session], Awaitable[Who | None]]) -> str | None:
        """Begin a web session for whom `prove` finds, in one transaction with it; hands back a token never used before.

        None, and a failure counted, when it finds nobody. Raises LockedOutError after too many failures from `address`.
        """
        hashed, now = self.secret.digest("address", address), self.clock()
        async with self.store.begin() as session:
            if await failures.is_locked_out(session, hashed, now):
                raise LockedOutError
            who = await prove(session)
            if who is None:
                await failures.note(session, hashed, now)
                return None
            token = secrets.token_urlsafe(TOKEN_BYTES)
            await sign_ins.add(session, self._session(token), who.member, now)
            return token

    async def failed(self, address: str) -> None:
        """Count a wrong proof that came from `address`."""
        async with self.store.begin() as session:
            await failures.note(session, self.secret.digest("address", address), self.clock())

    async def signed_in(self, token: str) -> Who | None:
        """Whose session this is; None when there is none, it is over, or the right was revoked a moment ago."""
        now = self.clock()
        async with self.store.read() as session:
            found = await sign_ins.member_of(session, self._session(token), now)
        if found is None:
            return None
        member, is_touch_due = found
        if is_touch_due:
            async with self.store.begin() as session:
                await sign_ins.touch(session, self._session(token), now)
        return who_is(member)

    async def sign_out(self, token: str) -> None:
        async with self.store.begin() as session:
            await sign_ins.end(session, self._session(token))

    def form_token(self, token: str) -> str:
        """What a form of this session must carry, so that no other site can send it (CSRF)."""
        return self.secret.digest("form", token)

    def is_own_form(self, token: str, given: str) -> bool:
        return hmac.compare_digest(self.form_token(token).encode(), given.encode("utf-8", "replace"))

    async def revoke(self, ident: int, why: str, actor: str) -> str | None:
        """End a right at once, with its sessions, codes, passkeys and council account.

        Hands back the label, None when there is no such right.
        """
        now = self.clock()
        async with self.store.begin() as session:
            member = await members.revoke(session, ident, now)
            if member is None:
                return None
            await sign_ins.end_all(session, ident)
            await codes.end_all(session, ident)
            await council_accounts.end_all(session, ident)
            await passkeys.end_all(session, ident)
            await audit.note(session, actor=actor, action="revoke", subject=member.label, why=why, now=now)
            return member.label

    async def withdraw(self, ident: int, why: str, actor: str) -> str | None:
        """Take back an invitation; hands back the label, None when it was used or never there."""
        async with self.store.begin() as session:
            offer = await invitations.withdraw(session, ident)
            if offer is None:
                return None
            await audit.note(session, actor=actor, action="withdraw", subject=offer.label, why=why, now=self.clock())
            return offer.label

    async def _by_code(self, session: Session, code: str, purpose: Purpose) -> Who | None:
        ident = await codes.take(session, self._code(code), purpose, self.clock())
        member = await members.find(session, ident) if ident is not None else None
        return who_is(member) if member and member.revoked_at is None else None

    def _code(self, code: str) -> str:
        return self.secret.digest("code", "".join(code.upper().split()).replace("-", ""))

    def _session(self, token: str) -> str:
        return self.secret.digest("session", token)


class LockedOutError(SignpostError):
    """Too many failures from one address; it may try again in a quarter of an hour."""


def who_is(member: members.Member) -> Who:
    """Somebody by their row, which says that the right still holds."""
    return Who(member.id, Right(member.right), member.label)
