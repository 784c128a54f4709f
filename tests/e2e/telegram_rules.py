"""What Telegram refuses, and what goes wrong on the way: the limits of a message and the faults of a stand-in."""

from __future__ import annotations

import random
import re
from collections import deque
from dataclasses import dataclass, field
from html import unescape

MAX_UNITS, MAX_DATA = 4096, 64
HANG = 30.0
"""Seconds that a time-out keeps its caller waiting; the caller gives up before."""
TAG = re.compile(r"<(/?)([a-z-]+)((?:\s+[a-z]+(?:=\"[^\"<>]*\")?)*)\s*>")
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}


class RefusedError(Exception):
    """An answer that is not ok, as Telegram words it."""

    def __init__(self, status: int, why: str, **parameters: int) -> None:
        super().__init__(why)
        self.status, self.why, self.parameters = status, why, parameters


@dataclass
class Faults:
    """What goes wrong: shares of calls by kind (`429`, `502`, `hang`, `garbage`), and users who blocked the bot."""

    shares: dict[str, float] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    once: deque[tuple[str, str]] = field(default_factory=deque)
    """(method, kind): the next call of that method goes wrong so."""
    hang: float = HANG
    dice: random.Random = field(default_factory=lambda: random.Random(4))

    def next(self, method: str) -> str:
        for i, (wanted, kind) in enumerate(self.once):
            if wanted == method:
                del self.once[i]
                return kind
        roll = self.dice.random()
        for kind, share in self.shares.items():
            if roll < share:
                return kind
            roll -= share
        return ""


def read_html(html: str) -> str:
    """The text that a person sees. Raises RefusedError where Telegram would: unknown or unclosed tags, bare `<`, bad entities."""
    text, open_tags, at = "", [], 0
    while at < len(html):
        if html[at] == "<":
            tag = TAG.match(html, at)
            if tag is None or tag[2] not in TAGS:
                raise RefusedError(400, f"Bad Request: can't parse entities: Unsupported start tag at byte offset {at}")
            if not tag[1]:
                open_tags.append(tag[2])
            elif not open_tags or open_tags.pop() != tag[2]:
                raise RefusedError(400, f"Bad Request: can't parse entities: Unexpected end tag at byte offset {at}")
            at = tag.end()
        elif html[at] == "&":
            entity = re.match(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-f]{1,6});", html[at:])
            if entity is None:
                raise RefusedError(400, f"Bad Request: can't parse entities: bare & at byte offset {at}")
            text, at = text + unescape(entity[0]), at + entity.end()
        else:
            text, at = text + html[at], at + 1
    if open_tags:
        raise RefusedError(400, f"Bad Request: can't parse entities: Can't find end tag for {open_tags[-1]}")
    return text
