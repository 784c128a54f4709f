"""The closed sets that gap evidence is sorted by. Labels that people read are in `knowledge/wording/gaps.yaml`."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What made a question a gap."""

    UNMET = "unmet"
    """Nothing that is held fits."""
    NOT_NEEDED = "not-needed"
    """Answered, and the person said that it is not what they need."""
    NEAR_TIE = "near-tie"
    """Choices were offered, and none of them was taken."""
    LOGGED = "logged"
    """Written down by staff on a family's behalf."""


class Reason(StrEnum):
    """Why it was missed. Each is another fact, and only some are unmet need (`UNMET_NEED`)."""

    NOT_UNDERSTOOD = "not-understood"
    OUT_OF_SCOPE = "out-of-scope"
    CONTENT_MISSING = "content-missing"
    NOT_THIS_CHILD = "not-this-child"
    """Found, but not for this child: age, area, criteria."""
    FULL = "full"
    """Found, but full, or a long wait."""
    TOO_FAR = "too-far"
    WRONG_TIME = "wrong-time"
    TOO_DEAR = "too-dear"
    NO_SUCH_SERVICE = "no-such-service"
    LANGUAGE = "language"
    """Asked in a language that cannot be answered: an access gap."""


UNMET_NEED = frozenset(
    {
        Reason.NOT_THIS_CHILD, Reason.FULL, Reason.TOO_FAR, Reason.WRONG_TIME, Reason.TOO_DEAR, Reason.NO_SUCH_SERVICE,
    }
)  # fmt: skip
"""What a report may call unmet need; the rest is about us, our words, or not ours to meet."""


class Area(StrEnum):
    """The four broad areas of need of the SEND code of practice (2015), 6.28 to 6.35, and health beside them."""

    COMMUNICATION = "communication"
    COGNITION = "cognition"
    SEMH = "semh"
    SENSORY_PHYSICAL = "sensory-physical"
    HEALTH = "health"


class AgeBand(StrEnum):
    UNDER_5 = "0-4"
    PRIMARY = "5-10"
    SECONDARY = "11-15"
    SIXTEEN = "16-17"
    ADULT = "18-25"


AGES = {AgeBand.UNDER_5: 4, AgeBand.PRIMARY: 10, AgeBand.SECONDARY: 15, AgeBand.SIXTEEN: 17, AgeBand.ADULT: 25}
"""The oldest age of each band, in years."""


def age_band(ages: tuple[int, int] | None) -> AgeBand | None:
    """The band that holds both the youngest and the oldest age meant; None when they lie in two, or none was said."""
    if ages is None:
        return None
    bands = {next((band for band, oldest in AGES.items() if age <= oldest), None) for age in ages}
    return bands.pop() if len(bands) == 1 else None


class District(StrEnum):
    CAMBRIDGE = "Cambridge City"
    EAST = "East Cambridgeshire"
    FENLAND = "Fenland"
    HUNTINGDONSHIRE = "Huntingdonshire"
    SOUTH = "South Cambridgeshire"
    OUTSIDE = "outside"


class Origin(StrEnum):
    """Who wrote it down."""

    SELF = "self"
    PROFESSIONAL = "professional"
    PHONE_DESK = "phone-desk"


class Said(StrEnum):
    """What a person pressed under a reply, beside "not what I need", which makes a gap."""

    HELPED = "helped"
    PERSON = "person"


class Triage(StrEnum):
    """Where a theme stands."""

    NEW = "new"
    LOOKED_AT = "looked-at"
    LINKED = "linked"
    ANSWERED = "answered"
    NOT_A_GAP = "not-a-gap"
