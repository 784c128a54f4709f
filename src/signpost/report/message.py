"""A report as a short text, for a terminal, a chat and a digest."""

from __future__ import annotations

from .desk import Report
from .figures import figures
from .period import Period
from .say import Say
from .view import Wanted

MOST = 5
"""Themes that a short text lists."""


def message(report: Report, chosen: Wanted) -> tuple[str, list[list[str]]]:
    """A title, and paragraphs of lines: what matters, the themes, the counts, and how far the data go."""
    say, release = Say(report.known), report.release
    if not release.periods:
        return say("title"), [[say("no-data")]]
    found = figures(report, chosen.period, chosen.spot, chosen.of)
    themes = [f"{g.theme.name}: {say.people(g.people)}" for g in found.themes[:MOST]]
    counts = [
        f"{say.name('measure', line.name)}: {say.people(line.people)}" + (f" ({line.rate}%)" if line.rate else "")
        for line in found.overview
    ]
    paragraphs = [[f"{i}. {said}" for i, said in enumerate(say.three(found), 1)]]
    if themes:
        paragraphs.append([say("themes"), *themes])
    paragraphs.append([say("overview"), *counts])
    paragraphs.append(list(say.cut(Period(release.last, 1), release.versions).values()))
    return say("message-title", period=say.period(chosen.period)), paragraphs
