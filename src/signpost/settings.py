"""Every setting: an environment variable with a default. A wrong value stops the start with one line."""

from __future__ import annotations

import ipaddress
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SettingError
from .log import Style

_PACKAGE = Path(__file__).resolve().parent
OWN_KNOWLEDGE = next(
    (p for p in (_PACKAGE / "_knowledge", _PACKAGE.parents[1] / "knowledge") if p.is_dir()), Path("knowledge")
)
"""The knowledge base that comes with Signpost; the source of wording for a folder that has none."""


@dataclass(frozen=True, slots=True)
class Settings:
    knowledge: Path = OWN_KNOWLEDGE
    host: str = "127.0.0.1"
    port: int = 8080
    proxies: str = "127.0.0.1"
    """Addresses and networks whose word is taken on who asks and whether by https, with commas between; `*` for all."""
    cache: Path = Path(tempfile.gettempdir()) / "signpost"
    database: str = f"sqlite+aiosqlite:///{tempfile.gettempdir()}/signpost/signpost.sqlite3"
    secret_key: str | None = None
    """None: the key in `secret_file` is used, and made on first start."""
    secret_file: Path = Path(tempfile.gettempdir()) / "signpost" / "secret.key"
    log: Style = "text"
    telegram: Telegram | None = None
    """None: no Telegram channel."""
    oidc: Oidc | None = None
    """None: nobody signs in with an account of the council."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """The Telegram channel."""

    token: str = field(repr=False)
    api: str = "https://api.telegram.org"
    webhook: str = ""
    """Where Telegram reaches `/telegram`; empty for long polling."""
    webhook_secret: str = field(default="", repr=False)
    """Empty: one is made from the installation's secret."""


@dataclass(frozen=True, slots=True)
class Oidc:
    """The council's OpenID Connect provider, and what it knows this Signpost by."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingError, which names the variable."""
    default = Settings()
    knowledge = Path(env.get("SIGNPOST_KNOWLEDGE") or default.knowledge)
    if not knowledge.is_dir():
        raise SettingError("SIGNPOST_KNOWLEDGE", f"there is no folder '{knowledge}'")
    port = env.get("SIGNPOST_PORT") or str(default.port)
    if not port.isascii() or not port.isdecimal() or not 0 <= int(port) <= 65_535:
        raise SettingError("SIGNPOST_PORT", f"'{port}' is not a port number from 0 to 65535")
    state = _folder(env, "XDG_STATE_HOME", ".local/state")
    database = env.get("SIGNPOST_DATABASE_URL") or f"sqlite+aiosqlite:///{state / 'signpost.sqlite3'}"
    return Settings(
        knowledge,
        env.get("SIGNPOST_HOST") or default.host,
        int(port),
        _proxies(env.get("SIGNPOST_PROXIES") or default.proxies),
        cache=_folder(env, "XDG_CACHE_HOME", ".cache"),
        database=database,
        secret_key=env.get("SIGNPOST_SECRET_KEY") or None,
        secret_file=_beside(database, state) / "secret.key",
        log=_log(env),
        telegram=_telegram(env),
        oidc=_oidc(env),
    )


def _proxies(given: str) -> str:
    for each in given.split(",") if given != "*" else ():
        try:
            ipaddress.ip_network(each.strip())
        except ValueError:
            raise SettingError("SIGNPOST_PROXIES", f"'{each}' is neither an address nor a network") from None
    return given


def _log(env: Mapping[str, str]) -> Style:
    match env.get("SIGNPOST_LOG") or "text":
        case "text" | "json" as style:
            return style
        case other:
            raise SettingError("SIGNPOST_LOG", f"'{other}' is neither text nor json")


def _telegram(env: Mapping[str, str]) -> Telegram | None:
    token = env.get("TELEGRAM_BOT_TOKEN")
    if not token:
        return None
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", token):
        raise SettingError("TELEGRAM_BOT_TOKEN", "not a token as BotFather gives them (123456789:AAF...)")
    api = (env.get("SIGNPOST_TELEGRAM_API") or "https://api.telegram.org").rstrip("/")
    if not re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", api):
        raise SettingError("SIGNPOST_TELEGRAM_API", f"'{api}' is not a web address")
    webhook, secret = env.get("SIGNPOST_TELEGRAM_WEBHOOK_URL") or "", env.get("SIGNPOST_TELEGRAM_WEBHOOK_SECRET") or ""
    if webhook and not re.fullmatch(r"https?://[^/?#\s]+/telegram", webhook):
        raise SettingError(
            "SIGNPOST_TELEGRAM_WEBHOOK_URL", f"'{webhook}' does not look like https://your-host/telegram"
        )
    if not re.fullmatch(r"([A-Za-z0-9_-]{16,256})?", secret):
        raise SettingError("SIGNPOST_TELEGRAM_WEBHOOK_SECRET", "needs 16 to 256 letters, digits, _ or -")
    return Telegram(token, api, webhook, secret)


def _oidc(env: Mapping[str, str]) -> Oidc | None:
    """All three or none: with one missing nobody could sign in, and nobody would know why."""
    names = ("SIGNPOST_OIDC_ISSUER", "SIGNPOST_OIDC_CLIENT_ID", "SIGNPOST_OIDC_CLIENT_SECRET")
    given = [env.get(name) or "" for name in names]
    if not any(given):
        return None
    for name, value in zip(names, given, strict=True):
        if not value:
            raise SettingError(name, f"is missing; sign-in with a council account needs {', '.join(names)}")
    issuer, client_id, client_secret = given
    if not re.fullmatch(r"https://[^/?#\s@]+(/[^?#\s]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^?#\s]*)?", issuer):
        raise SettingError(names[0], f"'{issuer}' is not an https address, as the provider's own pages give it")
    return Oidc(issuer, client_id, client_secret)


def _folder(env: Mapping[str, str], name: str, under_home: str) -> Path:
    """Our folder in a place of the XDG base directory specification; without a home, a temporary one."""
    home = env.get(name) or (Path(env["HOME"]) / under_home if env.get("HOME") else tempfile.gettempdir())
    return Path(home) / "signpost"


def _beside(database: str, state: Path) -> Path:
    """The folder of a SQLite file; for a database elsewhere, our own."""
    kind, _, file = database.partition(":///")
    return Path(file.partition("?")[0]).parent if kind.startswith("sqlite") else state
