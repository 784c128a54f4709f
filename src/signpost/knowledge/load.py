"""Reads a folder of YAML into one frozen `Knowledge`; the only module that knows YAML.

Every scalar is read as text, because PyYAML's default reads `01604123456` as octal and `no` as false.
Duplicate keys are refused, and every value keeps its line for the editor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ..errors import Fault, KnowledgeError
from ..gap import Area
from . import schema as s
from .plan import Plan

Model = TypeVar("Model", bound=BaseModel)
Named = TypeVar("Named", bound=s.Named)
Spot = tuple[str | int, ...]

BESIDE = ("unmet", "off-topic", "smalltalk", "urgent", "not-urgent")
MAX_FILE = 2_000_000
"""Bytes; a knowledge file is a page or a table, so anything larger is a mistake."""


@dataclass(frozen=True)
class Document:
    """One file: its plain value and the line of each part of it."""

    path: Path
    value: Any
    lines: Mapping[Spot, int]

    def line(self, *spot: str | int) -> int:
        """Line of a part, or of the nearest part around it. 1-based."""
        while spot and spot not in self.lines:
            spot = spot[:-1]
        return self.lines.get(spot, 1)


@dataclass(frozen=True)
class Knowledge:
    """Everything the assistant may say, and the examples it learns from."""

    folder: Path
    version: str
    """First 12 hex digits of a hash over every file: equal content has equal version."""
    topics: dict[str, s.Topic]
    services: dict[str, s.Service] = field(default_factory=dict)
    procedures: dict[str, s.Procedure] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    glossary: tuple[s.Term, ...] = ()
    misspellings: Mapping[str, str] = field(default_factory=dict)
    shorthand: Mapping[str, str] = field(default_factory=dict)
    danger_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Word classes of the danger phrases: `family` and the words that belong to it."""
    areas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Area of need (`gap.Area`) -> words that tell it."""
    places: s.Places = field(default_factory=lambda: s.Places(source="", places=()))
    years: s.Years = field(default_factory=lambda: s.Years(years=(), phases=()))
    beside: Mapping[str, tuple[s.Entry, ...]] = field(default_factory=dict)
    menu: tuple[s.MenuItem, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Services of a person to talk to, by voice: family, young_person, professional."""
    call_in: tuple[str, ...] = ()
    """Topics about whom a professional may call in, and how."""
    wording: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    """Keyed `topics/<id>`, `services/<id>`, `procedures`, ...: for messages with file and line."""

    def fault(self, document: str, rule: str, text: str, *spot: str | int) -> Fault:
        doc = self.documents[document]
        return Fault(doc.path, doc.line(*spot), rule, text)


def load(folder: Path, base: Path | None = None) -> Knowledge:
    """Read a knowledge base; a folder of topics alone takes wording and urgent help from `base`.

    Raises KnowledgeError with every fault found (file and line), when any file cannot be used.
    """
    known = _Loader(folder).knowledge()
    if base is None or base.resolve() == folder.resolve():
        return known
    own = _Loader(base).knowledge()
    urgent = {kind: known.beside[kind] or own.beside[kind] for kind in ("urgent", "not-urgent")}
    return replace(
        known,
        wording={**own.wording, **known.wording},
        shorthand=known.shorthand or own.shorthand,
        danger_words={**own.danger_words, **known.danger_words},
        beside={**known.beside, **urgent},
        services={
            **{x: own.services[x] for e in urgent["urgent"] for x in e.services if x in own.services},
            **known.services,
        },
    )


def read_yaml(path: Path) -> Document:
    """One file as text scalars, lists and mappings. Raises KnowledgeError."""
    faults: list[Fault] = []
    lines: dict[Spot, int] = {}

    def build(node: yaml.Node, spot: Spot) -> Any:
        lines[spot] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return None if node.value in ("", "null", "~") and not node.style else node.value
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*spot, i)) for i, child in enumerate(node.value)]
        out: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a plain word", key.start_mark)
            if key.value in out:
                faults.append(Fault(path, key.start_mark.line + 1, "duplicate-key", f"'{key.value}' is given twice"))
            out[key.value] = build(child, (*spot, key.value))
            lines[(*spot, key.value)] = key.start_mark.line + 1
        return out

    try:
        if path.stat().st_size > MAX_FILE:
            raise KnowledgeError((Fault(path, 1, "too-large", f"larger than {MAX_FILE:,} bytes"),))
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader.yaml_loader)
        value = {} if node is None else build(node, ())
    except yaml.MarkedYAMLError as bad:
        line = (bad.problem_mark or bad.context_mark or _START).line + 1
        raise KnowledgeError((Fault(path, line, "yaml", bad.problem or "not YAML"),)) from None
    except yaml.YAMLError as bad:
        raise KnowledgeError((Fault(path, 1, "yaml", str(bad).splitlines()[0]),)) from None
    except UnicodeDecodeError as bad:
        raise KnowledgeError((Fault(path, 1, "utf-8", f"not UTF-8 text (byte {bad.start})"),)) from None
    except RecursionError:
        raise KnowledgeError((Fault(path, 1, "yaml", "nested too deeply, or an alias that holds itself"),)) from None
    except OSError as bad:
        raise KnowledgeError((Fault(path, 1, "file", bad.strerror or "cannot be read"),)) from None
    if faults:
        raise KnowledgeError(tuple(faults))
    return Document(path, value, lines)


class _Start:
    line = 0


_START = _Start()


