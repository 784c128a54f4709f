"""Errors a caller may want to tell apart. Each carries the data its one-line message is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SignpostError(Exception):
    """The base of every error that Signpost raises on purpose; `str()` is one clear line."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or still to do) in the knowledge base, at a place an editor can open."""

    file: Path
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} [{self.rule}]"


class KnowledgeError(SignpostError):
    """The knowledge base cannot be used; `faults` says what is wrong, one line each."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class SettingError(SignpostError):
    """An environment variable holds a value that cannot be used."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"{name}: {why}")


class InputError(SignpostError):
    """Something handed in (a line of a batch, a form field) is not of the expected form."""


class StorageError(SignpostError):
    """The database cannot be used. Carries no statement and no row, which may hold a person's words."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"database: {why}")
