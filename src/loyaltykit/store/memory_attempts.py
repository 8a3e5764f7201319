"""Attempts to send, in the store in memory."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import partial
from typing import TYPE_CHECKING, Any

from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from loyaltykit.store.rows import AttemptRow


class MemoryAttempts(Undone):
    """Attempts of the last day; see `loyaltykit.store.protocol.Attempts`."""

    def __init__(self) -> None:
        super().__init__()
        self._attempts: dict[tuple[str, int, int], AttemptRow] = {}
        self._tries: dict[Any, list[tuple[int, int, str]]] = {}
        """In order of their instants, by channel, by slot, and by channel and member: instant, message, channel."""

    def attempt(self, row: AttemptRow) -> None:
        if (row.channel, row.at, row.message) in self._attempts:
            self._take_out(row)
        self._take_in(row)

    def attempted(self, row: AttemptRow, *, at: int, failed: bool | None) -> None:
        if (row.channel, row.at, row.message) in self._attempts:
            self._take_out(row)
            self._take_in(row._replace(at=at, failed=None if failed is None else int(failed)))

    def nth_attempt(self, number: int, *, channel: str, slot: str = "") -> int | None:
        found = self._tries.get(("slot", slot) if slot else ("channel", channel), [])
        return found[-number][0] if len(found) >= number else None

    def outcomes(self, channel: str, since: int, *, limit: int) -> list[tuple[int, bool]]:
        return self._answered(("channel", channel), since, limit)

    def outcomes_for(self, member: int, channel: str, since: int, *, limit: int) -> list[bool]:
        return [failed for _, failed in self._answered((channel, member), since, limit)]

    def forget_attempts(self, channel: str, before: int) -> None:
        rows = list(self._tries.get(("channel", channel), ()))
        for at, message, _ in rows[: bisect_left(rows, (before,))]:
            self._take_out(self._attempts[channel, at, message])

    def _answered(self, key: Any, since: int, limit: int) -> list[tuple[int, bool]]:
        found: list[tuple[int, bool]] = []
        for at, message, channel in reversed(self._tries.get(key, ())):
            if at < since or len(found) == limit:
                break
            failed = self._attempts[channel, at, message].failed
            if failed is not None:
                found.append((at, bool(failed)))
        return found

    def _take_in(self, row: AttemptRow) -> None:
        self._put(self._attempts, (row.channel, row.at, row.message), row)
        place = (row.at, row.message, row.channel)
        for rows in self._lists(row):
            insort(rows, place)
            self._undo.append(partial(rows.remove, place))

    def _take_out(self, row: AttemptRow) -> None:
        self._drop(self._attempts, (row.channel, row.at, row.message))
        place = (row.at, row.message, row.channel)
        for rows in self._lists(row):
            del rows[bisect_left(rows, place)]
            self._undo.append(partial(insort, rows, place))

    def _lists(self, row: AttemptRow) -> list[list[tuple[int, int, str]]]:
        keys: list[Any] = [("channel", row.channel), (row.channel, row.member)]
        keys += [("slot", row.slot)] if row.slot else []
        return [self._tries.setdefault(key, []) for key in keys]
