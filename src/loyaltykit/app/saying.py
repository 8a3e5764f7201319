"""Code words: the host opens one for a while, who hears it says it, in a chat, to the bot or on the platform.

What the word is and when it is good is known to the shell alone; that a member said it is an event, so a replay of the
log needs no words. A word is kept as a digest, and is in no event, log or error.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from typing import TYPE_CHECKING, Any

import attrs

from loyaltykit.app.acting import instant_of
from loyaltykit.app.addressing import whose
from loyaltykit.app.attending import Attendance, Attending
from loyaltykit.app.recording import first_decision, record_one
from loyaltykit.app.rows import stored
from loyaltykit.errors import EventError, NotEligible
from loyaltykit.rules.lowering.grants import ATTENDED
from loyaltykit.store.rows import WordRow
from loyaltykit.values import NEVER, Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltykit.app.work import Work
    from loyaltykit.values import Decision

SAID = "word.said"
HOUR = 3_600_000_000
GUESSES = 10
"""So many wrong words may somebody say in an hour."""
SHORTEST, LONGEST = 3, 40
"""Letters and digits of a word."""
_NEAR = 24 * HOUR
"""How long after it closed a word is still told to be over."""


@attrs.frozen(slots=True, kw_only=True)
class CodeWord:
    """A code word that was opened; not the word itself."""

    session: str
    number: int
    """1 for the first word of the session."""
    opens: dt.datetime
    closes: dt.datetime
    minutes: float | None


class Saying(Attending):
    """What can be done with code words."""

    def open_word(
        self,
        session: str,
        *,
        word: str,
        lasts: dt.timedelta | None = None,
        until: dt.datetime | None = None,
        at: dt.datetime | None = None,
        minutes: float | None = None,
    ) -> CodeWord:
        """Open a code word of a session: from `at` (the clock's time) for `lasts`, or `until` then.

        A session may have several, one after the other. With `minutes` saying it counts as so much attendance, unless
        the attendance is known. Letter case, ё and е, spaces and punctuation do not matter. Raises EventError for a
        word of less than 3 or more than 40 letters and digits, one that is open already, or a time that is over.
        """
        folded = fold(word)
        if not SHORTEST <= len(folded) <= LONGEST:
            raise EventError("a code word has 3 to 40 letters and digits", code="word/length", field="word")
        opens = self._told(at)
        closes = opens + lasts // dt.timedelta(microseconds=1) if lasts is not None else _instant(until)
        if closes <= opens or (lasts is not None) == (until is not None):
            raise EventError("say `lasts` or `until`, after it opens", code="word/window", field="until")
        if minutes is not None:
            self._declared()
        with self._lock, self._journal.writing() as work:
            known = work.store.words(session, since=-NEVER)
            digest = self._digest(session, folded)
            if any(row.digest == digest and row.closes > opens for row in known):
                raise EventError("this word is open already", code="word/open", field="word")
            row = WordRow(session, len(known) + 1, digest, opens, closes, minutes)
            work.store.put_word(row)
        return _word(row)

    def close_word(self, session: str, *, at: dt.datetime | None = None) -> None:
        """Close all words of a session that are open, or would open later."""
        moment = self._told(at)
        with self._lock, self._journal.writing() as work:
            for row in work.store.words(session, since=moment):
                work.store.put_word(row._replace(closes=moment, opens=min(row.opens, moment)))

    def open_words(self, *, at: dt.datetime | None = None) -> tuple[CodeWord, ...]:
        """The code words that may be said now, of all sessions."""
        moment = self._told(at)
        with self._lock, self._journal.reading() as store:
            return tuple(_word(row) for row in store.words(None, since=moment) if row.opens <= moment)

    def say(self, member: str, text: str, *, session: str | None = None, at: dt.datetime | None = None) -> Decision:
        """A member says what may be a code word, of one session or of any; what that decided.

        Recorded as ``word.said`` where the program declares it (`session`, and `word`: which word of the session it
        was), else as ``kit.word_said``; once a member and word: again, and the first decision is returned. NotEligible
        says kindly why not: ``word/none`` (nothing is asked for), ``word/early``, ``word/late``, ``word/wrong``, and
        ``word/guesses`` after 10 wrong words in an hour. A text that is too long for a word is no guess.
        """
        moment = self._told(at, member)
        folded = fold(text)
        with self._lock:
            with self._journal.writing() as work:
                rows = work.store.words(session, since=moment - _NEAR)
                matching = [row for row in rows if row.digest == self._digest(row.session, folded)]
                row = next((one for one in matching if one.opens <= moment < one.closes), None)
                who = hashlib.sha256(f"{self._program}\0{member}".encode()).hexdigest()
                since, times = self._guesses(work, who, moment)
                again = self._said_before(work, member, matching)
                if again is not None:
                    return again
                refused = "guesses" if times >= GUESSES and rows else None if row else _why(rows, matching, moment)
                if refused is None and row is not None:
                    return self._accept(work, member, row, moment)
                if refused == "wrong" and len(folded) <= LONGEST:
                    work.store.note_guess(who, since=since, times=times + 1)
            raise NotEligible(_WHY[refused or "none"], code=f"word/{refused}")

    def whose(self, channel: str, address: str) -> str | None:
        """The member whose address on a channel (of Telegram the chat's id) this is; of several who got it last."""
        with self._lock:
            return whose(self._journal, channel, address)

    def _asked_for(self, text: str, moment: int) -> bool:
        """Whether a text is a code word that is open; it is no guess."""
        folded = fold(text)
        with self._lock, self._journal.reading() as store:
            rows = store.words(None, since=moment)
            return any(row.opens <= moment and row.digest == self._digest(row.session, folded) for row in rows)

    # --- parts -------------------------------------------------------------------------------------------------

    @property
    def _program(self) -> str:
        return str(self._journal.engine.program.document.program)

    def _digest(self, session: str, folded: str) -> str:
        return hashlib.sha256(f"{self._program}\0{session}\0{folded}".encode()).hexdigest()

    def _told(self, at: dt.datetime | None, member: str | None = None) -> int:
        """When something is said: as told, else the clock's time, else the member's now or the last advance."""
        moment = self._reading_at(at)
        if moment is not None:
            return moment
        with self._lock, self._journal.reading():
            if member is not None:
                now = self._journal.now(next(iter(self._journal.look_all([member]))).state)
                if now is not None:
                    return now
        if self._journal.advanced is None:
            raise EventError("say `at`, or give a clock", code="event/no-time", field="at")
        return self._journal.advanced

    @staticmethod
    def _guesses(work: Work, who: str, moment: int) -> tuple[int, int]:
        """Since when the member has guessed wrong in this hour, and how often."""
        known = work.store.guesses(who)
        return (moment, 0) if known is None or not 0 <= moment - known[0] < HOUR else known

    def _said_before(self, work: Work, member: str, rows: Sequence[WordRow]) -> Decision | None:
        for row in rows:
            seen = work.store.seen((_id(row, member),))
            if seen:
                return first_decision(work, work.hand(member), seen[0])
        return None

    def _accept(self, work: Work, member: str, row: WordRow, moment: int) -> Decision:
        hand, document = work.hand(member), self._journal.engine.program.document
        now = self._journal.now(hand.state)
        at = moment if now is None or moment > now else now + 1
        given: dict[str, Any] = {"session": row.session, "word": row.number}
        declared = document.events.get(SAID)
        type = "kit.word_said" if declared is None else SAID
        if declared is not None:
            given = {name: value for name, value in given.items() if name in declared}
        decision = record_one(work, stored(Event(_id(row, member), type, member, from_instant(at), given)))
        if row.minutes is not None and ATTENDED in document.events:
            self._count(work, member, row, at + 1)
        return decision

    def _count(self, work: Work, member: str, row: WordRow, at: int) -> None:
        """Count as attendance what the word is worth, unless more is known."""
        one = Attendance(member=member, minutes=row.minutes, at=from_instant(at))
        self._attend_unknown(work, row.session, one)


def fold(text: str) -> str:
    """A word without what people write differently: letter case, ё and е, spaces, punctuation."""
    plain = unicodedata.normalize("NFKC", text[: 8 * LONGEST]).casefold().replace("ё", "е")
    return "".join(char for char in plain if char.isalnum())


_WHY = {
    "none": "no code word is asked for now",
    "early": "it is too early: the code word is not open yet",
    "late": "it is too late: the code word is closed",
    "wrong": "this is not the code word",
    "guesses": "too many wrong words: try again in an hour",
}


def _why(rows: Sequence[WordRow], matching: Sequence[WordRow], moment: int) -> str:
    """Why a text is not taken; before a word opens nothing tells whether it is the right one."""
    if any(row.closes <= moment for row in matching):
        return "late"
    if any(row.opens <= moment < row.closes for row in rows):
        return "wrong"
    if any(row.opens > moment for row in rows):
        return "early"
    return "late" if rows else "none"


def _id(row: WordRow, member: str) -> str:
    told = "\0".join((row.session, str(row.number), member))
    return f"said:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _instant(until: dt.datetime | None) -> int:
    if until is None:
        raise EventError("say `lasts` or `until`, after it opens", code="word/window", field="until")
    return instant_of(until)


def _word(row: WordRow) -> CodeWord:
    opens, closes = from_instant(row.opens), from_instant(row.closes)
    return CodeWord(session=row.session, number=row.number, opens=opens, closes=closes, minutes=row.minutes)
