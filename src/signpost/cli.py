"""The command line: `signpost`. Exit status 0 on success, 1 on failure with one clear line, 2 on wrong use."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from .api import ROLES, answer_json, message_from
from .commands.access import access
from .commands.db import db
from .commands.directory import directories
from .commands.gaps import gaps
from .commands.plan import set_status, undo
from .commands.switch import switch
from .errors import InputError, KnowledgeError, SignpostError
from .model import Message, Role
from .service import Assistant
from .settings import Settings, from_environment

SUITE = "questions.jsonl"
"""Of the knowledge folder: questions that must go on leading to the topics they accept."""
MAX_LINE = 2_000_000
"""Characters of a batch line; longer ones are refused, the run goes on."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--knowledge", type=click.Path(path_type=Path), help="Folder of the knowledge base.", metavar="DIR")
@click.option("--database", help="Address of the database.", metavar="URL")
@click.pass_context
def group(context: click.Context, knowledge: Path | None, database: str | None) -> None:
    """Signpost: where to turn with special educational needs and disabilities in Cambridgeshire.

    \b
    Example: signpost ask "my lad is 8 and school keep ringing me to collect him"
    """
    given = {"SIGNPOST_KNOWLEDGE": str(knowledge or ""), "SIGNPOST_DATABASE_URL": database or ""}
    context.obj = from_environment({**os.environ, **{name: value for name, value in given.items() if value}})


group.add_command(access)
group.add_command(db)
group.add_command(directories)
group.add_command(gaps)
group.add_command(switch)


def main() -> None:
    """Run the command line; a failure is one clear line on standard error, never a traceback for bad input."""
    try:
        group(standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the reader has gone; the interpreter flushes at exit
        sys.exit(0)
    except (SignpostError, OSError) as failed:
        click.echo(f"signpost: {failed}", err=True)
        sys.exit(1)


def _assistant(settings: Settings) -> Assistant:
    from .bootstrap import start

    return start(settings.knowledge, settings.cache)


def _lines(source: Any) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source, 1):
        text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
        if text.strip():
            yield number, text


