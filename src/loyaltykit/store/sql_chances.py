"""Who waits for a referrer, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Collection

_AWAIT = (
    "INSERT INTO loyalty_awaited (member, digest) VALUES (?, ?)"
    " ON CONFLICT (member) DO UPDATE SET digest = excluded.digest"
)
_AWAITED = (
    "SELECT a.digest, a.member, m.id FROM loyalty_awaited a JOIN loyalty_member m ON m.number = a.member"
    " WHERE a.digest {among} ORDER BY a.digest, a.member"
)


class SqlChances(SqlPart):
    """See `loyaltykit.store.protocol.Referred`."""

    def await_referrer(self, digest: str, member: int) -> None:
        self._executor.execute(_AWAIT, (member, digest))

    def awaited(self, digests: Collection[str]) -> list[tuple[str, int, str]]:
        sql = _AWAITED.format(among=self._executor.among)
        rows = self._all(sql, (self._executor.listed(list(digests)),))
        return [(str(digest), int(member), str(id)) for digest, member, id in rows]

    def unawait(self, member: int) -> None:
        self._executor.execute("DELETE FROM loyalty_awaited WHERE member = ?", (member,))
