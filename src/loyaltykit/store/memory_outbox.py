"""The outbox of the store in memory."""

from __future__ import annotations

import json
from collections import Counter
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from loyaltykit.store.rows import WAITING, OutboxRow
from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltykit.store.rows import Served

_OFF = "suppressed"


class MemoryOutbox(Undone):
    """Messages on their way out; see `loyaltykit.store.protocol.Outbox`."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: dict[int, OutboxRow] = {}
        self._queued: dict[tuple[int, str], int] = {}
        self._open: dict[int, None] = {}
        """The numbers of those that wait."""
        self._due: list[tuple[int, int]] = []
        """A heap of when they are due and their numbers; places that they have left are dropped when met."""
        self._of: dict[int, list[int]] = {}
        """The numbers of each member's."""
        self._codes: dict[str, tuple[int, int]] = {}

    def enqueue(self, rows: Sequence[OutboxRow]) -> None:
        for row in rows:
            key = (row.member, row.effect)
            if key not in self._queued:
                seq = len(self._letters) + 1
                self._put(self._queued, key, seq)
                self._write(row._replace(seq=seq))

    def lease(self, to: int, *, limit: int, until: int, served: Served | None = None) -> list[OutboxRow]:
        rows = self.to_send(to, limit=limit, served=served)
        for row in rows:
            self._write(row._replace(status="leased", due=until, done=None))
        return rows

    def to_send(self, to: int, *, limit: int, served: Served | None = None) -> list[OutboxRow]:
        found: list[OutboxRow] = []
        looked: set[tuple[int, int]] = set()
        heap = self._due
        while heap and heap[0][0] <= to and len(found) < limit:
            due, seq = place = heappop(heap)
            row = self._letters.get(seq)
            if row is None or row.due != due or row.status not in WAITING or place in looked:
                continue  # it has moved since
            looked.add(place)
            if served is None or served.takes(row):
                found.append(row)
        for place in looked:
            heappush(heap, place)
        return found

    def start(self, seq: int, *, lease: int, channel: str, at: int) -> bool:
        row = self._letters[seq]
        if row.status != "leased" or row.due != lease:
            return False
        self._write(row._replace(attempts=row.attempts + 1, channel=channel, done=at))
        return True

    def finish(self, row: OutboxRow, *, lease: int | None) -> bool:
        now = self._letters[row.seq]
        if lease is not None and (now.status != "leased" or now.due != lease):
            return False
        self._write(row._replace(at=now.at, run=now.run, facts=now.facts))
        return True

    def unsent(self, member: int) -> list[OutboxRow]:
        return [self._letters[seq] for seq in self._of.get(member, ()) if seq in self._open]

    def suppress(self, numbers: Collection[int], *, reason: str, at: int) -> int:
        return self._settle([self._letters[seq] for seq in numbers if seq in self._open], reason, at)

    def requeue(self, member: int, effects: Collection[str], *, reason: str) -> int:
        seqs = [self._queued[member, effect] for effect in effects if (member, effect) in self._queued]
        found = [row for row in map(self._letters.__getitem__, seqs) if (row.status, row.reason) == (_OFF, reason)]
        for row in found:
            self._write(row._replace(status="queued", reason=None, done=None))
        return len(found)

    def lapse(self, before: int, *, reason: str, at: int) -> int:
        old = [row for row in self._waiting() if row.due < before and row.purpose != "staff"]
        return self._settle([row for row in old if not row.attempts and row.tried == "[]"], reason, at)

    def given_up(
        self, status: str, *, channel: str | None, reason: str | None, since: int | None, limit: int
    ) -> list[OutboxRow]:
        tried = f"[{json.dumps(channel)}, "
        rows = [
            row
            for row in self._letters.values()
            if row.status == status in ("dead", _OFF)
            and (channel in (None, row.channel) or tried in row.tried)
            and reason in (None, row.reason)
            and (since is None or (row.done is not None and row.done >= since))
        ]
        return sorted(rows, key=lambda row: (row.done or 0, row.seq), reverse=True)[:limit]

    def revive(self, row: OutboxRow) -> bool:
        now = self._letters[row.seq]
        if now.status not in ("dead", _OFF):
            return False
        again = now._replace(status="queued", channels=row.channels, due=row.due, at=row.at, attempts=0)
        self._write(again._replace(reason=None, done=None, tried="[]"))
        return True

    def by_reference(self, reference: str) -> OutboxRow | None:
        rows = [row for row in self._letters.values() if row.reference == reference]
        return rows[0] if len(rows) == 1 else None

    def sent_since(self, member: int, since: int) -> list[tuple[int, str]]:
        own = map(self._letters.__getitem__, self._of.get(member, ()))
        rows = [row for row in own if row.status in ("sent", "leased")]
        return sorted(
            (row.done, row.status)
            for row in rows
            if row.done is not None and row.done >= since and row.purpose != "staff"
        )

    def letter(self, seq: int) -> OutboxRow | None:
        return self._letters.get(seq)

    def letters(self, *, member: int | None = None, status: str | None = None, limit: int) -> list[OutboxRow]:
        rows = [
            row
            for row in reversed(self._letters.values())
            if member in (None, row.member) and status in (None, row.status)
        ]
        return rows[:limit]

    def deliveries(self) -> Mapping[tuple[str, str | None, str | None], int]:
        return Counter((row.status, row.channel, row.reason) for row in self._letters.values())

    def add_code(self, digest: str, member: int, *, ends: int) -> None:
        self._put(self._codes, digest, (member, ends))

    def take_code(self, digest: str) -> tuple[int, int] | None:
        found: tuple[int, int] | None = self._drop(self._codes, digest) if digest in self._codes else None
        return found

    def _waiting(self) -> list[OutboxRow]:
        return [self._letters[seq] for seq in self._open]

    def _settle(self, rows: Sequence[OutboxRow], reason: str, at: int) -> int:
        for row in rows:
            self._write(row._replace(status=_OFF, reason=reason, done=at))
        return len(rows)

    def _write(self, row: OutboxRow) -> None:
        old = self._letters.get(row.seq)
        if old is None:
            self._append(self._of.setdefault(row.member, []), row.seq)
        elif old.status in WAITING:
            self._undo.append(lambda: heappush(self._due, (old.due, old.seq)))
        if row.status in WAITING and (old is None or old.due != row.due or old.status not in WAITING):
            heappush(self._due, (row.due, row.seq))
        self._put(self._letters, row.seq, row)
        if row.status in WAITING:
            if row.seq not in self._open:
                self._put(self._open, row.seq, None)
        elif row.seq in self._open:
            self._drop(self._open, row.seq)
