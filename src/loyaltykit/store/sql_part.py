"""What the parts of the SQL store share: one connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loyaltykit.store.executor import Executor


class SqlPart:
    """Some of the tables, by an executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._all = executor.fetchall
        self._many = executor.executemany
