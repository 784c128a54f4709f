"""Turns a match into what a person reads. Every sentence comes from the knowledge base; none is made here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from ..knowledge import schema as s
from ..knowledge.load import Knowledge
from ..model import (
    Block,
    Choice,
    Contact,
    Danger,
    Decision,
    Found,
    Link,
    Match,
    Reading,
    Reply,
    Role,
    ServiceId,
    Text,
    TopicId,
)
from ..outcomes import Disposition
from .plan import PlanReplies
from .words import Words, day_name

MOST_CONTACTS = 4
"""More ways to turn are no help to a tired reader."""
MOST_RULES = 5
CHOICES = (2, 4)


class Composer:
    """Composes replies from one knowledge base. `today` decides what is overdue."""

    def __init__(self, known: Knowledge, today: dt.date) -> None:
        self._known, self._today = known, today
        self.words = Words(known)
        self.plan = PlanReplies(known, self.words)

    def reply(self, match: Match, decision: Decision) -> Reply:
        """The reply to a message, with the urgent help in front where there is danger."""
        reply = self._usual(match, decision)
        danger = match.reading.danger
        if danger is None:
            return reply
        urgent = self.urgent(danger)
        beside = {Disposition.ANSWER, Disposition.LOOKUP}
        if danger.certainty < 1:  # what is named outright leaves nothing to choose from
            beside.add(Disposition.CHOOSE)
        if decision.disposition not in beside:
            return urgent
        then = Text((self.words("urgent.then"),), style="note")
        title = Text((reply.title,), style="heading") if reply.blocks else Text((reply.title,))
        return Reply(
            outcome=reply.outcome,
            urgent=True,
            title=urgent.title,
            blocks=(*urgent.blocks, then, title, *reply.blocks),
            choices=reply.choices,
            topics=reply.topics,
            feedback=False,
        )

    def _usual(self, match: Match, decision: Decision) -> Reply:
        message = match.reading.message
        match decision.disposition:
            case Disposition.ANSWER:
                card = self.card(decision.topics[0], message.role, proven=message.proven, also=decision.topics[1:])
                return self._with_rows(decision.found, card) if decision.found else card
            case Disposition.CHOOSE:
                return self.choose(decision.topics)
            case Disposition.LOOKUP if decision.found:
                return self.looked_up(decision.found, match)
            case Disposition.SMALLTALK:
                return self._said(match, Disposition.SMALLTALK)
            case Disposition.OFF_TOPIC:
                return self._said(match, Disposition.OFF_TOPIC)
            case _:
                return self.miss(match)

    def looked_up(self, found: Found, match: Match) -> Reply:
        """Rows of the plan, with its officers for those at work alone."""
        role = match.reading.message.role
        return self._public(self.plan.looked_up(found, match, officers=role.is_at_work), role)

    def _with_rows(self, found: Found, card: Reply) -> Reply:
        """A topic's card behind the rows of the plan that were found beside it."""
        rows = self.plan.looked_up(found)
        return replace(
            card, title=rows.title, blocks=(*rows.blocks, Text((card.title,), style="heading"), *card.blocks)
        )

    def milestone(self, ident: str, role: Role) -> Reply:
        """One row of the plan, in the same way."""
        return self._public(self.plan.milestone(ident, officers=role.is_at_work), role)

    def _public(self, reply: Reply, role: Role) -> Reply:
        """The reply; for who is not at work also whom the public can ask, in place of the plan's officers."""
        if role.is_at_work:
            return reply
        public: list[Block] = [Text((self.words("plan.public"),)), *self._people(role)]
        return replace(reply, blocks=(*reply.blocks, *public))

    def urgent(self, danger: Danger) -> Reply:
        """Fixed, reviewed words, then whom to reach. Needs nothing but what was loaded at the start."""
        entry = next(e for e in self._known.beside["urgent"] if e.id == danger.kind)
        blocks: list[Block] = [Text((self.words("urgent.first"),), style="danger")]
        blocks.append(Text((entry.say or self.words("urgent.heard"),)))
        blocks += self._contacts(entry.services, proven=False, most=5)
        blocks.append(Text((self.words("urgent.not-watched"),), style="note"))
        return Reply(Disposition.URGENT, True, self.words("urgent.title"), tuple(blocks), feedback=False)

    def card(self, topic_id: TopicId, role: Role, *, proven: bool = False, also: tuple[TopicId, ...] = ()) -> Reply:
        """One signpost: what it is, who for, how to reach it, what happens next, where it comes from."""
        topic, w = self._known.topics[topic_id], self.words
        own = topic.professional if role.is_at_work else None
        blocks: list[Block] = []
        notice = self._notice(topic)
        if notice:
            blocks.append(Text((notice,), style="note"))
        answer = (own and own.answer) or topic.answer
        if answer:
            blocks.append(Text((answer,)))
        if topic.who_for:
            ages = (w("card.ages", ages=topic.ages.replace("-", " to ")) + ".",) if topic.ages else ()
            blocks.append(Text((topic.who_for, *ages), w("card.who-for")))
        if topic.steps:
            blocks.append(Text(topic.steps, w("card.steps"), "steps"))
        for field in ("next", "decides", "disagree", "cost"):
            if text := getattr(topic, field):
                blocks.append(Text((text,), w(f"card.{field}")))
        if topic.facts:
            rules = [self._known.procedures[f] for f in topic.facts[:MOST_RULES]]
            blocks.append(Text(tuple(f"{w(f'card.rule-{r.basis}')} {r.text}" for r in rules), w("card.rules"), "list"))
        services = (own.services if own and own.services else ()) or topic.services
        contacts = self._contacts(services, proven=proven and role.is_at_work)
        if contacts:
            blocks += [Text((w("card.contacts"),), style="heading"), *contacts]
        blocks += [Link(link.label, link.url) for link in topic.links]
        if topic.plan and role.is_at_work:
            rows = tuple(self.plan.line(self._known.plan.by_id[m]) for m in topic.plan)
            blocks.append(Text(rows, w("card.in-plan"), "list"))
        elif topic.plan:
            promised = tuple(self._promise(self._known.plan.milestones[m]) for m in topic.plan)
            blocks.append(Text(promised, w("card.promised"), "more"))
        if topic.sources and topic.last_checked:
            blocks.append(
                Text(
                    (w("card.source", sources=self._sources(topic), date=day_name(topic.last_checked)),), style="source"
                )
            )
        choices = [self._choice(t, w("card.also-likely")) for t in also]
        choices += [
            Choice(self._known.topics[n.topic].title, f"topic:{n.topic}", w("card.neighbour", when=n.when))
            for n in topic.neighbours
            if n.topic not in also
        ]
        return Reply(Disposition.ANSWER, False, topic.title, tuple(blocks), tuple(choices[:5]), (topic_id, *also))

    def choose(self, topics: tuple[TopicId, ...]) -> Reply:
        """Two to four topics to pick from, and "none of these"."""
        picks = tuple(self._choice(t) for t in topics[: CHOICES[1]])
        none = Choice(self.words("chat.none-of-these"), "none")
        return Reply(
            Disposition.CHOOSE,
            False,
            self.words("chat.choose"),
            (),
            (*picks, none),
            topics[: CHOICES[1]],
            feedback=False,
        )

    def miss(self, match: Match) -> Reply:
        """An honest "nothing": what was understood, what was not found, whom to ask, and that it is counted."""
        w, reading = self.words, match.reading
        again = reading.message.before.misses > 0
        lines = [w("chat.unmet")]
        if match.beside and match.beside.kind == "unmet":
            need = next(e.title for e in self._known.beside["unmet"] if e.id == match.beside.entry)
            lines.append(w("chat.unmet-known", need=need[:1].lower() + need[1:]))
        understood = self._understood(reading)
        if understood:
            lines.append(understood)
        if reading.district == "outside" and reading.place:
            lines.append(w("chat.outside", place=reading.place))
        if again:
            lines.insert(0, w("chat.unmet-again"))
        blocks: list[Block] = [Text(tuple(lines)), Text((w("chat.ask-person"),)), *self._people(reading.message.role)]
        blocks.append(Text((w("chat.counted"),), style="note"))
        choices = (Choice(w("chat.menu-label"), "menu:"),)
        return Reply(Disposition.UNMET, False, w("chat.unmet-title"), tuple(blocks), choices)

    def told(self, reply: Reply, you_said: str, we_did: str, on: dt.date) -> Reply:
        """The reply with what others asked and what was done first: who asks again should not read it last."""
        w = self.words
        block = Text((w("themes.told-said", said=you_said), w("themes.told-did", did=we_did)), w("themes.told"))
        source = Text((w("themes.told-source", date=day_name(on)),), style="note")
        return replace(reply, blocks=(block, source, *reply.blocks))

    def none_fits(self, role: Role) -> Reply:
        """After "none of these": the same honest miss, without a reading to repeat back."""
        w = self.words
        blocks: tuple[Block, ...] = (
            Text((w("chat.unmet"),)),
            Text((w("chat.ask-person"),)),
            *self._people(role),
            Text((w("chat.counted"),), style="note"),
        )
        return Reply(Disposition.UNMET, False, w("chat.unmet-title"), blocks, (Choice(w("chat.menu-label"), "menu:"),))

    def person(self, role: Role) -> Reply:
        blocks: tuple[Block, ...] = (Text((self.words("chat.person"),)), *self._people(role))
        return Reply(Disposition.SMALLTALK, False, self.words("chat.person-title"), blocks, feedback=False)

    def menu(self, path: tuple[int, ...] = ()) -> Reply:
        """A step of the path beside free text. An unknown path gives the first step."""
        items, title = self._known.menu, self.words("chat.menu-title")
        walked: tuple[int, ...] = ()
        topics: tuple[str, ...] = ()
        for step in path:
            if not 0 <= step < len(items):
                break
            walked += (step,)
            title, topics, items = items[step].title, items[step].topics, items[step].items
        choices = [Choice(item.title, f"menu:{_path((*walked, i))}") for i, item in enumerate(items)]
        choices += [self._choice(TopicId(t)) for t in topics]
        if walked:
            choices.append(Choice(self.words("chat.back"), f"menu:{_path(walked[:-1])}"))
        return Reply(Disposition.SMALLTALK, False, title, (), tuple(choices), feedback=False)

    def say(self, title: str, *keys: str) -> Reply:
        """A reply made of fixed lines only."""
        choices = (Choice(self.words("chat.menu-label"), "menu:"),)
        lines = tuple(self.words(k) for k in keys)
        return Reply(Disposition.SMALLTALK, False, self.words(title), (Text(lines),), choices, feedback=False)

    def _said(self, match: Match, disposition: Disposition) -> Reply:
        kind = "smalltalk" if disposition is Disposition.SMALLTALK else "off-topic"
        entry = next((e for e in self._known.beside[kind] if match.beside and e.id == match.beside.entry), None)
        title = self.words("chat.off-topic-title") if kind == "off-topic" else self.words("chat.name")
        if not match.reading.readable and any(c.isalpha() for c in match.reading.message.text):
            title, line = self.words("chat.unreadable-title"), self.words("chat.unreadable")
        else:
            said = entry.say if entry else ""
            line = said or self.words("chat.off-topic" if kind == "off-topic" else "chat.again")
            if kind == "off-topic" and said:
                line = f"{said} {self.words('chat.off-topic')}"
        choices = (Choice(self.words("chat.menu-label"), "menu:"),)
        return Reply(disposition, False, title, (Text((line,)),), choices, feedback=False)

    def _choice(self, topic_id: TopicId, about: str = "") -> Choice:
        topic = self._known.topics[topic_id]
        return Choice(topic.title, f"topic:{topic_id}", about or topic.who_for)

    def _notice(self, topic: s.Topic) -> str:
        if topic.review_by and topic.review_by < self._today:
            return self.words("card.overdue", date=day_name(topic.review_by))
        if topic.status == "historic":
            return self.words("card.historic")
        return self.words("card.unconfirmed") if topic.status == "unconfirmed" and topic.answer else ""

    def _contacts(self, services: Iterable[str], *, proven: bool, most: int = MOST_CONTACTS) -> list[Contact]:
        return [self._contact(self._known.services[x], proven) for x in list(services)[:most]]

    def _contact(self, service: s.Service, proven: bool) -> Contact:
        """How to reach a service. Only who is at work sees `professional_email`; nobody sees `historic_phone`."""
        w = self.words
        ways: list[tuple[str, str, str]] = []
        if service.is_reach_sure:
            if service.phone:
                ways.append((w("card.call"), _noted(service.phone, service.phone_note), _tel(service.phone)))
            if service.email:
                ways.append((w("card.email"), _noted(service.email, service.email_note), f"mailto:{service.email}"))
            if service.hours:
                ways.append((w("card.hours"), service.hours, ""))
        if service.website:
            ways.append(
                (w("card.website"), urlsplit(service.website).hostname or service.website, str(service.website))
            )
        if proven and service.professional_email:
            ways.append((w("card.inbox"), service.professional_email, f"mailto:{service.professional_email}"))
        held_back = not service.is_reach_sure and (service.phone or service.email)
        notices = []
        if held_back:
            notices.append(w("card.not-checked"))
        elif not service.phone and not service.email:
            notices.append(w("card.no-contact-council" if service.kind == "council" else "card.no-contact"))
        if service.how_inferred:
            notices.append(w("card.way-in-guess"))
        return Contact(
            ServiceId(service.id), service.name, service.summary, service.how, tuple(ways), " ".join(notices)
        )

    def _people(self, role: Role) -> list[Contact]:
        people = self._known.people
        voice = role.value if role.value in people else "family" if role.is_family else "professional"
        return self._contacts(people.get(voice, ()), proven=False)

    def _promise(self, milestone: s.Milestone) -> str:
        when = milestone.when and self.words("card.promised-when", when=milestone.when)
        return f"{milestone.text} ({when or self.words('card.promised-no-date')}; {milestone.id})"

    def _sources(self, topic: s.Topic) -> str:
        """Where the words came from: each site once, and the lines of the plan."""
        hosts: dict[str, None] = {}
        for source in topic.sources:
            known = source.fact and (self._known.services.get(source.fact) or self._known.procedures.get(source.fact))
            if known:
                hosts[(urlsplit(str(known.source_url)).hostname or "").removeprefix("www.")] = None
        lines = sorted({source.seed for source in topic.sources if source.seed})
        parts = list(hosts)
        if lines:
            key = "card.source-plan" if len(lines) == 1 else "card.source-plan-many"
            parts.append(self.words(key, lines=", ".join(map(str, lines))))
        return "; ".join(parts)

    def _understood(self, reading: Reading) -> str:
        facts = []
        if reading.ages and reading.ages[0] == reading.ages[1]:
            facts.append(self.words("chat.understood-age", age=reading.ages[0]))
        elif reading.ages:
            facts.append(self.words("chat.understood-ages", **{"from": reading.ages[0], "to": reading.ages[1]}))
        if reading.place and reading.district != "outside":
            facts.append(self.words("chat.understood-place", place=reading.place))
        return self.words("chat.understood", facts=", ".join(facts)) if facts else ""


def _path(steps: Iterable[int]) -> str:
    return ".".join(map(str, steps))


def _noted(value: str, note: str) -> str:
    return f"{value} ({note.rstrip('.')})" if note else value


def _tel(phone: str) -> str:
    digits = "".join(c for c in phone if c.isdigit())
    if phone.startswith("text"):
        return f"sms:{digits[-5:]}"
    return f"tel:{digits[:3]}" if phone.startswith("111") else f"tel:{digits}"
