"""Figures as people read them: numbers, periods and names in the words of `wording/reports.yaml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from ..knowledge.load import Knowledge
from ..reply.words import Words
from .figures import NAMES, Figures, Grid, Grown, Line, Promise
from .period import Period, read
from .suppress import Shown, Step

MOST = 3
"""Things that the first page says in words."""
NOTABLE = 5
"""Percentage points, or people (and a tenth of them), by which something must differ to be said to have changed."""


class Say:
    """Puts shown figures into words. Holds nothing but wording."""

    def __init__(self, known: Knowledge) -> None:
        self._known, self._words = known, Words(known)

    def __call__(self, key: str, **filled: object) -> str:
        return self._words(f"reports.{key}", **filled)

    def people(self, shown: Shown) -> str:
        """`25`, `about 20`, `fewer than 8`, `8 or more`, `not shown`."""
        match shown.step:
            case Step.FIVE:
                return f"{shown.about:,}"
            case Step.HIDDEN | Step.OPEN | Step.UNSAID:
                return self(f"shown-{shown.step.name.lower()}")
        return self("shown-about", number=f"{shown.about:,}")

    def rate(self, rate: int | None) -> str:
        return "" if rate is None else f"{rate}%"

    def period(self, period: Period) -> str:
        last = period.end - dt.timedelta(days=1)
        if period.months == 1:
            return f"{period.start:%B %Y}"
        return self("period", first=f"{period.start:%B}", last=f"{last:%B %Y}", year=f"{period.start:%Y}")

    def name(self, kind: str, value: str) -> str:
        """The name of a district, an area of need, an age band, a measure, a language; "" is the total."""
        key = f"reports.{kind}-{value.lower().replace(' ', '-') or 'all'}"
        return self._known.wording.get(key, value)

    def month(self, key: str) -> str:
        period = read(key)
        return self.period(period) if period else key

    def language(self, code: str) -> str:
        """A language's own code stands where wording names none."""
        return self._known.wording.get(f"reports.language-{code}", code)

    def theme(self, grown: Grown) -> str:
        return grown.theme.name

    def themes(self, grown: Iterable[Grown]) -> str:
        return "; ".join(self.theme(one) for one in grown)

    def grid(self, grid: Grid) -> str:
        return self("grid", rows=self(f"division-{grid.rows}"), columns=self(f"division-{grid.columns}").lower())

    def line(self, line: Line) -> tuple[str, str, str, str]:
        """Name, people, people before, rate."""
        return (
            self.name("measure", line.name),
            self.people(line.people),
            self.people(line.before),
            self.rate(line.rate),
        )

    def where(self, grown: Grown) -> str:
        """The part of the county, the area of need and the age that a theme is most about; "" where none stands out."""
        return ", ".join(self.name(d, name) for d in NAMES if (name := getattr(grown.most, d)))

    def change(self, now: Shown, before: Shown) -> str:
        """How a count stands to the one before, where both can be told."""
        if now.least and before.step is Step.HIDDEN:
            return self("change-new")
        if not (now.is_number and before.is_number):
            return ""
        if abs(now.about - before.about) < max(NOTABLE, (now.step + before.step) // 2, before.about // 10):
            return self("change-same")
        return self("change-up" if now.about > before.about else "change-down", before=self.people(before))

    def milestone(self, milestone: str) -> str:
        return f"{milestone} {self._known.plan.title(milestone)}"

    def three(self, figures: Figures) -> list[str]:
        """The three things that matter, most pressing first; fewer where the numbers are too small to say more."""
        found = [
            *self._largest(figures.themes),
            *self._fastest(figures.themes),
            *self._promised(figures.promises),
            *self._missed(figures.overview),
            *self._reason(figures.reasons),
        ]
        return [said[:1].upper() + said[1:] for said in found[:MOST]] or [self("too-few")]

    def _largest(self, themes: tuple[Grown, ...]) -> list[str]:
        if not themes or not themes[0].people.least:
            return []
        first = themes[0]
        said = self("matter-theme", people=self.people(first.people), theme=self.theme(first))
        where, change = self.where(first), self.change(first.people, first.before)
        return [" ".join(part for part in (said, where and self("matter-where", where=where), change) if part)]

    def _fastest(self, themes: tuple[Grown, ...]) -> list[str]:
        grown = max(themes[1:], key=lambda theme: theme.growth, default=None)
        if grown is None or grown.growth < max(NOTABLE, grown.before.least // 10) or not grown.people.is_number:
            return []
        where = self.where(grown)
        said = self(
            "matter-growth", theme=self.theme(grown), people=self.people(grown.people), before=self.people(grown.before)
        )
        return [f"{said} {self('matter-where', where=where)}" if where else said]

    def _promised(self, promises: tuple[Promise, ...]) -> list[str]:
        for promise in promises:
            milestone = self.milestone(promise.milestone)
            if promise.themes:
                themes = ", ".join(f"“{self.theme(grown)}”" for grown in promise.themes[:2])
                most = self.people(promise.themes[0].people)
                return [self("matter-promise-theme", milestone=milestone, themes=themes, people=most)]
            if promise.missed.least:
                asked, missed = self.people(promise.asked), self.people(promise.missed)
                return [self("matter-promise", milestone=milestone, asked=asked, missed=missed)]
        return []

    def _missed(self, overview: tuple[Line, ...]) -> list[str]:
        line = next(line for line in overview if line.name == "missed")
        if line.rate is None:
            return []
        said = self("matter-missed", rate=line.rate, people=self.people(line.people))
        if line.rate_before is None or abs(line.rate - line.rate_before) < NOTABLE:
            return [said]
        return [f"{said} {self('matter-rate-before', rate=line.rate_before)}"]

    def _reason(self, reasons: tuple[Line, ...]) -> list[str]:
        first = max(reasons, key=lambda line: line.people.least)
        if not first.people.least:
            return []
        return [
            self("matter-reason", reason=self.name("measure", first.name).lower(), people=self.people(first.people))
        ]

    def cut(self, last: Period, versions: tuple[str, ...]) -> Mapping[str, str]:
        """What every report carries with it: how far the data go, which knowledge answered, what is hidden."""
        known = ", ".join(versions[-3:]) + (self("and-more", count=len(versions) - 3) if len(versions) > 3 else "")
        return {
            "data": self("cut-data", last=self.period(last)),
            "knowledge": self("cut-knowledge", versions=known or "-"),
            "hidden": self("cut-hidden"),
        }
