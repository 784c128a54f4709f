"""What people decide about gaps: which belong together, what they are called, whether they are one, and what was done.

Every decision has an author, a time and a reason, and none is undone by the engine: it only places gaps that nobody has
placed, and wakes a theme that was set aside when more people ask than somebody said.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .access.gate import utc_now
from .errors import InputError
from .gap import Triage as State
from .match.features import Floats
from .model import Message
from .report import suppress
from .report.suppress import FEWEST
from .service import Assistant, Source
from .storage import Session, Store, gaps, themes
from .storage.gaps import Gap
from .storage.lease import hold
from .storage.themes import ENGINE, PERSON, Theme
from .themes.group import MOST, eyes, placed, rows
from .themes.name import name_of
from .themes.respond import entry_of

AT_ONCE = 50
"""Texts read at a time: a second or two."""
LONGEST_NAME, LONGEST_WORDS, LONGEST_WHY = 120, 2_000, 500


def actor_name(label: str, member: int) -> str:
    """How the history calls a member: labels may be the same, numbers are not."""
    return f"{label[:90]} #{member}"


def nearest(people: int) -> int:
    """A count as the people who decide see it: 0 for fewer than `FEWEST`, else to the nearest 5."""
    return 0 if people < FEWEST else suppress.nearest(people, suppress.Step.FIVE)


K = TypeVar("K")


@dataclass(frozen=True, eq=False)
class _Group:
    """Gaps of a batch that are one matter."""

    members: list[int]
    """Their places in the batch."""
    seen: Floats
    theme: int | None
    """The theme that they join; None makes a new one."""
    name: str
    entry: str | None


@dataclass(frozen=True)
class Desk:
    """Where themes are made and decided, over one store."""

    source: Source
    store: Store
    clock: Callable[[], dt.datetime] = utc_now

    async def group(self) -> int:
        """Place every gap that is in no theme yet; says how many. A repeat finds nothing to do."""
        done = 0
        async with hold(self.store, "themes"):
            await self._see_again()
            while batch := await self._unplaced():
                async with self.store.read() as session:
                    held = await themes.all_themes(session)
                    known = await themes.known(session, self._eyes)
                said = _together(enumerate(gap.text or "" for gap in batch))
                assistant = self.source.now  # one throughout: the knowledge may change meanwhile
                read = await self._read(list(said), assistant)
                groups = await asyncio.to_thread(self._grouped, said, read, held, known, assistant)
                for group in groups:  # each by itself: whoever is being answered must write, too
                    async with self.store.begin() as session:
                        await self._place(session, batch, group)
                done += len(batch)
        return done

    @property
    def _eyes(self) -> str:
        return eyes(self.source.now.parts.encoder)

    async def _see_again(self) -> None:
        """After a change of network: look at what is left of each theme's words, or at its name.

        Whatever moves a centre comes after this, so that it never stands for the last words alone.
        """
        async with self.store.read() as session:
            words = await themes.strange(session, self._eyes)
        if not words:
            return
        seen = await asyncio.to_thread(
            rows, [t for texts in words.values() for t in texts], self.source.now.parts.encoder
        )
        async with self.store.begin() as session:
            for number, texts in words.items():
                mine, seen = seen[: len(texts)], seen[len(texts) :]
                await themes.see(session, number, mine, self._eyes)

    async def _unplaced(self) -> list[Gap]:
        async with self.store.read() as session:
            return await gaps.unplaced(session, MOST)

    @staticmethod
    async def _read(texts: Sequence[str], assistant: Assistant) -> tuple[Floats, list[str | None]]:
        """The row and the known need of each text, a few at a time, so that whoever stops the process need not wait."""
        seen, entries = list[Floats](), list[str | None]()
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            seen.append(await asyncio.to_thread(rows, some, assistant.parts.encoder))
            entries += await asyncio.to_thread(_entries, some, assistant)
        return np.concatenate(seen), entries

    @staticmethod
    def _grouped(
        said: Mapping[str, list[int]],
        read: tuple[Floats, list[str | None]],
        held: Sequence[Theme],
        known: Mapping[int, Floats],
        assistant: Assistant,
    ) -> list[_Group]:
        """Which texts belong together, and to which theme. `said`: where in the batch each text stands."""
        seen, entries = read
        titles = {e.id: e.title for e in assistant.knowledge.beside.get("unmet", ())}
        numbers = {theme.entry: theme.id for theme in held if theme.entry}
        texts = list(said)

        def group(members: Sequence[int], theme: int | None, name: str, entry: str | None) -> _Group:
            everywhere = [(place, i) for i in members for place in said[texts[i]]]
            return _Group([place for place, _ in everywhere], seen[[i for _, i in everywhere]], theme, name, entry)

        out = [
            group(members, numbers.get(entry), titles[entry], entry)
            for entry, members in _together(enumerate(entries)).items()
            if entry
        ]
        rest = [i for i, entry in enumerate(entries) if not entry]
        fitting = list(known)
        centres = np.stack(list(known.values())) if known else np.zeros((0, seen.shape[1]), np.float32)
        labels = placed(seen[rest], centres) if rest else []
        for label, members in _together(zip(rest, labels, strict=True)).items():
            number = fitting[label] if label < len(fitting) else None
            name = name_of([texts[i] for i in members], texts) or texts[members[0]]
            out.append(group(members, number, name[:LONGEST_NAME], None))
        return out

    async def _place(self, session: Session, batch: Sequence[Gap], group: _Group) -> None:
        """Write down where a group belongs, passing over what a person placed meanwhile; a theme set aside may wake."""
        free = await gaps.still_unplaced(session, [batch[i].id for i in group.members])
        left = [(batch[i].id, n) for n, i in enumerate(group.members) if batch[i].id in free]
        if not left:
            return
        held = await themes.one(session, group.theme) if group.theme is not None else None
        number = held.id if held else await themes.make(session, group.name, group.entry, self.clock())
        await themes.join(session, number, [i for i, _ in left], ENGINE)
        await themes.see(session, number, group.seen[[n for _, n in left]], self._eyes)
        if (
            held
            and held.wakes_at is not None
            and (await themes.people(session, number)).get(number, 0) >= held.wakes_at
        ):
            await themes.decide(session, number, State.NEW, held.owner, None)
            await self._note(session, number, ENGINE, "woke", people=held.wakes_at)

    async def rename(self, theme: int, name: str, actor: str) -> None:
        name = _said("the name", name, LONGEST_NAME)
        async with self.store.begin() as session:
            held = await _theme(session, theme)
            await themes.rename(session, held.id, name)
            await self._note(session, held.id, actor, "renamed", before=held.name, name=name)

    async def merge(self, theme: int, into: int, actor: str) -> None:
        await self._see_again()
        async with self.store.begin() as session:
            gone, kept = await _theme(session, theme), await _theme(session, into)
            if gone.id == kept.id:
                raise InputError("a theme cannot be merged into itself")
            await themes.merge(session, gone.id, kept.id)
            await self._note(session, kept.id, actor, "merged", theme=gone.id, name=gone.name)

    async def move(self, chosen: Sequence[int], theme: int, to: int | None, actor: str, name: str = "") -> int:
        """Move gaps of a theme to another, or to a new one of that name; says which. The engine leaves them there."""
        async with self.store.read() as session:
            held = [g for g in await gaps.listed(session, most=MOST, theme=theme) if g.id in set(chosen)]
        if not held:
            raise InputError("choose questions of this theme first")
        await self._see_again()
        words = [g.text for g in held if g.text]
        seen = await asyncio.to_thread(rows, words, self.source.now.parts.encoder) if words else None
        async with self.store.begin() as session:
            if to is None:
                number = await themes.make(session, _said("the name", name, LONGEST_NAME), None, self.clock())
                await themes.rename(session, number, name.strip())
            else:
                number = (await _theme(session, to)).id
            await themes.join(session, number, [g.id for g in held], PERSON)
            if seen is not None:
                await themes.see(session, number, seen, self._eyes)
            await self._note(session, number, actor, "moved", gaps=len(held), out_of=theme)
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


def _entries(texts: Sequence[str], assistant: Assistant) -> list[str | None]:
    return [entry_of(assistant.ask(Message(text)).match) for text in texts]


def _together(pairs: Iterable[tuple[int, K]]) -> dict[K, list[int]]:
    out: dict[K, list[int]] = {}
    for i, key in pairs:
        out.setdefault(key, []).append(i)
    return out


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
