"""One service of an Open Referral UK feed, read strictly where a mistake would mislead a family.

Both shapes are read by the same models: HSDS-UK 3.0 (`/services/{id}`) and the older 1.0, whose names differ
(`eligibilitys`, `regular_schedules`, `physical_addresses`, `service_taxonomys`). What is not known is passed over.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, TypeVar

from lxml import etree, html
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

MAX_RECORD = 200_000
"""Characters of one record; full ones of real feeds have a few thousand."""
ESSENTIAL = {"id", "name", "status", "minimum_age", "maximum_age"}
"""With one of these wrong the record is refused; anything else that is wrong is left out of it."""
SUMMARY, WORDS = 300, 5_000
"""Characters shown, and characters by which a service is found."""
SILENT = ("script", "style", "template", "noscript", "iframe", "object", "svg", "head")
"""Elements whose content is no text for a reader."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_WEB = re.compile(r"https?://[^\s<>\"\\]+")
_MAIL = re.compile(r"[\w.!#$%&*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_DAYS = {"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday"}
_DAYS |= {"SU": "Sunday"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a feed."""

    page: int
    ident: str
    """Of the record; empty for a whole page."""
    field: str
    why: str
    is_refused: bool = True
    """False when the record is kept without this field."""

    def __str__(self) -> str:
        about = f"id {self.ident}, " if self.ident else ""
        return f"page {self.page}, {about}{self.field}: {self.why}" + ("" if self.is_refused else " (left out)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A service of somebody's directory: plain text throughout, empty where the feed says nothing."""

    ident: str
    name: str
    organisation: str = ""
    summary: str = ""
    words: str = ""
    """By which it is found; not shown."""
    phone: str = ""
    email: str = ""
    url: str = ""
    hours: str = ""
    fees: str = ""
    youngest: float | None = None
    oldest: float | None = None
    areas: tuple[str, ...] = ()
    """Names of the areas it is for."""
    towns: tuple[str, ...] = ()
    """Town and postcode of each place where it is held."""
    is_active: bool = True
    assured: dt.date | None = None
    """When its owner last checked it."""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "assured": self.assured.isoformat() if self.assured else None}

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Listed:
        """What `as_json` gave."""
        assured = held["assured"]
        lists = {name: tuple(held[name]) for name in ("areas", "towns")}
        return cls(**{**held, **lists, "assured": dt.date.fromisoformat(assured) if assured else None})


def plain(text: str) -> str:
    """One line of text from what may be HTML, without markup, scripts and invisible characters."""
    text = text.encode("utf-8", "replace").decode()
    if "<" in text or "&" in text:
        text = _without_markup(_CONTROL.sub(" ", text))
    return " ".join(_CONTROL.sub(" ", text).split())


def _without_markup(text: str) -> str:
    try:
        tree = html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    etree.strip_elements(tree, *SILENT, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return " ".join(str(piece) for piece in tree.itertext())


def is_id(raw: Any) -> bool:
    """Whether it can name a record: up to 100 printable letters, digits and signs, in practice a UUID."""
    return isinstance(raw, str) and re.fullmatch(r"[\x21-\x7e]{1,100}", raw) is not None


def shown_id(raw: Any) -> str:
    """An id that may be hostile, as a report can show it."""
    return plain(raw)[:60] if isinstance(raw, str) else ""


def _web(text: str) -> str:
    if len(text) > 500 or not _WEB.fullmatch(text):
        raise ValueError("not a web address that starts with http")
    return text


def _mail(text: str) -> str:
    if len(text) > 254 or not _MAIL.fullmatch(text):
        raise ValueError("not an email address")
    return text


def _number(text: str) -> str:
    if len(text) > 60 or sum(c.isdigit() for c in text) < 3:
        raise ValueError("not a phone number")
    return text


def _day(given: Any) -> dt.date | None:
    if (text := _filled(given)) is None:
        return None
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d([T ].{0,40})?", text):
        raise ValueError("not a date as YYYY-MM-DD")
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError("there is no such day") from None


def _filled(value: Any) -> Any:
    """Nothing for an empty text, which feeds give where they hold nothing."""
    return None if isinstance(value, str) and not value.strip() else value


Text = Annotated[str, AfterValidator(plain)]
Line = Annotated[Text, StringConstraints(min_length=1, max_length=300)]
Age = Annotated[Annotated[float, Field(ge=0, le=130, allow_inf_nan=False)] | None, BeforeValidator(_filled)]
Day = Annotated[dt.date | None, BeforeValidator(_day)]
Web = Annotated[str, AfterValidator(str.strip), AfterValidator(_web)]
Maybe = Annotated[T | None, BeforeValidator(_filled)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class _Organisation(_Part):
    name: Text


class _Phone(_Part):
    number: Annotated[Text, AfterValidator(_number)]


class _Contact(_Part):
    email: Maybe[Annotated[Text, AfterValidator(_mail)]] = None
    phones: Maybe[list[_Phone]] = None


class _Schedule(_Part):
    description: Maybe[Text] = None
    byday: Maybe[Text] = None
    opens_at: Maybe[Text] = None
    closes_at: Maybe[Text] = None


class _Area(_Part):
    name: Maybe[Text] = None
    service_area: Maybe[Text] = None


class _Address(_Part):
    city: Maybe[Text] = None
    postal_code: Maybe[Text] = None


class _Location(_Part):
    addresses: Maybe[list[_Address]] = None
    physical_addresses: Maybe[list[_Address]] = None


class _Held(_Part):
    location: _Location | None = None
    schedules: Maybe[list[_Schedule]] = None
    regular_schedule: Maybe[list[_Schedule]] = None


class _Eligible(_Part):
    minimum_age: Age = None
    maximum_age: Age = None
    eligibility: Maybe[Text] = None


class _Term(_Part):
    name: Maybe[Text] = None


class _Link(_Part):
    taxonomy_term: _Term | None = None
    taxonomy: _Term | None = None


class _Service(_Part):
    id: str
    name: Line
    status: Literal["active", "inactive", "defunct", "temporarily closed"] = "active"
    description: Maybe[Text] = None
    url: Maybe[Web] = None
    email: Maybe[Annotated[Text, AfterValidator(_mail)]] = None
    fees: Maybe[Text] = None
    minimum_age: Age = None
    maximum_age: Age = None
    assured_date: Day = None
    eligibility_description: Maybe[Text] = None
    organization: _Organisation | None = None
    phones: Maybe[list[_Phone]] = None
    contacts: Maybe[list[_Contact]] = None
    schedules: Maybe[list[_Schedule]] = None
    regular_schedules: Maybe[list[_Schedule]] = None
    service_areas: Maybe[list[_Area]] = None
    service_at_locations: Maybe[list[_Held]] = None
    eligibilitys: Maybe[list[_Eligible]] = None
    attributes: Maybe[list[_Link]] = None
    service_taxonomys: Maybe[list[_Link]] = None


def read_record(raw: Any, page: int, today: dt.date) -> tuple[Listed | None, list[Fault]]:
    """A full record as a `Listed`, or None when it must be refused; and everything that is wrong with it."""
    if not isinstance(raw, dict):
        return None, [Fault(page, "", "record", "not an object")]
    ident = shown_id(raw.get("id"))
    if not is_id(raw.get("id")):
        return None, [Fault(page, ident, "id", "missing, or not up to 100 printable characters")]
    try:
        size = len(json.dumps(raw))
    except RecursionError:
        return None, [Fault(page, ident, "record", "nested too deeply")]
    if size > MAX_RECORD:
        return None, [Fault(page, ident, "record", f"{size:,} characters; {MAX_RECORD:,} are read")]
    found: list[Fault] = []
    while True:
        try:
            return _checked(_Service.model_validate(raw), page, found, today)
        except ValidationError as bad:
            spots = {(*e["loc"],): e["msg"].removeprefix("Value error, ") for e in bad.errors(include_url=False)}
        for spot, why in spots.items():
            refused = spot[0] in ESSENTIAL
            found.append(Fault(page, ident, ".".join(map(str, spot)), why, refused))
        if any(fault.is_refused for fault in found):
            return None, found
        raw = _without(raw, spots)


def _without(raw: dict[str, Any], spots: Iterable[tuple[int | str, ...]]) -> dict[str, Any]:
    """The record without the fields, or the entries of lists, in which something is wrong."""
    fields = {spot[0] for spot in spots if len(spot) < 2 or not isinstance(spot[1], int)}
    entries = {spot[:2] for spot in spots}
    return {
        name: [x for i, x in enumerate(value) if (name, i) not in entries] if isinstance(value, list) else value
        for name, value in raw.items()
        if name not in fields
    }


def _checked(s: _Service, page: int, found: list[Fault], today: dt.date) -> tuple[Listed | None, list[Fault]]:
    youngest, oldest = _ages(s)
    if youngest is not None and oldest is not None and youngest > oldest:
        why = f"{oldest:g} is below the youngest age, {youngest:g}"
        return None, [*found, Fault(page, s.id, "maximum_age", why)]
    assured = s.assured_date
    if assured and assured > today:
        assured, why = None, "lies in the future"
        found = [*found, Fault(page, s.id, "assured_date", why, is_refused=False)]
    organisation = s.organization.name if s.organization else ""
    areas = tuple(a.service_area or a.name or "" for a in s.service_areas or ())
    towns = tuple(_towns(s))
    told = [s.name, organisation, s.description, s.eligibility_description, *_terms(s), *areas, *towns]
    told += [e.eligibility for e in s.eligibilitys or ()]
    listed = Listed(
        ident=s.id,
        name=s.name,
        organisation=organisation[:300],
        summary=_short(s.description or ""),
        words=" ".join(t for t in told if t)[:WORDS],
        phone=next((p.number for p in _phones(s)), ""),
        email=s.email or next((c.email for c in s.contacts or () if c.email), ""),
        url=s.url or "",
        hours=_short("; ".join(dict.fromkeys(_hours(s)))),
        fees=_short(s.fees or ""),
        youngest=youngest,
        oldest=oldest,
        areas=areas,
        towns=towns,
        is_active=s.status == "active",
        assured=assured,
    )
    return listed, found


def _ages(s: _Service) -> tuple[float | None, float | None]:
    """Youngest and oldest of everybody who may come: the widest of several rules of the 1.0 shape."""
    if s.minimum_age is not None or s.maximum_age is not None or not s.eligibilitys:
        return s.minimum_age, s.maximum_age
    low, high = [e.minimum_age for e in s.eligibilitys], [e.maximum_age for e in s.eligibilitys]
    return (
        None if None in low else min(x for x in low if x is not None),
        None if None in high else max(x for x in high if x is not None),
    )


def _phones(s: _Service) -> Iterator[_Phone]:
    yield from s.phones or ()
    for contact in s.contacts or ():
        yield from contact.phones or ()


def _towns(s: _Service) -> Iterator[str]:
    for held in s.service_at_locations or ():
        if held.location:
            for a in (*(held.location.addresses or ()), *(held.location.physical_addresses or ())):
                if town := " ".join(x for x in (a.city, a.postal_code) if x):
                    yield town


def _terms(s: _Service) -> Iterator[str]:
    for link in (*(s.attributes or ()), *(s.service_taxonomys or ())):
        for term in (link.taxonomy_term, link.taxonomy):
            if term and term.name:
                yield term.name


def _hours(s: _Service) -> Iterator[str]:
    held = s.service_at_locations or ()
    for when in (
        *(s.schedules or ()),
        *(s.regular_schedules or ()),
        *(w for h in held for w in (*(h.schedules or ()), *(h.regular_schedule or ()))),
    ):
        days = [_DAYS[d] for d in re.findall(r"MO|TU|WE|TH|FR|SA|SU", when.byday or "")]
        times = f"{when.opens_at[:5]} to {when.closes_at[:5]}" if when.opens_at and when.closes_at else ""
        if said := when.description or " ".join(x for x in (", ".join(days), times) if x):
            yield said


def _short(text: str) -> str:
    """At most `SUMMARY` characters, cut after a sentence or a word."""
    if len(text) <= SUMMARY:
        return text
    cut = text[: SUMMARY - 1]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > SUMMARY // 3 else (cut.rpartition(" ")[0] or cut) + "…"
