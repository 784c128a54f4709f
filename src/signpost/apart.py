"""Runs a part of Signpost as a process of its own, so that its work does not hold up answers."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from contextlib import suppress

POLITE = 10
"""Niceness: whoever is being answered comes first."""


async def run_apart(*arguments: str, env: Mapping[str, str] | None = None) -> int:
    """The exit status of `python -m *arguments`; `env` is beside our own. It ends when this is cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments,
        env={**os.environ, **(env or {})}, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
        return await process.wait()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
