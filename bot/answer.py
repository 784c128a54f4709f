"""What the bot says to one event: the same use cases as the web chat, and Telegram's commands in front of them.

Pure: what it needs of the database is handed in, and what must be written is handed back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from signpost.access.rights import ANYONE, PLAN_CHANGE, PLAN_SEE, SIGNED_IN, Right, Rule, only
from signpost.model import Answered, Choice, Danger, Found, Lookup, Message, Reply, Role, Text
from signpost.outcomes import Disposition
from signpost.plan.alive import Action, Wish, is_sound
from signpost.plan.milestones import asked
from signpost.record import MISSED
from signpost.reply import tell
from signpost.service import Assistant
from signpost.storage.conversations import Conversation
from signpost.understand.redact import redact

from .buttons import IN_PLACE, unpack
from .event import Event, command

COMMANDS: dict[str, Rule] = {
    "start": ANYONE, "menu": ANYONE, "help": ANYONE, "role": ANYONE, "urgent": ANYONE, "privacy": ANYONE,
    "forgetme": ANYONE, "code": SIGNED_IN, "log": SIGNED_IN,
    "report": only(Right.COMMISSIONER),
    "lead": PLAN_SEE, "milestones": PLAN_SEE, "status": PLAN_CHANGE,
}  # fmt: skip
"""Who may use each, in the order in which Telegram lists them; `wording/telegram.yaml` describes each."""
IN_GROUPS = ("help",)


def commands(assistant: Assistant, right: Right | None = None) -> list[tuple[str, str]]:
    """The commands that somebody may use, each with its description."""
    words = assistant.parts.composer.words
    return [(name, words(f"telegram.command-{name}")) for name, rule in COMMANDS.items() if rule.allows(right)]


@dataclass(frozen=True, slots=True)
class Said:
    """What to answer, and what to write down beside it."""

    reply: Reply | None
    conversation: Conversation
    answered: Answered | None = None
    """Only for a message in words: what its disposition is made of."""
    replaces: int = 0
    """The message whose place the reply takes: a step of the menu."""
    forget: bool = False
    """Let go of everything that is kept about this chat."""
    right: Right | None = None
    """A right that was just proven, whose commands Telegram may offer now."""
    logged: str = ""
    """A need that a professional writes down for a family, as it was typed."""
    wish: Wish | None = None
    """A change of the plan, to be made with this answer."""
    notice: bool = False
    """They want to be told when the question before is answered."""
    tap: str = ""
    """A choice that may say something of the question before it."""


def answer(
    assistant: Assistant, event: Event, before: Conversation, right: Right | None = None, *,
    proven: bool = False, told: Sequence[str] = (),
) -> Said:  # fmt: skip
    """The answer to one event. `right` is what the person may do, `proven` that their role is one of those.

    `told` names what the question before told already of the need (`record.Note.told`).
    """
    match event.kind:
        case "text" if event.text.startswith("/"):
            return _command(assistant, event, before, right, proven)
        case "text":
            return _ask(assistant, event.text, before, proven)
        case "press":
            return _press(assistant, event, before, right, proven=proven, told=told)
        case "media" | "location" | "group":
            return Said(fixed(assistant, event.kind), before)
        case _:
            return Said(None, before)


def _ask(assistant: Assistant, text: str, before: Conversation, proven: bool) -> Said:
    answered = assistant.ask(Message(text, before.role, before.turn, proven=proven))
    return Said(answered.reply, replace(before, turn=answered.turn), answered)


def switched_off(assistant: Assistant) -> Reply:
    """The fixed message, and the urgent help under it."""
    urgent = assistant.parts.composer.urgent(Danger(assistant.knowledge.beside["urgent"][0].id, 1.0, ""))
    off = fixed(assistant, "off")
    return replace(off, blocks=(*off.blocks, *urgent.blocks), choices=())


def broken(assistant: Assistant, reference: str) -> Reply:
    """The last resort. The reference is in the log, beside the kind of error and without a word of the message."""
    words = assistant.parts.composer.words
    lines = (words("chat.broken"), words("telegram.reference", reference=reference))
    return Reply(Disposition.SMALLTALK, False, words("chat.name"), (Text(lines),), feedback=False)


def _press(
    assistant: Assistant, event: Event, before: Conversation, right: Right | None, *, proven: bool, told: Sequence[str]
) -> Said:
    do = unpack(event.text, assistant.knowledge)
    if do is None:
        expired = fixed(assistant, "expired")
        return Said(replace(expired, choices=assistant.parts.composer.menu().choices), before)
    verb, _, what = do.partition(":")
    if verb == "role":
        return _role(assistant, Role(what), before)
    if do == "notice":
        return Said(fixed(assistant, "notice" if before.note else "notice-late"), before, notice=bool(before.note))
    if verb == "undo":
        return (
            _undo(assistant, what, before) if PLAN_CHANGE.allows(right) else Said(fixed(assistant, "no-right"), before)
        )
    if verb == "milestone" and PLAN_SEE.allows(right):
        plan, found = assistant.parts.composer.plan, Found(Lookup(ids=(what,)), (what,))
        return _for_staff(assistant, plan.milestone(what), found, before)
    replaces = event.message_id if event.text.startswith(IN_PLACE) else 0
    return _follow(assistant, do, before, proven=proven, told=told, replaces=replaces)


def _follow(
    assistant: Assistant, do: str, before: Conversation, *, proven: bool, told: Sequence[str] = (), replaces: int = 0
) -> Said:
    reply, turn = assistant.follow(do, before.role, before.turn, told, proven=proven)
    if do in MISSED and before.note and not turn.urgent:
        reply = offering(assistant, reply)
    return Said(reply, replace(before, turn=turn), replaces=replaces, tap="" if turn.urgent else do)


def offering(assistant: Assistant, reply: Reply) -> Reply:
    """The reply to a miss, and the offers to say more of it and to be told when it changes."""
    words = assistant.parts.composer.words
    return replace(reply, choices=(*reply.choices, tell.offer(words), Choice(words("telegram.notice"), "notice")))


def _command(assistant: Assistant, event: Event, before: Conversation, right: Right | None, proven: bool) -> Said:
    """A command. An unknown one is read as words, without its stroke."""
    name, payload = command(event)
    if name in COMMANDS and not COMMANDS[name].allows(right):
        return Said(fixed(assistant, "no-right"), before)
    match name:
        case "start" if payload in assistant.knowledge.topics:
            return _follow(assistant, f"topic:{payload}", before, proven=proven)
        case "start":
            return Said(_welcome(assistant), Conversation(role=before.role))
        case "menu" | "urgent":
            return _follow(assistant, "menu:" if name == "menu" else name, before, proven=proven)
        case "help" | "privacy":
            return Said(fixed(assistant, name), before)
        case "role":
            return Said(_roles(assistant), before)
        case "log":
            return Said(fixed(assistant, "logged" if payload else "log-how"), before, logged=payload)
        case "lead" | "milestones":
            return _looked_up(assistant, payload, before) if payload else Said(fixed(assistant, f"{name}-how"), before)
        case "status":
            return _status(assistant, payload, before)
        case "forgetme":
            return Said(fixed(assistant, "forgotten"), Conversation(), forget=True)
        case _:
            return _ask(assistant, event.text.lstrip("/").replace("_", " "), before, proven)


def _looked_up(assistant: Assistant, query: str, before: Conversation) -> Said:
    """What the plan holds on a query."""
    parts = assistant.parts
    found = asked(parts.lookups, query, parts.today)
    return _for_staff(assistant, parts.composer.plan.looked_up(found), found, before)


def _for_staff(assistant: Assistant, reply: Reply, found: Found, before: Conversation) -> Said:
    """Rows of the plan, and beneath them what is for the staff alone."""
    blocks = (*reply.blocks, *assistant.parts.composer.plan.for_staff(found))
    turn = replace(before.turn, milestones=found.milestones)
    return Said(replace(reply, blocks=blocks), replace(before, turn=turn))


def _status(assistant: Assistant, payload: str, before: Conversation) -> Said:
    """`SP-17 amber the tender is late` sets a colour; what is not like that is told how to be."""
    milestone, colour, *why = [*payload.split(maxsplit=2), "", ""][:3]
    reason = redact(" ".join(why), assistant.own).text
    wish = Wish(Action.STATUS, milestone.upper(), colour.lower(), reason)
    if not is_sound(wish, assistant.knowledge.plan):
        return Said(fixed(assistant, "status-how"), before)
    words = assistant.parts.composer.words
    reply = fixed(assistant, "status-set", id=wish.subject, rag=words(f"plan.rag-{wish.said}"))
    choices = (
        Choice(words("telegram.status-undo"), f"undo:{wish.subject}"),
        Choice(words("telegram.status-see"), f"milestone:{wish.subject}"),
    )
    return Said(replace(reply, choices=choices), before, wish=wish)


def _undo(assistant: Assistant, milestone: str, before: Conversation) -> Said:
    """Take back the colour that a row has now."""
    now = assistant.knowledge.plan.alive.status.get(milestone)
    if now is None:
        return Said(fixed(assistant, "undo-none", id=milestone), before)
    return Said(fixed(assistant, "undone", id=milestone), before, wish=Wish(Action.UNDO, milestone, undoes=now.change))


def _welcome(assistant: Assistant) -> Reply:
    """What this is, then the first step of the menu."""
    words, menu = assistant.parts.composer.words, assistant.parts.composer.menu()
    lines = tuple(words(key) for key in ("chat.welcome", "telegram.how", "telegram.no-names", "web.urgent-line"))
    return replace(menu, title=words("chat.name"), blocks=tuple(Text((line,)) for line in lines))


def _roles(assistant: Assistant) -> Reply:
    words = assistant.parts.composer.words
    choices = tuple(Choice(words(f"web.role-{role.value}"), f"role:{role.value}") for role in Role)
    return replace(fixed(assistant, "role"), choices=choices)


def _role(assistant: Assistant, role: Role, before: Conversation) -> Said:
    words = assistant.parts.composer.words
    reply = fixed(assistant, "role-set", role=words(f"web.role-{role.value}"))
    return Said(reply, replace(before, role=role))


def fixed(assistant: Assistant, name: str, **filled: str) -> Reply:
    """A reply of fixed paragraphs: `telegram.<name>-title`, then `telegram.<name>-1`, `-2` and so on."""
    words, held = assistant.parts.composer.words, assistant.knowledge.wording
    lines: list[str] = []
    while (key := f"telegram.{name}-{len(lines) + 1}") in held:
        lines.append(words(key, **filled))
    blocks = tuple(Text((line,)) for line in lines)
    menu = () if name in ("group", "role") else (Choice(words("chat.menu-label"), "menu:"),)
    return Reply(Disposition.SMALLTALK, False, words(f"telegram.{name}-title"), blocks, menu, feedback=False)
