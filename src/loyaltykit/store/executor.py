"""The little that the SQL store needs of a database driver, so that PostgreSQL and a host's connection can stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


class Executor(Protocol):
    """One connection. SQL text comes with `?` for values and is constant, so that drivers can keep it prepared."""

    among: str
    """The predicate that follows a column to ask whether it is one of the values of one parameter."""

    def listed(self, values: Collection[str] | Collection[int]) -> Any:
        """The parameter for `among`."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it changed."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""

    def fetchall(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one query; all its rows."""

    def begin(self, *, write: bool = True) -> bool:
        """As `Store.begin`."""

    def commit(self) -> None:
        """As `Store.commit`."""

    def rollback(self) -> None:
        """As `Store.rollback`."""

    def close(self) -> None:
        """As `Store.close`."""
