"""Reports over a real database: what pages and files tell, what they hide, and what is sent when."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from moving_clock import Clock
from signpost.access.gate import Gate
from signpost.access.rights import Right
from signpost.report.desk import Desk
from signpost.report.digest import to_file, to_telegram, wish
from signpost.report.export import FORMATS, exported
from signpost.report.figures import figures
from signpost.report.measure import Measure
from signpost.report.period import Period
from signpost.report.release import Spot
from signpost.report.suppress import NOT_SHOWN
from signpost.report.view import wanted
from signpost.service import Assistant
from signpost.storage import Store, digests, outbox
from signpost.storage.keys import Secret
from signpost.storage.tables import DispositionRow, GapRow, ResponseRow, ThemeMilestoneRow, ThemeRow
from signpost.triage import Desk as Triage
from signpost.web.app import create_app

APRIL = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
MARCH = Period(2026 * 12 + 2, 1)
FENLAND, SMALL, ODD = "Weekend breaks in Fenland", "A very rare thing", "=cmd|' /C calc'!A0 <script>x</script>"


TEXTS = ("xl/sharedStrings.xml", "word/document.xml", "docProps/core.xml")
"""Parts of a package that hold what is read; the others hold numbers of styles and strings."""


async def ask(store: Store, people: int, at: dt.datetime, **more: Any) -> None:
    """So many people asked; with `theme` or `reason` they got nowhere."""
    theme, reason, topic = more.pop("theme", None), more.pop("reason", None), more.pop("topic", "short-breaks")
    missed = theme is not None or reason is not None
    async with store.begin() as session:
        for n in range(people):
            row = {
                "channel": "web", "source": hashlib.sha256(f"{at}{theme}{reason}{n}{more}".encode()).hexdigest(),
                "at": at + dt.timedelta(minutes=7 * n), "outcome": "unmet" if missed else "answer", "urgent": False,
                "topics": [[topic, 0.5 + n / 1000], [str(theme), 0.1], [str(reason), 0.1]], "knowledge": "abc123", "tier": "full", "role": "parent",
                "asker": hashlib.sha256(f"{at:%m}{theme}{reason}{n}{more}".encode()).hexdigest(), **more,
            }  # fmt: skip
            made = await session.execute(insert(DispositionRow).values(**row).returning(DispositionRow.id))
            if missed:
                gap = {"disposition_id": made.scalar_one(), "kind": "unmet", "reason": reason, "theme_id": theme}
                await session.execute(insert(GapRow).values(**gap))


@pytest.fixture
async def filled(store: Store) -> Store:
    async with store.begin() as session:
        for name in (FENLAND, SMALL, ODD):
            row = {"name": name, "named_by": "person", "made_at": APRIL, "state": "new"}
            await session.execute(insert(ThemeRow).values(**row))
        await session.execute(insert(ThemeMilestoneRow).values(theme_id=1, milestone="SP-16"))
    february, march = (dt.datetime(2026, m, 2, 8, tzinfo=dt.UTC) for m in (2, 3))
    await ask(store, 52, february)
    await ask(store, 13, february, theme=1, reason="full", district="Fenland", age_band="11-15")
    await ask(store, 128, march)
    fenland = {"theme": 1, "reason": "full", "district": "Fenland", "age_band": "11-15"}
    await ask(store, 24, march, **fenland, area="sensory-physical")
    await ask(store, 13, march, **fenland)
    await ask(store, 3, march, theme=2, reason="too-far", district="Huntingdonshire")
    await ask(store, 14, march, theme=3)
    await ask(store, 9, march, reason="content-missing")
    await ask(store, 5, march, reason="language", language="pl")
    return store


@pytest.fixture
def clock() -> Clock:
    return Clock(APRIL)


@pytest.fixture
def desk(filled: Store, assistant: Assistant, clock: Clock) -> Desk:
    return Desk(filled, lambda: assistant.knowledge, clock)


@pytest.fixture
async def site(filled: Store, assistant: Assistant, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    gate = Gate(filled, Secret(b"k" * 32), clock)
    token = await gate.invite(Right.COMMISSIONER, "board", dt.timedelta(days=1), "test")
    session = await gate.sign_in("test", invitation=token)
    transport = httpx.ASGITransport(app=create_app(assistant, gate))
    headers = {"cookie": f"__Host-signpost={session}"}
    async with httpx.AsyncClient(transport=transport, base_url="https://signpost.test", headers=headers) as client:
        yield client


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def inside(made: bytes, suffix: str) -> str:
    """All the text of a file."""
    if suffix in (".csv", ".json"):
        return made.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        return " ".join(package.read(n).decode("utf-8", "replace") for n in package.namelist() if n in TEXTS)


async def test_the_first_page_says_what_matters_and_no_raw_count(site: httpx.AsyncClient) -> None:
    page = await site.get("/reports?period=2026-03")
    said = words(page.text)
    assert page.status_code == 200 and "March 2026" in said
    assert "About 40 people asked about “Weekend breaks in Fenland” and were not helped." in said
    assert (
        "Most often: Fenland, Sensory and physical, 11 to 15." in said and "Up from about 20 in the time before" in said
    )
    assert "SP-16" in said and "fewer than 8 people each, so not named here: 1." in said
    assert SMALL not in said and "<script>x" not in page.text
    for raw in ("196", "128", "68", "37"):
        assert not re.search(rf"(?<![\d.:=\"-]){raw}(?![\d\"-])", said), raw
    assert (
        "Data up to the end of March 2026" in said and "abc123" in said and "fewer than 8 people are not told" in said
    )


async def test_filters_have_addresses_and_figures_lead_to_their_rows(site: httpx.AsyncClient) -> None:
    page = (await site.get("/reports?period=2026-03&district=Fenland&of=missed")).text
    assert 'value="Fenland" selected' in page and 'value="missed" selected' in page
    link = re.search(r'href="(/reports/rows\?[^"]*of=need[^"]*)"', page)
    assert link
    rows = words((await site.get(link[1].replace("&amp;", "&"))).text)
    assert "Had an unmet need: 35" in rows and "District: Fenland" in rows
    need = words((await site.get("/reports?period=2026-03&area=sensory-physical")).text)
    assert "25 people asked about “Weekend breaks in Fenland”" in need and "Themes are split" not in need
    both = words((await site.get("/reports?period=2026-03&district=Fenland&age=5-10")).text)
    assert "35 people asked about" in both and "Themes are split one way at a time" in both
    junk = await site.get("/reports?period=1066&district=<script>x</script>&age=7&of=urgent")
    assert junk.status_code == 200 and "<script>x" not in junk.text
    theme = words((await site.get("/reports/theme?theme=1&period=2026-03")).text)
    assert FENLAND in theme and "SP-16" in theme and "Huntingdonshire fewer than 8" in theme
    assert "Sensory and physical 25" in theme
    hidden = words((await site.get("/reports/theme?theme=2&period=2026-03")).text)
    assert SMALL not in hidden and "no such theme, or it is too small" in hidden


async def test_an_empty_report_says_so(store: Store, assistant: Assistant) -> None:
    desk = Desk(store, lambda: assistant.knowledge, lambda: APRIL)
    report = await desk.report()
    assert report.release.periods == []
    for suffix in FORMATS:
        assert exported(report, wanted({}, report.release), suffix)


@pytest.mark.parametrize("suffix", list(FORMATS))
async def test_files_carry_their_method_and_are_the_same_on_every_run(
    site: httpx.AsyncClient, filled: Store, assistant: Assistant, clock: Clock, suffix: str
) -> None:
    web = await site.get(f"/reports{suffix}?period=2026-03")
    assert web.headers["content-disposition"].endswith(f'signpost-report-2026-03{suffix}"')
    clock.now += dt.timedelta(days=9, seconds=7)
    again = Desk(filled, lambda: assistant.knowledge, clock)
    report = await again.report()
    made = exported(report, wanted({"period": "2026-03"}, report.release), suffix)
    assert made == web.content
    text = inside(made, suffix)
    assert "2026" in text and "abc123" in text and "fewer than 8" in text and SMALL not in text
    assert not re.search(r"(?<![\d.:#-])(196|128|68|37)(?![\d-])", re.sub(r"<[^>]*>", " ", text))


async def test_no_cell_is_run_by_a_spreadsheet(desk: Desk) -> None:
    report = await desk.report()
    chosen = wanted({"period": "2026-03"}, report.release)
    rows = list(csv.reader(io.StringIO(exported(report, chosen, ".csv").decode("utf-8-sig"))))
    assert [f"'{ODD}"] == [row[0] for row in rows if row and "cmd" in row[0]]
    assert "<f>" not in inside(exported(report, chosen, ".xlsx"), ".xlsx")
    told = json.loads(exported(report, chosen, ".json"))
    assert told["themes"][0]["people"] == {"about": 40, "to": 10} and told["data_until"] == "2026-04-01"


async def test_a_month_is_counted_once_and_not_before_it_is_over(desk: Desk, filled: Store, clock: Clock) -> None:
    clock.now = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
    assert (await desk.report()).release.last == MARCH.first - 1, "a day of grace"
    clock.now = APRIL
    report = await desk.report()
    assert report.release.people(Measure.NEED, MARCH, Spot(district="Fenland")).about == 35
    assert report.release.people(Measure.NEED, MARCH, Spot(district="Fenland", age="11-15")).about == 0, "one at a time"
    await ask(filled, 40, dt.datetime(2026, 3, 9, tzinfo=dt.UTC), reason="full", district="Fenland")
    later = Desk(filled, desk.known, clock)
    assert (await later.report()).release.people(Measure.NEED, MARCH).about == 40, "what was published stays"


async def test_merged_themes_count_as_one_and_answers_are_timed(desk: Desk, filled: Store) -> None:
    before = await desk.report()
    async with filled.begin() as session:
        await session.execute(update(ThemeRow).where(ThemeRow.id == 3).values(merged_into=1))
        row = {
            "theme_id": 1, "you_said": "x", "we_did": "y", "written_by": "a", "written_at": APRIL,
            "published_at": dt.datetime(2026, 3, 20, tzinfo=dt.UTC),
        }  # fmt: skip
        await session.execute(insert(ResponseRow).values(**row))
    after = await desk.report()
    assert before.release.theme(1, MARCH).about == 40 and after.release.theme(1, MARCH).about == 50
    assert [theme.id for theme in after.themes] == [1, 2]
    told = json.loads(exported(after, wanted({"period": "2026-03"}, after.release), ".json"))
    assert told["answering"] == {"answered": 1, "waiting": 0, "days": 45, "longest": None}


async def test_a_digest_to_a_file_catches_up_and_repeats_nothing(desk: Desk, tmp_path: Path) -> None:
    report, name = await desk.report(), str(tmp_path / "gaps-{period}.docx")
    assert [Path(f).name for f in to_file(report, "month", name, APRIL)] == ["gaps-2026-02.docx", "gaps-2026-03.docx"]
    assert to_file(report, "month", name, APRIL) == []
    assert [Path(f).name for f in to_file(report, "week", name, APRIL)] == ["gaps-2026-W14.docx"]


async def test_a_digest_to_telegram_reaches_commissioners_once(desk: Desk, filled: Store, clock: Clock) -> None:
    secret = Secret(b"k" * 32)
    gate = Gate(filled, secret, clock)
    chats = {7: Right.COMMISSIONER, 8: Right.COMMISSIONER, 9: Right.CURATOR}
    clock.now = dt.datetime(2026, 2, 10, tzinfo=dt.UTC)
    for chat, right in chats.items():
        who = secret.who("telegram", chat)
        token = await gate.invite(right, f"member {chat}", dt.timedelta(days=1), "test")
        async with filled.begin() as session:
            member = await gate.accept(session, token, who)
            await digests.wish(session, wish(secret, who, chat, "month", clock.now))
    assert member
    clock.now = APRIL
    report = await desk.report()
    assert await to_telegram(filled, secret, report, "month", APRIL) == ["2026-02: 2", "2026-03: 2"]
    assert await to_telegram(filled, secret, report, "month", APRIL) == []
    async with filled.begin() as session:
        due = await outbox.due(session, "telegram", APRIL)
        assert {d.chat_id for d in due} == {7, 8} and all("February 2026" in d.payload["html"] for d in due)
        for message in due:
            await outbox.sent(session, message.id)
    assert await to_telegram(filled, secret, report, "month", APRIL) == [], "also when the outbox has let it go"
    async with filled.read() as session:
        kept = " ".join(str(tuple(row)) for row in await session.execute(select(digests.DigestWishRow.address)))
    assert not re.search(r"\b[789]\b", kept)
    await gate.revoke(1, "left", "test")
    async with filled.read() as session:
        assert len(await digests.wishes(session, "month")) == 1


async def test_words_of_people_do_not_name_a_theme_until_somebody_of_the_staff_does(
    desk: Desk, filled: Store, assistant: Assistant
) -> None:
    async with filled.begin() as session:
        await session.execute(update(ThemeRow).where(ThemeRow.id == 1).values(name="zebedina hoist", named_by="engine"))
        await session.execute(update(ThemeRow).where(ThemeRow.id == 3).values(named_by="engine", entry="curators-know"))
    report = await desk.report()
    chosen = wanted({}, report.release)
    for suffix in FORMATS:
        assert "zebedina" not in inside(exported(report, chosen, suffix), suffix), suffix
    assert [t.name for t in report.themes] == ["Theme 1 (nobody has named it yet)", SMALL, ODD]
    await Triage(assistant, filled, lambda: APRIL).rename(1, "Hoists at the pool", "Ann #1")
    assert (await desk.report()).themes[0].name == "Hoists at the pool"


async def test_who_was_helped_and_who_wants_a_person_is_told_of_the_whole_county_with_its_rate(
    filled: Store, desk: Desk
) -> None:
    at = dt.datetime(2026, 3, 20, 8, tzinfo=dt.UTC)
    await ask(filled, 60, at, said="helped", district="Fenland")
    await ask(filled, 4, at, said="person", district="Fenland")
    report = await desk.report()
    lines = {line.name: line for line in figures(report, MARCH).overview}
    assert lines["helped"].people.about == 60 and lines["helped"].rate == round(100 * 60 / lines["asked"].people.about)
    assert not lines["person"].people.is_number, "fewer than 8 stay hidden"
    assert report.release.people(Measure.HELPED, MARCH, Spot(district="Fenland")) == NOT_SHOWN
    assert (
        'Said ""this helped""",60,' in exported(report, wanted({"period": "2026-03"}, report.release), ".csv").decode()
    )
