"""Ideas, votes for them, and what members said in their own words, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from loyaltykit.store.rows import IdeaRow, SaidRow


class MemoryVoice(Undone):
    """See `Ideas` and `Said` of `loyaltykit.store.protocol`."""

    _ids: list[str]

    def __init__(self) -> None:
        super().__init__()
        self._ideas: dict[str, IdeaRow] = {}
        self._supports: dict[tuple[str, int], float] = {}
        self._addresses: dict[tuple[str, str, int], int] = {}
        self._said: dict[tuple[str, str], SaidRow] = {}

    def put_ideas(self, rows: Sequence[IdeaRow]) -> None:
        for row in rows:
            known = self._ideas.get(row.id, row)
            self._put(self._ideas, row.id, row._replace(since=known.since, member=known.member))

    def idea(self, id: str) -> tuple[str, IdeaRow] | None:
        row = self._ideas.get(id)
        return None if row is None else (self._ids[row.member - 1], row)

    def ideas(self, state: str | None = None) -> list[tuple[str, IdeaRow]]:
        rows = [row for row in self._ideas.values() if state in (None, row.state)]
        return [(self._ids[row.member - 1], row) for row in sorted(rows, key=lambda row: (row.since, row.id))]

    def put_support(self, idea: str, member: int, weight: float | None) -> None:
        if weight is not None:
            self._put(self._supports, (idea, member), weight)
        elif (idea, member) in self._supports:
            self._drop(self._supports, (idea, member))

    def supporters(self, idea: str) -> list[str]:
        return [self._ids[member - 1] for name, member in sorted(self._supports) if name == idea]

    def tallies(self) -> dict[str, tuple[int, float]]:
        found: dict[str, tuple[int, float]] = {}
        for (idea, _), weight in sorted(self._supports.items()):
            if weight > 0:
                n, total = found.get(idea, (0, 0.0))
                found[idea] = (n + 1, total + weight)
        return found

    def say(self, row: SaidRow) -> None:
        known = self._said.get((row.kind, row.id), row)
        self._put(self._said, (row.kind, row.id), known._replace(at=row.at, text=row.text))

    def said(self, kind: str, ids: Collection[str]) -> dict[str, str]:
        return {id: self._said[kind, id].text for id in ids if (kind, id) in self._said}

    def said_by(self, kind: str, member: int) -> list[SaidRow]:
        rows = [row for row in self._said.values() if row.kind == kind and row.member == member]
        return sorted(rows, key=lambda row: (row.at, row.id))

    def said_about(self, kind: str, about: str, *, limit: int) -> list[SaidRow]:
        rows = [row for row in self._said.values() if row.kind == kind and row.about == about]
        return sorted(rows, key=lambda row: (-row.at, row.id))[:limit]

    def add_addresses(self, rows: Sequence[tuple[str, str, int, int]]) -> None:
        for attribute, address, member, seq in rows:
            self._put(self._addresses, (attribute, address, member), seq)

    def addressed(self, attribute: str, address: str) -> list[int]:
        found = [(seq, key[2]) for key, seq in self._addresses.items() if key[:2] == (attribute, address)]
        return [member for _, member in sorted(found, reverse=True)]

    def unsay(self, kind: str, id: str) -> bool:
        if (kind, id) not in self._said:
            return False
        self._drop(self._said, (kind, id))
        return True
