"""The editor's lint: every fault of the knowledge base, and the curator's list of what is missing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from ..errors import Fault
from . import schema as s
from .load import Knowledge
from .phrase import phrase_fault
from .plain import acronyms, grade

ANSWER_WORDS = (60, 120)
ANSWER_GRADE = 6.0
OTHER_GRADE = 9.0
EXAMPLES = (20, 60)
SHORTEST_COLLISION = 12
"""Characters; two keywords may well serve two topics."""
COLLIDES = 92
"""rapidfuzz token-sort ratio from which two examples of different topics count as the same question."""

EVERYDAY = frozenset({"NHS", "GP", "TV", "UK", "PE", "OK", "PDF"})
"""Short forms that every reader knows."""
_PHONE_ONE = r"(?:0[\d ]{9,13}|116 123|0800 1111|111 \(option 2\)|text (?:\w+ to )?\d{5})"
_PHONE = re.compile(rf"^{_PHONE_ONE}(?: \([\w ]+\))?(?:, {_PHONE_ONE}(?: \([\w ]+\))?)*$")
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")
_NUMBER_IN_PROSE = re.compile(r"\b0\d{2,4}[ \d]{6,9}\b|[\w.+-]+@[\w-]+\.\w+")


def faults(known: Knowledge, today: dt.date) -> list[Fault]:
    """Errors: what must be put right before the knowledge base is published."""
    found = [*broken_links(known), *_examples(known), *_words(known), *_contacts(known), *_provenance(known)]
    return sorted(found, key=lambda f: (str(f.file), f.line, f.rule))


def todo(known: Knowledge, today: dt.date) -> list[Fault]:
    """The curator's list: what is missing, unconfirmed or due, best known route shown meanwhile."""
    found: list[Fault] = []
    for service in known.services.values():
        name = f"services/{service.id}"
        ways = [w for w in (service.phone, service.email, service.website) if w]
        if service.confidence == "low":
            found.append(
                known.fault(
                    name, "confirm", f"{service.name}: low confidence; contact details are held back", "confidence"
                )
            )
        if not ways and not service.historic_phone:
            found.append(known.fault(name, "no-contact", f"{service.name}: no phone, e-mail or web page is known"))
        elif not service.phone and not service.email and service.kind == "council":
            found.append(known.fault(name, "no-phone", f"{service.name}: no phone or e-mail has been confirmed"))
        if service.how_inferred:
            found.append(
                known.fault(name, "inferred", f"{service.name}: how to reach it was inferred, not read", "how")
            )
        if service.conflict:
            found.append(
                known.fault(name, "conflict", f"{service.name}: sources disagree: {service.conflict}", "conflict")
            )
        if service.review_by < today:
            found.append(
                known.fault(name, "review", f"{service.name}: review was due on {service.review_by}", "review_by")
            )
    for topic in known.topics.values():
        name = f"topics/{topic.id}"
        if topic.status == "unconfirmed" and topic.answer:
            found.append(known.fault(name, "confirm", f"{topic.title}: not confirmed by a current source", "status"))
        if topic.review_by and topic.review_by < today:
            found.append(
                known.fault(name, "review", f"{topic.title}: review was due on {topic.review_by}", "review_by")
            )
    for i, rule in enumerate(known.procedures.values()):
        if rule.confidence == "low":
            found.append(known.fault("procedures", "confirm", f"{rule.id}: low confidence", i))
        if rule.conflict:
            found.append(known.fault("procedures", "conflict", f"{rule.id}: sources disagree: {rule.conflict}", i))
    return sorted(found, key=lambda f: (f.rule, str(f.file), f.line))


