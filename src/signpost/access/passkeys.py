"""Sign-in with a passkey (WebAuthn), for people without Telegram. The library webauthn checks what a device signs.

A passkey is found by the device itself (discoverable), and the device makes sure of the person (user verification): so
it stands for two factors, and nobody types who they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import webauthn
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ..storage import Session, audit, challenges, passkeys
from ..storage.passkeys import Passkey
from .gate import Gate, Who, who_is

PURPOSE = "passkey"
PATIENCE = 300_000
"""Milliseconds the browser waits for the person; WebAuthn 3 (15.1) advises 5 to 10 minutes."""
JUNK = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What comes of a proof that no browser of ours made."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page lies for which a passkey is good: `host` without port, `origin` with scheme and port."""

    host: str
    origin: str


class Passkeys:
    """Adds, uses and removes passkeys. Every challenge is kept for minutes and used once."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def ask(self, site: Site) -> str:
        """The options of `navigator.credentials.get`, as JSON."""
        options = webauthn.generate_authentication_options(
            rp_id=site.host, timeout=PATIENCE, user_verification=UserVerificationRequirement.REQUIRED
        )
        async with self.gate.store.begin() as session:
            await challenges.add(session, self._hash(options.challenge), PURPOSE, "", self.gate.clock())
        return webauthn.options_to_json(options)

    async def sign_in(self, address: str, proof: str, site: Site) -> str | None:
        """Begin a web session on the proof that the browser made; hands back its token, None when it proves nothing.

        Raises LockedOutError after too many failures from `address`.
        """

        async def prove(session: Session) -> Who | None:
            try:
                return await self._signer(session, proof, site)
            except JUNK:
                return None

        return await self.gate.enter(address, prove)

    async def _signer(self, session: Session, proof: str, site: Site) -> Who | None:
        credential = parse_authentication_credential_json(proof)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        now = self.gate.clock()
        if await challenges.take(session, self._hash(challenge), PURPOSE, now) is None:
            return None
        found = await passkeys.find(session, bytes_to_base64url(credential.raw_id))
        if found is None:
            return None
        passkey, member = found
        if credential.response.user_handle != self._handle(member.id):
            return None
        checked = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        await passkeys.used(session, passkey.id, checked.new_sign_count, now)
        return who_is(member)

    async def ask_new(self, who: Who, site: Site) -> str:
        """The options of `navigator.credentials.create` for somebody signed in, as JSON."""
        async with self.gate.store.begin() as session:
            have = await passkeys.of(session, who.member)
            options = webauthn.generate_registration_options(
                rp_id=site.host,
                rp_name=site.host,
                user_id=self._handle(who.member),
                user_name=who.label,
                timeout=PATIENCE,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[
                    PublicKeyCredentialDescriptor(webauthn.base64url_to_bytes(p.credential)) for p in have
                ],
            )
            await challenges.add(session, self._hash(options.challenge, who.member), PURPOSE, "", self.gate.clock())
        return webauthn.options_to_json(options)

    async def add(self, who: Who, proof: str, site: Site) -> bool:
        """Keep the passkey that the browser made for them; False when the proof does not hold."""
        try:
            made = parse_registration_credential_json(proof)
            challenge = parse_client_data_json(made.response.client_data_json).challenge
        except JUNK:
            return False
        now = self.gate.clock()
        async with self.gate.store.begin() as session:
            if await challenges.take(session, self._hash(challenge, who.member), PURPOSE, now) is None:
                return False
            try:
                checked = webauthn.verify_registration_response(
                    credential=made,
                    expected_challenge=challenge,
                    expected_rp_id=site.host,
                    expected_origin=site.origin,
                    require_user_verification=True,
                )
            except JUNK:
                return False
            credential = bytes_to_base64url(checked.credential_id)
            if await passkeys.is_known(session, credential):
                return False
            await passkeys.add(
                session,
                who.member,
                credential=credential,
                public_key=checked.credential_public_key,
                sign_count=checked.sign_count,
                now=now,
            )
            await audit.note(session, actor=who.label, action="link", subject=who.label, why="passkey", now=now)
            return True

    async def mine(self, who: Who) -> list[Passkey]:
        async with self.gate.store.read() as session:
            return await passkeys.of(session, who.member)

    async def remove(self, who: Who, ident: int) -> None:
        """Let go of one of their own; of nobody else's."""
        async with self.gate.store.begin() as session:
            if await passkeys.remove(session, who.member, ident):
                now = self.gate.clock()
                await audit.note(session, actor=who.label, action="unlink", subject=who.label, why="passkey", now=now)

    def _hash(self, challenge: bytes, member: int = 0) -> str:
        """A challenge made for a member is of no use to another."""
        return self.gate.secret.digest("challenge", f"{member}:{challenge.hex()}")

    def _handle(self, member: int) -> bytes:
        """What a device files the passkey under; it tells nothing of the person (WebAuthn 3, 14.6.1)."""
        return bytes.fromhex(self.gate.secret.digest("handle", str(member)))
