"""In a process of its own, so that its memory can be told: pages and files of a report over a database.

python tests/promises/report_worker.py DATABASE PAGES   ->  one line of JSON
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import time
from pathlib import Path

import httpx

from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.bootstrap import start
from signpost.settings import from_environment
from signpost.storage import Store
from signpost.storage.keys import Secret
from signpost.web.app import create_app

ADDRESSES = (
    "/reports", "/reports?period=2025-26-year", "/reports?period=2025-q4&district=Fenland&of=missed",
    "/reports?period=2026-02&age=11-15", "/reports/rows?period=2026-q1&area=semh", "/reports/theme?theme=7",
)  # fmt: skip


async def main(database: str, pages: int) -> None:
    settings = from_environment()
    store = await Store.open(database)
    gate = Gate(store, Secret(b"k" * 32), lambda: dt.datetime(2026, 4, 3, tzinfo=dt.UTC))
    before = memory()
    app = create_app(start(settings.knowledge, settings.cache), gate)
    with_assistant = memory()
    token = await gate.sign_in("x", invitation=await gate.invite(Right.COMMISSIONER, "x", dt.timedelta(days=1), "x"))
    headers = {"cookie": f"__Host-signpost={token}"}
    out: dict[str, object] = {}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="https://x.test", headers=headers, timeout=900
    ) as client:

        async def took(address: str) -> float:
            began = time.perf_counter()
            answer = await client.get(address)
            assert answer.status_code == 200 and answer.content
            return time.perf_counter() - began

        out["first"] = await took("/reports")
        out["pages"] = [await took(ADDRESSES[i % len(ADDRESSES)]) for i in range(pages)]
        out["files"] = {s: await took(f"/reports{s}?period=2025-26-year") for s in (".docx", ".xlsx", ".csv", ".json")}
    await store.close()
    out["memory"] = memory() - with_assistant + before
    print(json.dumps(out))


def memory() -> float:
    """The most that this process has held so far, in MB."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
