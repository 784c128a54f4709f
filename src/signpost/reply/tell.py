"""Asks, after a miss, why and for whom: one tap each, all of them optional."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..gap import AgeBand, Area, District, Reason
from ..model import Choice, Reply, Role, Text
from ..outcomes import Disposition

ASKED = {
    "reason": (
        Reason.NOT_UNDERSTOOD, Reason.CONTENT_MISSING, Reason.NOT_THIS_CHILD, Reason.FULL, Reason.TOO_FAR,
        Reason.WRONG_TIME, Reason.TOO_DEAR, Reason.NO_SUCH_SERVICE,
    ),
    "area": tuple(Area),
    "age_band": tuple(AgeBand),
    "district": tuple(District),
    "role": tuple(Role),
}  # fmt: skip
"""The steps in their order, and what can be picked at each."""
Words = Callable[..., str]


def offer(words: Words) -> Choice:
    """The choice that begins it."""
    return Choice(words("gaps.offer"), "tell:reason")


def is_known(do: str) -> bool:
    """Whether a `do` is a step, a value of one, or one that is skipped."""
    name, given, value = do.removeprefix("tell:").partition("=")
    return do.startswith("tell:") and name in ASKED and (not given or not value or value in map(str, ASKED[name]))


def step(do: str, told: Collection[str], words: Words) -> Reply:
    """What follows `tell:area` (its question) or `tell:area=semh` (the next one that the message did not answer)."""
    name, given, _ = do.removeprefix("tell:").partition("=")
    if not given:
        return _question(name, words)
    steps = list(ASKED)
    left = [s for s in steps[steps.index(name) + 1 :] if s not in told]
    return _question(left[0], words) if left else _thanks(told, words)


def _question(name: str, words: Words) -> Reply:
    picks = [Choice(label(name, str(value), words), f"tell:{name}={value}") for value in ASKED[name]]
    skip = Choice(words("gaps.skip"), f"tell:{name}=")
    lines = (words("gaps.optional"),) if name == "reason" else ()
    blocks = (Text(lines),) if lines else ()
    return Reply(Disposition.SMALLTALK, False, words(f"gaps.ask-{name}"), blocks, (*picks, skip), feedback=False)


def _thanks(told: Collection[str], words: Words) -> Reply:
    """What the message told can be put right here."""
    change = [Choice(words(f"gaps.change-{name}"), f"tell:{name}") for name in ASKED if name in told]
    menu = Choice(words("chat.menu-label"), "menu:")
    text = Text((words("gaps.thanks"),))
    return Reply(Disposition.SMALLTALK, False, words("gaps.thanks-title"), (text,), (*change, menu), feedback=False)


def label(name: str, value: str, words: Words) -> str:
    """What a person reads for a value."""
    return words(f"web.role-{value}") if name == "role" else words(f"gaps.{name}-{value}".lower().replace(" ", "-"))
