"""Leaderboards in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.rows import RankedRow, ScoreRow
from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Sequence


class MemoryBoards(Undone):
    """See `loyaltykit.store.protocol.Boards`."""

    _ids: list[str]

    def __init__(self) -> None:
        super().__init__()
        self._scores: dict[tuple[str, int, str], dict[int, float]] = {}
        self._settled: dict[tuple[str, int], int] = {}
        self._hidden: dict[tuple[str, int], None] = {}

    def put_scores(self, rows: Sequence[ScoreRow]) -> None:
        for board, period, group, member, score in rows:
            table = self._scores.setdefault((board, period, group), {})
            if score is not None:
                self._put(table, member, score)
            elif member in table:
                self._drop(table, member)

    def scores(self, member: int) -> list[ScoreRow]:
        return [ScoreRow(*key, member, table[member]) for key, table in sorted(self._scores.items()) if member in table]

    def ranked(self, board: str, period: int, group: str, *, limit: int) -> list[RankedRow]:
        return self._shown(board, period, group)[:limit]

    def beside(self, board: str, period: int, group: str, row: RankedRow, *, each: int) -> list[RankedRow]:
        rows = self._shown(board, period, group)
        place = rows.index(row)
        return rows[max(0, place - each) : place + each + 1]

    def place(self, board: str, period: int, group: str, member: int) -> RankedRow | None:
        return next((row for row in self._shown(board, period, group) if row.member == member), None)

    def ahead(self, board: str, period: int, group: str, score: float) -> int:
        return sum(row.score > score for row in self._shown(board, period, group))

    def on_board(self, board: str, period: int, group: str) -> int:
        return len(self._shown(board, period, group))

    def open_periods(self, board: str) -> list[int]:
        known = {period for (name, period, _), table in self._scores.items() if name == board and table}
        return sorted(period for period in known if (board, period) not in self._settled)

    def groups(self, board: str, period: int) -> list[str]:
        return sorted(key[2] for key, table in self._scores.items() if key[:2] == (board, period) and table)

    def settle_board(self, board: str, period: int, at: int) -> None:
        self._put(self._settled, (board, period), at)

    def settled_board(self, board: str, period: int) -> int | None:
        return self._settled.get((board, period))

    def hide(self, board: str, member: int, *, hidden: bool) -> None:
        if hidden:
            self._put(self._hidden, (board, member), None)
        elif (board, member) in self._hidden:
            self._drop(self._hidden, (board, member))

    def _shown(self, board: str, period: int, group: str) -> list[RankedRow]:
        table = self._scores.get((board, period, group), {})
        rows = [
            RankedRow(member, self._ids[member - 1], score)
            for member, score in table.items()
            if (board.partition("/")[0], member) not in self._hidden
        ]
        return sorted(rows, key=lambda row: (-row.score, row.member))
