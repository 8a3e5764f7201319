"""Code words of sessions, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.store.undone import Undone

if TYPE_CHECKING:
    from loyaltykit.store.rows import WordRow


class MemoryWords(Undone):
    """See `loyaltykit.store.protocol.Words`."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[tuple[str, int], WordRow] = {}
        self._guesses: dict[str, tuple[int, int]] = {}

    def put_word(self, row: WordRow) -> None:
        self._put(self._words, (row.session, row.number), row)

    def words(self, session: str | None, *, since: int) -> list[WordRow]:
        rows = (row for _, row in sorted(self._words.items()))
        return [row for row in rows if session in (None, row.session) and row.closes > since]

    def guesses(self, digest: str) -> tuple[int, int] | None:
        return self._guesses.get(digest)

    def note_guess(self, digest: str, *, since: int, times: int) -> None:
        self._put(self._guesses, digest, (since, times))
