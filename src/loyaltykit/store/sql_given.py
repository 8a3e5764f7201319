"""What is given, in SQL: stock, waiting lists, tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.rows import PlaceRow, TaskRow
from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Sequence


_NUMBERED = (
    "SELECT max(coalesce((SELECT max(number) FROM loyalty_claim WHERE reward = ?), 0),"
    " coalesce((SELECT max(number) FROM loyalty_free WHERE reward = ?), 0))"
)
_WAIT = "INSERT INTO loyalty_waiting (reward, member, since) VALUES (?, ?, ?) ON CONFLICT (reward, member) DO NOTHING"
_PLACE = "SELECT m.id, w.reward, w.member, w.since FROM loyalty_waiting w JOIN loyalty_member m ON m.number = w.member"
_PUT_TASK = (
    "INSERT INTO loyalty_task (id, member, reward, role, escalated, state, since, due, ended, doer, note)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
    " escalated = coalesce(excluded.escalated, loyalty_task.escalated),"
    " ended = coalesce(excluded.ended, loyalty_task.ended), doer = coalesce(excluded.doer, loyalty_task.doer),"
    " note = coalesce(excluded.note, loyalty_task.note)"
)
_TASK = (
    "SELECT m.id, t.id, t.member, t.reward, t.role, t.escalated, t.state, t.since, t.due, t.ended, t.doer, t.note"
    " FROM loyalty_task t JOIN loyalty_member m ON m.number = t.member"
)
_TASK_STATES = {
    True: "t.state IN ('open', 'escalated')",
    False: "t.state NOT IN ('open', 'escalated')",
    None: "1 = 1",
}
_TASK_ROLE = "(? IS NULL OR t.role = ? OR t.escalated = ?) ORDER BY t.due, t.id"


class SqlGiven(SqlPart):
    """Stock, waiting lists and tasks; see `Stock` and `Tasks` of `loyaltykit.store.protocol`."""

    def claim(self, reward: str, claim: str, *, stock: int) -> bool:
        if self._all("SELECT 1 FROM loyalty_claim WHERE id = ?", (claim,)):
            return True
        if self.claimed(reward) >= stock:
            return False
        free = self._all("SELECT min(number) FROM loyalty_free WHERE reward = ?", (reward,))[0][0]
        if free is not None:
            self._executor.execute("DELETE FROM loyalty_free WHERE reward = ? AND number = ?", (reward, free))
        number = self._numbered(reward) + 1 if free is None else free
        self._executor.execute(
            "INSERT INTO loyalty_claim (reward, number, id) VALUES (?, ?, ?)", (reward, number, claim)
        )
        return True

    def claimed(self, reward: str) -> int:
        free = self._all("SELECT count(*) FROM loyalty_free WHERE reward = ?", (reward,))[0][0]
        return self._numbered(reward) - int(free)

    def release(self, reward: str, claim: str) -> bool:
        held = self._all("SELECT number FROM loyalty_claim WHERE reward = ? AND id = ?", (reward, claim))
        if not held:
            return False
        self._executor.execute("DELETE FROM loyalty_claim WHERE reward = ? AND id = ?", (reward, claim))
        self._executor.execute("INSERT INTO loyalty_free (reward, number) VALUES (?, ?)", (reward, held[0][0]))
        return True

    def _numbered(self, reward: str) -> int:
        """The highest number that a piece ever had: held or let go."""
        return int(self._all(_NUMBERED, (reward, reward))[0][0])

    def wait(self, row: PlaceRow) -> None:
        self._executor.execute(_WAIT, row)

    def unwait(self, reward: str, member: int) -> None:
        self._executor.execute("DELETE FROM loyalty_waiting WHERE reward = ? AND member = ?", (reward, member))

    def waiting(self, reward: str) -> list[tuple[str, PlaceRow]]:
        rows = self._all(f"{_PLACE} WHERE w.reward = ? ORDER BY w.since, w.member", (reward,))
        return [(id, PlaceRow._make(row)) for id, *row in rows]

    def places(self, member: int) -> list[PlaceRow]:
        rows = self._all(f"{_PLACE} WHERE w.member = ? ORDER BY w.reward", (member,))
        return [PlaceRow._make(row) for _, *row in rows]

    def put_tasks(self, rows: Sequence[TaskRow]) -> None:
        self._many(_PUT_TASK, rows)

    def task(self, id: str) -> TaskRow | None:
        rows = self._all(f"{_TASK} WHERE t.id = ?", (id,))
        return TaskRow._make(rows[0][1:]) if rows else None

    def tasks(self, *, role: str | None = None, open: bool | None = True) -> list[tuple[str, TaskRow]]:
        rows = self._all(f"{_TASK} WHERE {_TASK_STATES[open]} AND {_TASK_ROLE}", (role, role, role))
        return [(id, TaskRow._make(row)) for id, *row in rows]
