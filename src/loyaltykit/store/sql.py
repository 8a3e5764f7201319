"""The store in SQL: portable statements of constant text. What a dialect has of its own is its executor's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.store.rows import WITHDRAWN, EffectRow, EntryRow, EventRow, InboxRow, ProgramRow, StateRow
from loyaltykit.store.sql_attempts import SqlAttempts
from loyaltykit.store.sql_boards import SqlBoards
from loyaltykit.store.sql_chances import SqlChances
from loyaltykit.store.sql_codes import SqlCodes
from loyaltykit.store.sql_given import SqlGiven
from loyaltykit.store.sql_models import SqlModels
from loyaltykit.store.sql_outbox import SqlOutbox
from loyaltykit.store.sql_voice import SqlVoice
from loyaltykit.store.sql_words import SqlWords

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltykit.store.executor import Executor
    from loyaltykit.store.rows import EffectKey, EffectValues, EntryValues, EventValues, StateValues

_EVENT = (
    "SELECT e.seq, e.id, e.member, e.type, e.at, e.known_at, e.late, coalesce(b.data, '')"
    " FROM loyalty_event e LEFT JOIN loyalty_event_body b ON b.seq = e.seq"
)
_ENTRY = (
    "SELECT member, recorded, point, kind, amount, at, mechanic, occurrence, event, wanted, available_at,"
    " expires_at, lot FROM loyalty_entry WHERE member = ?"
)
_EFFECT = (
    "SELECT member, recorded, kind, name, at, mechanic, occurrence, event, data, kept"
    " FROM loyalty_effect WHERE member = ?"
)
_EFFECTS_OF = (
    "SELECT member, recorded, kind, name, at, mechanic, occurrence, event, data, kept FROM loyalty_effect"
    " WHERE kind IN ('exposure', 'offer', 'outcome') AND mechanic = ? AND kind = ? AND member > ? AND member <= ?"
    " ORDER BY member, seq"
)
_EFFECTS_AFTER = (
    "SELECT seq, member, recorded, kind, name, at, mechanic, occurrence, event, data, kept FROM loyalty_effect"
    " WHERE seq > ? AND kept = 0 AND at >= ? AND kind {among} ORDER BY seq {order} LIMIT ?"
)
_BARE_EVENT = "SELECT e.seq, e.id, e.member, e.type, e.at, e.known_at, e.late, '' FROM loyalty_event e"
_PROGRAM = "SELECT hash, name, version, plan, adopted, document, mode FROM loyalty_program ORDER BY number"
_NUMBERS = "SELECT id, number FROM loyalty_member WHERE id"
_STATES = "SELECT member, plan, now, due, body FROM loyalty_state WHERE member"
_ADD_EVENT = "INSERT INTO loyalty_event (seq, id, member, type, at, known_at, late) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_BODY = "INSERT INTO loyalty_event_body (seq, data) VALUES (?, ?)"
_ADD_ENTRY = (
    "INSERT INTO loyalty_entry (member, recorded, point, kind, amount, at, mechanic, occurrence, event, wanted,"
    " available_at, expires_at, lot) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD_EFFECT = (
    "INSERT INTO loyalty_effect (member, recorded, kind, name, at, mechanic, occurrence, event, data, kept)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member, mechanic, occurrence, kind, name) DO UPDATE SET recorded = excluded.recorded,"
    " at = excluded.at, event = excluded.event, data = excluded.data, kept = 0 WHERE loyalty_effect.kept = 1"
)
_KEEP = (
    "UPDATE loyalty_effect SET kept = ? WHERE member = ? AND mechanic = ? AND occurrence = ? AND kind = ? AND name = ?"
)
_PUT_STATE = (
    "INSERT INTO loyalty_state (member, plan, now, due, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (member) DO UPDATE"
    " SET plan = excluded.plan, now = excluded.now, due = excluded.due, body = excluded.body"
)
_ADD_INBOX = (
    "INSERT INTO loyalty_inbox (member, effect, message, at, subject, text) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member, effect, message) DO NOTHING"
)
_REWORD = "UPDATE loyalty_inbox SET subject = ?, text = ? WHERE member = ? AND effect = ? AND message = ?"
_STATE_OF = "SELECT m.id FROM loyalty_state s JOIN loyalty_member m ON m.number = s.member WHERE"
_ADVANCED = (
    "INSERT INTO loyalty_meta (name, value) VALUES ('advanced', ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_PUT_POLICY = (
    "INSERT INTO loyalty_policy (step, memory) VALUES (?, ?) ON CONFLICT (step) DO UPDATE SET memory = excluded.memory"
)
_RECENT = " AND at <= ? ORDER BY at DESC, seq DESC LIMIT ?"


class SqlStore(SqlAttempts, SqlBoards, SqlChances, SqlGiven, SqlCodes, SqlModels, SqlOutbox, SqlVoice, SqlWords):
    """A store over one database connection; see `loyaltykit.store.protocol.Store` for what each method means."""

    def __init__(self, executor: Executor) -> None:
        super().__init__(executor)
        self.begin = executor.begin
        self.commit = executor.commit
        self.rollback = executor.rollback
        self.close = executor.close

    def program(self) -> ProgramRow | None:
        rows = self._all(f"{_PROGRAM} DESC LIMIT 1")
        return ProgramRow._make(rows[0]) if rows else None

    def programs(self) -> list[ProgramRow]:
        return [ProgramRow._make(row) for row in self._all(_PROGRAM)]

    def adoptions(self) -> int:
        return int(self._all("SELECT count(*) FROM loyalty_program")[0][0])

    def add_program(self, row: ProgramRow) -> None:
        self._executor.execute(
            "INSERT INTO loyalty_program (hash, name, version, plan, adopted, document, mode)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )

    def plan(self, hash: str) -> int:
        find = "SELECT number FROM loyalty_plan WHERE hash = ?"
        rows = self._all(find, (hash,))
        if not rows:
            self._executor.execute("INSERT INTO loyalty_plan (hash) VALUES (?)", (hash,))
            rows = self._all(find, (hash,))
        return int(rows[0][0])

    def advanced(self) -> int | None:
        rows = self._all("SELECT value FROM loyalty_meta WHERE name = 'advanced'")
        return rows[0][0] if rows else None

    def set_advanced(self, to: int) -> None:
        self._executor.execute(_ADVANCED, (to,))

    def numbers(self, ids: Collection[str]) -> dict[str, int]:
        return dict(self._among(_NUMBERS, ids))

    def ids(self, numbers: Collection[int]) -> dict[int, str]:
        return dict(self._among("SELECT number, id FROM loyalty_member WHERE number", numbers))

    def last_member(self) -> int:
        return int(self._all("SELECT coalesce(max(number), 0) FROM loyalty_member")[0][0])

    def add_members(self, rows: Sequence[tuple[int, str]]) -> None:
        self._many("INSERT INTO loyalty_member (number, id) VALUES (?, ?)", rows)

    def members(self, *, after: int = 0, limit: int = 1_000) -> list[tuple[int, str]]:
        page = "SELECT number, id FROM loyalty_member WHERE number > ? ORDER BY number LIMIT ?"
        return [(number, id) for number, id in self._all(page, (after, limit))]

    def last_event(self) -> int:
        return int(self._all("SELECT coalesce(max(seq), 0) FROM loyalty_event")[0][0])

    def seen(self, ids: Collection[str]) -> list[EventRow]:
        return [EventRow._make(row) for row in self._among(f"{_EVENT} WHERE e.id", ids)]

    def history(self, member: int) -> list[EventRow]:
        rows = self._all(f"{_EVENT} WHERE e.member = ?", (member,))
        return sorted(map(EventRow._make, rows), key=lambda row: (row.at, row.id))

    def recent(self, member: int, *, until: int, limit: int) -> list[EventRow]:
        page = f"SELECT seq, id, member, type, at, known_at, late, '' FROM loyalty_event WHERE member = ?{_RECENT}"  # noqa: S608  # constants
        return [EventRow._make(row) for row in self._all(page, (member, until, limit))]

    def add_events(self, rows: Sequence[EventValues]) -> None:
        self._many(_ADD_EVENT, [row[:7] for row in rows])
        bodies = [(row[0], row[7]) for row in rows if row[7]]
        if bodies:
            self._many(_ADD_BODY, bodies)

    def mark_withdrawn(self, seqs: Collection[int]) -> None:
        self._many("UPDATE loyalty_event SET late = ? WHERE seq = ?", [(WITHDRAWN, seq) for seq in seqs])

    def states(self, members: Collection[int]) -> list[StateRow]:
        return [StateRow._make(row) for row in self._among(_STATES, members)]

    def due(self, to: int, *, limit: int) -> list[str]:
        page = f"{_STATE_OF} s.due IS NOT NULL AND s.due <= ? ORDER BY s.due, s.member LIMIT ?"
        return [row[0] for row in self._all(page, (to, limit))]

    def outdated(self, plan: int, *, limit: int) -> list[str]:
        return [row[0] for row in self._all(f"{_STATE_OF} s.plan <> ? ORDER BY s.member LIMIT ?", (plan, limit))]

    def put_states(self, rows: Sequence[StateValues]) -> None:
        self._many(_PUT_STATE, rows)

    def add_entries(self, rows: Sequence[EntryValues]) -> None:
        self._many(_ADD_ENTRY, rows)

    def entries(self, member: int, *, recorded: int | None = None) -> list[EntryRow]:
        return [EntryRow._make(row) for row in self._of(_ENTRY, member, recorded)]

    def recent_entries(self, member: int, *, until: int, limit: int) -> list[EntryRow]:
        return [EntryRow._make(row) for row in self._all(_ENTRY + _RECENT, (member, until, limit))]

    def sums(self, member: int) -> Mapping[tuple[str, str], int]:
        net = (  # in two parts: a database's sum ends at 64 bits, a member's points do not
            "SELECT point, mechanic, sum(amount / 1000000000), sum(amount % 1000000000) FROM loyalty_entry"
            " WHERE member = ? AND kind <> 'confirmation' GROUP BY point, mechanic"
        )
        rows = self._all(net, (member,))
        return {(point, mechanic): int(high) * 1_000_000_000 + int(low) for point, mechanic, high, low in rows}

    def add_effects(self, rows: Sequence[EffectValues]) -> None:
        self._many(_ADD_EFFECT, rows)

    def effects(self, member: int, *, recorded: int | None = None) -> list[EffectRow]:
        return [EffectRow._make(row) for row in self._of(_EFFECT, member, recorded)]

    def recent_effects(self, member: int, *, until: int, limit: int) -> list[EffectRow]:
        return [EffectRow._make(row) for row in self._all(_EFFECT + _RECENT, (member, until, limit))]

    def effects_after(
        self, seq: int | None, *, kinds: Collection[str], since: int, limit: int
    ) -> list[tuple[int, EffectRow]]:
        page = _EFFECTS_AFTER.format(among=self._executor.among, order="DESC" if seq is None else "ASC")
        rows = self._all(page, (seq or 0, since, self._executor.listed(list(kinds)), limit))
        found = [(int(row[0]), EffectRow._make(row[1:])) for row in rows]
        return found[::-1] if seq is None else found

    def last_effect(self) -> int:
        return int(self._all("SELECT coalesce(max(seq), 0) FROM loyalty_effect")[0][0])

    def mark_kept(self, member: int, keys: Collection[EffectKey], *, kept: bool) -> None:
        self._many(_KEEP, [(int(kept), member, *key) for key in keys])

    def add_inbox(self, rows: Sequence[InboxRow]) -> None:
        self._many(_ADD_INBOX, rows)

    def inbox(self, member: int, *, limit: int) -> list[InboxRow]:
        page = (
            "SELECT member, effect, message, at, subject, text FROM loyalty_inbox"
            " WHERE member = ? ORDER BY at DESC, seq DESC LIMIT ?"
        )
        return [InboxRow._make(row) for row in self._all(page, (member, limit))]

    def told(self, effect: str) -> list[InboxRow]:
        sql = (
            "SELECT member, effect, message, at, subject, text FROM loyalty_inbox"
            " WHERE substr(effect, 1, ?) = ? ORDER BY member, seq"
        )
        return [InboxRow._make(row) for row in self._all(sql, (len(effect), effect))]

    def reword(self, row: InboxRow) -> None:
        self._executor.execute(_REWORD, (row.subject, row.text, row.member, row.effect, row.message))

    def newest(self) -> int | None:
        rows = self._all("SELECT max(at) FROM loyalty_event")
        return rows[0][0] if rows else None

    def effects_of(self, mechanic: str, kind: str, *, after: int, to: int) -> list[EffectRow]:
        return [EffectRow._make(row) for row in self._all(_EFFECTS_OF, (mechanic, kind, after, to))]

    def happened(self, types: Collection[str], members: Collection[int], *, data: bool) -> list[EventRow]:
        among, listed = self._executor.among, self._executor.listed
        select = _EVENT if data else _BARE_EVENT
        ordered = f"{select} WHERE e.member {among} AND e.type {among} AND e.late < 2 ORDER BY e.member, e.at, e.id"
        return [EventRow._make(row) for row in self._all(ordered, (listed(members), listed(types)))]

    def policy(self, step: str) -> str | None:
        rows = self._all("SELECT memory FROM loyalty_policy WHERE step = ?", (step,))
        return rows[0][0] if rows else None

    def put_policy(self, step: str, memory: str) -> None:
        self._executor.execute(_PUT_POLICY, (step, memory))

    def _among(self, select: str, values: Collection[str] | Collection[int]) -> list[tuple[Any, ...]]:
        """The rows whose last column of `select` is one of the values."""
        if len(values) == 1:
            return self._all(f"{select} = ?", tuple(values))
        return self._all(f"{select} {self._executor.among}", (self._executor.listed(values),))

    def _of(self, select: str, member: int, recorded: int | None) -> list[tuple[Any, ...]]:
        if recorded is None:
            return self._all(f"{select} ORDER BY seq", (member,))
        return self._all(f"{select} AND recorded = ? ORDER BY seq", (member, recorded))
