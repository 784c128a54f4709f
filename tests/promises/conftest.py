"""Writes the figures of a run at full size to `promises/latest.md`; what was not run this time keeps its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

LATEST = Path(__file__).parents[2] / "promises" / "latest.md"
HEAD = "# Promises at full size\n\nWritten by `make promises`.\n\n| test | held | day | figures |\n| --- | --- | --- | --- |\n"
_RAN: dict[str, str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call":
        return
    name = report.nodeid.rpartition("/")[2].replace("|", "/")
    said = "; ".join(line.strip() for line in report.capstdout.splitlines() if line.strip()).replace("|", "/")
    held = "yes" if report.passed else "**no**"
    _RAN[name] = f"| {name} | {held} | {dt.datetime.now(dt.UTC):%Y-%m-%d} | {said} |"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--full-size") or not _RAN:
        return
    before = LATEST.read_text("utf-8").splitlines() if LATEST.exists() else []
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in before if line.startswith("| test_")} | _RAN
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(HEAD + "\n".join(lines[name] for name in sorted(lines)) + "\n", "utf-8")
    for line in _RAN.values():
        terminalreporter.write_line(line)
