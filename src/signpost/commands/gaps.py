"""`signpost gaps`: gap evidence, from what was missed to what is reported."""

from __future__ import annotations

import click

from .report import digest, export, report


@click.group()
def gaps() -> None:
    """What people asked for and did not find.

    \b
    Example: signpost gaps report --period 2026-q1
    """


gaps.add_command(report)
gaps.add_command(export)
gaps.add_command(digest)
