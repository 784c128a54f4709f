"""A directory's API to import from: made services, with faults planted among them, over plain HTTP.

Run as a process of its own it prints its port: `python directory_feed.py SERVICES`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import scale

HOSTILE = (
    '<script>steal("1")</script><b onclick="x()">Trampolining</b> &amp; more &lt;script&gt;'
    '<img src=x onerror=alert(1)><a href="javascript:alert(2)">here</a><!-- hidden --><style>p{}</style>'
)
PLANTED = {
    3: ("assured_date", False),
    7: ("assured_date", False),
    9: ("assured_date", False),
    11: ("minimum_age", True),
    13: ("name", True),
    17: ("name", True),
    19: ("status", True),
    23: ("maximum_age", True),
    29: ("record", True),
    37: ("record", True),
    43: ("record", True),
    47: ("url", False),
    53: ("service_areas", False),
    59: ("id", True),
    61: ("id", True),
    67: ("record", True),
    71: ("minimum_age", True),
    77: ("record", True),
}
"""Number of the service -> the field that a report must name, and whether the record is refused."""
FINE_ALL_THE_SAME = (31, 41, 73)
"""Hostile markup, an answer at the third try, and text that no database would take as it is."""
CLUB = 101
"""A service that a question is asked about."""
EXTRA = 2
"""Pages at the end that go round: they repeat the second and the third."""


def ident(n: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"made/{n}"))


def made(count: int) -> list[dict[str, Any]]:
    """Full records of HSDS-UK 3.0, with the faults of `PLANTED`."""
    records = []
    for n, text in enumerate(scale.services(count)):
        name, _, told = text.partition(". ")
        month = dt.date(2026, 11, 1) - dt.timedelta(days=31 * (n % 30))
        records.append(
            {
                "id": ident(n),
                "name": name,
                "description": f"<p>{told}</p>",
                "status": "active",
                "url": f"https://directory.example/{n}",
                "minimum_age": n % 10,
                "maximum_age": n % 10 + 8,
                "assured_date": month.isoformat(),
                "last_modified": f"{month.isoformat()}T10:00:00.000Z",
                "organization": {"id": ident(-1 - n), "name": f"{name} Trust", "description": ""},
                "schedules": [{"id": ident(n), "byday": "MO,TH", "opens_at": "16:00:00", "closes_at": "17:30:00"}],
                "service_areas": [{"id": ident(n), "name": "Cambridgeshire" if n % 3 else "Fenland"}],
                "service_at_locations": [
                    {
                        "id": ident(n),
                        "location": {
                            "id": ident(n),
                            "location_type": "physical",
                            "addresses": [{"id": ident(n), "city": "Ely", "postal_code": "CB7 4AB"}],
                        },
                    }
                ],
                "phones": [{"id": ident(n), "number": f"01353 {n:06}"}],
                "ours_alone": {"passed": "over"},
            }
        )
    for n, changed in {
        3: {"assured_date": "31/02/2024"},
        7: {"assured_date": "2024-02-31"},
        9: {"assured_date": "2999-01-01"},
        11: {"minimum_age": "five"},
        13: {"name": 42},
        17: {"name": None},
        19: {"status": "open"},
        23: {"minimum_age": 12, "maximum_age": 4},
        29: {"description": "long " * 200_000},
        31: {"name": "<i>Bounce</i> Club", "description": HOSTILE},
        47: {"url": "javascript:alert(1)"},
        53: {"service_areas": "everywhere"},
        61: {"id": ident(1_000_000)},
        71: {"minimum_age": float("nan")},
        73: {"description": "\ud800 nothing\x00 \u202eharmful"},
        CLUB: {
            "name": "Ely Dogs for the Deaf",
            "description": "We train an assistance dog with each child.",
            "minimum_age": 8,
            "maximum_age": 16,
            "assured_date": "2024-03-05",
        },
    }.items():
        if n < count:
            records[n].update(changed)
    return records


def planted(count: int) -> set[tuple[str, str, bool]]:
    """(id, field, refused) that a report over `made(count)` must hold; records without an id have none."""
    nameless = {59, 77}
    return {("" if n in nameless else ident(n), field, gone) for n, (field, gone) in PLANTED.items() if n < count}


def in_the_older_shape(record: dict[str, Any]) -> dict[str, Any]:
    """A full record of 1.0 that says the same."""
    older = {k: record[k] for k in ("id", "name", "description", "status", "url", "assured_date") if k in record}
    at = record["service_at_locations"][0]["location"]
    return older | {
        "organization": record["organization"],
        "eligibilitys": [
            {"id": record["id"], "minimum_age": record["minimum_age"], "maximum_age": record["maximum_age"]}
        ],
        "contacts": [{"id": record["id"], "phones": record["phones"]}],
        "service_areas": record["service_areas"],
        "regular_schedules": record["schedules"],
        "service_at_locations": [{"id": record["id"], "location": {"physical_addresses": at["addresses"]}}],
        "service_taxonomys": [{"taxonomy": {"id": "x", "name": "Clubs", "vocabulary": "ours"}}],
    }


class FeedServer:
    """Serves records until closed. `asked` counts requests by path."""

    def __init__(self, records: list[dict[str, Any]], *, older: bool = False, faults: bool = True) -> None:
        self.records, self.older, self.faults = records, older, faults
        self.asked: Counter[str] = Counter()
        self.broken_pages: dict[int, int] = {}
        """Page -> how many times it still answers 500."""
        self.slow_pages: set[int] = set()
        self.port = 0

    async def __aenter__(self) -> FeedServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                while (await reader.readline()) not in (b"\r\n", b""):
                    pass
                target = line.split()[1].decode()
                status, body, extra = await self._answer(target)
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{extra}"
                    "Content-Type: application/json\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, target: str) -> tuple[int, bytes, str]:
        path, _, query = target.partition("?")
        self.asked[path] += 1
        if path == "/api/services":
            given = dict(pair.split("=") for pair in query.split("&"))
            return await self._page(int(given["page"]), int(given["per_page"]))
        return self._one(path.removeprefix("/api/services/"))

    async def _page(self, number: int, size: int) -> tuple[int, bytes, str]:
        if number in self.slow_pages:
            await asyncio.sleep(60)
        if self.broken_pages.get(number, 0) > 0:
            self.broken_pages[number] -= 1
            return 500, b"", ""
        real = max(1, -(-len(self.records) // size))
        total = real + (EXTRA if self.faults else 0)
        start = (number - 1 if number <= real else number - real) * size
        nested = ("organization", "service_at_locations", "service_areas", "schedules", "phones", "ours_alone")
        rows: list[Any] = [{k: v for k, v in r.items() if k not in nested} for r in self.records[start : start + size]]
        if self.faults:
            for i, row in enumerate(rows):
                n = start + i
                if n == 59:
                    del row["id"]
                elif n == 61:
                    row["id"] = ident(61)
                elif n == 77:
                    rows[i] = "not an object"
        if self.older:
            page = {"totalElements": len(self.records), "totalPages": total, "number": number, "size": size}
            page |= {"first": number == 1, "last": number >= total, "empty": not rows, "content": rows}
        else:
            page = {"total_items": len(self.records), "total_pages": total, "page_number": number, "size": size}
            page |= {"first_page": number == 1, "last_page": number >= total, "empty": not rows, "contents": rows}
        return 200, json.dumps(page).encode(), ""

    def _one(self, wanted: str) -> tuple[int, bytes, str]:
        n = self._numbers.get(wanted)
        if n is None:
            return 404, b"{}", ""
        if self.faults:
            if n == 37 or (n == 41 and self.asked[f"/api/services/{wanted}"] < 3):
                return 500, b"", ""
            if n == 43:
                return 200, b"{<html>", ""
            if n == 67:
                return 302, b"", "Location: file:///etc/passwd\r\n"
        record = in_the_older_shape(self.records[n]) if self.older else self.records[n]
        return 200, json.dumps(record).encode(), ""

    @property
    def _numbers(self) -> dict[str, int]:
        if not hasattr(self, "_by_id"):
            self._by_id = {ident(n): n for n in range(len(self.records))}
        return self._by_id


async def _run(count: int) -> None:
    async with FeedServer(made(count)) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
