"""Reading a message: normalising, spelling, ages, places, negation, parts and danger."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.knowledge.schema import Entry
from signpost.model import Message, Role, TopicId, Turn
from signpost.service import Assistant
from signpost.understand.about import ages_of, phase_of, place_of, voice_of
from signpost.understand.normalise import MAX_CHARS, normalise
from signpost.understand.read import read
from signpost.understand.safety import Safety
from signpost.understand.spelling import Spelling


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("  two\n\tlines  ", "two lines"),
        ("‘curly’ “quotes”", "'curly' \"quotes\""),
        ("zero\u200bwidth\u202e and \U000e0041tag", "zerowidth and tag"),
        ("ＦＵＬＬ ｗｉｄｔｈ", "FULL width"),
        ("heeeeeelp", "heeelp"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
        ("\x00\x1b[31mred", "[31mred"),
    ],
)
def test_normalising_keeps_what_is_said(typed: str, read_as: str) -> None:
    assert normalise(typed) == read_as


@given(st.text(max_size=300))
def test_normalising_is_stable_and_bounded(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once or len(once) == MAX_CHARS
    assert len(once) <= MAX_CHARS
    once.encode("utf-8")


def spelling() -> Spelling:
    own = {"speech", "therapy", "transport", "dyslexia", "school", "tribunal", "hearing"}
    return Spelling(own, {"becos": "because"}, {"ehcp", "senco"})


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("speach", "speech"),
        ("becos", "because"),
        ("dislexia", "dyslexia"),
        ("transprot", "transport"),
        ("tribunel", "tribunal"),
    ],
)
def test_spelling_is_put_right(word: str, right: str) -> None:
    repair = spelling().repair(word)
    assert repair and repair.right == right


def test_of_words_equally_near_the_commonest_is_meant() -> None:
    words = Spelling(["what", "wait", "and", "andy", "clinic", "transfer"], {})
    for wrong, right in {"waht": "what", "andd": "and", "vlinic": "clinic", "ransfer": "transfer"}.items():
        repair = words.repair(wrong)
        assert repair and repair.right == right


@pytest.mark.parametrize("word", ["ehcp", "senco", "school", "schools", "house", "x", "123", "qwxzk", "cat", "naïve"])
def test_right_words_acronyms_and_unknowns_are_left_alone(word: str) -> None:
    assert spelling().repair(word) is None


def test_a_name_inside_a_sentence_is_left_alone() -> None:
    assert spelling().repair("speach", capital=True) is None


@pytest.mark.parametrize(
    ("text", "ages", "phase"),
    [
        ("my 8 year old lad", (8, 8), "primary"),
        ("he's six and cannot read", (6, 6), "primary"),
        ("im 17", (17, 17), "post-16"),
        ("she is in yr 9", (13, 14), "secondary"),
        ("15 months old and not sitting", (1, 1), "early-years"),
        ("twenty two yr old", (22, 22), "adult"),
        ("my daughter (7) is deaf", (7, 7), "primary"),
        ("reception class next year", (4, 5), "primary"),
        ("we asked 2 years ago", None, None),
        ("he's 15 stone", None, None),
        ("waited 6 weeks", None, None),
        ("my gran is 87", None, None),
        ("starts college soon", (16, 25), "adult"),
        ("he is a toddler", None, "early-years"),
    ],
)
def test_ages_and_phases(assistant: Assistant, text: str, ages: tuple[int, int] | None, phase: str | None) -> None:
    found = ages_of(text, assistant.parts.language)
    assert (found, phase_of(text, found, assistant.parts.language)) == (ages, phase)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("clubs near wisbech", ("Wisbech", "Fenland")),
        ("we live in march", ("March", "Fenland")),
        ("in march he starts", ("March", "Fenland")),
        ("since march we wait", (None, None)),
        ("pe15 8ab", ("PE15", "Fenland")),
        ("cb4", ("CB4", None)),
        ("nothing here", (None, None)),
    ],
)
def test_places(assistant: Assistant, text: str, place: tuple[str | None, str | None]) -> None:
    assert place_of(text, assistant.parts.language) == place


def test_voices() -> None:
    assert voice_of("one of our pupils cannot sit still") is Role.PROFESSIONAL
    assert voice_of("my son is 4") is Role.PARENT
    assert voice_of("i'm 15 and my mum says no") is Role.YOUNG_PERSON
    assert voice_of("dyslexia test") is None


def test_what_is_ruled_out_is_not_matched(assistant: Assistant) -> None:
    reading = read(Message("It's not about transport, I need someone to test him for dyslexia"), *_tools(assistant))
    assert reading.not_about == ("transport",)
    assert "transport" not in reading.text
    assert "dyslexia" in reading.text


def test_a_plain_no_is_not_a_ruling_out(assistant: Assistant) -> None:
    reading = read(Message("he is not talking and school is not following the plan"), *_tools(assistant))
    assert reading.not_about == ()
    assert "not talking" in reading.text


def test_a_long_message_is_also_read_in_parts(assistant: Assistant) -> None:
    flat = " ".join(f"word{i}" for i in range(60))
    assert len(read(Message(flat), *_tools(assistant)).segments) > 3
    assert read(Message("a short one"), *_tools(assistant)).segments == ("a short one",)


def test_a_follow_up_needs_something_to_lean_on(assistant: Assistant) -> None:
    text = "and how long does that take?"
    assert not read(Message(text), *_tools(assistant)).leans_back
    assert read(Message(text, before=Turn((TopicId("ehc-request"),))), *_tools(assistant)).leans_back


@pytest.mark.parametrize("text", ["привет как дела", "你好，我需要帮助", "مرحبا", "12345", "!!!", ""])
def test_what_cannot_be_read_is_known(assistant: Assistant, text: str) -> None:
    assert not read(Message(text), *_tools(assistant)).readable


def _tools(assistant: Assistant) -> tuple:  # type: ignore[type-arg]
    return assistant.parts.language, assistant.parts.safety


SAFETY = Safety(
    [
        Entry(
            id="suicide",
            title="t",
            phrases=("want to die", "kill myself", "dont want to be alive", "suicid* ... tonight"),
        ),
        Entry(
            id="abuse",
            title="t",
            phrases=("({adult}|carer) (always|just)? (hits|hit) ... (me|her)", "round .. {neck} tight*"),
        ),
    ],
    {"kms": "kill myself", "wanna": "want to"},
    {"adult": ("dad", "stepdad", "mums-boyfriend"), "neck": ("neck", "throat")},
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to DIE", "suicide"),
        ("i wanna die", "suicide"),
        ("gonna kms", "suicide"),
        ("I don’t want to be alive.", "suicide"),
        ("want\u200b to d\u0301ie", "suicide"),
        ("waaaant to dieeee", "suicide"),
        ("suicidal and it may be tonight", "suicide"),
        ("my stepdad hits and kicks her", "abuse"),
        ("dad hit me and I want to die", "suicide"),
        ("the carer always hits me", "abuse"),
        ("mum's boyfriend just hit her", "abuse"),
        ("hands round my brother's throat, tightly", "abuse"),
        ("round throat tightening", "abuse"),
    ],
)
def test_danger_phrases(text: str, kind: str) -> None:
    danger = SAFETY.phrase(text)
    assert danger and danger.kind == kind


@pytest.mark.parametrize(
    "text",
    ["he wants to dine", "want to diet", "his dad hits the road", "skill myself", "round and round it went, tight", ""],
)
def test_no_danger_in_likeness(text: str) -> None:
    assert SAFETY.phrase(text) is None


def test_danger_is_looked_for_in_bounded_time(assistant: Assistant) -> None:
    for unit in ("i want to ", "a", "my dad ", "he hit ", "\u0301", "<"):
        began = time.perf_counter()
        assistant.parts.safety.phrase(unit * (100_000 // len(unit)))
        took = time.perf_counter() - began
        assert took < 1, f"{unit!r} took {took:.2f} s"
