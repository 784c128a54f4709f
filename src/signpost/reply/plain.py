"""Draws a reply as plain text: what the terminal, the batch and any other channel without markup shows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from ..model import Block, Choice, Contact, Link, Reply, Text


def plain(reply: Reply, width: int = 0) -> str:
    """The whole reply as text, blocks apart by an empty line. `width` in characters wraps it; 0 does not."""
    parts = [part for part in (reply.title, passage(reply.blocks)) if part]
    if reply.choices:
        parts.append("\n".join(f"{i}. {_choice(c)}" for i, c in enumerate(reply.choices, 1)))
    text = "\n\n".join(parts)
    if not width:
        return text
    return "\n".join(textwrap.fill(line, width, subsequent_indent=_indent(line)) for line in text.split("\n"))


def passage(blocks: Iterable[Block]) -> str:
    """Blocks as text, apart by an empty line."""
    return "\n\n".join(text for text in map(_block, blocks) if text)


def _block(block: Block) -> str:
    match block:
        case Text(style="more"):
            return ""
        case Text(lines=lines, heading=heading, style=style):
            marks = (
                [f"{i}. " for i in range(1, len(lines) + 1)]
                if style == "steps"
                else ["- " if style == "list" else ""] * len(lines)
            )
            body = "\n".join(mark + line for mark, line in zip(marks, lines, strict=True))
            return f"{heading}\n{body}" if heading else body
        case Contact():
            ways = "\n".join(
                f"  {label}: {text}" if not _is_web(uri) else f"  {label}: {uri}" for label, text, uri in block.lines
            )
            return "\n".join(
                p
                for p in (
                    block.name,
                    f"  {block.how}" if block.how else "",
                    ways,
                    f"  ({block.notice})" if block.notice else "",
                )
                if p
            )
        case Link(label=label, url=url):
            return f"{label}: {url}"


def _choice(choice: Choice) -> str:
    return f"{choice.label} - {choice.about}" if choice.about else choice.label


def _is_web(uri: str) -> bool:
    return uri.startswith("http")


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" -0123456789.")))
