"""A device with one passkey, in software: it signs as WebAuthn 3 (6.1, 6.3) says, or as a thief would."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


class SoftDevice:
    """`origin` is the page that the browser shows; `verified` whether the person was made sure of."""

    def __init__(self, origin: str = "https://signpost.test") -> None:
        self.origin, self.verified, self.count = origin, True, 0
        self.key, self.ident, self.handle = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32), b""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        self.handle = urlsafe_b64decode(options["user"]["id"] + "==")
        point = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        key = bytes(16) + len(self.ident).to_bytes(2) + self.ident + cbor2.dumps(public)
        about = self._about(options["rp"]["id"], WITH_KEY) + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        said = {"clientDataJSON": self._said("create", options), "attestationObject": text(attested)}
        return self._proof(said)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        self.count += 1
        said, about = self._said("get", options), self._about(options["rpId"], 0)
        signed = about + hashlib.sha256(urlsafe_b64decode(said + "==")).digest()
        return self._proof(
            {
                "clientDataJSON": said,
                "authenticatorData": text(about),
                "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": text(self.handle),
            }
        )

    def _said(self, what: str, options: dict[str, Any]) -> str:
        said = {"type": f"webauthn.{what}", "challenge": options["challenge"], "origin": self.origin}
        return text(json.dumps(said).encode())

    def _about(self, host: str, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verified else 0) | more
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _proof(self, response: dict[str, str]) -> dict[str, Any]:
        ident = text(self.ident)
        return {
            "id": ident, "rawId": ident, "type": "public-key", "response": response, "clientExtensionResults": {},
        }  # fmt: skip
