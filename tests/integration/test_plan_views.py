"""The pages of the plan and the files that can be taken away, from the web and from the command line."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from plan_by_hand import BY_HAND
from test_cli import signpost

from signpost.knowledge.load import Knowledge
from signpost.plan.export import FORMATS, exported
from signpost.service import Assistant
from signpost.web.app import create_app

SECTIONS = {"whole-system": 7, "universal": 12, "targeted": 9, "specialist": 33}


@pytest.fixture
async def site(assistant: Assistant) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant))
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        yield client


def shown(page: str) -> list[str]:
    return re.findall(r'<li>\s*<a href="/plan/(\w\w-\d\d)"', page)


async def test_rows_can_be_filtered_and_every_view_has_an_address(site: httpx.AsyncClient) -> None:
    assert len(shown((await site.get("/plan")).text)) == 61
    assert shown((await site.get("/plan?lead=HP&section=targeted")).text) == ["TP-02", "TP-04", "TP-06", "TP-07"]
    assert shown((await site.get("/plan?lead=нр&section=targeted")).text) == [
        "TP-02",
        "TP-04",
        "TP-06",
        "TP-07",
    ]  # Cyrillic
    assert shown((await site.get("/plan?gap=lead")).text) == ["SP-30"]
    assert shown((await site.get("/plan?due=2017-04")).text) == ["UP-04"]
    assert shown((await site.get("/plan?about=travel training")).text) == ["SP-17"]
    assert len(shown((await site.get("/plan?due=soon&section=x&gap=y")).text)) == 61, "what is no filter is dropped"
    none = await site.get("/plan?lead=ZZ")
    assert none.status_code == 200 and "Nothing in the plan fits that" in none.text
    assert "<script>x" not in (await site.get("/plan?about=<script>x</script>&lead=<script>x")).text


async def test_one_row_has_a_page_and_unknown_ones_have_none(site: httpx.AsyncClient) -> None:
    page = (await site.get("/plan/SP-17")).text
    assert "Apr 16 launch" in page and "line 111 (SP-17)" in page and 'href="/plan/SP-18"' in page
    assert (await site.get("/plan/sp-17")).status_code == 200
    assert (await site.get("/plan/SP-99")).status_code == 404


async def test_the_overview_counts_what_the_plan_holds(site: httpx.AsyncClient) -> None:
    page = (await site.get("/plan/overview")).text
    cells = dict(re.findall(r'<a href="/plan\?(?:due|lead|section)=([\w-]+)">[^<]*</a></th><td>(\d+)</td>', page))
    for section, count in SECTIONS.items():
        assert cells[section] == str(count)
    for lead in {x for row in BY_HAND for x in row[2].split()}:
        assert cells[lead] == str(sum(lead in row[2].split() for row in BY_HAND)), lead
    for month in {x for row in BY_HAND for x in row[5].split()}:
        count = sum(month in row[5].split() for row in BY_HAND)
        assert cells[month] == str(count), month
        drawn = re.search(rf"<text[^>]*>{count}</text>", page)
        assert drawn, "the picture holds the same number"
    assert f"<strong>{sum(not row[5] for row in BY_HAND)}</strong> rows with no date" in page
    assert "<strong>1</strong> rows with no lead" in page
    assert "style=" not in page


async def test_the_pages_link_from_the_footer_and_from_a_lookup(site: httpx.AsyncClient) -> None:
    assert 'href="/plan"' in (await site.get("/")).text
    said = (await site.post("/ask", data={"q": "what is HP responsible for", "role": "professional"})).text
    assert 'href="/plan?lead=HP"' in said
    picked = (await site.post("/choose", data={"do": "milestone:SP-17", "role": "professional"})).text
    assert "Travel training scheme" in picked
    assert "SP-99" not in (await site.post("/choose", data={"do": "milestone:SP-99"})).text
    answer = (await site.post("/ask", json={"q": "who leads on travel training", "role": "professional"})).json()
    assert answer["outcome"] == "lookup" and "Lead: JD" in answer["reply"] and len(answer["topics"]) == 10


@pytest.mark.parametrize("suffix", list(FORMATS))
async def test_files_are_the_same_from_web_and_command_line_and_on_every_run(
    site: httpx.AsyncClient, tmp_path: Path, suffix: str
) -> None:
    web = await site.get(f"/plan{suffix}?lead=HP")
    assert web.headers["content-disposition"].endswith(f'send-action-plan{suffix}"')
    for name in ("one", "two"):
        done = signpost("plan", "--lead", "HP", "--export", str(tmp_path / f"{name}{suffix}"))
        assert done.returncode == 0, done.stderr
    one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two == web.content


def test_the_files_hold_the_plan(known: Knowledge) -> None:
    table = list(csv.DictReader(io.StringIO(exported(known, known.plan.rows, ".csv").decode("utf-8-sig"))))
    assert len(table) == 61
    for line, (section, start, _, _, when, dates) in zip(table, BY_HAND, strict=True):
        assert (line["section"], line["when"], line["months"]) == (section, when, ", ".join(dates.split()))
        assert line["text"].startswith(start)
    assert json.loads(exported(known, known.plan.rows, ".json"))[0]["id"] == "WS-01"
    events = Calendar.from_ical(exported(known, known.plan.rows, ".ics")).walk("VEVENT")
    assert len(events) == sum(len(row[5].split()) for row in BY_HAND)
    first = events[0]
    assert str(first["dtstart"].dt) == "2015-12-31" and "WS-01" in first["summary"] and "Dec 15" in first["description"]
    assert len({str(e["uid"]) for e in events}) == len(events)


def test_no_cell_is_run_by_a_spreadsheet(known: Knowledge) -> None:
    row = known.plan.rows[0]
    for attack in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"):
        hostile = replace(row, milestone=row.milestone.model_copy(update={"text": attack, "when": attack}))
        table = csv.DictReader(io.StringIO(exported(known, [hostile], ".csv").decode("utf-8-sig")))
        assert next(iter(table))["text"] == f"'{attack}"
        book = zipfile.ZipFile(io.BytesIO(exported(known, [hostile], ".xlsx")))
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_wrong_export_is_one_clear_line(tmp_path: Path) -> None:
    done = signpost("plan", "--export", str(tmp_path / "plan.pdf"))
    assert done.returncode == 2 and ".xlsx" in done.stderr and "Traceback" not in done.stderr
    assert signpost("plan", "--export", str(tmp_path / "no" / "plan.csv")).returncode == 1


def test_leads_answers_a_sentence_as_the_chat_does() -> None:
    for query, leads in {
        "who leads on travel training": ["JD"],
        "travel training": ["JD"],
        "dyslexia": ["LB", "TG"],
        "нр": ["HP"],
    }.items():
        found = json.loads(signpost("leads", query, "--json").stdout)
        assert [entry["lead"] for entry in found] == leads, query
