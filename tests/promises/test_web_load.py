"""Fifty questions a second on the web, by page and by JSON: each is answered, and hardly one is waited for."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests" / "questions" / "own.jsonl"
QUESTIONS = [json.loads(line)["q"] for line in OWN.read_text("utf-8").splitlines()]
RATE = 50
PATIENCE = 30.0
"""Seconds after which a question counts as not answered."""


def test_fifty_questions_a_second(tmp_path: Path, full_size: bool) -> None:
    """For ten minutes and ten seconds: at ten minutes the misses are grouped beside the answers."""
    seconds, slowest = (610, 0.2) if full_size else (2, PATIENCE)  # how quick is judged where nothing else runs
    env = os.environ | {
        "SIGNPOST_PORT": "0",
        "SIGNPOST_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/signpost.sqlite3",
        "PYTHONUNBUFFERED": "1",
    }
    server = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        waits, errors = asyncio.run(_load(found.group(), seconds * RATE))
        memory = int(Path(f"/proc/{server.pid}/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    finally:
        server.terminate()
        server.wait(15)
        server.stdout.close()
    waits.sort()
    p95 = waits[int(0.95 * len(waits))]
    print(
        f"\n{RATE} questions a second for {seconds} s: {len(waits)} asked, {errors} errors, median "
        f"{waits[len(waits) // 2] * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms, {memory:.0f} MB"
    )
    assert errors == 0 and p95 < slowest


async def _load(site: str, count: int) -> tuple[list[float], int]:
    """Seconds of each answer, from the moment the question was due whatever held it up, and how many were none."""
    dice, waits, errors = random.Random(5), list[float](), 0
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=site, timeout=PATIENCE, limits=limits) as client:
        await client.post("/ask", json={"q": "hello"})

        async def ask(number: int, text: str) -> None:
            nonlocal errors
            due = began + number / RATE
            await asyncio.sleep(due - time.perf_counter())
            try:
                if number % 2:
                    good = (await client.post("/ask", json={"q": text})).is_success
                else:
                    page = await client.post("/ask", data={"q": text}, headers={"x-fragment": "1"})
                    good = page.is_success
            except httpx.HTTPError:
                good = False
            errors += not good
            waits.append(time.perf_counter() - due)

        began = time.perf_counter() + 0.1
        async with asyncio.TaskGroup() as asking:
            for number in range(count):
                asking.create_task(ask(number, dice.choice(QUESTIONS)))
                if number % RATE == 0:
                    await asyncio.sleep(began + number / RATE - time.perf_counter())
    return waits, errors
