"""Reads a message: what it says, about whom, where, and what it rules out. Pure and bounded in time."""

from __future__ import annotations

import re

from ..model import Message, Reading, Repair
from .about import ages_of, area_of, phase_of, place_of, voice_of
from .language import Language
from .normalise import normalise, words
from .safety import Safety
from .tongue import language_of

SEGMENT_FROM = 26
"""A message of more words than this is also read in parts."""
STRIDE = 6
"""In text without punctuation a part starts every so many words (further apart where it is very long), and is twice as
long."""
MAX_SEGMENTS = 24
FOLLOW_UP_WORDS = 9
"""A message that leans on the one before has at most so many words."""

_WHO_LEADS = re.compile(
    r"^(?:(?:please|hi|hello|can you tell me|do you know|i want to know)[, ]+)*"
    r"who(?:'?s| is| are| was)? (?:the )?(?:(?:person|officer|one) )?(?:(?:that|who)(?:'?s| is)? )?"
    r"(?:leads?(?: on| for| of)?|leading(?: on)?|(?:in )?charge of|responsible for|runs|running|heads? up|head of)"
    r" (?P<matter>(?:(?!(?:my|our|his|her|their|me|us|it|this|that|these|them|him|a|the)\b)[\w'-]+ ?){1,3}?)"
    r"(?: please| in cambridgeshire| at the council| round here)*[?.! ]*$"
)
"""Somebody who is not at work and asks who leads on a need wants help with it, and not an officer."""
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\s+[-|]\s+")
_NOT_ABOUT = re.compile(
    r"\b(?:(?:it'?s |its |i'?m |im |this is |that'?s )?not (?:about|asking about|to do with|looking for|after)"
    r"|nothing to do with|(?:don'?t|do not) mean|isn'?t about)\b\s+([^,.;!?]{2,60}?)"
    r"(?=$|[,.;!?]| but | just | i mean | i want | its | it's | only )"
)
_NOT_THAT = re.compile(
    r"^(?:(?:no+|nope|sorry|oh)\b[,.! ]*)*"
    r"(?:not (?:that|this)(?: one| either)?(?=$|[,.;!?]| but | i | the other )"
    r"|that'?s not (?:it|right|what i (?:mean|meant|asked|want|wanted))"
    r"|(?:that'?s )?(?:the )?wrong (?:one|thing|answer)|(?:the )?other one"
    r"|(?P<all>(?:none|neither) of (?:these|those|them)))"
    r"\b[,.!; ]*(?:(?:but )?i (?:mean|meant|want|wanted|need)\b[,: ]*)?"
    r"(?:(?:the other(?: one)?|something else|another one|please|sorry|try again)[,.!?; ]*)*"
)
_LEANS = re.compile(
    r"^(?:and|so|but|ok|okay|what about|how about|what if|then)\b"
    r"|\b(?:that|it|this|they|them|those|there|one|him|her|he|she)\b"
    r"|^(?:how long|how much|who do i|where do i|what happens|when|why|is it|do i|can i)\b[^.]{0,30}$"
)


def read(message: Message, language: Language, safety: Safety) -> Reading:
    """Read one message. Danger is looked for in the raw text before anything else is done to it."""
    danger = safety.phrase(message.text)
    plain = normalise(message.text)
    lower = plain.lower()
    not_about = tuple(m.group(1).strip() for m in _NOT_ABOUT.finditer(lower))
    waved = _NOT_THAT.match(lower)
    rest = " ".join(_NOT_THAT.sub("", _NOT_ABOUT.sub(" ", lower)).split())
    if not message.role.is_at_work and (leads := _WHO_LEADS.match(rest)):
        rest = leads["matter"]
    body = rest or lower
    text, repairs = _repair(body if body != lower else plain, language)
    if danger is None and text != message.text.lower():
        danger = safety.phrase(text)
    ages = ages_of(lower, language)
    place, district = place_of(lower, language)
    phase = phase_of(lower, ages, language)
    tongue = language_of(plain, words(lower))
    return Reading(
        message=message,
        text=text,
        segments=_segments(text),
        repairs=repairs,
        ages=ages,
        phase=phase,
        district=district,
        place=place,
        voice=voice_of(lower),
        not_about=not_about,
        rejected=message.before.topics[: None if waved["all"] else 1] if waved else (),
        only_rejects=bool(waved and message.before.topics) and not rest,
        leans_back=bool(message.before.topics)
        and len(lower.split()) <= FOLLOW_UP_WORDS
        and bool(waved or _LEANS.search(lower)),
        danger=danger,
        area=area_of(text, language),
        language=tongue,
        readable=tongue is None and any(c.isalpha() for c in plain),
    )


def _repair(text: str, language: Language) -> tuple[str, tuple[Repair, ...]]:
    """Repair words in place; `text` may still hold capitals, which tell names apart."""
    shouting = text.upper() == text
    found: list[Repair] = []

    def put_right(m: re.Match[str]) -> str:
        token = m.group()
        inside = m.start() > 0 and text[: m.start()].rstrip()[-1:] not in (".", "!", "?", "")
        if len(token) > 1 and token.isupper() and not shouting:
            return token.lower()
        repair = language.spelling.repair(token.lower(), capital=inside and token[0].isupper() and not shouting)
        if repair is None:
            return token.lower()
        found.append(repair)
        return repair.right

    return _TOKEN.sub(put_right, text).lower(), tuple(found)


def _segments(text: str) -> tuple[str, ...]:
    """The whole text, then stretches of it: sentences, and windows over stretches without punctuation."""
    if len(text.split()) <= SEGMENT_FROM:
        return (text,)
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        tokens = sentence.split()
        if len(tokens) <= SEGMENT_FROM:
            if len(tokens) > 2:
                parts.append(sentence)
            continue
        stride = max(STRIDE, -(-len(tokens) // MAX_SEGMENTS))
        parts += [" ".join(tokens[i : i + 2 * stride]) for i in range(0, len(tokens) - stride, stride)]
    return (text, *parts[:MAX_SEGMENTS])
