"""What stands beside the words: ages and stages, what was ruled out or waved away, and several needs in one message.

Every question here is our own.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from signpost.match.scope import Scopes
from signpost.model import Message, TopicId, Turn
from signpost.service import Assistant

SEVERAL = Path(__file__).parents[1] / "questions" / "several.jsonl"

PAIRS = [
    ("moving on to the next place in september, he is {}. how is he got ready for it", 11, "transition-phases", 17, "transition-post16"),
    ("who plans what happens next when he moves on? he is {}", 10, "transition-phases", 17, "decision-making-16plus"),
    ("my daughter is {} and has a plan. what happens when she moves on next year?", 10, "transition-phases", 16, "transition-year9"),
    ("my son is {} and autistic, who is going to be in charge of his care from now on", 8, "disability-social-care", 18, "adult-social-care"),
    ("he is {} and not talking much, who can help us", 3, "speech-language", 20, "communication-interaction"),
    ("we need help for him getting ready for the future, he is {}", 5, "cognition-learning", 15, "preparing-for-adulthood"),
]  # fmt: skip


def best(assistant: Assistant, text: str, before: Turn = Turn()) -> str:  # noqa: B008
    match = assistant.ask(Message(text, before=before)).match
    assert match
    return match.candidates[0].topic


@pytest.fixture(scope="module")
def ageless(assistant: Assistant) -> Assistant:
    """The same assistant without the topics' ages and stages."""
    bare = [t.model_copy(update={"ages": None, "stages": ()}) for t in assistant.knowledge.topics.values()]
    return replace(assistant, parts=replace(assistant.parts, scopes=Scopes.of(bare)))


@pytest.mark.parametrize(("words", "young", "for_young", "old", "for_old"), PAIRS)
def test_the_same_words_at_another_age_mean_another_topic(
    assistant: Assistant, words: str, young: int, for_young: str, old: int, for_old: str
) -> None:
    """Whatever else is likely: the topic for that age stands before the other one."""
    for age, wanted, other in ((young, for_young, for_old), (old, for_old, for_young)):
        match = assistant.ask(Message(words.format(age))).match
        assert match
        found = [c.topic for c in match.candidates]
        assert found.index(TopicId(wanted)) < ([*found, other].index(TopicId(other)))


def test_ages_lower_what_is_not_for_them_and_nothing_else(assistant: Assistant, ageless: Assistant) -> None:
    changed = sum(
        best(assistant, words.format(age)) != best(ageless, words.format(age))
        for words, young, _, old, _ in PAIRS
        for age in (young, old)
    )
    print(f"\n{changed} of {2 * len(PAIRS)} questions have another best topic by the age said")
    assert changed >= 3
    for text in ("how do i ask for an ehc assessment", "he is 10, how do i ask for an ehc assessment"):
        one, other = (a.ask(Message(text)).match for a in (assistant, ageless))
        assert one and other and one.candidates[0].topic == other.candidates[0].topic == "ehc-request"
        assert one.covered == other.covered


@pytest.mark.parametrize(
    ("text", "ruled_out", "meant"),
    [
        ("it's not about transport, it's about the taxi driver shouting at him", "school-transport", None),
        ("not about dyslexia, its that she cannot sit still and forgets everything", "dyslexia", None),
        ("this is not about the ehc plan, i want to know about speech therapy", "ehc-what-is", "speech-language"),
        ("i don't mean short breaks, i mean a club he can go to on saturdays", "short-breaks", "leisure-activities"),
        ("nothing to do with exclusion, he just will not go in to school", "exclusion", "school-attendance"),
        ("i'm not asking about benefits, i need someone to talk to as a carer", "money-benefits", "carers-support"),
        ("it's not about bullying, he hits other children himself", "bullying", None),
    ],
)
def test_what_was_ruled_out_does_not_come_first(
    assistant: Assistant, text: str, ruled_out: str, meant: str | None
) -> None:
    found = best(assistant, text)
    assert found != ruled_out
    assert meant is None or found == meant


SHOWN = [
    "taxi to school",
    "how do i ask for an ehc assessment",
    "dyslexia",
    "respite for my son",
    "he was excluded again",
]
BARE = [
    "no not that, the other one",
    "not that",
    "no, not that",
    "that's not what i meant",
    "wrong one",
    "none of those",
]


@pytest.mark.parametrize("first", SHOWN)
@pytest.mark.parametrize("no", BARE)
def test_a_bare_no_offers_the_neighbours_of_what_was_shown(assistant: Assistant, first: str, no: str) -> None:
    shown = assistant.ask(Message(first))
    reply = assistant.ask(Message(no, before=shown.turn)).reply
    topic = shown.reply.topics[0]
    assert reply.outcome == "choose" and topic not in reply.topics
    near = {n.topic for n in assistant.knowledge.topics[topic].neighbours}
    assert reply.topics[0] in near and len(near & set(reply.topics)) >= min(len(near), 3)


@pytest.mark.parametrize("first", SHOWN)
@pytest.mark.parametrize(
    ("no", "meant"),
    [("no not that, i mean the appeal", "ehc-appeal"), ("not that, i need money help", "money-benefits")],
)
def test_after_a_no_what_is_meant_counts_alone(assistant: Assistant, first: str, no: str, meant: str) -> None:
    assert best(assistant, no, assistant.ask(Message(first)).turn) == meant


@pytest.mark.parametrize("text", ["not that bad at reading but spelling is awful", "wrong school named in the plan"])
def test_words_that_only_begin_like_a_no_are_read_whole(assistant: Assistant, text: str) -> None:
    reading = assistant.ask(Message(text, before=assistant.ask(Message("dyslexia")).turn)).match
    assert reading and not reading.reading.rejected


def test_several_needs_in_one_message_are_found(assistant: Assistant) -> None:
    rows = [json.loads(line) for line in SEVERAL.read_text("utf-8").splitlines()]
    shown = [assistant.ask(Message(row["q"])).reply.topics for row in rows]
    met = [[any(t in need for t in topics) for need in row["needs"]] for row, topics in zip(rows, shown, strict=True)]
    needs, whole = sum(map(sum, met)), sum(map(all, met))
    print(f"\n{needs} of {sum(map(len, met))} needs shown, all of them in {whole} of {len(rows)} messages")
    assert all(map(any, met)) and all(len(topics) <= 4 for topics in shown)
    assert needs >= 24 and whole >= 8