def broken_links(known: Knowledge) -> Iterator[Fault]:
    """Every id that is named must exist."""
    milestones = known.plan.milestones
    for topic in known.topics.values():
        name = f"topics/{topic.id}"
        named: list[tuple[str, str, object, tuple[str | int, ...]]] = [
            *(("service", x, known.services, ("services", i)) for i, x in enumerate(topic.services)),
            *(("rule", x, known.procedures, ("facts", i)) for i, x in enumerate(topic.facts)),
            *(("milestone", x, milestones, ("plan", i)) for i, x in enumerate(topic.plan)),
            *(("topic", x.topic, known.topics, ("neighbours", i)) for i, x in enumerate(topic.neighbours)),
        ]
        if topic.professional:
            named += [
                ("service", x, known.services, ("professional", "services", i))
                for i, x in enumerate(topic.professional.services)
            ]
        for what, ident, there, spot in named:
            if ident not in there:  # type: ignore[operator]
                yield known.fault(name, "unknown-id", f"there is no {what} '{ident}'", *spot)
        if topic.id in (n.topic for n in topic.neighbours):
            yield known.fault(name, "neighbour", "a topic cannot be its own neighbour", "neighbours")
    for ident in known.plan.asked:
        if ident not in milestones:
            yield known.fault("plan/asked", "unknown-id", f"there is no milestone '{ident}'", ident)
    for i, since in enumerate(known.plan.since):
        for ident in since.milestones:
            if ident not in milestones:
                yield known.fault("plan/since", "unknown-id", f"there is no milestone '{ident}'", i, "milestones")
        if since.fact not in {*known.services, *known.procedures}:
            yield known.fault("plan/since", "unknown-id", f"there is no service or rule '{since.fact}'", i, "fact")
    for kind, entries in known.beside.items():
        for i, entry in enumerate(entries):
            for ident in entry.services:
                if ident not in known.services:
                    yield known.fault(f"beside/{kind}", "unknown-id", f"there is no service '{ident}'", i, "services")
            for j, phrase in enumerate(entry.phrases):
                if text := phrase_fault(phrase, known.danger_words):
                    yield known.fault(f"beside/{kind}", "phrase", text, i, "phrases", j)
    for voice, idents in known.people.items():
        for i, ident in enumerate(idents):
            if ident not in known.services:
                yield known.fault("people", "unknown-id", f"there is no service '{ident}'", voice, i)
    for i, ident in enumerate(known.call_in):
        if ident not in known.topics:
            yield known.fault("call-in", "unknown-id", f"there is no topic '{ident}'", i)
    for i, item in enumerate(known.menu):
        for ident in _menu_topics(item):
            if ident not in known.topics:
                yield known.fault("menu", "unknown-id", f"there is no topic '{ident}'", i)


def _menu_topics(item: s.MenuItem) -> Iterator[str]:
    yield from item.topics
    for child in item.items:
        yield from _menu_topics(child)


def _examples(known: Knowledge) -> Iterator[Fault]:
    """Enough examples, none twice, none that two topics both claim."""
    full = bool(known.services)
    owner: dict[str, tuple[str, int]] = {}
    for topic in known.topics.values():
        name = f"topics/{topic.id}"
        if full and not EXAMPLES[0] <= len(topic.examples) <= EXAMPLES[1]:
            yield known.fault(
                name,
                "examples",
                f"{len(topic.examples)} examples; {EXAMPLES[0]} to {EXAMPLES[1]} are wanted",
                "examples",
            )
        for i, example in enumerate(topic.examples):
            key = " ".join(re.findall(r"\w+", example.lower()))
            if key in owner:
                other, _ = owner[key]
                yield known.fault(name, "same-example", f"this example also stands in '{other}'", "examples", i)
            owner.setdefault(key, (topic.id, i))
    if not full:
        return
    keys = [key for key in owner if len(key) >= SHORTEST_COLLISION]
    likeness = process.cdist(
        keys, keys, scorer=fuzz.token_sort_ratio, score_cutoff=COLLIDES, dtype=np.uint8, workers=-1
    )
    for a, b in np.argwhere(np.triu(likeness, 1)):
        (first, _), (second, i) = owner[keys[a]], owner[keys[b]]
        if first != second:
            text = f"nearly the same as an example of '{first}': {keys[a][:60]}"
            yield known.fault(f"topics/{second}", "collision", text, "examples", i)


def _words(known: Knowledge) -> Iterator[Fault]:
    """Length, reading grade and unexplained acronyms of what people read."""
    # A service may be called by its name ("YoungMinds"), but not by its initials alone.
    names = frozenset(w for x in known.services.values() for w in acronyms(x.name) if not w.isupper())
    for topic in known.topics.values():
        if not topic.answer:
            continue
        name = f"topics/{topic.id}"
        count = len(topic.answer.split())
        if not ANSWER_WORDS[0] <= count <= ANSWER_WORDS[1]:
            yield known.fault(
                name,
                "length",
                f"the answer has {count} words; {ANSWER_WORDS[0]} to {ANSWER_WORDS[1]} are wanted",
                "answer",
            )
        hard = grade(topic.answer)
        if hard > ANSWER_GRADE:
            yield known.fault(
                name, "grade", f"the answer reads at grade {hard:.1f}; {ANSWER_GRADE:.0f} or less is wanted", "answer"
            )
        rest = "\n".join((topic.who_for, *topic.steps, topic.next, topic.decides, topic.disagree, topic.cost))
        if grade(rest) > OTHER_GRADE:
            yield known.fault(name, "grade", f"steps and notes read at grade {grade(rest):.1f}", "steps")
        yield from _unexplained(known, name, topic.answer, names)
        for spot, text in (("answer", topic.answer), ("next", topic.next)):
            if _NUMBER_IN_PROSE.search(text):
                yield known.fault(
                    name, "contact-in-prose", "a number or e-mail belongs in a service, not in prose", spot
                )