class _Loader:
    yaml_loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.documents: dict[str, Document] = {}

    def knowledge(self) -> Knowledge:
        if not self.folder.is_dir():
            raise KnowledgeError((Fault(self.folder, 1, "folder", "there is no such folder"),))
        topics = {t.id: t for t in self.topics()}
        if not topics and not self.faults:
            self.faults.append(Fault(self.folder, 1, "no-topics", "no topic found under topics/"))
        services = {x.id: x for x in self.each("services", s.Service)}
        procedures = {x.id: x for x in self.many("procedures", s.Procedure)}
        plan = self.plan()
        known = Knowledge(
            folder=self.folder,
            version=self.version(),
            topics=topics,
            services=services,
            procedures=procedures,
            plan=plan,
            glossary=tuple(self.many("language/glossary", s.Term)),
            misspellings=self.one("language/misspellings", dict[str, str], {}),
            shorthand=self.one("language/shorthand", dict[str, str], {}),
            danger_words=self.one("language/danger-words", dict[str, tuple[s.Line, ...]], {}),
            areas=self.one("language/areas", dict[Area, tuple[s.Line, ...]], {}),
            places=self.one("language/places", s.Places, s.Places(source="", places=())),
            years=self.one("language/years", s.Years, s.Years(years=(), phases=())),
            beside={kind: tuple(self.many(f"beside/{kind}", s.Entry)) for kind in BESIDE},
            menu=tuple(self.many("menu", s.MenuItem)),
            people=self.one("people", dict[str, tuple[str, ...]], {}),
            call_in=self.one("call-in", tuple[str, ...], ()),
            wording=self.wording(),
            documents=self.documents,
        )
        if self.faults:
            raise KnowledgeError(tuple(sorted(self.faults, key=lambda f: (str(f.file), f.line))))
        return known

    def version(self) -> str:
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*.yaml")):
            digest.update(str(path.relative_to(self.folder)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:12]

    def read(self, name: str, path: Path) -> Document | None:
        try:
            doc = read_yaml(path)
        except KnowledgeError as bad:
            self.faults += bad.faults
            return None
        self.documents[name] = doc
        return doc

    def valid(self, doc: Document, kind: type[Model], value: Any, *spot: str | int) -> Model | None:
        try:
            found: Model = _adapter(kind).validate_python(value)
            return found
        except ValidationError as bad:
            for error in bad.errors(include_url=False, include_input=False, include_context=False):
                where = tuple(p for p in error["loc"] if isinstance(p, str | int))
                name = ".".join(map(str, where)) or "the file"
                text = f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}"
                self.faults.append(Fault(doc.path, doc.line(*spot, *where), "schema", text))
            return None

    def topics(self) -> Iterator[s.Topic]:
        seen: dict[str, Path] = {}
        for path in sorted((self.folder / "topics").rglob("*.yaml")):
            doc = self.read(f"topics/{path.stem}", path)
            topic = doc and self.valid(doc, s.Topic, doc.value)
            if not doc or not topic:
                continue
            if topic.id != path.stem:
                self.faults.append(Fault(path, doc.line("id"), "id", f"id '{topic.id}' is not the file's name"))
            if topic.id in seen:
                self.faults.append(Fault(path, doc.line("id"), "id", f"'{topic.id}' also stands in {seen[topic.id]}"))
            seen[topic.id] = path
            folder = path.parent.name if path.parent != self.folder / "topics" else ""
            yield topic.model_copy(update={"group": folder})

    def each(self, folder: str, kind: type[Named]) -> Iterator[Named]:
        for path in sorted((self.folder / folder).glob("*.yaml")):
            doc = self.read(f"{folder}/{path.stem}", path)
            thing = doc and self.valid(doc, kind, doc.value)
            if doc and thing:
                if thing.id != path.stem:
                    self.faults.append(Fault(path, doc.line("id"), "id", "the id is not the file's name"))
                yield thing

    def many(self, name: str, kind: type[Model]) -> Iterator[Model]:
        path = self.folder / f"{name}.yaml"
        doc = self.read(name, path) if path.exists() else None
        if not doc:
            return
        if not isinstance(doc.value, list):
            self.faults.append(Fault(path, 1, "schema", "must be a list"))
            return
        seen: set[str] = set()
        for i, value in enumerate(doc.value):
            thing = self.valid(doc, kind, value, i)
            if thing is None:
                continue
            key = getattr(thing, "id", None)
            if key in seen:
                self.faults.append(Fault(path, doc.line(i), "id", f"'{key}' is given twice"))
            if key is not None:
                seen.add(key)
            yield thing

    def one(self, name: str, kind: Any, otherwise: Any) -> Any:
        path = self.folder / f"{name}.yaml"
        doc = self.read(name, path) if path.exists() else None
        if not doc:
            return otherwise
        found = self.valid(doc, kind, doc.value)
        return otherwise if found is None else found

    def plan(self) -> Plan:
        about: Mapping[str, Any] = self.one("plan/about", dict[str, Any], {})
        sections = [
            self.one(f"plan/{name}", s.PlanSection, None)
            for name in ("whole-system", "universal", "targeted", "specialist")
        ]
        asked = self.one("plan/asked", dict[s.MilestoneId, s.Asked], {})
        return Plan(about, tuple(sec for sec in sections if sec), asked, tuple(self.many("plan/since", s.Since)))

    def wording(self) -> dict[str, str]:
        words: dict[str, str] = {}
        for path in sorted((self.folder / "wording").glob("*.yaml")):
            words |= {
                f"{path.stem}.{key}": text for key, text in self.one(f"wording/{path.stem}", dict[str, str], {}).items()
            }
        return words


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a topic, a service, a rule and an entry, for editors."""

    class KnowledgeFiles(BaseModel):
        model_config = ConfigDict(title="Files of a Signpost knowledge base")
        topic: s.Topic
        service: s.Service
        procedures: list[s.Procedure]
        beside: list[s.Entry]
        glossary: list[s.Term]
        menu: list[s.MenuItem]
        plan: s.PlanSection

    return KnowledgeFiles.model_json_schema()
