"""What is curated here, said as HSDS-UK 3.0 says it: only what a family may see, and nothing that is not held.

A topic is a term of one taxonomy, and a service carries the terms of the topics that name it. Ids are UUIDs made from
ours (version 5), so they stay. Who runs a service, and where, is not held as a fact of its own, so no organisation and
no location is published.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..knowledge.load import Knowledge
from ..knowledge.schema import Service, Topic
from ..match.features import tokens
from ..reply.words import Words

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://openreferraluk.org/signpost")
SUMMARISED = ("schedules", "service_areas", "phones", "attributes")
"""What a full record has and a record of a list has not."""

Record = dict[str, Any]


def uuid_of(kind: str, ident: str) -> str:
    """The public id of one of our entries, for ever the same."""
    return str(uuid.uuid5(SPACE, f"{kind}/{ident}"))


@dataclass(frozen=True)
class Catalogue:
    """The records of one knowledge base, by id."""

    known: Knowledge
    words: Words

    @cached_property
    def taxonomies(self) -> Mapping[str, Record]:
        ident = uuid_of("taxonomy", "topics")
        record = {"id": ident, "name": self.words("directory.taxonomy"), "version": self.known.version}
        return {ident: {**record, "description": self.words("directory.taxonomy-about")}}

    @cached_property
    def terms(self) -> Mapping[str, Record]:
        return {uuid_of("topic", t.id): self._term(t) for t in self.known.topics.values()}

    @cached_property
    def services(self) -> Mapping[str, Record]:
        return {uuid_of("service", s.id): self._service(s) for s in self.known.services.values()}

    def listed(
        self, search: str = "", term: str = "", taxonomy: str = "", youngest: float | None = None,
        oldest: float | None = None,
    ) -> list[Record]:  # fmt: skip
        """Summaries of the services that have every word of `search`, the term, and ages as the standard compares them:
        a minimum age of at least `youngest`, a maximum age of at most `oldest`."""
        wanted = set(tokens(search))
        return [
            {name: value for name, value in s.items() if name not in SUMMARISED}
            for s in self.services.values()
            if wanted <= set(tokens(f"{s['name']} {s['description']}"))
            and (not term or any(a["taxonomy_term"]["id"] == term for a in s["attributes"]))
            and (not taxonomy or any(a["taxonomy_term"]["taxonomy_id"] == taxonomy for a in s["attributes"]))
            and (youngest is None or s.get("minimum_age", -1) >= youngest)
            and (oldest is None or s.get("maximum_age", oldest + 1) <= oldest)
        ]

    def _term(self, topic: Topic) -> Record:
        (taxonomy,) = self.taxonomies.values()
        return {
            "id": uuid_of("topic", topic.id),
            "name": topic.title,
            "description": topic.covers or topic.who_for,
            "term": topic.title,
            "taxonomy": taxonomy["name"],
            "taxonomy_id": taxonomy["id"],
        }

    def _service(self, service: Service) -> Record:
        ident = uuid_of("service", service.id)
        told = (service.summary, service.who_for, service.how)
        record: Record = {
            "id": ident,
            "name": service.name,
            "description": " ".join(text for text in told if text),
            "status": "defunct" if "historic" in service.name.lower() else "active",
            "assured_date": service.last_checked.isoformat(),
        }
        if service.website:
            record["url"] = service.website
        if ages := re.fullmatch(r"(\d+)-(\d+)", service.ages):
            record |= {"minimum_age": int(ages[1]), "maximum_age": int(ages[2])}
        area = self.words(f"directory.area-{service.area}")
        record["service_areas"] = [{"id": uuid_of("area", service.id), "name": area, "service_area": area}]
        if service.is_reach_sure and service.email:
            record["email"] = service.email
        if service.is_reach_sure and service.phone:
            phone = {"id": uuid_of("phone", service.id), "number": service.phone}
            record["phones"] = [phone | ({"description": service.phone_note} if service.phone_note else {})]
        if service.is_reach_sure and service.hours:
            record["schedules"] = [{"id": uuid_of("schedule", service.id), "description": service.hours}]
        record["attributes"] = [
            {"id": uuid_of("attribute", f"{service.id}/{t.id}"), "link_id": ident, "taxonomy_term": self._term(t)}
            for t in self.known.topics.values()
            if service.id in t.services
        ]
        return record
