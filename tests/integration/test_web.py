"""The web channel over its ASGI interface: pages, forms, JSON, headers, limits."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator

import httpx
import jsonschema
import pytest
from starlette.applications import Starlette

from signpost.service import Assistant
from signpost.web.app import create_app
from signpost.web.guard import MAX_BODY


@pytest.fixture(scope="module")
def app(assistant: Assistant) -> Starlette:
    return create_app(assistant)


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        yield client


PAGES = [
    "/",
    "/embed",
    "/topic/ehc-request",
    "/urgent",
    "/about",
    "/privacy",
    "/accessibility",
    "/plan",
    "/plan/SP-16",
    "/plan/overview",
    "/no-such-page",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_whole_and_guarded(client: httpx.AsyncClient, path: str) -> None:
    got = await client.get(path)
    assert got.status_code == (404 if "no-such" in path else 200)
    assert got.text.count("<h1") == 1
    assert '<html lang="en-GB">' in got.text
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert ("frame-ancestors *" in policy) == (path == "/embed")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in got.headers
    assert len(got.content) < 60_000
    assert "http://" not in got.text.replace("http://signpost.test", "").replace(
        "http://www.cambscommunityservices", ""
    )


async def test_a_question_by_form_without_scripts(client: httpx.AsyncClient) -> None:
    got = await client.post("/ask", data={"q": "he lines up his toys and never looks at us", "role": "parent"})
    assert got.status_code == 200
    assert "Autism" in got.text and "he lines up his toys" in got.text
    assert got.headers["cache-control"] == "no-store"


async def test_a_follow_up_leans_on_what_the_page_carries(client: httpx.AsyncClient) -> None:
    got = await client.post(
        "/ask", data={"q": "and how long does that take?", "topics": "ehc-request,nonsense", "misses": "x"}
    )
    assert "How long an EHC assessment takes" in got.text


async def test_choices_menu_feedback_and_person(client: httpx.AsyncClient) -> None:
    for do, part in {
        "menu:": "My child's needs",
        "menu:0.3.0": "Hearing impairment",
        "topic:pinpoint": "01480 877333",
        "none": "I have nothing on that",
        "person": "Talk to a person",
        "helped": "Thank you",
        "not": "I am sorry",
        "urgent": "call 999",
        "menu:99.99": "What is it about?",
        "topic:no-such": "What is it about?",
        "junk": "What is it about?",
        "menu:" + "9" * 500: "What is it about?",
    }.items():
        got = await client.post("/choose", data={"do": do})
        assert got.status_code == 200
        assert part in html.unescape(got.text), do


async def test_json_in_the_shape_of_the_batch(client: httpx.AsyncClient) -> None:
    got = await client.post("/ask", json={"id": "x", "q": "dla form", "role": "parent"})
    document = (await client.get("/openapi.json")).json()
    schema = document["paths"]["/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(got.json(), schema)
    assert got.json()["id"] == "x"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"q": 3}', "application/json", 400),
        (b'{"q": "x", "role": "king"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 20_000, "application/json", 400),
        (b"q=x", "text/plain", 415),
        (b"q=x", "", 415),
        (b"q=" + b"x" * MAX_BODY, "application/x-www-form-urlencoded", 413),
    ],
)
async def test_bad_requests_are_refused_in_one_line(
    client: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    got = await client.post("/ask", content=content, headers={"content-type": kind} if kind else {})
    assert got.status_code == status
    assert "content-security-policy" in got.headers
    assert len(got.text.splitlines()) == 1


async def test_a_body_that_does_not_say_its_length_is_bounded(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"q=" + b"x" * 10_000

    got = await client.post("/ask", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert got.status_code == 413


async def test_what_was_typed_comes_back_escaped(client: httpx.AsyncClient) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&{{7*7}}"
    for headers in ({}, {"X-Fragment": "1"}):
        got = await client.post("/ask", data={"q": nasty}, headers=headers)
        assert got.status_code == 200
        assert nasty not in got.text and "<img src=x" not in got.text
        assert nasty in html.unescape(got.text)


async def test_danger_comes_first(client: httpx.AsyncClient) -> None:
    got = await client.post("/ask", data={"q": "i want to kill myself"})
    assert "call 999" in got.text
    assert got.text.index("call 999") < got.text.index("Samaritans")
    assert "feedback" not in got.text


async def test_danger_is_answered_when_the_matcher_is_broken(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("signpost.pipeline.rank", _broken)
    transport = httpx.ASGITransport(app=create_app(assistant), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://signpost.test") as client:
        assert "call 999" in (await client.post("/ask", data={"q": "i want to kill myself"})).text
        polite = await client.post("/ask", data={"q": "secret words about a child"})
        assert polite.status_code == 500
        assert "something went wrong" in polite.text and "secret" not in polite.text
        assert "RuntimeError at" in caplog.text and "secret" not in caplog.text
        assert (await client.get("/health")).status_code == 503


def _broken(*_: object, **__: object) -> None:
    raise RuntimeError("secret words must not be logged")


async def test_health_and_metrics_hold_no_words(client: httpx.AsyncClient) -> None:
    await client.post("/ask", data={"q": "zebra-canary needs a taxi to school"})
    health = (await client.get("/health")).json()
    assert health["status"] == "ok" and health["tier"] in ("fast", "full") and health["topics"] == 94
    metrics = (await client.get("/metrics")).text
    assert "signpost_questions_total{" in metrics and "zebra" not in metrics


async def test_a_topic_can_be_sent_saved_and_printed(client: httpx.AsyncClient) -> None:
    page = await client.get("/topic/short-breaks")
    assert "Short breaks and respite" in page.text
    text = await client.get("/topic/short-breaks.txt")
    assert text.headers["content-disposition"] == 'attachment; filename="signpost-short-breaks.txt"'
    assert "01480 372767" in text.text and "/topic/short-breaks" in text.text
    assert (await client.get("/topic/..%2f..%2fetc")).status_code == 404


async def test_the_widget_is_one_script(client: httpx.AsyncClient) -> None:
    got = await client.get("/widget.js")
    assert got.headers["content-type"].startswith("text/javascript")
    assert "sandbox" in got.text
