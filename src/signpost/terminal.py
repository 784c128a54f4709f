"""A conversation in the terminal, and the explanation of one answer."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel
from rich.text import Text as Styled

from .explain import Explanation
from .model import Message, Reply, Role, Turn
from .reply.plain import plain
from .reply.words import Words
from .service import Assistant

WIDEST = 92
LABEL = 28
"""Columns of the longest label of an explanation."""
COMMANDS = {
    "menu": "menu:", "help": "help", "?": "help", "urgent": "urgent", "helped": "helped", "not": "not",
    "person": "person",
}  # fmt: skip
QUIT = {"quit", "exit", "q", "/quit", "bye"}


def converse(assistant: Assistant, role: Role) -> None:
    """Ask and answer until the person leaves (quit, Ctrl-D or Ctrl-C). Nothing is kept."""
    console, w = Console(highlight=False), assistant.parts.composer.words
    console.print(Panel(w("chat.welcome"), title=w("chat.name"), width=min(WIDEST, console.width)))
    console.print(w("terminal.hint"), style="dim")
    turn, reply = Turn(), None
    history: list[tuple[Reply, Turn]] = []
    while True:
        try:
            said = console.input("\n[bold]" + w("terminal.prompt") + "[/bold]").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            said = "quit"
        if said.lower() in QUIT:
            console.print(w("terminal.goodbye"))
            return
        if not said:
            continue
        if said.lower() in ("back", "/back"):
            if len(history) < 2:
                console.print(w("terminal.nothing-before"))
                continue
            history.pop()
            reply, turn = history[-1]
        else:
            if said.isascii() and said.isdecimal() and reply and reply.choices:
                if not 1 <= int(said[:4]) <= len(reply.choices):
                    console.print(w("terminal.no-such-number"))
                    continue
                reply, turn = assistant.follow(reply.choices[int(said) - 1].do, role, turn, proven=True)
            elif said.lower().lstrip("/") in COMMANDS:
                reply, turn = assistant.follow(COMMANDS[said.lower().lstrip("/")], role, turn)
            else:
                answered = assistant.ask(Message(said, role, turn, proven=True))
                reply, turn = answered.reply, answered.turn
            history.append((reply, turn))
        _show(console, reply)
        if reply.feedback:
            console.print(w("terminal.feedback"), style="dim")


def _show(console: Console, reply: Reply) -> None:
    width = min(WIDEST, console.width)
    title, _, body = plain(reply, width - 4).partition("\n")
    style = "bold red" if reply.urgent else "bold"
    console.print(Panel(Styled(body.strip()), title=Styled(title, style), title_align="left", width=width))


def explained(why: Explanation, words: Words) -> str:
    """The explanation as text: for curators, never for families."""
    lines = [f"{words('explain.outcome')}: {why.outcome}"]
    lines += [_row(words(key), text) for key, text in why.understood]
    lines += ["", f"{words('explain.chances')}:", *(_row(words(key), f"{chance:.2f}") for key, chance in why.chances)]
    lines += ["", f"{words('explain.costs')}:", *(_row(cost.way, f"{cost.expected:.2f}") for cost in why.costs)]
    lines += ["", f"{words('explain.topics')}:"]
    for i, c in enumerate(why.candidates, 1):
        lines.append(f"{i:2}. {c.score:.3f}  {c.topic}")
        if c.evidence.example:
            heads = ", ".join(f"{name} {value:.2f}" for name, value in c.evidence.heads)
            shared = ", ".join(f"{word} {share:.2f}" for word, share in c.evidence.words)
            lines.append(_row(words("explain.heads"), heads))
            lines.append(_row(words("explain.example"), f"{c.evidence.example} ({c.evidence.likeness:.2f})"))
            lines.append(_row(words("explain.words"), shared or words("explain.none")))
    return "\n".join(lines)


def _row(label: str, text: str) -> str:
    return f"    {label:<{LABEL}} {text}"
