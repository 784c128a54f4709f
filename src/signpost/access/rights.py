"""The rights there are, and the rules that routes and commands are guarded by.

A parent or a young person needs no right: they are anonymous, and a role they choose is a voice. Rights do not include
one another: whoever needs two is invited twice, so that nobody sees more than their work asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..model import Role


class Right(StrEnum):
    PROFESSIONAL = "professional"
    COMMISSIONER = "commissioner"
    CURATOR = "curator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may pass. Written beside each route and command; where none is written, nobody may."""

    rights: frozenset[Right]
    anyone: bool = False

    def allows(self, right: Right | None) -> bool:
        """`right` is None for somebody who is not signed in."""
        return self.anyone or right in self.rights

    def __str__(self) -> str:
        return "anyone" if self.anyone else ", ".join(sorted(self.rights))


VOICES = {Right.PROFESSIONAL: Role.PROFESSIONAL, Right.COMMISSIONER: Role.COMMISSIONER}
"""Rights that are a voice too, which is proven by them and not only chosen."""


def only(*rights: Right) -> Rule:
    return Rule(frozenset(rights))


ANYONE = Rule(frozenset(), anyone=True)
SIGNED_IN = only(*Right)
PLAN_SEE = only(Right.PROFESSIONAL, Right.COMMISSIONER, Right.CURATOR)
"""Why a row of the plan stands as it does, the history, and contacts of those who lead."""
PLAN_CHANGE = only(Right.COMMISSIONER, Right.CURATOR)
"""Professionals see the plan and do not mark their own work."""