def _unexplained(known: Knowledge, name: str, text: str, names: frozenset[str]) -> Iterator[Fault]:
    for short in acronyms(text):
        if short in EVERYDAY or short in names:
            continue
        if not re.search(rf"\({re.escape(short)}s?\b|\b{re.escape(short)} \(", text):
            yield known.fault(name, "acronym", f"'{short}' is not spelt out at its first use", "answer")


def _contacts(known: Knowledge) -> Iterator[Fault]:
    for service in known.services.values():
        name = f"services/{service.id}"
        for field, value in (("phone", service.phone), ("historic_phone", service.historic_phone)):
            if value and not _PHONE.match(value):
                yield known.fault(name, "phone", f"'{value}' is not a phone number as one is written", field)
        for field, value in (("email", service.email), ("professional_email", service.professional_email)):
            if value and not _EMAIL.match(value):
                yield known.fault(name, "email", f"'{value}' is not an e-mail address", field)
        if service.review_by <= service.last_checked:
            yield known.fault(name, "review", "review_by is not after last_checked", "review_by")
        if not service.website and not service.phone and not service.email and not service.how:
            yield known.fault(name, "dead-end", "a reader is not told how to reach this service", "how")


@lru_cache(maxsize=2)
def _received(folder: Path) -> tuple[str, int]:
    """All source text, and how many lines the plan has."""
    texts = [p.read_text("utf-8") for p in sorted((folder / "sources").glob("*")) if p.is_file()]
    plan = list((folder / "sources").glob("*.txt"))
    return "\n".join(texts), max((len(p.read_text("utf-8").splitlines()) for p in plan), default=0)


def _provenance(known: Knowledge) -> Iterator[Fault]:
    """No phone, address or fact that the sources do not hold; every topic says where its words come from."""
    if not (known.folder / "sources").is_dir():
        return
    received, plan_lines = _received(known.folder)
    facts = set(re.findall(r"^\s*- id: ([a-z0-9-]+)$", received, re.MULTILINE))
    for topic in known.topics.values():
        name = f"topics/{topic.id}"
        if not topic.sources:
            yield known.fault(name, "no-source", "no source is named")
        for i, source in enumerate(topic.sources):
            if (source.seed is None) == (source.fact is None):
                yield known.fault(name, "source", "name either a line of the plan (seed) or a fact", "sources", i)
            elif source.fact and source.fact not in facts:
                yield known.fault(name, "source", f"the facts file has no entry '{source.fact}'", "sources", i)
            elif source.seed and source.seed > plan_lines:
                yield known.fault(name, "source", f"the plan has no line {source.seed}", "sources", i)
        for i, link in enumerate(topic.links):
            if link.url not in received:
                yield known.fault(name, "unsourced", f"{link.url} stands in no source", "links", i)
        for field in ("last_checked", "review_by", "owner"):
            if not getattr(topic, field):
                yield known.fault(name, "unsigned", f"'{field}' is missing")
    for service in known.services.values():
        for field in ("phone", "email", "website", "professional_email", "historic_phone", "source_url"):
            value = getattr(service, field)
            if value and value not in received:
                yield known.fault(f"services/{service.id}", "unsourced", f"{value} stands in no source", field)
    for i, rule in enumerate(known.procedures.values()):
        if rule.source_url not in received:
            yield known.fault("procedures", "unsourced", f"{rule.source_url} stands in no source", i, "source_url")
        if rule.id not in facts:
            yield known.fault("procedures", "source", f"the facts file has no entry '{rule.id}'", i)
    for milestone in known.plan.milestones.values():
        if milestone.line > plan_lines:
            yield Fault(known.folder / "plan", 1, "source", f"{milestone.id}: the plan has no line {milestone.line}")
