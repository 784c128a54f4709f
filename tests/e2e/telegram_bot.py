"""`python -m bot` in a process of its own, pointed at the stand-in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from e2e.telegram_server import TOKEN, TelegramServer

ROOT = Path(__file__).parents[2]


class Bot:
    """A running bot. Use it as a context manager; `kill` ends it as a power cut would."""

    def __init__(self, telegram: TelegramServer, database: str, *, ready: bool = True, **env: str) -> None:
        """`ready` waits at the start until it serves."""
        self.ready = ready
        self.env = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "SIGNPOST_TELEGRAM_API": telegram.url,
            "SIGNPOST_DATABASE_URL": database,
            "SIGNPOST_SECRET_KEY": "only-for-tests-0123456789abcdef0123456789",
            "SIGNPOST_PORT": "0",
            "PYTHONUNBUFFERED": "1",
            **env,
        }
        self.site = ""

    def __enter__(self) -> Bot:
        self.log = tempfile.TemporaryFile("a+")  # a pipe that nobody reads would stop the bot when it is full
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        if self.ready:
            assert self.process.stdout
            line = self.process.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line + self.said()
            self.site = found.group()
        return self

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def stop(self) -> str:
        """Ctrl-C; what it wrote to standard error."""
        self.process.send_signal(2)
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0, self.said()
        return self.said()

    def said(self) -> str:
        """What it wrote to standard error until now."""
        self.log.seek(0)
        return self.log.read()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self._end()

    def _end(self) -> None:
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()
        self.log.close()
