"""Fitted models, and events in columns, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.rows import KEPT_MODELS, ModelRow
from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Collection

    from loyaltykit.store.rows import Change, Happening, Posting

_ADD = "INSERT INTO loyalty_model (name, version, at, sha256, report, body) VALUES (?, ?, ?, ?, ?, ?)"
_FORGET = (
    "DELETE FROM loyalty_model WHERE name = ? AND number NOT IN"
    " (SELECT number FROM loyalty_model WHERE name = ? ORDER BY at DESC, number DESC LIMIT ?)"
)
_MODEL = (
    "SELECT name, version, at, sha256, report, body FROM loyalty_model WHERE name = ? AND at <= ?"
    " ORDER BY at DESC, number DESC LIMIT 1"
)
_NOTE = "INSERT INTO loyalty_meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_HAPPENED = (
    "SELECT e.member, e.type, e.at, e.known_at, coalesce(b.data, '') FROM loyalty_event e"
    " LEFT JOIN loyalty_event_body b ON b.seq = e.seq AND e.type"
)
_OF_SOME = (
    "AND e.seq > ? AND e.member > ? AND e.member <= ? AND e.at < ? AND (e.known_at IS NULL OR e.known_at < ?)"
    " AND e.late < 2 ORDER BY e.member, e.at, e.seq"
)
_POSTED = (
    "SELECT p.member, p.amount, p.at, e.known_at FROM loyalty_entry p LEFT JOIN loyalty_event e ON e.seq = p.recorded"
    " WHERE p.member > ? AND p.member <= ? AND p.point = ? AND p.kind <> 'confirmation' ORDER BY p.member, p.seq"
)
_CHANGED = (
    "SELECT f.member, f.data, f.at, e.known_at FROM loyalty_effect f LEFT JOIN loyalty_event e ON e.seq = f.recorded"
    " WHERE f.member > ? AND f.member <= ? AND f.mechanic = ? AND f.kind = ? AND f.kept = 0 ORDER BY f.member, f.seq"
)


class SqlModels(SqlPart):
    """See `Models` and `Counts` of `loyaltykit.store.protocol`."""

    def add_model(self, row: ModelRow) -> None:
        self._executor.execute(_ADD, row)
        self._executor.execute(_FORGET, (row.name, row.name, KEPT_MODELS))

    def model(self, name: str, *, until: int) -> ModelRow | None:
        rows = self._all(_MODEL, (name, until))
        return ModelRow._make(rows[0]) if rows else None

    def noted(self, name: str) -> int | None:
        rows = self._all("SELECT value FROM loyalty_meta WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def note(self, name: str, value: int) -> None:
        self._executor.execute(_NOTE, (name, value))

    def happenings(
        self, types: Collection[str], told: Collection[str], *, after: int, to: int, before: int, since: int = 0
    ) -> list[Happening]:
        among, listed = self._executor.among, self._executor.listed
        page = f"{_HAPPENED} {among} WHERE e.type {among} {_OF_SOME}"
        return self._all(page, (listed(told), listed(types), since, after, to, before, before))

    def postings(self, point: str, *, after: int, to: int) -> list[Posting]:
        return self._all(_POSTED, (after, to, point))

    def changes(self, mechanic: str, kind: str, *, after: int, to: int) -> list[Change]:
        return self._all(_CHANGED, (after, to, mechanic, kind))
