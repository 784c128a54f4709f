"""Our services as HSDS-UK 3.0, checked with the official schemas, and brought in again by our own import."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from signpost.access.gate import utc_now
from signpost.directory.feed import WebFeed
from signpost.directory.publish import uuid_of
from signpost.intake import bring_in
from signpost.service import Assistant
from signpost.storage import Store, directory
from signpost.web.app import create_app

OFFICIAL = Path(__file__).parents[1] / "hsds-uk"
SCHEMAS: Registry[Any] = Registry().with_resources(
    (file.name, DRAFT202012.create_resource(json.loads(file.read_text("utf-8"))))
    for file in (OFFICIAL / "schemata").iterdir()
)
OPENAPI = json.loads((OFFICIAL / "openapi.json").read_text("utf-8"))
LISTS = {"services": "service.json", "taxonomies": "taxonomy.json", "taxonomy_terms": "taxonomy_term.json"}


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator(schema, registry=SCHEMAS, format_checker=FormatChecker())
    return [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(value)]


@pytest.fixture
async def client(assistant: Assistant) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(assistant))
    async with httpx.AsyncClient(
        transport=transport, base_url="https://signpost.test/directory", follow_redirects=True
    ) as client:
        yield client


def test_the_official_schemas_can_fail() -> None:
    assert faults({"$ref": "service.json"}, {"id": "x", "name": "y", "status": "open"})
    assert faults(
        {"$ref": "service.json"}, {"id": uuid_of("a", "b"), "name": "y", "status": "active", "attributes": [{}]}
    )


async def test_every_page_and_every_record_is_valid(client: httpx.AsyncClient, assistant: Assistant) -> None:
    about = OPENAPI["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert faults(about, (await client.get("")).json()) == []
    known = assistant.knowledge
    for name, schema in LISTS.items():
        seen: list[str] = []
        for number in range(1, 100):
            page = (await client.get(f"/{name}", params={"page": number, "per_page": 40})).json()
            assert faults(OPENAPI["components"]["schemas"]["Page"], page) == []
            for record in page["contents"]:
                assert faults({"$ref": schema}, record) == []
                whole = (await client.get(f"/{name}/{record['id']}")).json()
                assert faults({"$ref": schema}, whole) == [] and record.items() <= whole.items()
                seen.append(record["id"])
            if page["last_page"]:
                break
        assert len(seen) == len(set(seen)) == page["total_items"]
        assert (
            len(seen) == {"services": len(known.services), "taxonomy_terms": len(known.topics), "taxonomies": 1}[name]
        )
    empty = (await client.get("/service_at_locations")).json()
    assert empty["empty"] and faults(OPENAPI["components"]["schemas"]["Page"], empty) == []


async def test_only_what_a_family_may_see_is_published(client: httpx.AsyncClient, assistant: Assistant) -> None:
    said = ""
    for service in assistant.knowledge.services.values():
        said += (await client.get(f"/services/{uuid_of('service', service.id)}")).text
    for service in assistant.knowledge.services.values():
        shown = [s for s in assistant.knowledge.services.values() if s.is_reach_sure]
        hidden = (
            {service.professional_email, service.historic_phone} - {s.email for s in shown} - {s.phone for s in shown}
        )
        assert not [x for x in hidden if x and x in said], service.id
        whole = (await client.get(f"/services/{uuid_of('service', service.id)}")).json()
        assert service.is_reach_sure or not {"email", "phones"} & set(whole), service.id
    assert any(s.professional_email for s in assistant.knowledge.services.values())


async def test_the_list_is_filtered_and_bad_questions_get_one_line(client: httpx.AsyncClient) -> None:
    async def names(**asked: object) -> list[str]:
        got = await client.get("/services", params={"per_page": 100, **asked})  # type: ignore[dict-item]
        return [s["name"] for s in got.json()["contents"]]

    everything = await names()
    assert 0 < len(await names(search="dyslexia")) < len(everything)
    assert "British Dyslexia Association" in await names(search="dyslexia")
    term = uuid_of("topic", "ehc-request")
    assert 0 < len(await names(taxonomy_term_id=term)) < len(everything)
    assert await names(taxonomy_term_id="x") == []
    young = await client.get("/services", params={"maximum_age": 5, "per_page": 100})
    assert {s["maximum_age"] <= 5 for s in young.json()["contents"]} == {True}
    assert (await client.get("/services", params={"page": 99})).json()["empty"] is True
    for bad in ("page=0", "page=x", "per_page=101", "page=\u0663", "minimum_age=old", "maximum_age=1e9", "day=MO"):
        got = await client.get(f"/services?{bad}")
        assert got.status_code == 400 and "'" in got.json()["error"], bad
    assert (await client.get("/services/x")).status_code == 404


async def test_our_own_import_reads_it_without_a_fault(store: Store, assistant: Assistant) -> None:
    transport = httpx.ASGITransport(app=create_app(assistant))
    async with httpx.AsyncClient(transport=transport) as client:
        feed = WebFeed("https://signpost.test/directory", client)
        report = await bring_in(feed, store, utc_now(), lambda *_: None)
    assert report.faults == []
    async with store.read() as session:
        held = [listed for _, listed in await directory.everything(session)]
    assert {s.name for s in held} == {s.name for s in assistant.knowledge.services.values()}
