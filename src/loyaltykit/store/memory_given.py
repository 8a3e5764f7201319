"""What is given, in memory: stock, waiting lists, tasks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from loyaltykit.store.rows import OPEN_TASKS, PlaceRow, TaskRow
from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Sequence

_LATER = ("escalated", "ended", "doer", "note")


class MemoryGiven(Undone):
    """Stock, waiting lists and tasks; see `Stock` and `Tasks` of `loyaltykit.store.protocol`."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: list[str] = []
        self._claims: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._tasks: dict[str, TaskRow] = {}
        self._places: dict[tuple[str, int], PlaceRow] = {}

    def claim(self, reward: str, claim: str, *, stock: int) -> bool:
        claims = self._claims[reward]
        if claim not in claims:
            if len(claims) >= stock:
                return False
            self._put(claims, claim, None)
        return True

    def claimed(self, reward: str) -> int:
        return len(self._claims[reward])

    def release(self, reward: str, claim: str) -> bool:
        if claim not in self._claims[reward]:
            return False
        self._drop(self._claims[reward], claim)
        return True

    def wait(self, row: PlaceRow) -> None:
        key = (row.reward, row.member)
        if key not in self._places:
            self._put(self._places, key, row)

    def unwait(self, reward: str, member: int) -> None:
        if (reward, member) in self._places:
            self._drop(self._places, (reward, member))

    def waiting(self, reward: str) -> list[tuple[str, PlaceRow]]:
        rows = [row for row in self._places.values() if row.reward == reward]
        return [(self._ids[row.member - 1], row) for row in sorted(rows, key=lambda row: (row.since, row.member))]

    def places(self, member: int) -> list[PlaceRow]:
        return sorted(row for row in self._places.values() if row.member == member)

    def put_tasks(self, rows: Sequence[TaskRow]) -> None:
        for row in rows:
            known = self._tasks.get(row.id, row)
            later = {name: getattr(row, name) for name in _LATER if getattr(row, name) is not None}
            self._put(self._tasks, row.id, known._replace(state=row.state, **later))

    def task(self, id: str) -> TaskRow | None:
        return self._tasks.get(id)

    def tasks(self, *, role: str | None = None, open: bool | None = True) -> list[tuple[str, TaskRow]]:
        found = [
            row
            for row in self._tasks.values()
            if (role is None or role in (row.role, row.escalated))
            and (open is None or open == (row.state in OPEN_TASKS))
        ]
        return [(self._ids[row.member - 1], row) for row in sorted(found, key=lambda row: (row.due, row.id))]
