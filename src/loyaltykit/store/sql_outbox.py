"""The outbox in SQL: portable statements; only how many channels there are changes a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyaltykit.store.rows import OutboxRow
from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltykit.store.rows import Served


_COLUMNS = (
    "seq, member, effect, message, purpose, channels, at, due, status, attempts, channel, reason, reference, done, run,"
    " facts, tried"
)
_WAITING = "status IN ('queued', 'deferred', 'leased')"
_SELECT = f"SELECT {_COLUMNS} FROM loyalty_outbox"  # noqa: S608  # constants
_ENQUEUE = (
    "INSERT INTO loyalty_outbox (member, effect, message, purpose, channels, at, due, status, attempts, channel,"
    " reason, reference, done, run, facts, tried) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member, effect) DO NOTHING"
)
_DUE = f"{_SELECT} WHERE {_WAITING} AND due <= ?"
_NEXT = "ORDER BY due, seq LIMIT ?"
_LEASE = "UPDATE loyalty_outbox SET status = 'leased', due = ?, done = NULL WHERE seq = ?"
_START = (
    "UPDATE loyalty_outbox SET attempts = attempts + 1, channel = ?, done = ?"
    " WHERE seq = ? AND status = 'leased' AND due = ?"
)
_FINISH = (
    "UPDATE loyalty_outbox SET channels = ?, due = ?, status = ?, attempts = ?, channel = ?, reason = ?, reference = ?,"
    " done = ?, tried = ? WHERE seq = ?"
)
_SUPPRESS = "UPDATE loyalty_outbox SET status = 'suppressed', reason = ?, done = ? WHERE "
_REQUEUE = (
    "UPDATE loyalty_outbox SET status = 'queued', reason = NULL, done = NULL"
    " WHERE member = ? AND effect = ? AND status = 'suppressed' AND reason = ?"
)
_REVIVE = (
    "UPDATE loyalty_outbox SET status = 'queued', channels = ?, due = ?, at = ?, attempts = 0, reason = NULL,"
    " done = NULL, tried = '[]' WHERE seq = ? AND status IN ('dead', 'suppressed')"
)
_SENT = (
    "SELECT done, status FROM loyalty_outbox WHERE member = ? AND done IS NOT NULL AND done >= ?"
    " AND status IN ('sent', 'leased') AND purpose <> 'staff' ORDER BY done, status"
)


class SqlOutbox(SqlPart):
    """Messages on their way out; see `loyaltykit.store.protocol.Outbox`."""

    def enqueue(self, rows: Sequence[OutboxRow]) -> None:
        self._many(_ENQUEUE, [row[1:] for row in rows])

    def lease(self, to: int, *, limit: int, until: int, served: Served | None = None) -> list[OutboxRow]:
        rows = self.to_send(to, limit=limit, served=served)
        self._many(_LEASE, [(until, row.seq) for row in rows])
        return rows

    def to_send(self, to: int, *, limit: int, served: Served | None = None) -> list[OutboxRow]:
        if served is None:
            return [OutboxRow._make(row) for row in self._all(f"{_DUE} {_NEXT}", (to, limit))]
        ours, theirs = served.ours, served.theirs
        held = " OR ".join(["substr(channels, 1, ?) = ?"] * len(theirs)) or "1 = 0"
        open_ = " OR ".join(["replace(channels, ?, '') <> channels"] * len(ours)) or "1 = 0"
        full = " OR ".join(["(seq <= ? AND substr(channels, 1, ?) = ?)"] * len(served.busy)) or "1 = 0"
        where = (
            f"{_DUE} AND (channels = '[]' OR (at < ? AND NOT (purpose = 'staff' AND ({full})))"
            f" OR ((due < ? OR NOT ({held})) AND NOT ({full}) AND ({open_}))) {_NEXT}"
        )
        begins = [value for one in theirs for value in (len(one), one)]
        stays = [value for one, seen in served.waiting for value in (seen, len(one), one)]
        values = (to, served.stale, *stays, served.waited, *begins, *stays, *ours, limit)
        return [OutboxRow._make(row) for row in self._all(where, values)]

    def start(self, seq: int, *, lease: int, channel: str, at: int) -> bool:
        return self._executor.execute(_START, (channel, at, seq, lease)) == 1

    def finish(self, row: OutboxRow, *, lease: int | None) -> bool:
        values = (
            row.channels, row.due, row.status, row.attempts, row.channel, row.reason, row.reference, row.done,
            row.tried, row.seq,
        )  # fmt: skip
        if lease is None:
            return self._executor.execute(_FINISH, values) == 1
        return self._executor.execute(f"{_FINISH} AND status = 'leased' AND due = ?", (*values, lease)) == 1

    def unsent(self, member: int) -> list[OutboxRow]:
        waiting = f"{_SELECT} WHERE member = ? AND {_WAITING} ORDER BY seq"
        return [OutboxRow._make(row) for row in self._all(waiting, (member,))]

    def suppress(self, numbers: Collection[int], *, reason: str, at: int) -> int:
        one = f"{_SUPPRESS}seq = ? AND {_WAITING}"
        return sum(self._executor.execute(one, (reason, at, seq)) for seq in numbers)

    def requeue(self, member: int, effects: Collection[str], *, reason: str) -> int:
        return sum(self._executor.execute(_REQUEUE, (member, effect, reason)) for effect in effects)

    def lapse(self, before: int, *, reason: str, at: int) -> int:
        old = f"{_SUPPRESS}{_WAITING} AND due < ? AND purpose <> 'staff' AND attempts = 0 AND tried = '[]'"
        return self._executor.execute(old, (reason, at, before))

    def given_up(
        self, status: str, *, channel: str | None, reason: str | None, since: int | None, limit: int
    ) -> list[OutboxRow]:
        tried = None if channel is None else f"[{json.dumps(channel)}, "
        wanted = (
            (channel, "(channel = ? OR replace(tried, ?, '') <> tried)", (channel, tried)),
            (reason, "reason = ?", (reason,)),
            (since, "done >= ?", (since,)),
        )
        used = [(text, values) for asked, text, values in wanted if asked is not None]
        where = " AND ".join(["status = ?", "status IN ('dead', 'suppressed')", *(text for text, _ in used)])
        values = [value for _, some in used for value in some]
        page = f"{_SELECT} WHERE {where} ORDER BY done DESC, seq DESC LIMIT ?"
        return [OutboxRow._make(row) for row in self._all(page, (status, *values, limit))]

    def revive(self, row: OutboxRow) -> bool:
        return self._executor.execute(_REVIVE, (row.channels, row.due, row.at, row.seq)) == 1

    def by_reference(self, reference: str) -> OutboxRow | None:
        rows = self._all(f"{_SELECT} WHERE reference = ?", (reference,))
        return OutboxRow._make(rows[0]) if len(rows) == 1 else None

    def sent_since(self, member: int, since: int) -> list[tuple[int, str]]:
        return [(done, status) for done, status in self._all(_SENT, (member, since))]

    def letter(self, seq: int) -> OutboxRow | None:
        rows = self._all(f"{_SELECT} WHERE seq = ?", (seq,))
        return OutboxRow._make(rows[0]) if rows else None

    def letters(self, *, member: int | None = None, status: str | None = None, limit: int) -> list[OutboxRow]:
        wanted = {"member": member, "status": status}
        named = {name: value for name, value in wanted.items() if value is not None}
        where = " AND ".join(f"{name} = ?" for name in named) or "1 = 1"
        page = f"{_SELECT} WHERE {where} ORDER BY seq DESC LIMIT ?"
        return [OutboxRow._make(row) for row in self._all(page, (*named.values(), limit))]

    def deliveries(self) -> Mapping[tuple[str, str | None, str | None], int]:
        count = "SELECT status, channel, reason, count(*) FROM loyalty_outbox GROUP BY status, channel, reason"
        return {(status, channel, reason): int(number) for status, channel, reason, number in self._all(count)}

    def add_code(self, digest: str, member: int, *, ends: int) -> None:
        self._executor.execute(
            "INSERT INTO loyalty_code (digest, member, ends) VALUES (?, ?, ?)", (digest, member, ends)
        )

    def take_code(self, digest: str) -> tuple[int, int] | None:
        rows = self._all("SELECT member, ends FROM loyalty_code WHERE digest = ?", (digest,))
        self._executor.execute("DELETE FROM loyalty_code WHERE digest = ?", (digest,))
        return (rows[0][0], rows[0][1]) if rows else None
