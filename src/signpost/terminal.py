"""A conversation in the terminal, and the explanation of one answer."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel
from rich.text import Text as Styled

from .model import Match, Message, Reply, Role, Turn
from .reply.plain import plain
from .service import Assistant

WIDEST = 92
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
                reply, turn = assistant.follow(reply.choices[int(said) - 1].do, role, turn)
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


def explained(match: Match) -> str:
    """What was understood, and which words, examples and scores decided: for curators, never for families."""
    r = match.reading
    lines = [f"read as      {r.text}"]
    if r.repairs:
        lines.append("repaired     " + ", ".join(f"{x.wrong} -> {x.right} ({x.why})" for x in r.repairs))
    if len(r.segments) > 1:
        lines += [f"part         {s}" for s in r.segments[1:]]
    about = {
        "ages": r.ages,
        "phase": r.phase,
        "place": r.place,
        "district": r.district,
        "voice": r.voice,
        "ruled out": r.not_about,
    }
    lines.append("understood   " + (", ".join(f"{k} {v}" for k, v in about.items() if v) or "-"))
    if r.leans_back:
        lines.append("follow-up    read together with the topic before")
    if r.danger:
        lines.append(f"danger       {r.danger.kind} ({r.danger.certainty:.2f}) because of: {r.danger.because}")
    lines.append(
        f"chances      covered {match.covered:.2f}  unmet {match.unmet:.2f}"
        f"  off-topic {match.off_topic:.2f}  small talk {match.smalltalk:.2f}"
    )
    if match.beside:
        lines.append(f"beside       {match.beside.kind}: {match.beside.entry} ({match.beside.score:.2f})")
    for i, c in enumerate(match.candidates, 1):
        lines.append(f"{i:2}. {c.score:.3f}  {c.topic}")
        if c.evidence.example:
            heads = "  ".join(f"{name} {value:.2f}" for name, value in c.evidence.heads)
            words = ", ".join(f"{word} {share:.2f}" for word, share in c.evidence.words)
            lines.append(f"           {heads}")
            lines.append(f"           nearest example: {c.evidence.example}")
            lines.append(f"           words: {words or '-'}")
    return "\n".join(lines)
