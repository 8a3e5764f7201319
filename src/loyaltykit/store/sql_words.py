"""Code words of sessions, in SQL."""

from __future__ import annotations

from loyaltykit.store.rows import WordRow
from loyaltykit.store.sql_part import SqlPart

_WORD = "SELECT session, number, digest, opens, closes, minutes FROM loyalty_word"
_PUT = (
    "INSERT INTO loyalty_word (session, number, digest, opens, closes, minutes) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (session, number) DO UPDATE SET digest = excluded.digest, opens = excluded.opens,"
    " closes = excluded.closes, minutes = excluded.minutes"
)
_GUESS = (
    "INSERT INTO loyalty_guess (digest, since, times) VALUES (?, ?, ?)"
    " ON CONFLICT (digest) DO UPDATE SET since = excluded.since, times = excluded.times"
)


class SqlWords(SqlPart):
    """See `loyaltykit.store.protocol.Words`."""

    def put_word(self, row: WordRow) -> None:
        self._executor.execute(_PUT, row)

    def words(self, session: str | None, *, since: int) -> list[WordRow]:
        if session is None:
            rows = self._all(f"{_WORD} WHERE closes > ? ORDER BY session, number", (since,))
        else:
            rows = self._all(f"{_WORD} WHERE session = ? AND closes > ? ORDER BY number", (session, since))
        return [WordRow._make(row) for row in rows]

    def guesses(self, digest: str) -> tuple[int, int] | None:
        rows = self._all("SELECT since, times FROM loyalty_guess WHERE digest = ?", (digest,))
        return (int(rows[0][0]), int(rows[0][1])) if rows else None

    def note_guess(self, digest: str, *, since: int, times: int) -> None:
        self._executor.execute(_GUESS, (digest, since, times))
