"""What redaction finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    kind: str
    """Plain words, which stand in the text in place of what was found: `[name]`, `[NHS number]`."""
    start: int
    end: int


POSTCODE = "postcode"
"""Only the second half is found, and nothing stands in its place: "CB24 9AB" becomes "CB24"."""
NAME = "name"
KINDS = (
    *(NAME, "phone", "email", "link", "handle", POSTCODE, "address", "school", "date of birth", "date"),
    *("NHS number", "UPN", "NI number", "reference", "number"),
)
