"""Who waits for a referrer, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from collections.abc import Collection


class MemoryChances(Undone):
    """See `loyaltykit.store.protocol.Referred`."""

    _members: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self._awaited: dict[int, str] = {}

    def await_referrer(self, digest: str, member: int) -> None:
        self._put(self._awaited, member, digest)

    def awaited(self, digests: Collection[str]) -> list[tuple[str, int, str]]:
        ids = {number: id for id, number in self._members.items()} if self._awaited else {}
        return sorted((digest, member, ids[member]) for member, digest in self._awaited.items() if digest in digests)

    def unawait(self, member: int) -> None:
        if member in self._awaited:
            self._drop(self._awaited, member)
