"""Files kept to start sooner. Every edit of the knowledge makes new ones; what was not used for a month goes."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

UNUSED = 31 * 24 * 60 * 60
"""Seconds."""
OURS = ("index-*", "network-*", "directory-*")


def mark_used(path: Path) -> None:
    with suppress(OSError):
        os.utime(path)


def clear_out(cache: Path) -> None:
    """A file that cannot be taken away stays."""
    for path in [path for ours in OURS for path in cache.glob(ours)]:
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - UNUSED:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
