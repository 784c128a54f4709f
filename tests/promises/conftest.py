"""Writes the figures of a run at full size to `promises/latest.md`; what was not run this time keeps its line.

So a long run can be made in parts, and each line says of which day and commit it is.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LATEST = ROOT / "promises" / "latest.md"
HEAD = """# Promises at full size

Written by `make promises`, which may be run in parts: `python -m pytest tests/promises --full-size -k …`. A line stands
until its test is run again. A commit with `+` had changes that were not committed. The load is how many programs wanted
a core when the test ended, on how many cores: above the number of cores others had part of the machine.

| test | held | day | commit | load | figures |
| --- | --- | --- | --- | --- | --- |
"""
_RAN: dict[str, str] = {}


@cache
def _commit() -> str:
    """What is tested: the commit, with `+` when the code differs from it; `-` without git."""
    try:
        head, changed = (
            subprocess.run(["git", *ask], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
            for ask in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain", "src", "bot", "knowledge", "tests"])
        )
    except (OSError, subprocess.CalledProcessError):
        return "-"
    return head + ("+" if changed else "")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    commit = _commit()  # asked for before the test begins, since a long run may outlive it
    if report.when != "call":
        return
    name = report.nodeid.rpartition("/")[2].replace("|", "/")
    said = "; ".join(line.strip() for line in report.capstdout.splitlines() if line.strip())
    held = "yes" if report.passed else "**no**"
    if report.failed and not said:
        said = next((line[2:].strip() for line in report.longreprtext.splitlines() if line.startswith("E ")), "")
    load = f"{os.getloadavg()[1]:.0f} on {os.cpu_count()}"
    _RAN[name] = (
        f"| {name} | {held} | {dt.datetime.now(dt.UTC):%Y-%m-%d} | {commit} | {load} | {said.replace('|', '/')} |"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--full-size") or not _RAN:
        return
    before = LATEST.read_text("utf-8").splitlines() if LATEST.exists() else []
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in before if line.startswith("| test_")} | _RAN
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(HEAD + "\n".join(lines[name] for name in sorted(lines)) + "\n", "utf-8")
    for line in _RAN.values():
        terminalreporter.write_line(line)
