"""The real server in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SIGNPOST = str(Path(sys.executable).with_name("signpost"))


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[str]:
    """The address of a running `python -m bot` with these settings beside its own."""
    env = {**os.environ, "SIGNPOST_PORT": "0", "PYTHONUNBUFFERED": "1", **env}
    server = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    line = server.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line
    try:
        yield found.group()
    finally:
        server.terminate()
        ended = server.wait(60)
        server.stdout.close()
    assert ended in (0, -15)


def access(*what: str, env: Mapping[str, str] | None = None) -> str:
    """What `signpost access` says; `env` are the server's own settings, where it has any."""
    command = [SIGNPOST, "access", *what]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **(env or {})}).stdout


def invited(site: str, role: str, label: str, env: Mapping[str, str] | None = None) -> str:
    """The link by which somebody takes up a right."""
    return access("invite", "--role", role, "--label", label, "--site", site, env=env).split()[1]
