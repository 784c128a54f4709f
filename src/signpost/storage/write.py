"""Inserting in a way that a repeat does not notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from . import Session
from .tables import Base


async def insert_once(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows in order, passing over those whose natural key is there already; says how many were new."""
    new = 0
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    for row in rows:
        done = await session.execute(
            insert(table).values(**row).on_conflict_do_nothing().returning(*inspect(table).primary_key)
        )
        new += done.first() is not None
    return new


async def put(session: Session, table: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert rows, or replace those that have their primary keys; all name the same columns."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    keys = {c.name for c in inspect(table).primary_key}
    new = insert(table).values([dict(row) for row in rows])
    replaced = {name: new.excluded[name] for name in rows[0] if name not in keys}
    await session.execute(new.on_conflict_do_update(index_elements=sorted(keys), set_=replaced))
