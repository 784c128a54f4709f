"""A clock that a test moves on."""

from __future__ import annotations

import datetime as dt


class Clock:
    def __init__(self, now: dt.datetime = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now
