"""Waiting lists: who is next, and what happens when a piece of limited stock is free again.

The piece goes to the next in the list in the same transaction, as an event of that member's own at the later of the
cause and their now. So a replay of either member asks nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from loyaltykit.app.others import id_of, tell
from loyaltykit.app.rows import SEAT, claim_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyaltykit.app.journal import Journal
    from loyaltykit.app.work import Hand, Work
    from loyaltykit.rules.plan import Grant
    from loyaltykit.store.protocol import Store
    from loyaltykit.values import Effect

WAITLIST = "waitlist"
"""Who gives what was free again, as `kit.granted` says it."""


@attrs.frozen(slots=True)
class Place:
    """Somebody in a waiting list."""

    member: str
    number: int
    since: int


def in_line(journal: Journal, reward: str, at: int | None) -> list[Place]:
    """A waiting list in order, as it is at an instant (default: each member's now)."""
    return _sorted(journal, journal.store, journal.look_all, reward, at)


def freed(work: Work, hand: Hand, effect: Effect) -> None:
    """A member let a piece of stock go: the next in line gets it."""
    claim = claim_of(hand.number, effect.mechanic, effect.occurrence, effect.name)
    grant = work.engine.right(effect.name)
    if grant is not None and grant.codes:
        work.store.return_code(effect.name, claim)
    if work.store.release(effect.name, claim) and grant is not None and grant.line is not None:
        _hand_on(work, grant, claim, effect.at)


def _hand_on(work: Work, grant: Grant, cause: str, at: int) -> None:
    """Give what is free to those who wait for it, in their order; not once the session has begun."""
    if grant.session is not None and at >= grant.session.at:
        return
    work.write_rows()  # members and places of this very transaction count, too
    for place in _sorted(work.journal, work.store, lambda ids: _hands(work, ids), grant.id, at):
        if work.store.claimed(grant.id) >= (grant.stock or 0):
            return
        _give(work, grant, place, cause, at)


def _give(work: Work, grant: Grant, place: Place, cause: str, at: int) -> None:
    work.store.unwait(grant.id, place.number)
    said = {"reward": grant.id, "by": WAITLIST}
    tell(work, place.member, "kit.granted", said, id=id_of(SEAT, cause, place.number, place.since), at=at)


def _hands(work: Work, ids: Iterable[str]) -> Iterator[Hand]:
    """Members to look at, as this transaction has them."""
    missing = []
    for id in ids:
        if id in work.hands:
            yield work.hands[id]
        else:
            missing.append(id)
    yield from work.journal.look_all(missing)


def _sorted(
    journal: Journal,
    store: Store,
    look: Callable[[Iterable[str]], Iterable[Hand]],
    reward: str,
    at: int | None,
) -> list[Place]:
    places = {id: Place(id, row.member, row.since) for id, row in store.waiting(reward)}
    keys = {}
    for hand in look(list(places)):
        now = journal.now(hand.state) or 0
        place = places[hand.id]
        keys[hand.id] = (journal.engine.turn(hand.state, reward, place.since, max(now, at or now)), place.number)
    return sorted(places.values(), key=lambda place: keys[place.member])