def _batch(read: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """JSON lines in, JSON lines out, in order and at once; a bad line gives an error in its place."""
    failed = False
    for number, line in _lines(sys.stdin.buffer):
        try:
            if len(line) > MAX_LINE:
                raise InputError(f"longer than {MAX_LINE:,} characters")
            given = json.loads(line)
            if not isinstance(given, dict):
                raise InputError("not a JSON object")
            out = read(given)
        except (ValueError, RecursionError, InputError) as bad:
            failed = True
            why = str(bad) if isinstance(bad, InputError) else "not valid JSON"
            out = {"error": why, "line": number}
        click.echo(json.dumps(out, ensure_ascii=True))
        sys.stdout.flush()
    if failed:
        sys.exit(1)


@group.command()
@click.argument("question", required=False)
@click.option("--role", type=click.Choice(ROLES), default=Role.PARENT.value, show_default=True, help="Who is asking.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option("--batch", is_flag=True, help="JSON lines in, JSON lines out.")
@click.option("--explain", is_flag=True, help="Also show what was understood and why.")
@click.pass_obj
def ask(  # noqa: PLR0917 - click passes one argument an option
    settings: Settings, question: str | None, role: str, as_json: bool, batch: bool, explain: bool
) -> None:
    """Answer one question, or a stream of them.

    \b
    Examples: signpost ask "who pays for the taxi to school"
              signpost ask --batch < questions.jsonl > answers.jsonl
    """
    if batch == (question is not None):
        raise click.UsageError("Give either a QUESTION or --batch.")
    if explain and (batch or as_json):
        raise click.UsageError("--explain is for one QUESTION, in words.")
    assistant = _assistant(settings)
    if batch:
        _batch(lambda given: answer_json(assistant, message_from(given, role, proven=True), given.get("id"))[0])
        return
    message = Message(question or "", Role(role), proven=True)
    if as_json:
        click.echo(json.dumps(answer_json(assistant, message)[0], indent=2, ensure_ascii=False))
        return
    from .explain import explain as why
    from .reply.plain import plain
    from .terminal import explained

    answered = assistant.ask(message, explain=explain)
    click.echo(plain(answered.reply, min(100, _width())))
    found = why(answered) if explain else None
    if found:
        click.echo("\n" + explained(found, assistant.parts.composer.words))


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((88, 24)).columns


@group.command()
@click.option("--role", type=click.Choice(ROLES), default=Role.PARENT.value, show_default=True, help="Who is asking.")
@click.pass_obj
def chat(settings: Settings, role: str) -> None:
    """Talk in the terminal: type a worry, pick by number, `back`, `help`, `/urgent`.

    \b
    Example: signpost chat --role young_person
    """
    from .terminal import converse

    converse(_assistant(settings), Role(role))


@group.command()
@click.option("--batch", is_flag=True, required=True, help="JSON lines in, JSON lines out.")
@click.pass_obj
def redact(settings: Settings, batch: bool) -> None:
    """Take out of texts what could point at one person: names, numbers, addresses. Nothing is stored.

    \b
    Example: signpost redact --batch < texts.jsonl > redacted.jsonl
             a line in: {"text": "..."}   a line out: {"text": "...", "found": [{"kind": "name", "start": 0, "end": 4}]}
    """
    from .bootstrap import open_knowledge
    from .understand.redact import own_words
    from .understand.redact import redact as without

    own = own_words(open_knowledge(settings.knowledge))

    def read(given: dict[str, Any]) -> dict[str, Any]:
        text = given.get("text")
        if not isinstance(text, str):
            raise InputError("'text' is missing or not a text")
        return asdict(without(text, own))

    _batch(read)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
@click.pass_obj
def evaluate(settings: Settings, file: Path, as_json: bool) -> None:
    """Score a labelled question set.

    \b
    Example: signpost evaluate tests/questions/own.jsonl
    """
    from .evaluate import measure, table

    figures = measure(_assistant(settings), file)
    click.echo(json.dumps(figures, indent=2) if as_json else table(figures))


@group.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on.")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    """Serve the web pages.

    \b
    Example: signpost serve --port 8080
    """
    from .web.server import run

    run(replace(settings, host=host or settings.host, port=settings.port if port is None else port))


SECTIONS = ("whole-system", "universal", "targeted", "specialist")


@group.group(invoke_without_command=True)
@click.option("--lead", help="Initials of a lead.", metavar="X")
@click.option("--reporting", help="Initials of a reporting officer.", metavar="X")
@click.option("--due", help="Month it was due.", metavar="YYYY-MM")
@click.option("--section", type=click.Choice(SECTIONS), help="Section of the plan.")
@click.option("--topic", help="Id of a topic.", metavar="T")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file: .csv, .xlsx, .ics or .json.",
    metavar="FILE",
)
@click.pass_context
def plan(  # noqa: PLR0917 - click passes one argument an option
    context: click.Context,
    lead: str | None,
    reporting: str | None,
    due: str | None,
    section: str | None,
    topic: str | None,
    as_json: bool,
    export: Path | None,
) -> None:
    """Milestones of the SEND Action Plan 2016-2020, as written.

    \b
    Examples: signpost plan --lead HP --due 2016-04
              signpost plan --section targeted --export targeted.xlsx
    """
    if context.invoked_subcommand:
        return
    from .bootstrap import open_knowledge
    from .commands.db import kept_plan
    from .plan.export import FORMATS, exported
    from .plan.milestones import find
    from .reply.plain import passage
    from .reply.plan import PlanReplies
    from .reply.words import Words

    settings: Settings = context.obj
    if export is not None and export.suffix not in FORMATS:
        raise click.BadParameter(f"the name must end in {', '.join(FORMATS)}", param_hint="--export")
    known = kept_plan(settings, open_knowledge(settings.knowledge))
    if due is not None and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", due):
        raise click.BadParameter("a month is written YYYY-MM", param_hint="--due")
    if topic is not None and topic not in known.topics:
        raise click.BadParameter(f"there is no topic '{topic}'", param_hint="--topic")
    found = find(known, lead=lead, reporting=reporting, due=due, section=section, topic=topic)
    if export is not None:
        export.write_bytes(exported(known, found, export.suffix))
        return
    if as_json:
        click.echo(json.dumps([row.as_json() for row in found], indent=2, ensure_ascii=False))
        return
    replies = PlanReplies(known, Words(known))
    for row in found:
        click.echo(passage(replies.row(row, replies.name(row))) + "\n")
    click.echo(known.wording["plan.historic" if found else "plan.none"])


plan.add_command(set_status)
plan.add_command(undo)


@group.command()
@click.argument("query", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def leads(settings: Settings, query: str, as_json: bool) -> None:
    """Who leads on what. Initials are as the plan gives them and are never expanded.

    \b
    Example: signpost leads "who leads on travel training"
    """
    from .bootstrap import open_knowledge
    from .commands.db import kept_plan
    from .plan.milestones import leads as find_leads

    known = kept_plan(settings, open_knowledge(settings.knowledge))
    found = find_leads(known, query, dt.date.today())
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for entry in found:
        click.echo(entry["lead"] or known.wording["plan.no-lead"])
        for m in entry["milestones"]:
            click.echo(f"    {m['id']}  {known.plan.title(m['id'])}")
    click.echo(known.wording["plan.historic"] if found else known.wording["plan.none"])


@group.group("knowledge")
def knowledge_group() -> None:
    """Look after the knowledge base.

    \b
    Example: signpost knowledge check
    """


@knowledge_group.command()
@click.option("--todo", is_flag=True, help="Print the curator's list instead: missing, unconfirmed and due.")
@click.pass_obj
def check(settings: Settings, todo: bool) -> None:
    """Every fault of the knowledge base, with file and line; questions that `questions.jsonl` holds are asked too.

    \b
    Example: signpost knowledge check --todo
    """
    from .bootstrap import open_knowledge, start
    from .evaluate import lost
    from .knowledge import check as lint

    try:
        known = open_knowledge(settings.knowledge)
    except KnowledgeError as broken:
        for fault in broken.faults:
            click.echo(str(fault))
        raise SignpostError(_count(len(broken.faults), "error")) from None
    found = (lint.todo if todo else lint.faults)(known, dt.date.today())
    suite = known.folder / SUITE
    if not todo and not found and suite.exists():
        found = lost(start(settings.knowledge, settings.cache), suite)
    for fault in found:
        click.echo(str(fault))
    if found and not todo:
        raise SignpostError(_count(len(found), "error"))
    due = (
        f"{len(found)} to do"
        if todo
        else f"no errors; {len(lint.todo(known, dt.date.today()))} for the curator (--todo)"
    )
    click.echo(f"{len(known.topics)} topics, {len(known.services)} services, version {known.version}: {due}")


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'} in the knowledge base"


@knowledge_group.command()
@click.pass_obj
def schema(settings: Settings) -> None:
    """Print the JSON Schema of the files, for editors.

    \b
    Example: signpost knowledge schema > knowledge/schema.json
    """
    from .knowledge.load import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
