"""Answers go on while the knowledge is edited: a real server, asked without a break, and the longest wait."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx

from signpost.settings import OWN_KNOWLEDGE

ROOT = Path(__file__).parents[2]
LONGEST = 1.0
"""Seconds that an edit may add to the longest answer, on a machine that does other things too."""
MOST = 600
"""Seconds in which an edit must be in use."""
NEW = "examples:\n  - a question that nobody asked before\n"


def test_no_question_waits_for_an_edit(tmp_path: Path, full_size: bool) -> None:
    folder = tmp_path / "knowledge"
    if full_size:
        shutil.copytree(OWN_KNOWLEDGE, folder)
    else:
        _small(folder)
    env = os.environ | {"SIGNPOST_PORT": "0", "SIGNPOST_KNOWLEDGE": str(folder), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        quiet, during = _waits(found.group(), folder)
    finally:
        server.terminate()
        server.wait(15)
        server.stdout.close()
    print(
        f"\nlongest answer {max(quiet) * 1000:.0f} ms while nothing changes, {max(during) * 1000:.0f} ms while "
        f"an edit is taken up ({len(during)} answers in {sum(during):.0f} s, median {sorted(during)[len(during) // 2] * 1000:.0f} ms)"
    )
    assert max(during) <= LONGEST + max(quiet)


def _small(folder: Path) -> None:
    """Two topics and one thing of each kind of danger, so that little is taken from our own."""
    for room in ("topics", "beside"):
        (folder / room).mkdir(parents=True)
    for name in ("buses", "reading"):
        text = f"id: {name}\ntitle: {name}\nexamples:\n  - help with {name}\n"
        (folder / "topics" / f"{name}.yaml").write_text(text)
    for kind in ("urgent", "not-urgent"):
        (folder / "beside" / f"{kind}.yaml").write_text(f"- {{id: x, title: {kind} x, examples: [{kind} y]}}\n")


def _waits(site: str, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of each answer before an edit, and from the edit until its words are in use."""
    with httpx.Client(base_url=site, timeout=60) as client:

        def ask() -> float:
            began = time.perf_counter()
            client.post("/ask", json={"q": "how do i get help with transport to school"}).raise_for_status()
            return time.perf_counter() - began

        ask()
        quiet = [ask() for _ in range(200)]
        version = client.get("/health").json()["knowledge"]
        file = next(iter(sorted((folder / "topics").rglob("*.yaml"))))
        file.write_text(file.read_text().replace("examples:\n", NEW, 1))
        during: list[float] = []
        end = time.monotonic() + MOST
        while time.monotonic() < end:
            during.append(ask())
            if len(during) % 20 == 0 and client.get("/health").json()["knowledge"] != version:
                return quiet, during
    raise AssertionError("the edit was never taken up")
