"""Dead letters: looked at, and put back into the outbox by a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.outgoing import STAFF, effect_of, identity, offer_told
from loyaltykit.calendars import add
from loyaltykit.channels.dead import DeadLetter, Requeued, Tried
from loyaltykit.errors import LoyaltyError
from loyaltykit.problems import echo
from loyaltykit.rules.runtime.clock import zone_of
from loyaltykit.values import Event, from_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from loyaltykit.app.work import Work
    from loyaltykit.program.document import Document
    from loyaltykit.store import Store
    from loyaltykit.store.rows import OutboxRow

STATES = ("dead", "suppressed")
_OVER = frozenset({"exited", "adopted", "answered", "undone"})
"""Reasons that no one can undo by hand: what the message was about is over."""
_ALL = 1_000_000_000


@attrs.frozen(slots=True, kw_only=True)
class Wanted:
    """Which dead letters: of a state, that a channel was tried for, of a reason, given up since an instant."""

    state: str = "dead"
    channel: str | None = None
    reason: str | None = None
    since: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.state not in STATES:
            raise LoyaltyError(f"{echo(self.state)} is neither of {', '.join(STATES)}", code="dead/state")

    def rows(self, store: Store, limit: int = _ALL) -> list[OutboxRow]:
        """The last to be given up first."""
        return store.given_up(self.state, channel=self.channel, reason=self.reason, since=self.since, limit=limit)


def dead_letters(store: Store, document: Document, wanted: Wanted, limit: int) -> tuple[DeadLetter, ...]:
    """Dead letters as values."""
    return letters_of(store, {identity(document, row): row for row in wanted.rows(store, limit)})


def letters_of(store: Store, rows: Mapping[str, OutboxRow]) -> tuple[DeadLetter, ...]:
    """Rows by their ids as values."""
    ids = store.ids({row.member for row in rows.values()})
    return tuple(_letter(row, id, ids.get(row.member, "")) for id, row in rows.items())


def found_by(store: Store, document: Document, ids: Collection[str]) -> tuple[dict[str, OutboxRow], list[str]]:
    """Dead letters by their ids, and what is no id of one; a beginning of an id that is nobody else's will do."""
    begins = tuple({id for id in ids if len(id) >= _SHORTEST})
    named = {
        name: row
        for state in STATES
        for row in Wanted(state=state).rows(store)
        if (name := identity(document, row)).startswith(begins)
    }
    fits = {id: [name for name in named if len(id) >= _SHORTEST and name.startswith(id)] for id in ids}
    found = {names[0]: named[names[0]] for names in fits.values() if len(names) == 1}
    return found, [id for id, names in fits.items() if len(names) != 1]


_SHORTEST = 6


class Requeueing:
    """Puts messages back. `record` records an event of our own that says who did it."""

    def __init__(
        self, work: Work, document: Document, *, at: int, by: str, record: Callable[[Work, Event], object]
    ) -> None:
        self._work = work
        self._document = document
        self._at = at
        self._by = by
        self._record = record

    def put_back(self, rows: dict[str, OutboxRow], *, even_stale: bool) -> Requeued:
        """Those that may be sent again wait again, from now on, with all their channels and attempts."""
        done, refused = [], {}
        for id, row in rows.items():
            why = self._refusal(row, even_stale=even_stale)
            if why is None and self._revived(id, row):
                done.append(id)
            else:
                refused[id] = why or "unknown"
        return Requeued(requeued=tuple(done), refused=refused)

    def _refusal(self, row: OutboxRow, *, even_stale: bool) -> str | None:
        member = self._work.store.ids((row.member,)).get(row.member)
        if row.status not in STATES or member is None:
            return "unknown"
        if row.reason in _OVER:
            return row.reason
        if self._offer_over(row):
            return "offer-over"
        return None if even_stale or not self._stale(row, member) else "stale"

    def _stale(self, row: OutboxRow, member: str) -> bool:
        zone = zone_of(self._work.hand(member).state, self._document.timezone)
        return self._at > add(row.at, self._document.contact.stale, zone)

    def _offer_over(self, row: OutboxRow) -> bool:
        if row.purpose == STAFF or '"until"' not in row.facts:
            return False
        effect = effect_of(row, "")
        return offer_told(self._document, effect) is not None and bool(effect.data["offer"]["until"] <= self._at)

    def _revived(self, id: str, row: OutboxRow) -> bool:
        member = self._work.store.ids((row.member,))[row.member]
        tried = [channel for channel, _, _ in json.loads(row.tried)]
        left = [*tried, *json.loads(row.channels)] or [*filter(None, [row.channel]), *self._document.contact.channels]
        channels = [name for name in dict.fromkeys(left) if name != "inbox"]
        decided = self._at if self._stale(row, member) else row.at
        again = row._replace(channels=json.dumps(channels), due=self._at, at=decided)
        if not self._work.store.revive(again):
            return False
        now = self._work.journal.now(self._work.hand(member).state)
        moment = from_instant(self._at if now is None else max(self._at, now + 1))
        data = {"message": row.message, "letter": id, "by": self._by}
        self._record(self._work, Event(f"kit.requeued:{id}:{row.done}", "kit.requeued", member, moment, data))
        return True


def _letter(row: OutboxRow, id: str, member: str) -> DeadLetter:
    tried = tuple(Tried(*one) for one in json.loads(row.tried))
    left = tuple(name for name in json.loads(row.channels) if name not in {one.channel for one in tried})
    return DeadLetter(
        id=id,
        member=member,
        message=row.message,
        purpose=row.purpose,
        status=row.status,
        reason=row.reason or "",
        at=from_instant(row.at),
        done=from_instant(row.done if row.done is not None else row.at),
        tried=tried,
        channels=left,
        attempts=sum(one.attempts for one in tried) or row.attempts,
        run=row.run,
    )
