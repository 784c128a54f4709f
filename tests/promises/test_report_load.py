"""A report over a year of a million questions: quick to read, quick to take away, small in memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from signpost.storage import Store

WORKER = Path(__file__).with_name("report_worker.py")
YEAR, BEGIN = 365 * 86_400, 1_743_465_600
"""Seconds; from 1 April 2025."""
SIDES = {
    "sqlite": {"at": "datetime({seconds}, 'unixepoch')", "json": "{text}"},
    "postgresql": {"at": "to_timestamp({seconds})", "json": "({text})::json"},
}
DISPOSITIONS = """
INSERT INTO disposition (id, channel, source, at, outcome, urgent, topics, knowledge, tier, role, asker, area, age_band, district)
WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
SELECT i, 'load', CAST(i AS VARCHAR(20)), {at},
  CASE WHEN i % 10 = 0 THEN 'unmet' WHEN i % 10 < 3 THEN 'choose' WHEN i % 10 = 9 THEN 'off_topic' ELSE 'answer' END, {false},
  {json}, 'abc', 'full', 'parent', CAST(1000000000000000 + 10 * ((i * 7919) % {people}) AS VARCHAR(64)),
  CASE i / 3 % 6 WHEN 0 THEN 'semh' WHEN 1 THEN 'cognition' WHEN 2 THEN 'communication' WHEN 3 THEN 'health' END,
  CASE i / 7 % 5 WHEN 0 THEN '5-10' WHEN 1 THEN '11-15' WHEN 2 THEN '16-17' END,
  CASE i / 11 % 7 WHEN 0 THEN 'Fenland' WHEN 1 THEN 'Huntingdonshire' WHEN 2 THEN 'Cambridge City' WHEN 3 THEN 'outside' END
FROM n
"""
GAPS = """
INSERT INTO gap (disposition_id, kind, reason, theme_id)
SELECT id, 'unmet', CASE id / 10 % 4 WHEN 0 THEN 'full' WHEN 1 THEN 'too-far' WHEN 2 THEN 'content-missing' END, 1 + id / 10 % 100
FROM disposition WHERE outcome = 'unmet'
"""
THEMES = """
INSERT INTO theme (name, named_by, made_at, state)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
SELECT 'theme ' || i, 'engine', {at}, 'new' FROM n
"""


async def test_a_report_over_very_many_questions(store: Store, address: str, full_size: bool) -> None:
    count = 1_000_000 if full_size else 10_000
    side = SIDES["sqlite" if store.is_sqlite else "postgresql"]
    likeness = "'[[\"topic-' || i % 90 || '\", 0.' || (1000 + i * 31 % 9000) || '], [\"other\", 0.01]]'"
    began = time.perf_counter()
    async with store.begin() as session:
        await session.execute(text(THEMES.format(at=side["at"].format(seconds=BEGIN))))
        at = side["at"].format(seconds=f"{BEGIN} + CAST(i * {YEAR / (count + 1)} AS INTEGER)")
        filled = {
            "count": count, "at": at, "false": "0" if store.is_sqlite else "false", "people": count // 4,
            "json": side["json"].format(text=likeness),
        }  # fmt: skip
        connection = await session.connection()
        await connection.exec_driver_sql(DISPOSITIONS.format(**filled).replace("%", "%" if store.is_sqlite else "%%"))
        await connection.exec_driver_sql(GAPS.replace("%", "%" if store.is_sqlite else "%%"))
    made = time.perf_counter() - began
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, str(WORKER), address, "120" if full_size else "24"],
        capture_output=True, text=True, check=True, timeout=1_500,
    )  # fmt: skip
    told = json.loads(done.stdout)
    pages = sorted(told["pages"])
    p95 = pages[int(0.95 * len(pages))]
    slowest, which = max((seconds, suffix) for suffix, seconds in told["files"].items())
    print(
        f"\n{count:,} questions ({'SQLite' if store.is_sqlite else 'PostgreSQL'}, made in {made:.0f} s): "
        f"first report, which counts twelve months, {told['first']:.1f} s; then p95 {p95 * 1000:.0f} ms; "
        f"slowest file {which} {slowest:.2f} s; {told['memory']:.0f} MB beside the assistant's own"
    )
    assert p95 < 1 and slowest < 30 and told["memory"] < 300
