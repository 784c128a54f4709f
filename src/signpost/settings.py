"""Every setting: an environment variable with a default. A wrong value stops the start with one line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingError

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
    cache: Path = Path(tempfile.gettempdir()) / "signpost"


def from_environment(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises SettingError, which names the variable."""
    default = Settings()
    knowledge = Path(env.get("SIGNPOST_KNOWLEDGE") or default.knowledge)
    if not knowledge.is_dir():
        raise SettingError("SIGNPOST_KNOWLEDGE", f"there is no folder '{knowledge}'")
    port = env.get("SIGNPOST_PORT") or str(default.port)
    if not port.isascii() or not port.isdecimal() or not 0 <= int(port) <= 65_535:
        raise SettingError("SIGNPOST_PORT", f"'{port}' is not a port number from 0 to 65535")
    home = env.get("XDG_CACHE_HOME") or (Path(env["HOME"]) / ".cache" if env.get("HOME") else tempfile.gettempdir())
    return Settings(knowledge, env.get("SIGNPOST_HOST") or default.host, int(port), Path(home) / "signpost")
