"""Puts services of other people's directories under an honest miss; it stays a miss."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ..model import Contact, Reply, ServiceId, Text
from ..reply.words import Words, day_name
from .look import Offered
from .record import Listed

STALE = dt.timedelta(days=365)
"""After a year without a look an owner's words may no longer be true."""


def shown(reply: Reply, found: Sequence[Offered], words: Words, today: dt.date) -> Reply:
    """The reply with what was found after it, each with its directory and the day on which its owner last checked."""
    head = Text((words("directory.note"),), words("directory.title"))
    return replace(reply, blocks=(*reply.blocks, head, *(_contact(one, words, today) for one in found)))


def _contact(one: Offered, w: Words, today: dt.date) -> Contact:
    s = one.service
    ways = [
        (w("directory.who"), s.organisation if s.organisation != s.name else "", ""),
        (w("card.call"), s.phone, _tel(s.phone)),
        (w("card.email"), s.email, f"mailto:{s.email}"),
        (w("card.website"), urlsplit(s.url).hostname or "", s.url),
        (w("card.hours"), s.hours, ""),
        (w("directory.ages"), _ages(s, w), ""),
        (w("directory.cost"), s.fees, ""),
    ]
    notice = f"{w('directory.from', source=one.source)} {_checked(s.assured, w, today)}"
    return Contact(ServiceId(s.ident), s.name, "", s.summary, tuple(way for way in ways if way[1]), notice)


def _checked(assured: dt.date | None, w: Words, today: dt.date) -> str:
    if assured is None:
        return w("directory.unchecked")
    return w("directory.stale" if today - assured > STALE else "directory.checked", date=day_name(assured))


def _ages(s: Listed, w: Words) -> str:
    if s.youngest and s.oldest is not None:
        return w("directory.ages-between", **{"from": f"{s.youngest:g}", "to": f"{s.oldest:g}"})
    if s.oldest is not None:
        return w("directory.ages-to", to=f"{s.oldest:g}")
    return w("directory.ages-from", **{"from": f"{s.youngest:g}"}) if s.youngest else ""


def _tel(phone: str) -> str:
    """The address of a number that can be dialled as it stands; of one with words beside it, none."""
    return "tel:" + re.sub(r"[^\d+]", "", phone) if re.fullmatch(r"[\d\s()+.-]+", phone) else ""
