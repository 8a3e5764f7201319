"""Pools of codes, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Collection


class MemoryCodes(Undone):
    """See `Codes` of `loyaltykit.store.protocol`."""

    def __init__(self) -> None:
        super().__init__()
        self._pools: dict[str, dict[str, str | None]] = {}
        """By reward the codes, and what each was given for."""

    def add_codes(self, reward: str, codes: Collection[str]) -> int:
        pool = self._pools.setdefault(reward, {})
        new = [code for code in dict.fromkeys(codes) if code not in pool]
        for code in new:
            self._put(pool, code, None)
        return len(new)

    def give_code(self, reward: str, claim: str) -> str | None:
        pool = self._pools.get(reward, {})
        free = None
        for code, given in pool.items():
            if given == claim:
                return code
            if given is None and free is None:
                free = code
        if free is not None:
            self._put(pool, free, claim)
        return free

    def return_code(self, reward: str, claim: str) -> None:
        pool = self._pools.get(reward, {})
        for code, given in pool.items():
            if given == claim:
                self._put(pool, code, None)
                return

    def codes(self, reward: str) -> tuple[int, int]:
        pool = self._pools.get(reward, {})
        return len(pool), sum(given is None for given in pool.values())
