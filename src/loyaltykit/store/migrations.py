"""Brings the tables of a SQLite database up to date: plain SQL files, applied once each, in order, under a lock."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from loyaltykit.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Migration(NamedTuple):
    """One file: ``0001_tables.sql`` is version 1, named tables."""

    version: int
    name: str
    text: str


def migrations() -> list[Migration]:
    """All files of this release, in order."""
    found = []
    for file in files("loyaltykit.store").joinpath("sql", "sqlite").iterdir():
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found)


def migrate(connection: sqlite3.Connection) -> list[int]:
    """Apply what is missing in one transaction; the versions applied. StoreError when the tables are newer than us."""
    steps = migrations()
    if _version(connection) == steps[-1].version:
        return []
    connection.execute("BEGIN IMMEDIATE")
    try:
        now = _version(connection)  # another process may have been quicker
        if now > steps[-1].version:
            raise StoreError(
                f"the store has schema version {now}, this loyaltykit knows {steps[-1].version}: upgrade loyaltykit",
                code="store/newer",
            )
        missing = [step for step in steps if step.version > now]
        for step in missing:
            for statement in statements(step.text):
                connection.execute(statement)
            connection.execute("INSERT INTO loyalty_schema (version, name) VALUES (?, ?)", (step.version, step.name))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [step.version for step in missing]


def statements(text: str) -> Iterator[str]:
    """Cut a file into statements; a trigger's body keeps its semicolons."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'loyalty_schema'").fetchone():
        return 0
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM loyalty_schema").fetchone()[0])
