"""Finds the published response to a question like those it answers: you said, we did. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..match.encoder import Encoder
from ..match.features import Floats
from ..model import Match
from .group import JOINS, eyes, rows

KNOWN = 0.5
"""Probability from which a question is about a need that curators know (`beside/unmet.yaml`)."""


@dataclass(frozen=True, eq=False)
class Published:
    """A response that anybody may read."""

    id: int
    theme: str
    you_said: str
    we_did: str
    on: dt.date
    entry: str | None
    """The entry of `beside/unmet.yaml` that its theme is about, if it is one that curators know."""
    centre: Floats | None
    """Mean of its theme's questions as the engine sees them; None when it saw none."""
    seen_by: str
    """The eyes that saw them."""
    milestones: tuple[str, ...] = ()


def entry_of(match: Match | None) -> str | None:
    """The need that curators know and that a question is about; None when it is none, or not surely."""
    beside = match.beside if match else None
    if match is None or beside is None or beside.kind != "unmet":
        return None
    return str(beside.entry) if match.unmet * beside.score >= KNOWN else None


def response_to(match: Match, published: Sequence[Published], encoder: Encoder | None) -> Published | None:
    """The newest response about the need that curators know, else the one whose questions are most like this one."""
    entry = entry_of(match)
    about = next((p for p in published if entry and p.entry == entry), None)
    centres = [(p, p.centre) for p in published if p.centre is not None and p.seen_by == eyes(encoder)]
    if about or not centres:
        return about
    (seen,) = rows([match.reading.message.text], encoder)
    likeness = [float(seen @ centre / max(float(np.linalg.norm(centre)), 1e-9)) for _, centre in centres]
    best = int(np.argmax(likeness))
    return centres[best][0] if likeness[best] >= JOINS[encoder is not None] else None
