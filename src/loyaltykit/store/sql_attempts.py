"""Attempts to send in SQL: portable statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from loyaltykit.store.rows import AttemptRow

_BEGUN = (
    "INSERT INTO loyalty_attempt (channel, at, message, member, slot, failed) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (channel, at, message) DO UPDATE SET failed = excluded.failed"
)
_ANSWERED = "UPDATE loyalty_attempt SET at = ?, failed = ? WHERE channel = ? AND at = ? AND message = ?"
_NEWEST = "SELECT at FROM loyalty_attempt WHERE channel = ? ORDER BY at DESC LIMIT 1 OFFSET ?"
_NEWEST_TO = "SELECT at FROM loyalty_attempt WHERE slot = ? AND slot <> '' ORDER BY at DESC LIMIT 1 OFFSET ?"
_OUTCOMES = (
    "SELECT at, failed FROM loyalty_attempt WHERE channel = ? AND at >= ? AND failed IS NOT NULL"
    " ORDER BY at DESC LIMIT ?"
)
_OF = (
    "SELECT failed FROM loyalty_attempt WHERE channel = ? AND member = ? AND at >= ? AND failed IS NOT NULL"
    " ORDER BY at DESC LIMIT ?"
)


class SqlAttempts(SqlPart):
    """Attempts of the last day; see `loyaltykit.store.protocol.Attempts`."""

    def attempt(self, row: AttemptRow) -> None:
        self._executor.execute(_BEGUN, row)

    def attempted(self, row: AttemptRow, *, at: int, failed: bool | None) -> None:
        outcome = None if failed is None else int(failed)
        self._executor.execute(_ANSWERED, (at, outcome, row.channel, row.at, row.message))

    def nth_attempt(self, number: int, *, channel: str, slot: str = "") -> int | None:
        rows = self._all(_NEWEST_TO if slot else _NEWEST, (slot or channel, number - 1))
        return rows[0][0] if rows else None

    def outcomes(self, channel: str, since: int, *, limit: int) -> list[tuple[int, bool]]:
        return [(at, bool(failed)) for at, failed in self._all(_OUTCOMES, (channel, since, limit))]

    def outcomes_for(self, member: int, channel: str, since: int, *, limit: int) -> list[bool]:
        return [bool(failed) for (failed,) in self._all(_OF, (channel, member, since, limit))]

    def forget_attempts(self, channel: str, before: int) -> None:
        self._executor.execute("DELETE FROM loyalty_attempt WHERE channel = ? AND at < ?", (channel, before))
