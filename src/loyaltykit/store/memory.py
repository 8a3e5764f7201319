"""The store in memory: for tests, examples and what-ifs. It keeps the rows of the SQL store in dicts and lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import StoreError
from loyaltykit.store.memory_attempts import MemoryAttempts
from loyaltykit.store.memory_boards import MemoryBoards
from loyaltykit.store.memory_chances import MemoryChances
from loyaltykit.store.memory_codes import MemoryCodes
from loyaltykit.store.memory_given import MemoryGiven
from loyaltykit.store.memory_models import MemoryModels
from loyaltykit.store.memory_outbox import MemoryOutbox
from loyaltykit.store.memory_voice import MemoryVoice
from loyaltykit.store.memory_words import MemoryWords
from loyaltykit.store.protocol import TAKEN
from loyaltykit.store.rows import WITHDRAWN, EffectRow, EntryRow, EventRow, StateRow, effect_key
from loyaltykit.values import NEVER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltykit.store.rows import (
        Change,
        EffectKey,
        EffectValues,
        EntryValues,
        EventValues,
        Happening,
        InboxRow,
        Posting,
        ProgramRow,
        StateValues,
    )


class MemoryStore(
    MemoryAttempts,
    MemoryBoards,
    MemoryChances,
    MemoryGiven,
    MemoryCodes,
    MemoryModels,
    MemoryOutbox,
    MemoryVoice,
    MemoryWords,
):
    """A store that lasts as long as the object; see `loyaltykit.store.protocol.Store` for what each method means.

    Every write pushes what takes it back; `rollback` runs these from the last to the first.
    """

    def __init__(self) -> None:
        super().__init__()
        self._programs: list[ProgramRow] = []
        self._plans: dict[str, int] = {}
        self._members: dict[str, int] = {}
        self._events: list[EventRow] = []
        self._by_id: dict[str, EventRow] = {}
        self._histories: defaultdict[int, list[EventRow]] = defaultdict(list)
        self._snapshots: dict[int, StateRow] = {}
        self._entries: defaultdict[int, list[EntryRow]] = defaultdict(list)
        self._effects: defaultdict[int, dict[EffectKey, EffectRow]] = defaultdict(dict)
        self._told: list[tuple[int, EffectKey]] = []
        """Whose effects were written, in order."""
        self._inbox: defaultdict[int, dict[tuple[str, str], InboxRow]] = defaultdict(dict)
        self._policies: dict[str, str] = {}

    def begin(self, *, write: bool = True) -> bool:
        del write
        if self._undo:
            raise StoreError("the last transaction was not ended")
        return False

    def commit(self) -> None:
        self._undo.clear()

    def rollback(self) -> None:
        while self._undo:
            self._undo.pop()()

    def close(self) -> None:
        """Nothing to let go of."""

    def program(self) -> ProgramRow | None:
        return self._programs[-1] if self._programs else None

    def programs(self) -> list[ProgramRow]:
        return list(self._programs)

    def adoptions(self) -> int:
        return len(self._programs)

    def add_program(self, row: ProgramRow) -> None:
        self._append(self._programs, row)

    def plan(self, hash: str) -> int:
        if hash not in self._plans:
            self._put(self._plans, hash, len(self._plans) + 1)
        return self._plans[hash]

    def advanced(self) -> int | None:
        return self._meta.get("advanced")

    def set_advanced(self, to: int) -> None:
        self._put(self._meta, "advanced", to)

    def numbers(self, ids: Collection[str]) -> dict[str, int]:
        known = self._members
        return {id: known[id] for id in ids if id in known}

    def ids(self, numbers: Collection[int]) -> dict[int, str]:
        return {number: self._ids[number - 1] for number in numbers if 0 < number <= len(self._ids)}

    def last_member(self) -> int:
        return len(self._ids)

    def add_members(self, rows: Sequence[tuple[int, str]]) -> None:
        for number, id in rows:
            self._append(self._ids, id)
            self._put(self._members, id, number)

    def members(self, *, after: int = 0, limit: int = 1_000) -> list[tuple[int, str]]:
        return list(enumerate(self._ids[after : after + limit], after + 1))

    def last_event(self) -> int:
        return self._events[-1].seq if self._events else 0

    def seen(self, ids: Collection[str]) -> list[EventRow]:
        return [self._by_id[id] for id in ids if id in self._by_id]

    def history(self, member: int) -> list[EventRow]:
        return sorted(self._histories[member], key=lambda row: (row.at, row.id))

    def recent(self, member: int, *, until: int, limit: int) -> list[EventRow]:
        return _newest(self._histories[member], until, limit)

    def add_events(self, rows: Sequence[EventValues]) -> None:
        for row in map(EventRow._make, rows):
            if row.id in self._by_id:
                raise StoreError("an event id is taken", code=TAKEN)
            self._append(self._events, row)
            self._append(self._histories[row.member], row)
            self._put(self._by_id, row.id, row)

    def mark_withdrawn(self, seqs: Collection[int]) -> None:
        for seq in seqs:
            row = self._events[seq - 1]
            self._set(self._events, seq - 1, row._replace(late=WITHDRAWN))
            own = self._histories[row.member]
            self._set(own, own.index(row), self._events[seq - 1])
            self._put(self._by_id, row.id, self._events[seq - 1])

    def states(self, members: Collection[int]) -> list[StateRow]:
        return [self._snapshots[member] for member in members if member in self._snapshots]

    def due(self, to: int, *, limit: int) -> list[str]:
        armed = [(row.due, row.member) for row in self._snapshots.values() if row.due is not None and row.due <= to]
        return [self._ids[member - 1] for _, member in sorted(armed)[:limit]]

    def outdated(self, plan: int, *, limit: int) -> list[str]:
        other = sorted(row.member for row in self._snapshots.values() if row.plan != plan)
        return [self._ids[member - 1] for member in other[:limit]]

    def put_states(self, rows: Sequence[StateValues]) -> None:
        for row in map(StateRow._make, rows):
            self._put(self._snapshots, row.member, row)

    def add_entries(self, rows: Sequence[EntryValues]) -> None:
        for row in map(EntryRow._make, rows):
            self._append(self._entries[row.member], row)

    def entries(self, member: int, *, recorded: int | None = None) -> list[EntryRow]:
        return [row for row in self._entries[member] if recorded is None or row.recorded == recorded]

    def recent_entries(self, member: int, *, until: int, limit: int) -> list[EntryRow]:
        return _newest(self._entries[member], until, limit)

    def sums(self, member: int) -> Mapping[tuple[str, str], int]:
        net: Counter[tuple[str, str]] = Counter()
        for row in self._entries[member]:
            if row.kind != "confirmation":
                net[row.point, row.mechanic] += row.amount
        return net

    def add_effects(self, rows: Sequence[EffectValues]) -> None:
        for row in map(EffectRow._make, rows):
            effects, key = self._effects[row.member], effect_key(row)
            if key not in effects:
                self._append(self._told, (row.member, key))
            if key not in effects or effects[key].kept:
                self._put(effects, key, row)

    def effects(self, member: int, *, recorded: int | None = None) -> list[EffectRow]:
        return [row for row in self._effects[member].values() if recorded is None or row.recorded == recorded]

    def recent_effects(self, member: int, *, until: int, limit: int) -> list[EffectRow]:
        return _newest(list(self._effects[member].values()), until, limit)

    def effects_after(
        self, seq: int | None, *, kinds: Collection[str], since: int, limit: int
    ) -> list[tuple[int, EffectRow]]:
        numbered = enumerate(self._told[seq or 0 :], (seq or 0) + 1)
        rows = [(number, self._effects[member][key]) for number, (member, key) in numbered]
        found = [(number, row) for number, row in rows if row.kind in kinds and row.at >= since and not row.kept]
        return found[-limit:] if seq is None else found[:limit]

    def last_effect(self) -> int:
        return len(self._told)

    def mark_kept(self, member: int, keys: Collection[EffectKey], *, kept: bool) -> None:
        effects = self._effects[member]
        for key in keys:
            if key in effects:
                self._put(effects, key, effects[key]._replace(kept=int(kept)))

    def add_inbox(self, rows: Sequence[InboxRow]) -> None:
        for row in rows:
            messages, key = self._inbox[row.member], (row.effect, row.message)
            if key not in messages:
                self._put(messages, key, row)

    def inbox(self, member: int, *, limit: int) -> list[InboxRow]:
        return _newest(list(self._inbox[member].values()), NEVER, limit)

    def told(self, effect: str) -> list[InboxRow]:
        rows = (row for _, messages in sorted(self._inbox.items()) for row in messages.values())
        return [row for row in rows if row.effect.startswith(effect)]

    def reword(self, row: InboxRow) -> None:
        self._put(self._inbox[row.member], (row.effect, row.message), row)

    def newest(self) -> int | None:
        return max((row.at for row in self._events), default=None)

    def effects_of(self, mechanic: str, kind: str, *, after: int, to: int) -> list[EffectRow]:
        members = range(after + 1, min(to, self.last_member()) + 1)
        found = (row for member in members if member in self._effects for row in self._effects[member].values())
        return [row for row in found if row.mechanic == mechanic and row.kind == kind]

    def happened(self, types: Collection[str], members: Collection[int], *, data: bool) -> list[EventRow]:
        own = (row for member in sorted(set(members)) for row in self.history(member))
        found = (row for row in own if row.type in types and row.late != WITHDRAWN)
        return list(found) if data else [row._replace(data="") for row in found]

    def happenings(
        self, types: Collection[str], told: Collection[str], *, after: int, to: int, before: int, since: int = 0
    ) -> list[Happening]:
        return [
            (row.member, row.type, row.at, row.known_at, row.data if row.type in told else "")
            for member in range(after + 1, min(to, self.last_member()) + 1)
            for row in sorted(self._histories[member], key=lambda row: (row.at, row.seq))
            if row.seq > since and row.type in types and row.at < before and (row.known_at or 0) < before
            if row.late != WITHDRAWN
        ]

    def postings(self, point: str, *, after: int, to: int) -> list[Posting]:
        members = range(after + 1, min(to, self.last_member()) + 1)
        rows = (row for member in members for row in self._entries.get(member, ()))
        made = (row for row in rows if row.point == point and row.kind != "confirmation")
        return [(row.member, row.amount, row.at, self._known_at(row.recorded)) for row in made]

    def changes(self, mechanic: str, kind: str, *, after: int, to: int) -> list[Change]:
        made = (row for row in self.effects_of(mechanic, kind, after=after, to=to) if not row.kept)
        return [(row.member, row.data, row.at, self._known_at(row.recorded)) for row in made]

    def _known_at(self, recorded: int | None) -> int | None:
        return None if recorded is None else self._events[recorded - 1].known_at

    def policy(self, step: str) -> str | None:
        return self._policies.get(step)

    def put_policy(self, step: str, memory: str) -> None:
        self._put(self._policies, step, memory)


def _newest(rows: Sequence[Any], until: int, limit: int) -> list[Any]:
    """The newest rows at or before an instant, newest first; of the same instant the last written first."""
    reached = [row for row in reversed(rows) if row.at <= until]
    reached.sort(key=lambda row: row.at, reverse=True)
    return reached[:limit]
