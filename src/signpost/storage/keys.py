"""The installation's secret, and the keyed hashes that stand for people.

A Telegram id is a short number: a plain hash of it could be undone by trying them all. With the secret it cannot, and
whoever steals the database alone learns nobody's id.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from ..errors import SettingError

BITS = 256
SHORTEST = 32
"""Characters of `SIGNPOST_SECRET_KEY`: 128 bits when written as hexadecimal digits (NIST SP 800-107, 5.3.2)."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Never shown, never logged: `repr` hides it."""

    value: bytes = field(repr=False)

    def who(self, channel: str, ident: int | str) -> str:
        """The keyed hash of a person or chat on a channel, 64 hexadecimal digits; equal for equal ids, and one-way."""
        return self.digest("who", f"{channel}:{ident}")

    def seal(self, purpose: str) -> Fernet:
        """What closes and opens texts of one purpose (Fernet: AES-128-CBC, HMAC-SHA-256)."""
        return Fernet(urlsafe_b64encode(bytes.fromhex(self.digest("seal", purpose))))

    def digest(self, purpose: str, what: str) -> str:
        """A keyed hash (HMAC-SHA-256) that tells nothing across purposes."""
        return hmac.new(self.value, f"signpost/{purpose}/{what}".encode(), hashlib.sha256).hexdigest()


def open_secret(given: str | None, file: Path) -> Secret:
    """The secret from the setting, else from the file, which is made on first start for its owner alone (mode 0600).

    Of several processes that start at once, one makes the file and all read it. Raises SettingError.
    """
    if given is not None:
        if len(given) < SHORTEST:
            raise SettingError("SIGNPOST_SECRET_KEY", f"needs at least {SHORTEST} characters, chosen at random")
        return Secret(given.encode())
    if not file.exists():
        _make(file)
    held = file.read_text("ascii").strip()
    if len(held) < SHORTEST:
        raise SettingError("SIGNPOST_SECRET_KEY", f"'{file}' holds no key; restore it, or set the variable")
    return Secret(held.encode())


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:  # noqa: PTH123
        out.write(secrets.token_hex(BITS // 8) + "\n")
        out.flush()
        os.fsync(out.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, file)  # whole or not at all, and never over another's
    fresh.unlink()
