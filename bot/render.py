"""Draws a reply in Telegram's HTML: escaped, split at natural places, with its choices as buttons.

Every text is escaped where it enters a line, and lines are never cut afterwards, so each page is whole markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape, unescape

from telegram.constants import MessageLimit

from signpost.model import Block, Choice, Contact, Link, Reply, Text

from .buttons import pack

MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 units that one message may hold once its markup is read."""
MAX_LINE = 1000
"""Units of one line; a longer one (never in our knowledge base) is cut after a sentence or a word."""
FOLD = 300
"""Units from which a list is shown folded, so that a phone shows who to contact without a long way down."""
DRAWN = "• "
JOINERS = "\u200d\ufe0f"
"""Invisible, but they make one emoji of several."""

Words = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Page:
    """One Telegram message: whole HTML of at most 4,096 units, and the buttons under it."""

    html: str
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Paragraph:
    head: tuple[str, ...]
    """HTML, each line whole in itself; stays with the lines below it."""
    lines: tuple[str, ...] = ()
    folded: bool = False

    def html(self) -> str:
        body = "\n".join(self.lines)
        return "\n".join((*self.head, f"<blockquote expandable>{body}</blockquote>" if self.folded else body)).rstrip(
            "\n"
        )


def pages(reply: Reply, words: Words) -> tuple[Page, ...]:
    """A reply as the messages to send, in order. The last one carries the buttons; links show no preview."""
    *front, last = _fill(_paragraphs(reply))
    return (*(Page(html) for html in front), Page(last, _rows(reply, words)))


def units(html: str) -> int:
    """UTF-16 units of a text once its markup is read: what Telegram counts."""
    return len(unescape(re.sub(r"<[^>]*>", "", html)).encode("utf-16-le", "surrogatepass")) // 2


def _rows(reply: Reply, words: Words) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = [(_button(choice, reply),) for choice in reply.choices]
    if reply.feedback:
        helped, wrong = (
            Button(words("chat.feedback-helped"), pack("helped")),
            Button(words("chat.feedback-not"), pack("not")),
        )
        rows += [(helped, wrong), (Button(words("chat.feedback-person"), pack("person")),)]
    return tuple(rows)


def _button(choice: Choice, reply: Reply) -> Button:
    """A step of the menu, or of the questions after a miss, takes the place of the step before; other messages stay."""
    in_place = choice.do.startswith("tell:") if _asks(reply) else not reply.blocks and choice.do.startswith("menu:")
    return Button(choice.label, pack(choice.do, in_place=in_place))


def _asks(reply: Reply) -> bool:
    """Whether this is one of the questions after a miss, which are all choices."""
    return all(choice.do.startswith("tell:") for choice in reply.choices)


def _fill(paragraphs: list[_Paragraph]) -> list[str]:
    """Pages as full as may be, cut between paragraphs; between lines where one paragraph fills more than a page."""
    out: list[str] = []
    for paragraph in paragraphs:
        small = [paragraph] if units(paragraph.html()) <= MAX_UNITS else _split(paragraph)
        for piece in small:
            html = piece.html()
            if out and units(out[-1]) + 2 + units(html) <= MAX_UNITS:
                out[-1] += "\n\n" + html
            else:
                out.append(html)
    return out


def _split(paragraph: _Paragraph) -> list[_Paragraph]:
    out = [_Paragraph(paragraph.head, (), paragraph.folded)]
    for line in paragraph.lines:
        longer = replace(out[-1], lines=(*out[-1].lines, line))
        if units(longer.html()) <= MAX_UNITS:
            out[-1] = longer
        else:
            out.append(_Paragraph((), (line,), paragraph.folded))
    return out


def _paragraphs(reply: Reply) -> list[_Paragraph]:
    """Title, blocks, and what the choices are about; a heading stays with what it heads."""
    out = [_Paragraph(tuple(_bold(reply.title)))]
    heading: tuple[str, ...] = ()
    for block in reply.blocks:
        if isinstance(block, Text) and block.style == "heading":
            heading = tuple(_bold(block.lines[0]))
        elif not (isinstance(block, Text) and block.style == "more"):  # folded away on a page, left out of plain text
            paragraph = _paragraph(block)
            out.append(replace(paragraph, head=(*heading, *paragraph.head)))
            heading = ()
    about = tuple(line for c in reply.choices if c.about for line in _labelled(DRAWN, _bold(c.label), _cut(c.about)))
    return [*out, _Paragraph((), about)] if about else out


def _paragraph(block: Block) -> _Paragraph:
    match block:
        case Text(lines=lines, heading=heading, style=style):
            marks = [
                f"{i}. " if style == "steps" else DRAWN if style == "list" else "" for i in range(1, len(lines) + 1)
            ]
            drawn = tuple(part for mark, line in zip(marks, lines, strict=True) for part in _drawn(mark + line, style))
            folded = style == "list" and units("\n".join(drawn)) > FOLD
            return _Paragraph(tuple(_bold(heading)) if heading else (), drawn, folded)
        case Contact():
            return _Paragraph(tuple(_bold(block.name)), tuple(_contact(block)))
        case Link(label=label, url=url):
            return _Paragraph((), tuple(_linked(label, url)))


def _contact(contact: Contact) -> Iterator[str]:
    if contact.how:
        yield from _cut(contact.how)
    for label, text, address in contact.lines:
        yield from _labelled("", _cut(label), _linked(text, address) if address.startswith("http") else _cut(text))
    if contact.notice:
        yield from _drawn(contact.notice, "note")


def _labelled(mark: str, label: Iterator[str], text: Iterator[str]) -> Iterator[str]:
    """A label and what it stands for, on one line unless one of them is too long for it."""
    *before, last = label
    first, *more = text
    return iter((*before, f"{mark}{last}: {first}", *more))


def _drawn(text: str, style: str) -> Iterator[str]:
    tag = {"danger": "b", "note": "i", "source": "i"}.get(style)
    for part in _cut(text):
        yield f"<{tag}>{part}</{tag}>" if tag else part


def _bold(text: str) -> Iterator[str]:
    return (f"<b>{part}</b>" for part in _cut(text))


def _linked(label: str, url: str) -> Iterator[str]:
    return (f'<a href="{_safe(url, quote=True)}">{part}</a>' for part in _cut(label))


def _cut(text: str) -> Iterator[str]:
    """Escaped pieces of a text, none longer than a line may be: cut after a sentence, else a word, else anywhere."""
    while len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_LINE:
        head = text[: MAX_LINE // 2]
        at = head.rfind(". ") + 1 or head.rfind(" ")
        at = at if at > 0 else len(head)
        yield _safe(text[:at].rstrip())
        text = text[at:].lstrip()
    yield _safe(text)


def _safe(text: str, *, quote: bool = False) -> str:
    """A text that Telegram shows as it is: markup escaped, and nothing that is no character (a lone surrogate, NUL)."""
    clean = "".join(c for c in text if c.isprintable() or c.isspace() or c in JOINERS)
    return escape(clean.encode("utf-8", "ignore").decode(), quote=quote)
