"""From gaps to themes, from themes to a response, and from there to whoever asks again."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from e2e.running import serving
from signpost.bootstrap import assemble, open_knowledge
from signpost.errors import InputError
from signpost.evaluate import lost
from signpost.gap import Origin, Triage
from signpost.knowledge.load import Knowledge
from signpost.live import Live
from signpost.match.encoder import Encoder, Sense
from signpost.match.features import Floats
from signpost.model import Message
from signpost.propose import proposal
from signpost.record import logged, write
from signpost.service import Assistant
from signpost.storage import Store, gaps, themes
from signpost.storage.tables import GapRow
from signpost.triage import Desk

SIGNPOST = str(Path(sys.executable).with_name("signpost"))
NOW = dt.datetime(2026, 11, 26, 12, 0, tzinfo=dt.UTC)
DOGS = ("where can we get an assistance dog for a deaf girl", "assistance dogs for autistic kids please", "can he have an assistance dog")  # fmt: skip
SWIM = ("saturday swimming lessons for a boy in a wheelchair", "swimming lessons on saturday, wheelchair user", "is there wheelchair swimming on a saturday")  # fmt: skip


async def log(assistant: Assistant, store: Store, *texts: str, start: int = 0) -> None:
    async with store.begin() as session:
        for number, text in enumerate(texts, start):
            record = logged(
                assistant, text, {}, origin=Origin.PHONE_DESK, channel="test", source=str(number), at=NOW, asker=None
            )
            await write(session, record)


@pytest.fixture
async def desk(assistant: Assistant, store: Store) -> Desk:
    await log(assistant, store, *DOGS, *SWIM)
    desk = Desk(assistant, store, lambda: NOW)
    assert await desk.group() == 6
    return desk


async def held(store: Store) -> dict[int, set[str]]:
    """The words of each theme."""
    async with store.read() as session:
        found: dict[int, set[str]] = {}
        for gap in await gaps.listed(session, most=100):
            assert gap.theme is not None and gap.text
            found.setdefault(gap.theme, set()).add(gap.text)
        return found


async def theme_of(store: Store, word: str) -> int:
    return next(number for number, words in (await held(store)).items() if any(word in w for w in words))


async def test_one_matter_is_one_theme_and_stays_it_when_more_people_ask(
    desk: Desk, assistant: Assistant, store: Store
) -> None:
    dogs, swim = await theme_of(store, "dog"), await theme_of(store, "swim")
    assert dogs != swim and all("dog" in w for w in (await held(store))[dogs])
    assert all("swim" in w for w in (await held(store))[swim]), await held(store)
    async with store.read() as session:
        before = {t.id: t.name for t in await themes.all_themes(session)}
    assert await desk.group() == 0, "a repeat finds nothing to do"
    await log(
        assistant, store, "swimming on saturdays for my son in his wheelchair", "an assistance dog, how", start=50
    )
    assert await desk.group() == 2
    async with store.read() as session:
        assert {t.id: t.name for t in await themes.all_themes(session)} == before


class Turned:
    """Another network, as good, whose rows have nothing in common with those of the first."""

    name = "turned"

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def rows(self, texts: Sequence[str]) -> Floats:
        return np.flip(self.encoder.rows(texts), 1) * -1

    def sense(self, text: str, parts: Sequence[str] = ()) -> Sense:
        return self.encoder.sense(text, parts)


@pytest.mark.parametrize("words_are_left", [True, False])
async def test_themes_are_joined_by_what_is_left_of_them_when_the_network_changes(
    desk: Desk, assistant: Assistant, store: Store, words_are_left: bool
) -> None:
    swim = await theme_of(store, "swim")
    await desk.rename(swim, "Wheelchair swimming on Saturdays", "Ann #1")
    if not words_are_left:
        async with store.begin() as session:
            await session.execute(update(GapRow).values(text=None))
    assert assistant.parts.encoder
    turned = replace(assistant, parts=replace(assistant.parts, encoder=Turned(assistant.parts.encoder)))
    await log(assistant, store, "swimming on saturdays for my son in his wheelchair", start=50)
    assert await Desk(turned, store, lambda: NOW).group() == 1
    async with store.read() as session:
        assert len(await gaps.listed(session, most=9, theme=swim)) == len(SWIM) + 1
        assert set(await themes.known(session, "turned")) == {t.id for t in await themes.all_themes(session)}


async def test_a_move_after_the_network_changed_does_not_make_a_theme_forget_its_other_words(
    desk: Desk, assistant: Assistant, store: Store
) -> None:
    dogs, swim = await theme_of(store, "dog"), await theme_of(store, "swim")
    assert assistant.parts.encoder
    turned = replace(assistant, parts=replace(assistant.parts, encoder=Turned(assistant.parts.encoder)))
    after = Desk(turned, store, lambda: NOW)
    async with store.read() as session:
        one = (await gaps.listed(session, most=9, theme=dogs))[0].id
    await after.move([one], dogs, swim, "Ann #1")
    await log(assistant, store, "swimming on saturdays for my son in his wheelchair", start=50)
    assert await after.group() == 1
    async with store.read() as session:
        assert len(await gaps.listed(session, most=9, theme=swim)) == len(SWIM) + 2


async def test_what_a_person_decided_the_engine_leaves_alone(desk: Desk, assistant: Assistant, store: Store) -> None:
    dogs, swim = await theme_of(store, "dog"), await theme_of(store, "swim")
    async with store.read() as session:
        (one,) = [g.id for g in await gaps.listed(session, most=9, theme=swim)][:1]
    made = await desk.move([one], swim, None, "Ann #1", "Water for all")
    await desk.rename(dogs, "Dogs", "Ann #1")
    await desk.group()
    async with store.read() as session:
        moved, named = await gaps.listed(session, most=9, theme=made), await themes.one(session, dogs)
    assert [g.id for g in moved] == [one] and named and named.name == "Dogs"
    await desk.merge(made, swim, "Ann #1")
    async with store.read() as session:
        led = await themes.one(session, made)
        assert led and led.id == swim and len(await gaps.listed(session, most=9, theme=swim)) == 3
        assert [e.action for e in await themes.history(session, swim)] == ["merged"]
    with pytest.raises(InputError):
        await desk.merge(swim, swim, "Ann #1")
    with pytest.raises(InputError):
        await desk.move([one], dogs, None, "Ann #1", "not in this theme")


async def test_what_was_set_aside_comes_back_only_when_more_ask_than_was_said(
    desk: Desk, assistant: Assistant, store: Store
) -> None:
    dogs = await theme_of(store, "dog")
    await desk.decide(dogs, Triage.NOT_A_GAP, "Ann #1", "not ours", wakes_at=5)
    await log(assistant, store, DOGS[0], start=60)
    await desk.group()
    assert await state(store, dogs) is Triage.NOT_A_GAP
    await log(assistant, store, DOGS[1], start=61)
    await desk.group()
    assert await state(store, dogs) is Triage.NEW
    with pytest.raises(InputError):
        await desk.decide(dogs, Triage.ANSWERED, "Ann #1", "  ")


async def state(store: Store, theme: int) -> Triage:
    async with store.read() as session:
        found = await themes.one(session, theme)
    assert found
    return found.state


async def test_a_response_needs_a_second_person_and_then_whoever_asks_again_is_told(
    desk: Desk, assistant: Assistant, store: Store, tmp_path: Path
) -> None:
    swim = await theme_of(store, "swim")
    live = Live(assistant, tmp_path)
    number = await desk.respond(swim, "You cannot swim.", "There is a pool on Saturdays now.", "Ann #1")
    with pytest.raises(InputError):
        await desk.approve(number, "Ann #1")
    async with store.read() as session:
        assert not await themes.published(session)
    await desk.approve(number, "Bea #2")
    await desk.approve(number, "Bea #2")
    assert await state(store, swim) is Triage.ANSWERED
    async with store.read() as session:
        live.tell(tuple(await themes.published(session)))

    def told(question: str) -> bool:
        reply = live.now.ask(Message(question)).reply
        return any("a pool on Saturdays now" in line for b in reply.blocks for line in getattr(b, "lines", ()) if isinstance(line, str))  # fmt: skip

    assert told("wheelchair swimming lessons on saturday for my daughter")
    assert not told("an assistance dog for my daughter") and not told("how do i ask for an ehc plan")
    assert not told("i want to die and cannot go to wheelchair swimming lessons on saturday")
    await desk.withdraw(number, "Bea #2", "the pool has closed")
    async with store.read() as session:
        live.tell(tuple(await themes.published(session)))
    assert not told("wheelchair swimming lessons on saturday for my daughter")


async def test_only_milestones_of_the_plan_are_linked(desk: Desk, store: Store) -> None:
    dogs = await theme_of(store, "dog")
    with pytest.raises(InputError):
        await desk.link(dogs, ["XX-99"], "Ann #1")
    await desk.link(dogs, ["SP-16", "SP-16"], "Ann #1")
    async with store.read() as session:
        found = await themes.one(session, dogs)
    assert found and found.milestones == ("SP-16",) and found.state is Triage.LINKED


async def test_a_proposal_says_what_would_change_and_invents_nothing(
    desk: Desk, assistant: Assistant, store: Store, tmp_path: Path
) -> None:
    swim = await theme_of(store, "swim")
    async with store.read() as session:
        mine, past = await gaps.listed(session, most=9, theme=swim), await gaps.listed(session, most=9)
    (tmp_path / "topics").mkdir()
    for ident, said in (("speech", "he does not talk yet"), ("transport", "who pays for the taxi to school")):
        (tmp_path / "topics" / f"{ident}.yaml").write_text(f"id: {ident}\ntitle: {ident}\nexamples:\n  - {said}\n")
    known = open_knowledge(tmp_path)

    def small(part: Knowledge) -> Assistant:
        return assemble(part, None, None, NOW.date())

    made = proposal(known, "Saturday swimming", mine, past, topic=None, load=open_knowledge, assemble=small)
    assert made.file == "topics/new/saturday-swimming.yaml" and made.addition.startswith("id: saturday-swimming\n")
    assert made.replayed == 6 and any("saturday-swimming" in after for _, _, after in made.changed)
    assert made.question["accept"] == ["saturday-swimming"] and made.question["q"] not in made.addition
    assert not (known.folder / made.file).exists(), "a person merges it"
    with pytest.raises(InputError):
        proposal(known, "x", mine[:1], past, topic=None, load=open_knowledge, assemble=small)


def test_a_question_of_the_suite_must_go_on_leading_to_its_topic(assistant: Assistant, tmp_path: Path) -> None:
    shutil.copytree(assistant.knowledge.folder, tmp_path / "knowledge")
    suite = tmp_path / "knowledge" / "questions.jsonl"
    asked = (("how do i ask for an ehc plan", "ehc-request"), ("where can we get an assistance dog", "short-breaks"))
    lines = [json.dumps({"q": q, "kind": "answer", "accept": [topic]}) + "\n" for q, topic in asked]
    suite.write_text(lines[0], "utf-8")
    assert lost(assistant, suite) == []
    suite.write_text("{}\n", "utf-8")
    with pytest.raises(InputError, match=r"questions\.jsonl:1: not a labelled question"):
        lost(assistant, suite)
    suite.write_text("".join(lines), "utf-8")
    command = [SIGNPOST, "--knowledge", str(suite.parent), "knowledge", "check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = f"{suite}:2: 'where can we get an assistance dog' no longer leads to short-breaks [question]\n"
    assert (done.returncode, done.stdout) == (1, said)


async def test_the_serving_process_has_new_gaps_grouped_apart_from_the_answers(
    assistant: Assistant, store: Store, address: str, tmp_path: Path
) -> None:
    await log(assistant, store, *DOGS, *SWIM)
    with serving({"SIGNPOST_DATABASE_URL": address, "XDG_STATE_HOME": str(tmp_path)}):
        for _ in range(600):
            async with store.read() as session:
                waiting = await gaps.unplaced(session, 1)
            if not waiting:
                break
            await asyncio.sleep(0.1)
        assert not waiting
    assert len(await held(store)) == 2
