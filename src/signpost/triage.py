"""What people decide about gaps: which belong together, what they are called, whether they are one, and what was done.

Every decision has an author, a time and a reason, and none is undone by the engine: it only places gaps that nobody has
placed, and wakes a theme that was set aside when more people ask than somebody said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .errors import InputError
from .gap import Triage as State
from .match.features import Floats
from .model import Message
from .service import Source
from .storage import Session, Store, gaps, themes
from .storage.gaps import Gap
from .storage.themes import ENGINE, PERSON, Theme
from .themes.group import MOST, placed, rows
from .themes.name import name_of

KNOWN = 0.5
"""Probability from which a question is about a need that curators know (`beside/unmet.yaml`), whose theme it joins."""
LONGEST_NAME, LONGEST_WORDS, LONGEST_WHY = 120, 2_000, 500


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Desk:
    """Where themes are made and decided, over one store."""

    source: Source
    store: Store
    clock: Callable[[], dt.datetime] = utc_now

    async def group(self) -> int:
        """Place every gap that is in no theme yet; says how many. A repeat finds nothing to do."""
        done = 0
        while True:
            async with self.store.begin() as session:
                batch = await gaps.unplaced(session, MOST)
                if not batch:
                    return done
                await self._place(session, batch)
            done += len(batch)

    async def _place(self, session: Session, batch: Sequence[Gap]) -> None:
        assistant = self.source.now
        texts = [gap.text or "" for gap in batch]
        seen = rows(texts, assistant.parts.encoder)
        named = {e.id: e.title for e in assistant.knowledge.beside.get("unmet", ())}
        entry = [self._entry(text) for text in texts]
        by_entry: dict[str, list[int]] = {}
        for i, known in enumerate(entry):
            if known:
                by_entry.setdefault(known, []).append(i)
        held = {theme.entry: theme.id for theme in await themes.all_themes(session) if theme.entry}
        for known, members in by_entry.items():
            number = held.get(known) or await themes.make(session, named[known], known, self.clock())
            await self._join(session, number, batch, seen, members)
        rest = [i for i, known in enumerate(entry) if not known]
        if not rest:
            return
        numbers, centres = await themes.centres(session, seen.shape[1])
        where: dict[int, list[int]] = {}
        for i, label in zip(rest, placed(seen[rest], centres), strict=True):
            where.setdefault(label, []).append(i)
        for label, members in where.items():
            if label < len(numbers):
                number = numbers[label]
            else:
                name = name_of([texts[i] for i in members], texts) or texts[members[0]][:LONGEST_NAME]
                number = await themes.make(session, name[:LONGEST_NAME], None, self.clock())
            await self._join(session, number, batch, seen, members)

    async def _join(
        self, session: Session, theme: int, batch: Sequence[Gap], seen: Floats, members: Sequence[int]
    ) -> None:
        await themes.join(session, theme, [batch[i].id for i in members], seen[list(members)], ENGINE)
        found = await themes.one(session, theme)
        if found and found.wakes_at is not None and (await themes.people(session)).get(theme, 0) >= found.wakes_at:
            await themes.decide(session, theme, State.NEW, found.owner, None)
            await self._note(session, theme, ENGINE, "woke", people=found.wakes_at)

    def _entry(self, text: str) -> str | None:
        match = self.source.now.ask(Message(text)).match
        beside = match.beside if match else None
        sure = match.unmet * beside.score if match and beside else 0.0
        return str(beside.entry) if beside and beside.kind == "unmet" and sure >= KNOWN else None

    async def rename(self, theme: int, name: str, actor: str) -> None:
        name = _said("the name", name, LONGEST_NAME)
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            await themes.rename(session, held.id, name)
            await self._note(session, held.id, actor, "renamed", before=held.name, name=name)

    async def merge(self, theme: int, into: int, actor: str) -> None:
        async with self.store.begin() as session:
            gone, kept = await _theme(session, theme), await _theme(session, into)
            if gone.id == kept.id:
                raise InputError("a theme cannot be merged into itself")
            await themes.merge(session, gone.id, kept.id)
            await self._note(session, kept.id, actor, "merged", theme=gone.id, name=gone.name)

    async def move(self, chosen: Sequence[int], theme: int | None, actor: str, name: str = "") -> int:
        """Move gaps to a theme, or to a new one of that name; says which. The engine leaves them there."""
        async with self.store.begin() as session:
            number = (await _theme(session, theme)).id if theme is not None else None
            if number is None:
                number = await themes.make(session, _said("the name", name, LONGEST_NAME), None, self.clock())
                await themes.rename(session, number, name.strip()[:LONGEST_NAME])
            words = [g.text for g in await gaps.listed(session, most=MOST) if g.id in set(chosen) and g.text]
            seen = rows(words, self.source.now.parts.encoder) if words else None
            await themes.join(session, number, list(chosen), seen, PERSON)
            await self._note(session, number, actor, "moved", gaps=len(chosen))
            return number

    async def decide(
        self, theme: int, state: State, actor: str, why: str, *, owner: str = "", wakes_at: int | None = None
    ) -> None:
        """Say where a theme stands. One that is no gap comes back when `wakes_at` people ask, and not before."""
        why = _said("the reason", why, LONGEST_WHY)
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            await themes.decide(session, held.id, state, owner.strip()[:100] or held.owner, wakes_at)
            said = {"before": held.state, "state": state, "owner": owner, "wakes_at": wakes_at}
            await self._note(session, held.id, actor, "decided", why=why, **said)

    async def keep_words(self, theme: int, actor: str, why: str) -> None:
        """Keep the redacted words as evidence, beyond the thirty days."""
        why = _said("the reason", why, LONGEST_WHY)
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            await themes.keep_words(session, held.id)
            await self._note(session, held.id, actor, "kept the words", why=why)

    async def link(self, theme: int, milestones: Sequence[str], actor: str) -> None:
        known = self.source.now.knowledge.plan.by_id
        if strange := [m for m in milestones if m not in known]:
            raise InputError(f"the plan has no milestone '{strange[0]}'")
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            await themes.link(session, held.id, milestones)
            if held.state in (State.NEW, State.LOOKED_AT) and milestones:
                await themes.decide(session, held.id, State.LINKED, held.owner, held.wakes_at)
            await self._note(session, held.id, actor, "linked", milestones=list(milestones))

    async def respond(self, theme: int, you_said: str, we_did: str, actor: str) -> int:
        """Write a response; a second person has to approve it before anybody sees it."""
        said, did = _said("'you said'", you_said, LONGEST_WORDS), _said("'we did'", we_did, LONGEST_WORDS)
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            number = await themes.respond(session, held.id, (said, did), actor, self.clock())
            await self._note(session, held.id, actor, "responded", response=number)
            return number

    async def approve(self, number: int, actor: str) -> None:
        """Approve somebody else's response, which publishes it and answers its theme. A repeat changes nothing."""
        async with self.store.begin() as session:
            found = await themes.response(session, number)
            if found is None:
                raise InputError(f"there is no response {number}")
            if found.written_by == actor:
                raise InputError("a response is approved by somebody else than who wrote it")
            if found.published_at is not None:
                return
            await themes.approve(session, number, actor, self.clock())
            held = await _theme(session, found.theme)
            await themes.decide(session, held.id, State.ANSWERED, held.owner, None)
            await self._note(session, held.id, actor, "published", response=number)

    async def withdraw(self, number: int, actor: str, why: str) -> None:
        why = _said("the reason", why, LONGEST_WHY)
        async with self.store.begin() as session:
            found = await themes.response(session, number)
            if found is None:
                raise InputError(f"there is no response {number}")
            await themes.withdraw(session, number, self.clock())
            await self._note(session, found.theme, actor, "withdrew", why=why, response=number)

    async def _note(
        self, session: Session, number: int, actor: str, action: str, *, why: str = "", **detail: object
    ) -> None:
        await themes.note(session, number, actor=actor, action=action, detail=detail, why=why, now=self.clock())


async def _theme(session: Session, theme: int) -> Theme:
    found = await themes.one(session, theme)
    if found is None:
        raise InputError(f"there is no theme {theme}")
    return found


def _said(what: str, text: str, most: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= most:
        raise InputError(f"{what} needs 1 to {most:,} characters")
    return text
