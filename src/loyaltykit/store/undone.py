"""How the writes of the store in memory are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Undone:
    """Every write pushes what takes it back; `rollback` runs these from the last to the first."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], Any]] = []

    def _append(self, rows: list[Any], row: Any) -> None:
        rows.append(row)
        self._undo.append(rows.pop)

    def _set(self, rows: list[Any], place: int, row: Any) -> None:
        old = rows[place]
        self._undo.append(lambda: rows.__setitem__(place, old))
        rows[place] = row

    def _put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        if key in table:
            old = table[key]
            self._undo.append(lambda: table.__setitem__(key, old))
        else:
            self._undo.append(lambda: table.pop(key))
        table[key] = value

    def _drop(self, table: dict[Any, Any], key: Any) -> Any:
        old = table.pop(key)
        self._undo.append(lambda: table.__setitem__(key, old))
        return old
