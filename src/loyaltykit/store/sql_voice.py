"""Ideas, votes for them, and what members said in their own words, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.rows import IdeaRow, SaidRow
from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PUT_IDEA = (
    "INSERT INTO loyalty_idea (id, member, state, since, at, doer, note) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, at = excluded.at, doer = excluded.doer,"
    " note = excluded.note"
)
_IDEA = (
    "SELECT m.id, i.id, i.member, i.state, i.since, i.at, i.doer, i.note FROM loyalty_idea i"
    " JOIN loyalty_member m ON m.number = i.member"
)
_SUPPORT = (
    "INSERT INTO loyalty_support (idea, member, weight) VALUES (?, ?, ?)"
    " ON CONFLICT (idea, member) DO UPDATE SET weight = excluded.weight"
)
_TALLIES = "SELECT idea, count(*), sum(weight) FROM loyalty_support WHERE weight > 0 GROUP BY idea"
_SAY = (
    "INSERT INTO loyalty_said (kind, id, member, about, at, text) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at, text = excluded.text"
)
_ADDRESS = (
    "INSERT INTO loyalty_address (attribute, address, member, seq) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (attribute, address, member) DO UPDATE SET seq = excluded.seq"
)
_SAID = "SELECT kind, id, member, about, at, text FROM loyalty_said"


class SqlVoice(SqlPart):
    """See `Ideas` and `Said` of `loyaltykit.store.protocol`."""

    def put_ideas(self, rows: Sequence[IdeaRow]) -> None:
        self._many(_PUT_IDEA, rows)

    def idea(self, id: str) -> tuple[str, IdeaRow] | None:
        rows = self._all(f"{_IDEA} WHERE i.id = ?", (id,))
        return (str(rows[0][0]), IdeaRow._make(rows[0][1:])) if rows else None

    def ideas(self, state: str | None = None) -> list[tuple[str, IdeaRow]]:
        rows = self._all(f"{_IDEA} WHERE ? IS NULL OR i.state = ? ORDER BY i.since, i.id", (state, state))
        return [(str(id), IdeaRow._make(row)) for id, *row in rows]

    def put_support(self, idea: str, member: int, weight: float | None) -> None:
        if weight is None:
            self._executor.execute("DELETE FROM loyalty_support WHERE idea = ? AND member = ?", (idea, member))
        else:
            self._executor.execute(_SUPPORT, (idea, member, weight))

    def supporters(self, idea: str) -> list[str]:
        sql = (
            "SELECT m.id FROM loyalty_support s JOIN loyalty_member m ON m.number = s.member"
            " WHERE s.idea = ? ORDER BY s.member"
        )
        return [str(id) for (id,) in self._all(sql, (idea,))]

    def tallies(self) -> dict[str, tuple[int, float]]:
        return {str(idea): (int(n), float(weight)) for idea, n, weight in self._all(_TALLIES, ())}

    def say(self, row: SaidRow) -> None:
        self._executor.execute(_SAY, row)

    def said(self, kind: str, ids: Collection[str]) -> dict[str, str]:
        sql = f"SELECT id, text FROM loyalty_said WHERE kind = ? AND id {self._executor.among}"  # noqa: S608  # of constants
        rows = self._all(sql, (kind, self._executor.listed(list(ids))))
        return {str(id): str(text) for id, text in rows}

    def said_by(self, kind: str, member: int) -> list[SaidRow]:
        rows = self._all(f"{_SAID} WHERE kind = ? AND member = ? ORDER BY at, id", (kind, member))
        return [SaidRow._make(row) for row in rows]

    def said_about(self, kind: str, about: str, *, limit: int) -> list[SaidRow]:
        sql = f"{_SAID} WHERE kind = ? AND about = ? ORDER BY at DESC, id LIMIT ?"
        return [SaidRow._make(row) for row in self._all(sql, (kind, about, limit))]

    def add_addresses(self, rows: Sequence[tuple[str, str, int, int]]) -> None:
        self._many(_ADDRESS, rows)

    def addressed(self, attribute: str, address: str) -> list[int]:
        sql = "SELECT member FROM loyalty_address WHERE attribute = ? AND address = ? ORDER BY seq DESC"
        return [int(member) for (member,) in self._all(sql, (attribute, address))]

    def unsay(self, kind: str, id: str) -> bool:
        there = bool(self._all("SELECT 1 FROM loyalty_said WHERE kind = ? AND id = ?", (kind, id)))
        self._executor.execute("DELETE FROM loyalty_said WHERE kind = ? AND id = ?", (kind, id))
        return there
