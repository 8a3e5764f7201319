"""Pools of codes, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.sql_part import SqlPart

if TYPE_CHECKING:
    from collections.abc import Collection

_LAST = "SELECT coalesce(max(number), 0) FROM loyalty_code_pool WHERE reward = ?"
_ADD = "INSERT INTO loyalty_code_pool (reward, number, code) VALUES (?, ?, ?) ON CONFLICT (reward, code) DO NOTHING"
_GIVEN = "SELECT code FROM loyalty_code_pool WHERE reward = ? AND claim = ?"
_NEXT = "SELECT number, code FROM loyalty_code_pool WHERE reward = ? AND claim IS NULL ORDER BY number LIMIT 1"
_GIVE = "UPDATE loyalty_code_pool SET claim = ? WHERE reward = ? AND number = ?"
_RETURN = "UPDATE loyalty_code_pool SET claim = NULL WHERE reward = ? AND claim = ?"
_COUNT = "SELECT count(*), count(*) - count(claim) FROM loyalty_code_pool WHERE reward = ?"


class SqlCodes(SqlPart):
    """See `Codes` of `loyaltykit.store.protocol`."""

    def add_codes(self, reward: str, codes: Collection[str]) -> int:
        before = self.codes(reward)[0]
        last = int(self._all(_LAST, (reward,))[0][0])
        self._many(_ADD, [(reward, last + number, code) for number, code in enumerate(codes, start=1)])
        return self.codes(reward)[0] - before

    def give_code(self, reward: str, claim: str) -> str | None:
        given = self._all(_GIVEN, (reward, claim))
        if given:
            return str(given[0][0])
        free = self._all(_NEXT, (reward,))
        if not free:
            return None
        self._executor.execute(_GIVE, (claim, reward, free[0][0]))
        return str(free[0][1])

    def return_code(self, reward: str, claim: str) -> None:
        self._executor.execute(_RETURN, (reward, claim))

    def codes(self, reward: str) -> tuple[int, int]:
        there, free = self._all(_COUNT, (reward,))[0]
        return int(there), int(free)
