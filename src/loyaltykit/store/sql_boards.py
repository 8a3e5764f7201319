"""Leaderboards in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.rows import RankedRow, ScoreRow
from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Sequence

_PUT = (
    "INSERT INTO loyalty_score (board, period, grp, member, score) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (board, period, grp, member) DO UPDATE SET score = excluded.score"
)
_DROP = "DELETE FROM loyalty_score WHERE board = ? AND period = ? AND grp = ? AND member = ?"
_OF = "SELECT board, period, grp, member, score FROM loyalty_score WHERE member = ? ORDER BY board, period, grp"
_SHOWN = (
    " WHERE s.board = ? AND s.period = ? AND s.grp = ? AND NOT EXISTS"
    " (SELECT 1 FROM loyalty_hidden h WHERE h.board = ? AND h.member = s.member)"
)
_RANKED = (
    "SELECT s.member, m.id, s.score FROM loyalty_score s JOIN loyalty_member m ON m.number = s.member"  # noqa: S608  # of constants
    + _SHOWN
)
_COUNT = "SELECT count(*) FROM loyalty_score s" + _SHOWN  # noqa: S608  # of constants
_OPEN = (
    "SELECT DISTINCT s.period FROM loyalty_score s WHERE s.board = ? AND NOT EXISTS"
    " (SELECT 1 FROM loyalty_settled c WHERE c.board = s.board AND c.period = s.period) ORDER BY s.period"
)
_GROUPS = "SELECT DISTINCT grp FROM loyalty_score WHERE board = ? AND period = ? ORDER BY grp"


class SqlBoards(SqlPart):
    """See `loyaltykit.store.protocol.Boards`."""

    def put_scores(self, rows: Sequence[ScoreRow]) -> None:
        self._many(_PUT, [row for row in rows if row.score is not None])
        self._many(_DROP, [row[:4] for row in rows if row.score is None])

    def scores(self, member: int) -> list[ScoreRow]:
        return [ScoreRow._make(row) for row in self._all(_OF, (member,))]

    def ranked(self, board: str, period: int, group: str, *, limit: int) -> list[RankedRow]:
        sql = f"{_RANKED} ORDER BY s.score DESC, s.member LIMIT ?"
        return [RankedRow._make(row) for row in self._all(sql, (*_about(board, period, group), limit))]

    def beside(self, board: str, period: int, group: str, row: RankedRow, *, each: int) -> list[RankedRow]:
        about = (*_about(board, period, group), row.score, row.score, row.member, each)
        before = self._all(
            f"{_RANKED} AND s.score >= ? AND (s.score > ? OR s.member < ?) ORDER BY s.score ASC, s.member DESC LIMIT ?",
            about,
        )
        after = self._all(
            f"{_RANKED} AND s.score <= ? AND (s.score < ? OR s.member > ?) ORDER BY s.score DESC, s.member ASC LIMIT ?",
            about,
        )
        return [RankedRow._make(one) for one in (*reversed(before), row, *after)]

    def place(self, board: str, period: int, group: str, member: int) -> RankedRow | None:
        rows = self._all(f"{_RANKED} AND s.member = ?", (*_about(board, period, group), member))
        return RankedRow._make(rows[0]) if rows else None

    def ahead(self, board: str, period: int, group: str, score: float) -> int:
        return int(self._all(f"{_COUNT} AND s.score > ?", (*_about(board, period, group), score))[0][0])

    def on_board(self, board: str, period: int, group: str) -> int:
        return int(self._all(_COUNT, _about(board, period, group))[0][0])

    def open_periods(self, board: str) -> list[int]:
        return [int(row[0]) for row in self._all(_OPEN, (board,))]

    def groups(self, board: str, period: int) -> list[str]:
        return [str(row[0]) for row in self._all(_GROUPS, (board, period))]

    def settle_board(self, board: str, period: int, at: int) -> None:
        self._executor.execute("INSERT INTO loyalty_settled (board, period, at) VALUES (?, ?, ?)", (board, period, at))

    def settled_board(self, board: str, period: int) -> int | None:
        rows = self._all("SELECT at FROM loyalty_settled WHERE board = ? AND period = ?", (board, period))
        return int(rows[0][0]) if rows else None

    def hide(self, board: str, member: int, *, hidden: bool) -> None:
        if hidden:
            sql = "INSERT INTO loyalty_hidden (board, member) VALUES (?, ?) ON CONFLICT (board, member) DO NOTHING"
        else:
            sql = "DELETE FROM loyalty_hidden WHERE board = ? AND member = ?"
        self._executor.execute(sql, (board, member))


def _about(board: str, period: int, group: str) -> tuple[str, int, str, str]:
    """A board in a period, and its id, by which members are hidden."""
    return board, period, group, board.partition("/")[0]
