"""The school tells something: a message of the program to all who hold a right, or are in a segment, once each."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.reading import view_of
from loyaltykit.app.saying import Saying
from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import unknown
from loyaltykit.values import from_instant

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from loyaltykit.app.work import Hand

PAGE = 500
"""So many members are told in one transaction."""


@attrs.frozen(slots=True, kw_only=True)
class Announced:
    """What an announcement came to, in members."""

    told: int = 0
    """To whom the message goes now: by the outbox, and the rules of contact."""
    before: int = 0
    """Who was told before, under the same key."""


class Announcing(Saying):
    """What can be done about announcements."""

    def announce(
        self,
        reward: str | None = None,
        *,
        message: str,
        segment: str | None = None,
        key: str | None = None,
        at: dt.datetime | None = None,
        rehearse: bool = False,
    ) -> Announced:
        """Send a message of the program to all who hold a right to `reward`, or are in `segment`, or to all members.

        It goes by the outbox, so consent, quiet hours and caps hold. Who will not come to a session is not told of it.
        The message may use `session`, with the link for who holds it only. Each member is told once under a `key`
        (without one: once by this message about this reward or segment); calling again reaches who came since. Each
        telling is an event of the member's own. With `rehearse` nothing is written. Raises LoyaltyError for a message,
        reward or segment that the program does not have.
        """
        about = self._about(reward, segment, message)
        name = key if key is not None else f"{reward or ''}/{segment or ''}/{message}"
        moment, told, before = self._reading_at(at), 0, 0
        said = {"message": message, "session": reward} if about else {"message": message}
        for members in self._pages(reward, segment, moment):
            with self._lock:
                work = self._journal.begin()
                try:
                    ids = {_id(name, member): member for member in members}
                    seen = {row.id for row in work.store.seen(list(ids))}
                    for id, member in ids.items():
                        if id not in seen:
                            when = self._not_before(work.hand(member), at)
                            self._acted(work, member, "kit.announced", said, at=when, id=id)
                except BaseException:
                    self._journal.roll_back()
                    raise
                told, before = told + len(ids) - len(seen), before + len(seen)
                if rehearse:
                    self._journal.roll_back()
                else:
                    self._journal.commit(work)
        return Announced(told=told, before=before)

    def _about(self, reward: str | None, segment: str | None, message: str) -> bool:
        """Whether the message is about a session; whoever is named must be there."""
        document = self._journal.engine.program.document
        named = (("message", message, document.messages), ("reward", reward, document.rewards))
        for kind, name, known in (*named, ("segment", segment, document.segments)):
            if name is not None and name not in known:
                text, details = unknown(kind, name, known)
                raise LoyaltyError(text, code=f"{kind}/unknown", details=details)
        if reward is not None and segment is not None:
            raise LoyaltyError("an announcement is to a reward's holders or to a segment", code="announce/both")
        return reward is not None and document.rewards[reward].at is not None

    def _pages(self, reward: str | None, segment: str | None, moment: int | None) -> Iterator[list[str]]:
        """The members to be told, a page at a time."""
        after = 0
        while True:
            with self._lock, self._journal.reading() as store:
                page = store.members(after=after, limit=PAGE)
                hands = tuple(self._journal.look_all(id for _, id in page))
                found = [hand.id for hand in hands if self._meant(hand, reward, segment, moment)]
            if not page:
                return
            after = page[-1][0]
            if found:
                yield found

    def _meant(self, hand: Hand, reward: str | None, segment: str | None, moment: int | None) -> bool:
        engine = self._journal.engine
        if segment is not None:
            return segment in view_of(self._journal, hand, moment).segments
        grant = None if reward is None else engine.right(reward)
        if reward is None or grant is None:
            return True
        now = self._journal.now(hand.state) or 0
        at = max(now, now if moment is None else moment)
        declined = grant.session is not None and hand.state[grant.session.slot][0] is False
        return not declined and engine.entitled(hand.state, reward, at)

    def _not_before(self, hand: Hand, at: dt.datetime | None) -> dt.datetime | None:
        """As told, else the clock's time; not before the member's now."""
        moment, now = self._reading_at(at), self._journal.now(hand.state)
        return at if moment is None or now is None or moment >= now else from_instant(now)


def _id(key: str, member: str) -> str:
    """The id of one telling: it names nobody."""
    told = f"{key}\0{member}"
    return f"announced:{hashlib.sha256(told.encode()).hexdigest()[:32]}"
